"""Draws: made and fixed before anybody sees them, opened, published; drawn again only with a reason."""

import secrets
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from anshu.access.policy import Actor
from anshu.domains.enterprises.models import Enterprise
from anshu.domains.inspections.models import Draw, InspectionPlan, Visit, VisitKind
from anshu.domains.inspections.queries import draws
from anshu.domains.inspections.transitions.visits import plan_visit
from anshu.domains.people.models import Person
from anshu.engines import sampling
from anshu.kernel import clock
from anshu.kernel.errors import AnshuError, Invalid, Refused
from anshu.workflow.transitions import opening, transition


@opening(to=Draw.State.COMMITTED, title=_("draw by lot"))
def draw_lots(*, by: Actor, plan: InspectionPlan, wanted: int = 0) -> Draw:
    """Draw enterprises and two officers for each from a plan that runs; without a number, the share the plan names.
    What was drawn is fixed by its commitment at once, and shown to nobody before it is opened."""
    return _drawn(plan, wanted, None, "")


@opening(to=Draw.State.COMMITTED, title=_("draw again"))
def draw_again(*, by: Actor, draw: Draw, reason: str) -> Draw:
    """Another draw instead of one that cannot be used; which and why is part of the new one's commitment."""
    if not reason.strip():
        raise Invalid(_("say why it is drawn again"), field="reason")
    replace(draw, by=by, reason=reason)
    return _drawn(draw.plan, draw.wanted, draw, reason.strip())


def _drawn(plan: InspectionPlan, wanted: int, instead_of: Draw | None, reason: str) -> Draw:
    if plan.state != InspectionPlan.State.RUNNING:
        raise Refused(_("a draw is made from a plan that runs"), code="not_running")
    frame = draws.frame_for(plan, instead_of)
    wanted = wanted or round(plan.random_percent / 100 * len(frame.sites))
    if not 1 <= wanted <= len(frame.sites):
        raise Invalid(
            _("from 1 to %(most)d can be drawn, not %(wanted)d"), field="wanted", most=len(frame.sites), wanted=wanted
        )
    if len(frame.officers) < 2:
        raise Refused(_("two licensed officers are needed in the plan's area"), code="no_officers")
    terms = sampling.Terms(
        draws.sizes(frame, wanted), plan.number, instead_of.result_hash if instead_of else "", reason
    )
    record = sampling.draw(secrets.token_hex(32), frame, terms)
    return Draw(
        plan=plan,
        wanted=wanted,
        commitment=record.commitment,
        frame_hash=record.frame_hash,
        result_hash=record.result_hash,
        sealed=draws.sealed(sampling.as_json(frame, record)),
        replaces=instead_of,
        why_again=reason,
        territory=plan.territory,
        exercise=plan.exercise,
    )


@transition(Draw.State.COMMITTED, Draw.State.REVEALED, to=Draw.State.REPLACED, title=_("give up the draw"), grave=True)
def replace(draw: Draw, *, by: Actor, reason: str) -> None:
    """It is not used; another takes its place. Visits already planned from it would hold two draws apart no more."""
    if Visit.objects.filter(draw=draw).exists():
        raise Refused(_("visits have been planned from it; cancel them first"), code="in_use")
    draw.why_again = reason.strip()


@transition(Draw.State.COMMITTED, to=Draw.State.REVEALED, title=_("open the draw"), grave=True)
def reveal(draw: Draw, *, by: Actor) -> dict[str, object]:
    """Open it. It is repeated first: a draw that was touched since it was made is not opened."""
    try:
        kept = draws.unsealed(draw.sealed)
        found = sampling.differences(kept)
    except (KeyError, TypeError, ValueError) as error:
        raise Refused(_("the draw is not as it was made: it lacks a part"), code="altered") from error
    if found or kept["commitment"] != draw.commitment:
        what = found[0].what if found else "commitment"
        raise Refused(_("the draw is not as it was made: %(what)s differs"), what=what, code="altered")
    draw.record, draw.sealed = kept, ""
    draw.revealed_at = clock.now()
    return {"result_hash": draw.result_hash}


@transition(Draw.State.REVEALED, to=Draw.State.PUBLISHED, title=_("publish the draw"))
def publish_draw(draw: Draw, *, by: Actor, published_in: str) -> None:
    """Made public (深圳经济特区安全生产监督管理条例 20), with where."""
    if not published_in.strip():
        raise Invalid(_("say where it is published"), field="published_in")
    draw.published_in, draw.published_at = published_in.strip(), clock.now()


@transition(Draw.State.REVEALED, Draw.State.PUBLISHED, title=_("plan its visits"))
def plan_drawn(draw: Draw, *, by: Actor, planned_on: date) -> dict[str, object]:
    """A visit by the two officers drawn to each enterprise drawn, unless it has one; those that cannot be planned are
    told with the reason."""
    if planned_on < timezone.localdate(clock.now()):
        raise Invalid(_("the date has passed already"), field="planned_on")
    known = set(Visit.objects.filter(draw=draw).values_list("enterprise__number", flat=True))
    firms = {firm.number: firm for firm in Enterprise.objects.filter(number__in=[row["site"] for row in draw.drawn])}
    names = {name for row in draw.drawn for name in row["officers"]}
    people = {person.number: person for person in Person.objects.filter(number__in=names)}
    left_out: dict[str, str] = {}
    for row in draw.drawn:
        firm = firms.get(row["site"])
        if row["site"] in known or firm is None:
            continue
        try:
            _plan_one(draw, firm, [people[name] for name in row["officers"]], by=by, on=planned_on)
        except AnshuError as error:
            left_out[firm.number] = str(error)
    return {"left_out": left_out}


def _plan_one(draw: Draw, firm: Enterprise, people: list[Person], *, by: Actor, on: date) -> None:
    if firm.site is None:
        raise Refused(_("its premises are not known"), code="no_site")
    if len(people) < 2:
        raise Refused(_("no two officers may go there"), code="no_officers")
    plan_visit(
        by=by,
        site=firm.site,
        enterprise=firm,
        checklist=draw.plan.checklist,
        kind=VisitKind.ENFORCEMENT,
        planned_on=on,
        lead=people[0],
        second=people[1],
        plan=draw.plan,
        draw=draw,
    )
