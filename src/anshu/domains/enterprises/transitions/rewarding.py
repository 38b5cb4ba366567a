"""What an enterprise enters of the rewards it pays to its own people."""

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from anshu.access.policy import Actor
from anshu.domains.enterprises.models import Enterprise, WorkerReward, within
from anshu.domains.enterprises.queries.packs import today
from anshu.workflow.transitions import opening


@opening(title=_("enter a reward paid to a worker"))
def enter_reward(
    *, by: Actor, enterprise: Enterprise, worker: str, found: str, paid_yuan: float, paid_on: date | None = None
) -> WorkerReward:
    """A reward paid (today, if no day is given) to one of its own people, by a code, for telling of a hazard."""
    return WorkerReward(
        enterprise=enterprise,
        worker=worker.strip(),
        found=found.strip(),
        paid_yuan=Decimal(str(paid_yuan)),
        paid_on=paid_on or today(),
        **within(enterprise),
    )
