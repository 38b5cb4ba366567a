"""Documents of a case: made out once under a number, and kept as they were."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from anshu.access.policy import Actor
from anshu.domains.enforcement.models import Case, Paper
from anshu.kernel import clock
from anshu.kernel.errors import Refused
from anshu.ledger.models import next_of_year
from anshu.workflow import rules
from anshu.workflow.transitions import opening

OVER = (Case.State.ARCHIVED, Case.State.NOT_OPENED)


@opening(title=_("make out a document"))
def make_out(*, by: Actor, case: Case, kind: str, title: str, sign: str, content: dict[str, Any]) -> Paper:
    """A document with what stands in it. Its number is the next of the bureau's sign, the document's and the year; one
    without a sign has that of the case."""
    if case.state in OVER:
        raise Refused(_("the file is put away; no document is added to it"), code="archived")
    number = case.number
    if sign:
        year = timezone.localdate(clock.now()).year
        full = f"{rules.at('bureau/sign').text()}{sign}"
        number = f"{full}〔{year}〕{next_of_year(full, year)}号"
    return Paper(
        case=case,
        kind=kind,
        title=title,
        number=number,
        values=content,
        issued_at=clock.now(),
        territory=case.territory,
        exercise=case.exercise,
    )
