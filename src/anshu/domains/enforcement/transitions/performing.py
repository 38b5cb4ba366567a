"""From the decision to the archive: delivered, published, paid or not, closed, put away; or revoked."""

from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from anshu.access.policy import Actor
from anshu.domains.enforcement import queries
from anshu.domains.enforcement.models import Case
from anshu.domains.enforcement.transitions.hindrances import require
from anshu.domains.enforcement.transitions.loops import WITHDRAWAL
from anshu.domains.enforcement.transitions.opening import Breach, begun, propose, yuan
from anshu.domains.enterprises.models import Enterprise
from anshu.domains.hazards.models import Hazard
from anshu.domains.people.models import Person
from anshu.kernel import clock
from anshu.kernel.errors import Invalid, Refused
from anshu.kernel.working_days import shipped_calendar
from anshu.workflow import clocks, rules
from anshu.workflow.transitions import opening, transition

S = Case.State
IN_FORCE = (S.DECIDED, S.DELIVERED, S.OVERDUE, S.BEFORE_COURT, S.PERFORMED, S.CLOSED)
UNPAID = (S.DELIVERED, S.OVERDUE, S.BEFORE_COURT)


@opening(to=S.DELIVERED, title=_("punish on the spot"))
def punish_on_the_spot(
    *,
    by: Actor,
    matter: str,
    facts: str,
    lead: Person,
    second: Person,
    fine_yuan: float,
    receiver: str,
    enterprise: Enterprise | None = None,
    hazard: Hazard | None = None,
    party: str = "",
    first: bool = True,
    corrected: bool = True,
) -> Case:
    """A small penalty decided and handed over at once (行政处罚法 51): no larger than the law allows for that."""
    today = timezone.localdate(clock.now())
    today = timezone.localdate(clock.now())
    case = begun(Breach(matter, facts, today), (lead, second), hazard, enterprise, party)
    if not receiver.strip():
        raise Invalid(_("who received the decision?"), field="receiver")
    propose(case, [code for code, given in (("first", first), ("corrected", corrected)) if given], fine_yuan, "", "")
    most = Decimal(str(rules.at("penalty_clocks/summary_most").number(case.party_kind)))
    if (case.fine_yuan or 0) > most:
        raise Refused(_("on the spot a fine is at most %(most)s yuan"), most=most, code="too_large")
    case.procedure = Case.Procedure.SUMMARY
    case.opened_at = case.decided_at = case.delivered_at = clock.now()
    case.pay_by = _last_day_of_payment(case)
    return case


@transition(S.DECIDED, to=S.DELIVERED, title=_("deliver the decision"))
def deliver(case: Case, *, by: Actor, receiver: str) -> None:
    """In the hands of the party; from now on it has fifteen days to pay."""
    if not receiver.strip():
        raise Invalid(_("who received the decision?"), field="receiver")
    case.delivered_at = clock.now()
    case.pay_by = _last_day_of_payment(case)


def _last_day_of_payment(case: Case) -> date | None:
    if not case.fine_yuan or case.delivered_at is None:
        return None
    limit = rules.at("documents/term.payment", case.delivered_at).limit()
    zone = timezone.get_default_timezone()
    # A deadline is the end of its day, which is the first moment of the next.
    return timezone.localdate(shipped_calendar().deadline(case.delivered_at, limit, zone) - timedelta(seconds=1))


@transition(UNPAID, title=_("let it pay later"))
def allow_later(case: Case, *, by: Actor, pay_by: date, reason: str) -> None:
    """A party in real distress pays later or in parts, on its request (行政处罚法 66)."""
    require("allow_later", case, by)
    if case.pay_by is None or pay_by <= case.pay_by:
        raise Invalid(_("the new date lies after the old one"), field="pay_by")
    if not reason.strip():
        raise Invalid(_("say why it may pay later"), field="reason")
    case.pay_by, case.state = pay_by, S.DELIVERED
    Case.objects.filter(pk=case.pk).update(pay_by=pay_by)
    clocks.wind(case)


@transition(UNPAID, title=_("record a payment"))
def record_payment(case: Case, *, by: Actor, amount_yuan: float, receipt: str) -> dict[str, str]:
    """What the bank has received, by its receipt; officers take no money. When all is paid, surcharge included, the
    penalty is performed."""
    if amount_yuan <= 0:
        raise Invalid(_("how much was paid?"), field="amount_yuan")
    if not receipt.strip():
        raise Invalid(_("the number of the bank's receipt is needed"), field="receipt")
    due = queries.owed_on(case)
    amount = yuan(amount_yuan)
    if amount > due:
        raise Refused(_("only %(due)s yuan are owed"), due=due, code="too_much")
    case.paid_yuan += amount
    if amount == due and not case.other_penalty:
        case.state, case.performed_at = S.PERFORMED, clock.now()
    return {"owed_before": str(due)}


@transition(S.DELIVERED, to=S.OVERDUE, title=_("run past the last day of payment"))
def lapse(case: Case, *, by: Actor) -> None:
    """The last day of payment has passed; the surcharge runs."""
    require("lapse", case, by)


@transition(S.OVERDUE, to=S.BEFORE_COURT, title=_("apply to the court"))
def apply_to_court(case: Case, *, by: Actor, note: str) -> None:
    """The court is asked to enforce it, after the party was called on in writing and its time has passed."""
    if not note.strip():
        raise Invalid(_("which court, under which number?"), field="note")
    require("apply_to_court", case, by)


@transition(S.DELIVERED, S.OVERDUE, S.BEFORE_COURT, to=S.PERFORMED, title=_("performed"))
def confirm_performed(case: Case, *, by: Actor, note: str) -> None:
    """What the party had to do is done, as somebody has checked; a fine is performed by its payment alone."""
    if not note.strip():
        raise Invalid(_("say what was checked"), field="note")
    require("confirm_performed", case, by)
    case.performed_at = clock.now()


@transition(IN_FORCE, title=_("publish the decision"))
def publish(case: Case, *, by: Actor, published_in: str) -> None:
    """Everybody can read it, within seven working days of the decision (安全生产法 78)."""
    if not published_in.strip():
        raise Invalid(_("where was it published?"), field="published_in")
    case.published_at = clock.now()
    clocks.stop(case, "publicity")


@transition(S.DECIDED, S.DELIVERED, S.OVERDUE, to=S.REVOKED, title=_("revoke the decision"), grave=True)
def revoke(case: Case, *, by: Actor, reason: str) -> None:
    """Set aside by the bureau, on reconsideration or by a court. What was published is taken back within three working
    days (行政处罚法 48)."""
    require("revoke", case, by)
    if not reason.strip():
        raise Invalid(_("say by whom it was set aside, and why"), field="reason")
    clocks.stop(case, "publicity")
    if case.published_at is not None:
        clocks.start(case, "withdrawal", WITHDRAWAL)


@transition(S.REVOKED, title=_("take it off publication"))
def unpublish(case: Case, *, by: Actor, note: str) -> None:
    """The publication is withdrawn, and the reason is public."""
    require("unpublish", case, by)
    if not note.strip():
        raise Invalid(_("where was it taken off?"), field="note")
    case.unpublished_at = clock.now()
    clocks.stop(case, "withdrawal")


@transition(S.PERFORMED, to=S.CLOSED, title=_("close the case"))
def close_case(case: Case, *, by: Actor) -> None:
    """Performed and published: the case is closed."""
    require("close_case", case, by)
    case.closed_at = clock.now()


@transition(S.CLOSED, to=S.ARCHIVED, title=_("put the file away"))
def archive(case: Case, *, by: Actor) -> None:
    """The file is whole and goes to the archive; what is missing in it is named."""
    require("archive", case, by)


clocks.EXPIRY["enforcement.lapse"] = lapse
