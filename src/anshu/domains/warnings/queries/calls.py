"""Questions about call-outs: who would be called in which order, what is wrong with it, how far a call-out is."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from anshu.access.policy import Actor, visible_to
from anshu.domains.people.models import Organisation, Person, Responsibility
from anshu.domains.places.models import Area, Site
from anshu.domains.warnings.models import Call, CallOut, Level
from anshu.domains.warnings.rules.calls import Link, Pace, Past
from anshu.kernel import clock
from anshu.workflow import rules

"""Who of a unit is on shift at an instant, or None when it keeps no roster; domains with rosters enter themselves."""
ROSTERS: list[Callable[[Organisation, datetime], Collection[UUID] | None]] = []

WHY: Mapping[str, str | Promise] = {
    "site_owner": _("answerable for the site"),
    "area_owner": _("answerable for the area"),
    "head": _("head of the unit"),
    "deputy": _("deputy head of the unit"),
    "duty_officer": _("duty officer of the unit"),
    "superior_head": _("head of the superior unit"),
    "superior_deputy": _("deputy head of the superior unit"),
    "superior_duty_officer": _("duty officer of the superior unit"),
}
FINDINGS: Mapping[str, str | Promise] = {
    "no_phone": _("has no telephone number"),
    "phone_dead": _("the telephone does not work"),
    "on_leave": _("is on leave today"),
    "off_shift": _("is not on shift"),
    "untested": _("the telephone was never tested"),
    "nobody": _("nobody can be called"),
}
RANKS = {3: "duty_officer", 2: "deputy", 1: "head"}
"""How many units upwards are called; a guard against units that are each other's superior."""
HIGHEST = 4


@dataclass(frozen=True)
class Candidate:
    """Somebody who may stand in the chain, and why."""

    person: Person
    why: str


def preflight(
    organisation: Organisation | None, site: Site | None, territory: str
) -> tuple[list[dict[str, Any]], list[dict[str, str]]]:
    """The order of calling, and what was found wrong with it before anybody is called.

    First whoever answers for the site, then for the area; then of the unit, and of each superior one, the first
    officer, deputy and head who can be called. People without a working channel stand in it with the reason
    (`skipped`).
    """
    chain, gaps = chain_at(candidates(organisation, site, territory), clock.now())
    if all(link["skipped"] for link in chain):
        gaps.append({"person": "", "name": str(organisation or site or territory), "finding": "nobody"})
    return chain, gaps


def chain_at(among: Iterable[Candidate], at: datetime) -> tuple[list[dict[str, Any]], list[dict[str, str]]]:
    """The order of calling at an instant among those who come into question, and what was found wrong with them."""
    longest = int(rules.at("call_outs/chain_longest").number())
    chain: list[dict[str, Any]] = []
    gaps: list[dict[str, str]] = []
    reached: set[tuple[UUID, int]] = set()
    for candidate in among:
        person = candidate.person
        turn = (person.organisation_id, person.rank) if candidate.why.endswith(tuple(RANKS.values())) else None
        if any(link["person"] == str(person.pk) for link in chain) or turn in reached:
            continue
        findings = list(_findings(person, at))
        gaps += [{"person": str(person.pk), "name": person.name, "finding": finding} for finding in findings]
        skipped = next((finding for finding in findings if finding != "untested"), "")
        chain.append(
            {
                "person": str(person.pk),
                "name": person.name,
                "post": person.post,
                "rank": person.rank,
                "unit": person.organisation.name,
                "why": candidate.why,
                "skipped": skipped,
            }
        )
        if turn is not None and not skipped:
            reached.add(turn)
        if sum(not link["skipped"] for link in chain) >= longest:
            break
    return chain, gaps


def candidates(organisation: Organisation | None, site: Site | None, territory: str) -> Iterator[Candidate]:
    """Everybody who may stand in the chain, in order, whether they can be called or not."""
    answerable = Responsibility.objects.select_related("person__organisation").order_by("order", "number", "id")
    if site is not None:
        yield from (Candidate(row.person, "site_owner") for row in answerable.filter(site=site))
    if territory:
        yield from (Candidate(row.person, "area_owner") for row in answerable.filter(site=None, territory=territory))
    unit, height, seen = organisation, 0, set[UUID]()
    while unit is not None and unit.pk not in seen and height < HIGHEST:
        seen.add(unit.pk)
        for rank, why in RANKS.items():
            people = Person.objects.select_related("organisation").filter(organisation=unit, rank=rank)
            for person in people.order_by("number", "id"):
                yield Candidate(person, f"superior_{why}" if height else why)
        unit, height = unit.superior, height + 1


def _findings(person: Person, now: datetime) -> Iterator[str]:
    today = timezone.localtime(now).date()
    if not person.phone:
        yield "no_phone"
    elif person.phone_state == Person.PhoneState.DEAD:
        yield "phone_dead"
    elif person.phone_state == Person.PhoneState.UNTESTED:
        yield "untested"
    begins, ends = person.leave_from, person.leave_until
    if (begins or ends) and (begins is None or begins <= today) and (ends is None or today <= ends):
        yield "on_leave"
    if person.rank == 3:
        rosters = [on_shift for roster in ROSTERS if (on_shift := roster(person.organisation, now)) is not None]
        if rosters and not any(person.pk in on_shift for on_shift in rosters):
            yield "off_shift"


def message(words: Mapping[str, str]) -> str:
    """What is read out, in the language of the installation."""
    return _now("Attention, level %(level)s. Place: %(place)s. Do this now: %(action)s.") % {
        "level": Level(words["level"]).label,
        "place": words["place"],
        "action": words["action"],
    }


def decoys(call_out: CallOut) -> list[str]:
    """Two other places of the district, for the one that was named to be told from."""
    levels = (Area.Level.STREET, Area.Level.COMMUNITY)
    district = Area.objects.filter(level__in=levels, number__startswith=call_out.territory[:6])
    areas = district.exclude(name=call_out.place)
    return list(areas.order_by("level", "number").values_list("name", flat=True)[:2])


def pace() -> Pace:
    """How often and how fast one person is tried, by the rule packs."""
    tries = int(rules.at("call_outs/tries").number())
    within = rules.at("call_outs/tries_within").limit().elapsed or timedelta(minutes=5)
    return Pace(tries, within / tries)


def links(call_out: CallOut) -> list[Link]:
    """Those of the chain who can be called, in order."""
    return [Link(step, row["person"]) for step, row in enumerate(call_out.chain) if not row["skipped"]]


def past(call: Call) -> Past:
    """A call as the rule of the next step reads it."""
    return Past(
        person=str(call.person_id),
        channel=call.channel,
        rings_at=call.rings_at,
        active=call.state in (Call.State.WAITING, Call.State.RINGING, Call.State.LISTENING),
        failed=call.state == Call.State.FAILED,
        decided=bool(call.read_back.get("decided")),
    )


@dataclass(frozen=True)
class Progress:
    """How far a call-out is: the call under way or next, and who comes after that person."""

    call: Call | None
    tries: int
    heard_s: float
    needed_s: float
    after: str


def progress(call_out: CallOut) -> Progress:
    """What the desk shows: name, try 2 of 3, heard 14 of 20 s, and who is next."""
    call = Call.objects.filter(call_out=call_out).select_related("person").order_by("-step", "-attempt").first()
    following = [link for link in call_out.chain if not link["skipped"]]
    names = [link["person"] for link in following]
    place = names.index(str(call.person_id)) if call and str(call.person_id) in names else -1
    needed = rules.at("call_outs/message_heard").limit().elapsed or timedelta(seconds=20)
    return Progress(
        call=call,
        tries=pace().tries,
        heard_s=(call.heard_s or 0.0) if call else 0.0,
        needed_s=needed.total_seconds(),
        after=following[place + 1]["name"] if place + 1 < len(following) else "",
    )


def under_way(actor: Actor) -> "QuerySet[CallOut]":
    """Call-outs that somebody still has to answer, gravest and oldest first, as far as the actor may see them."""
    open_states = (CallOut.State.CALLING, CallOut.State.UNANSWERED)
    rows = CallOut.objects.filter(state__in=open_states).select_related("organisation").order_by("level", "created_at")
    return visible_to(actor, rows, "warnings.view")
