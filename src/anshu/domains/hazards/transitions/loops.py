"""The four loops of this domain: who owns each state, and how long it may last."""

from datetime import datetime, time
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anshu.domains.hazards.models import Extension, Hazard, Listing, LookBack
from anshu.workflow.loop import Limit, Loop, declare


def _grade(hazard: Hazard) -> str:
    return hazard.grade or "default"


def end_of_due_day(record: Any) -> datetime | None:
    """The end of the local day by which it is due."""
    return timezone.make_aware(datetime.combine(record.due_on, time.max)) if record.due_on else None


HAZARD_LOOP = declare(
    Loop(
        Hazard,
        title=pgettext_lazy("register", "hazard"),
        owner={
            Hazard.State.FOUND: _("street"),
            Hazard.State.DISPUTED: _("expert"),
            Hazard.State.GRADED: _("street"),
            Hazard.State.ORDERED: _("enterprise"),
            Hazard.State.RECTIFYING: _("enterprise"),
            Hazard.State.SUBMITTED: _("unit of the finder"),
            Hazard.State.PASSED: _("bureau"),
        },
        limit={
            Hazard.State.FOUND: Limit("hazard_loop/judge", asks="judge"),
            Hazard.State.DISPUTED: Limit("hazard_loop/review", asks="settle"),
            Hazard.State.GRADED: Limit("hazard_loop/order", _grade, asks="order"),
            Hazard.State.ORDERED: Limit("hazard_loop/take_up", _grade, asks="take_up"),
            Hazard.State.RECTIFYING: Limit("hazard_loop/rectify", until=end_of_due_day, asks="submit"),
            Hazard.State.SUBMITTED: Limit("hazard_loop/recheck", asks="pass_recheck"),
            Hazard.State.PASSED: Limit("hazard_loop/close_out", asks="close_out"),
        },
        ends=frozenset({Hazard.State.CLOSED, Hazard.State.VOID}),
        mine=lambda account: (
            lambda hazard: (
                hazard.state != Hazard.State.SUBMITTED or account.pk not in (hazard.finder_id, hazard.fixer_id)
            )
        ),
    )
)

EXTENSION_LOOP = declare(
    Loop(
        Extension,
        title=_("extension"),
        owner={Extension.State.REQUESTED: _("whoever ordered")},
        limit={Extension.State.REQUESTED: Limit("hazard_loop/decide_extension", asks="grant_extension")},
        ends=frozenset({Extension.State.GRANTED, Extension.State.REFUSED}),
    )
)

LISTING_LOOP = declare(
    Loop(
        Listing,
        title=_("listed supervision"),
        owner={
            Listing.State.PROPOSED: _("safety commission office"),
            Listing.State.APPROVED: _("safety commission office"),
            Listing.State.NOTICE_SERVED: _("safety commission office"),
            Listing.State.PUBLISHED: _("enterprise"),
            Listing.State.PLAN_FILED: _("enterprise"),
            Listing.State.RECTIFYING: _("enterprise"),
            Listing.State.ACCEPTANCE_REQUESTED: _("supervising unit"),
            Listing.State.ACCEPTED: _("safety commission office"),
            Listing.State.DELISTED: _("safety commission office"),
        },
        limit={
            Listing.State.PROPOSED: Limit("hazard_loop/listing.approve", asks="approve_listing"),
            Listing.State.APPROVED: Limit("hazard_loop/listing.serve", asks="serve_notice"),
            Listing.State.NOTICE_SERVED: Limit("hazard_loop/listing.publish", asks="publish_listing"),
            Listing.State.PUBLISHED: Limit("hazard_loop/listing.plan", asks="file_plan"),
            Listing.State.PLAN_FILED: Limit("hazard_loop/listing.start", asks="start_work"),
            Listing.State.RECTIFYING: Limit(
                "hazard_loop/listing.rectify", until=end_of_due_day, asks="request_acceptance"
            ),
            Listing.State.ACCEPTANCE_REQUESTED: Limit("hazard_loop/listing.accept", asks="accept"),
            Listing.State.ACCEPTED: Limit("hazard_loop/listing.delist", asks="delist"),
            Listing.State.DELISTED: Limit("hazard_loop/listing.publish_delisting", asks="publish_delisting"),
        },
        ends=frozenset({Listing.State.DELISTING_PUBLISHED, Listing.State.REJECTED}),
    )
)

LOOK_BACK_LOOP = declare(
    Loop(
        LookBack,
        title=_("look-back"),
        owner={LookBack.State.DRAWN: _("street")},
        limit={LookBack.State.DRAWN: Limit("hazard_loop/look_back", asks="find_in_order")},
        ends=frozenset({LookBack.State.HOLDS, LookBack.State.FAILED}),
        mine=lambda account: lambda look: look.looker_id in (None, account.pk),
    )
)
