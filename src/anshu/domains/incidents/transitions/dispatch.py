"""Sending somebody: who, why, by when; and what the incident learns from the tasks sent."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from anshu.access.policy import Actor
from anshu.domains.incidents import queries
from anshu.domains.incidents.models import Incident, Task
from anshu.domains.incidents.queries.roads import LIVE, minutes_for
from anshu.domains.incidents.transitions.loops import OPEN, UNDISPATCHED
from anshu.domains.people.models import Organisation
from anshu.domains.teams.models import Team
from anshu.kernel import clock
from anshu.kernel.errors import Refused
from anshu.workflow import clocks
from anshu.workflow.clocks import WORK
from anshu.workflow.transitions import opening, transition

LINKS = ("answered_at", "departed_at", "arrived_at")


@opening(to=Task.State.ASSIGNED, title=_("assign"))
def assign(
    *,
    by: Actor,
    incident: Incident,
    order_text: str,
    explanation: dict[str, Any],
    organisation: Organisation | None = None,
    team: Team | None = None,
) -> Task:
    """Make the task of one unit or team. Its area is the unit's, so that the unit can sign for it wherever the
    incident is."""
    unit = team.organisation if team and team.organisation else organisation
    territory = (unit.territory if unit else "") or (team.territory if team else "") or incident.territory
    return Task(
        incident=incident,
        organisation=organisation or (team.organisation if team else None),
        team=team,
        order_text=order_text,
        level=incident.level,
        explanation=explanation,
        territory=territory,
        eta_min=minutes_for(incident, team) if team else None,
        lon=incident.lon,
        lat=incident.lat,
        exercise=incident.exercise,
        generated=incident.generated,
    )


@transition(OPEN, title=_("dispatch"), key="d")
def dispatch(
    incident: Incident,
    *,
    by: Actor,
    organisation: Organisation | None = None,
    team: Team | None = None,
    order_text: str = "",
) -> dict[str, Any]:
    """Send a unit or a team; neither named, the one that the rules of responsibility choose. Never the same twice."""
    routing = queries.owners(incident)
    if organisation is None and team is None:
        if routing.winner is None:
            raise Refused(_("no rule names a unit for this place: choose one"), code="no_owner")
        organisation = routing.winner.organisation
    return _send(incident, by, routing, (organisation, team), order_text)


@transition(Incident.State.OPENED, title=_("dispatched by rule"))
def dispatch_by_rule(incident: Incident, *, by: Actor) -> dict[str, Any]:
    """Send the unit of the first rule that names one, when nobody has done so in time; without one, start the clock
    that asks a person to choose."""
    routing = queries.owners(incident)
    if routing.winner is None:
        clocks.start(incident, "undispatched", UNDISPATCHED)
        return {"explanation": routing.data}
    return _send(incident, by, routing, (routing.winner.organisation, None), "")


def _send(
    incident: Incident,
    by: Actor,
    routing: queries.Routing,
    to: tuple[Organisation | None, Team | None],
    order_text: str,
) -> dict[str, Any]:
    organisation, team = to
    _refuse_twice(incident, organisation, team)
    explanation = routing.data | {"chosen": _why_chosen(routing, organisation, team), "ordered_by": by.name}
    words = order_text.strip() or str(_("deal with: %(title)s")) % {"title": incident.title}
    task = assign(
        by=WORK,
        incident=incident,
        organisation=organisation,
        team=team,
        order_text=words[:300],
        explanation=explanation,
    )
    incident.state = Incident.State.HANDLING if incident.arrived_at else Incident.State.DISPATCHED
    clocks.stop(incident, "undispatched")
    return {"task": task, "rule": explanation["chosen"]}


def _why_chosen(routing: queries.Routing, organisation: Organisation | None, team: Team | None) -> str:
    """The rule that names the unit, `nearest` for a team, or `by_hand` when no rule names it."""
    if team is not None:
        return "nearest"
    return next((c.rule for c in routing.candidates if c.organisation == organisation), "by_hand")


def _refuse_twice(incident: Incident, organisation: Organisation | None, team: Team | None) -> None:
    live = Task.objects.filter(incident=incident, state__in=LIVE, team=team)
    twin = (live if team is not None else live.filter(organisation=organisation)).first()
    if twin is not None:
        raise Refused(
            _("%(unit)s has task %(number)s for this incident already"),
            unit=team or organisation,
            number=twin.number,
            code="sent_already",
        )
    if team is not None and not team.ready:
        raise Refused(_("%(team)s is not ready"), team=team, code="team_not_ready")


@transition(OPEN, title=_("sent to the next"))
def reroute(incident: Incident, *, by: Actor, task: Task, reason: str) -> dict[str, Any]:
    """A unit returned its task: send the next candidate; with none left, the incident is to be dispatched again."""
    if task.team is not None:
        team = next_team(incident, task.team)
        if team is not None:
            return {"returned": task} | _send(incident, by, queries.owners(incident), (None, team), task.order_text)
    routing = queries.owners(incident)
    winner = routing.winner.organisation if routing.winner else None
    if (
        winner is None
        or Task.objects.filter(incident=incident, state__in=LIVE, team=None, organisation=winner).exists()
    ):
        if not Task.objects.filter(incident=incident, state__in=LIVE).exists():
            incident.state = Incident.State.OPENED
        return {"returned": task, "explanation": routing.data}
    return {"returned": task} | _send(incident, by, routing, (winner, None), task.order_text)


def next_team(incident: Incident, gone: Team) -> Team | None:
    """The nearest free team that shares a skill with the one that will not come and has not refused itself."""
    refused = set(Task.objects.filter(incident=incident, state=Task.State.RETURNED).values_list("team_id", flat=True))
    for reach in queries.nearest_teams(incident, limit=50):
        shared = set(reach.team.skills) & set(gone.skills)
        if shared and not reach.busy and reach.team.pk not in refused and reach.team.pk != gone.pk:
            return reach.team
    return None


@transition(OPEN, title=_("chain goes on"))
def reach_link(incident: Incident, *, by: Actor, link: str, cause: Any) -> dict[str, Any]:
    """Write the hour of a link of the chain, once; the first arrival makes the incident one that is being handled."""
    if link not in LINKS:
        raise Refused(_("%(link)s is no link of the chain"), link=link, code="no_link")
    if getattr(incident, link) is None:
        setattr(incident, link, clock.now())
    if link == "arrived_at" and incident.state == Incident.State.DISPATCHED:
        incident.state = Incident.State.HANDLING
    return {"cause": cause}


@transition(
    Incident.State.DISPATCHED, Incident.State.HANDLING, to=Incident.State.HANDLED, title=_("all tasks finished")
)
def complete(incident: Incident, *, by: Actor) -> None:
    """No task is left in the field: what was done is to be checked."""


@transition(Incident.State.OPENED, Incident.State.HANDLED, to=Incident.State.HANDLING, title=_("work goes on"))
def resume(incident: Incident, *, by: Actor, task: Task) -> None:
    """What was done was not enough; the unit goes on."""


def note_link(incident: Incident, link: str, cause: Any) -> None:
    """Let the incident know that a link was reached, unless it knows already or has ended."""
    fresh = Incident.objects.get(pk=incident.pk)
    if fresh.state in OPEN and getattr(fresh, link) is None:
        reach_link(incident, by=WORK, link=link, cause=cause)


def note_arrival(incident: Incident, task: Task) -> None:
    """As `note_link`, for arrivals: a later arrival too makes a dispatched incident one that is being handled."""
    fresh = Incident.objects.get(pk=incident.pk)
    if fresh.arrived_at is None or fresh.state == Incident.State.DISPATCHED:
        reach_link(incident, by=WORK, link="arrived_at", cause=task)


def note_end(incident: Incident, ending: Iterable[Any]) -> None:
    """A task is about to leave the field: when it was the last, the incident is to be checked."""
    fresh = Incident.objects.get(pk=incident.pk)
    left = Task.objects.filter(incident=incident, state__in=LIVE).exclude(pk__in=ending)
    if fresh.state in (Incident.State.DISPATCHED, Incident.State.HANDLING) and not left.exists():
        complete(incident, by=WORK)


clocks.EXPIRY["incidents.dispatch_by_rule"] = dispatch_by_rule
