"""From the order to the end: taken up, put right, rechecked by a third person, closed out; opened again if need be."""

from datetime import date
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from anshu.access.policy import Actor, account_of
from anshu.domains.hazards import queries
from anshu.domains.hazards.models import Hazard
from anshu.kernel import clock
from anshu.kernel.errors import Invalid, Refused
from anshu.ledger.attachments import pictures_of
from anshu.ledger.models import Attachment
from anshu.workflow.transitions import transition

PLAN = ("measures", "responsibility", "money", "deadline", "emergency_plan")


@transition(Hazard.State.ORDERED, to=Hazard.State.RECTIFYING, title=_("take up"))
def take_up(
    hazard: Hazard,
    *,
    by: Actor,
    plan_measures: str = "",
    plan_responsibility: str = "",
    plan_money: str = "",
    plan_deadline: str = "",
    plan_emergency: str = "",
) -> None:
    """The order has arrived and work begins. For a major hazard the plan is complete in all five (五落实): measures,
    responsibility, money, deadline, and what to do if it goes wrong meanwhile."""
    given = (plan_measures, plan_responsibility, plan_money, plan_deadline, plan_emergency)
    names = ("plan_measures", "plan_responsibility", "plan_money", "plan_deadline", "plan_emergency")
    for name, text in zip(names, given, strict=True):
        if hazard.major and not text.strip():
            raise Invalid(_("the plan for a major hazard has all five parts; this one is missing"), field=name)
    hazard.plan = {part: text.strip() for part, text in zip(PLAN, given, strict=True) if text.strip()}


@transition(Hazard.State.ORDERED, Hazard.State.RECTIFYING, to=Hazard.State.SUBMITTED, title=_("submit for recheck"))
def submit(hazard: Hazard, *, by: Actor, rectification: str, cost_yuan: float | None = None, cause: str = "") -> None:
    """It has been put right: what was done, with at least one picture of afterwards; what came back at the same place
    says why it came back, and for a major one what it cost is told."""
    if hazard.major and hazard.state == Hazard.State.ORDERED:
        raise Refused(_("a major hazard is taken up with a plan before it is submitted"), code="no_plan")
    if not rectification.strip():
        raise Invalid(_("say what was done"), field="rectification")
    if not pictures_of(hazard, Attachment.Purpose.AFTER).exists():
        raise Refused(_("add a picture of how it looks now, then submit"), code="no_after_photo")
    if hazard.major and cost_yuan is None:
        raise Invalid(_("say what it cost"), field="cost_yuan")
    if cost_yuan is not None and cost_yuan < 0:
        raise Invalid(_("money spent cannot be negative"), field="cost_yuan")
    if hazard.earlier_id is not None and not (cause.strip() or hazard.cause):
        raise Invalid(
            _("the same was found here before (%(number)s): say why it came back"),
            field="cause",
            number=hazard.earlier.number if hazard.earlier else "",
        )
    hazard.rectification, hazard.cause = rectification.strip(), cause.strip() or hazard.cause
    hazard.cost_yuan = None if cost_yuan is None else Decimal(str(cost_yuan))
    hazard.fixer, hazard.submitted_at = account_of(by), clock.now()


@transition(Hazard.State.SUBMITTED, to=Hazard.State.PASSED, title=_("recheck passed"))
def pass_recheck(
    hazard: Hazard, *, by: Actor, note: str = "", lon: float | None = None, lat: float | None = None, reason: str = ""
) -> dict[str, object]:
    """It is gone, says a third person: neither who found it nor who put it right. A major one is rechecked on the spot:
    the position lies at the site, or the reason why it cannot is given."""
    _refuse_first_two(hazard, by)
    away_m = queries.away_m(hazard, lon, lat)
    if hazard.major and not reason.strip() and (away_m is None or away_m > queries.photo_m()):
        raise Refused(
            _("a major hazard is rechecked on the spot: send your position from there, or say why you cannot"),
            code="not_on_site",
        )
    hazard.verifier, hazard.rechecked_at = account_of(by), clock.now()
    return {"away_m": None if away_m is None else round(away_m)}


@transition(Hazard.State.SUBMITTED, to=Hazard.State.RECTIFYING, title=_("recheck failed"))
def fail_recheck(hazard: Hazard, *, by: Actor, reason: str, due_on: date | None = None) -> None:
    """It is not gone. Back to work with what is missing, and a new date when the old one has passed."""
    _refuse_first_two(hazard, by)
    if not reason.strip():
        raise Invalid(_("say what is missing"), field="reason")
    today = timezone.localdate(clock.now())
    if due_on is not None and due_on < today:
        raise Invalid(_("the date has passed already"), field="due_on")
    if due_on is None and hazard.due_on is not None and hazard.due_on < today:
        raise Invalid(_("the date has passed; set a new one"), field="due_on")
    hazard.due_on = due_on or hazard.due_on
    hazard.failures += 1


def _refuse_first_two(hazard: Hazard, by: Actor) -> None:
    account = account_of(by)
    if account is None:
        raise Refused(_("a recheck is done by a person"), code="needs_person")
    if account.pk in (hazard.finder_id, hazard.fixer_id):
        raise Refused(_("the person who verifies must be neither the finder nor the fixer"), code="own_work")


@transition(Hazard.State.PASSED, to=Hazard.State.CLOSED, title=_("close out"))
def close_out(hazard: Hazard, *, by: Actor) -> None:
    """Off the ledger. Not while it is listed for supervision: a listing ends by its own acceptance and delisting."""
    if (listing := queries.open_listing(hazard)) is not None:
        raise Refused(
            _("it is listed (%(number)s, %(state)s); delist it first"),
            number=listing.number,
            state=str(listing.get_state_display()),
            code="listed",
        )
    hazard.closed_at = clock.now()


@transition(Hazard.State.CLOSED, to=Hazard.State.RECTIFYING, title=_("open again"), grave=True)
def reopen(hazard: Hazard, *, by: Actor, reason: str, due_on: date) -> None:
    """It is back, or was never gone: opened again under its old number, with a new date."""
    if not reason.strip():
        raise Invalid(_("say why it is opened again"), field="reason")
    if due_on < timezone.localdate(clock.now()):
        raise Invalid(_("the date has passed already"), field="due_on")
    hazard.due_on, hazard.closed_at = due_on, None
    hazard.failures += 1
