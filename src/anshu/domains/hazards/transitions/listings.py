"""Listed supervision (挂牌督办): proposed, served, published; planned, worked on, accepted; delisted, published."""

from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from anshu.access.policy import Actor
from anshu.domains.enterprises.models import Enterprise
from anshu.domains.hazards.models import Hazard, Listing
from anshu.domains.people.models import Organisation
from anshu.domains.places.models import Area
from anshu.kernel import clock
from anshu.kernel.errors import Invalid, Refused
from anshu.kernel.working_days import shipped_calendar
from anshu.workflow import clocks, log, rules
from anshu.workflow.transitions import opening, transition

RANKS = (Listing.Rank.STREET, Listing.Rank.DISTRICT, Listing.Rank.CITY)


@opening(to=Listing.State.PROPOSED, title=_("propose a listing"))
def propose_listing(
    *,
    by: Actor,
    subject: str,
    clause: str,
    supervisor: Organisation,
    leader: str,
    due_on: date,
    hazard: Hazard | None = None,
    enterprise: Enterprise | None = None,
    area: Area | None = None,
    rank: Listing.Rank = Listing.Rank.DISTRICT,
    suspension: str = "",
    measures: str = "",
) -> Listing:
    """A major hazard, an enterprise or a whole area: exactly one. Named are the unit that supervises, a leader, the
    clause, and a date no farther off than the rule allows."""
    if sum(target is not None for target in (hazard, enterprise, area)) != 1:
        raise Invalid(_("a listing is for one hazard, one enterprise or one area"), field="subject")
    if hazard is not None and not hazard.major:
        raise Refused(_("only a major hazard is listed"), code="not_major")
    for name, text in (("subject", subject), ("clause", clause), ("leader", leader)):
        if not text.strip():
            raise Invalid(_("a listing names its subject, its basis and a leader in charge"), field=name)
    _check_term(due_on)
    target = hazard or enterprise or area
    return Listing(
        hazard=hazard,
        enterprise=hazard.enterprise if hazard else enterprise,
        subject=subject.strip(),
        clause=clause.strip(),
        rank=rank,
        supervisor=supervisor,
        leader=leader.strip(),
        suspension=suspension,
        measures=measures,
        due_on=due_on,
        first_due_on=due_on,
        territory=target.territory if target else "",
        lon=target.lon if target else None,
        lat=target.lat if target else None,
        exercise=target.exercise if target else False,
    )


def _check_term(due_on: date) -> None:
    today, most = timezone.localdate(clock.now()), int(rules.at("hazard_loop/listing.most_d").number())
    if not today < due_on <= today + timedelta(days=most):
        raise Invalid(_("the date lies after today and within %(days)d days"), field="due_on", days=most)


@transition(Listing.State.PROPOSED, to=Listing.State.APPROVED, title=_("approve the listing"))
def approve_listing(listing: Listing, *, by: Actor) -> None:
    """The commission's office, or the district's leader, decides to list."""


@transition(Listing.State.PROPOSED, to=Listing.State.REJECTED, title=_("do not list"))
def reject_listing(listing: Listing, *, by: Actor, reason: str) -> None:
    """Not listed, and why."""
    if not reason.strip():
        raise Invalid(_("say why it is not listed"), field="reason")


@transition(Listing.State.APPROVED, to=Listing.State.NOTICE_SERVED, title=_("serve the notice"))
def serve_notice(listing: Listing, *, by: Actor, receiver: str) -> None:
    """The notice of listing is in the hands of whoever must act; who received it is kept."""
    if not receiver.strip():
        raise Invalid(_("who received the notice?"), field="receiver")


@transition(Listing.State.NOTICE_SERVED, to=Listing.State.PUBLISHED, title=_("publish the listing"))
def publish_listing(listing: Listing, *, by: Actor, published_in: str) -> None:
    """Everybody can read it; where is kept."""
    if not published_in.strip():
        raise Invalid(_("where was it published?"), field="published_in")
    listing.published_in, listing.published_at = published_in.strip(), clock.now()


@transition(Listing.State.PUBLISHED, to=Listing.State.PLAN_FILED, title=_("file the plan"))
def file_plan(listing: Listing, *, by: Actor, plan: str) -> None:
    """How it will be put right."""
    if not plan.strip():
        raise Invalid(_("the plan is needed"), field="plan")
    listing.plan = plan.strip()


@transition(Listing.State.PLAN_FILED, to=Listing.State.RECTIFYING, title=_("start work"))
def start_work(listing: Listing, *, by: Actor) -> None:
    """Work has begun; progress is reported at the interval that the listing names."""


@transition(Listing.State.RECTIFYING, title=_("report progress"))
def report_progress(listing: Listing, *, by: Actor, note: str) -> None:
    """What has been done since the last report."""
    if not note.strip():
        raise Invalid(_("write what has been done"), field="note")


@transition(Listing.State.RECTIFYING, title=_("extend the listing"), grave=True)
def extend_listing(listing: Listing, *, by: Actor, due_on: date, reason: str) -> None:
    """A later date, asked for early enough before the old one, with its reason; every one is kept."""
    ahead = int(rules.at("hazard_loop/listing.ask_before_wd").number())
    latest = shipped_calendar().shift(listing.due_on, -ahead)
    if timezone.localdate(clock.now()) > latest:
        raise Refused(
            _("an extension is asked for %(days)d working days before the date: by %(latest)s"),
            days=ahead,
            latest=latest,
            code="too_late",
        )
    if due_on <= listing.due_on:
        raise Invalid(_("the new date lies after the old one"), field="due_on")
    if not reason.strip():
        raise Invalid(_("say why more time is needed"), field="reason")
    listing.postponed = [*listing.postponed, {"was": str(listing.due_on), "until": str(due_on), "why": reason}]
    listing.due_on = due_on
    Listing.objects.filter(pk=listing.pk).update(due_on=due_on)
    clocks.wind(listing)


@transition(Listing.State.RECTIFYING, to=Listing.State.ACCEPTANCE_REQUESTED, title=_("request acceptance"))
def request_acceptance(listing: Listing, *, by: Actor, note: str) -> None:
    """Whoever had to act says it is done; a listed hazard has passed its recheck by then."""
    if not note.strip():
        raise Invalid(_("say what has been done"), field="note")
    hazard = listing.hazard
    if hazard is not None and hazard.state not in (Hazard.State.PASSED, Hazard.State.CLOSED):
        raise Refused(_("hazard %(number)s has not passed its recheck yet"), number=hazard.number, code="not_rechecked")


@transition(Listing.State.ACCEPTANCE_REQUESTED, to=Listing.State.ACCEPTED, title=_("accept"))
def accept(listing: Listing, *, by: Actor, note: str = "") -> None:
    """The supervising unit has looked and is satisfied. Who asked for acceptance does not give it."""
    _refuse_asker(listing, by)


@transition(Listing.State.ACCEPTANCE_REQUESTED, to=Listing.State.RECTIFYING, title=_("acceptance failed"))
def fail_acceptance(listing: Listing, *, by: Actor, refusal: str, due_on: date) -> None:
    """Not good enough: back to work with a new date, and listed one rank higher."""
    _refuse_asker(listing, by)
    if not refusal.strip():
        raise Invalid(_("say what is missing"), field="refusal")
    _check_term(due_on)
    listing.refusal, listing.due_on = refusal.strip(), due_on
    listing.failures += 1
    listing.rank = RANKS[min(RANKS.index(Listing.Rank(listing.rank)) + 1, len(RANKS) - 1)]


def _refuse_asker(listing: Listing, by: Actor) -> None:
    if log.had_hand_in(listing, by, ("request_acceptance",)):
        raise Refused(_("who asked for acceptance does not give it"), code="own_work")


@transition(Listing.State.ACCEPTED, to=Listing.State.DELISTED, title=_("delist"))
def delist(listing: Listing, *, by: Actor) -> None:
    """Off the list."""
    listing.delisted_at = clock.now()


@transition(Listing.State.DELISTED, to=Listing.State.DELISTING_PUBLISHED, title=_("publish the delisting"))
def publish_delisting(listing: Listing, *, by: Actor, published_in: str) -> None:
    """What was published as listed is published as delisted."""
    if not published_in.strip():
        raise Invalid(_("where was it published?"), field="published_in")
