"""Whom alarms that never rose would have called: the way of real ones, walked without a step being taken.

Each alarm is taken to be found true when the limit of its verdict ends. It is absorbed by the incident that would have
absorbed it, or opens one; the incident is dispatched to the unit that the rules of responsibility choose when the limit
of dispatch ends; the unit is called if the level by then is one that calls. An incident stays open until its last
alarm has recovered and the limit of closing has ended. Silences and inhibition are not looked at: it is the most that a
rule can cause.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np
from django.utils import timezone

from anshu.domains.devices.models import Channel
from anshu.domains.incidents.models import Incident
from anshu.domains.incidents.queries.routing import owners
from anshu.domains.incidents.queries.surroundings import kind_of, nearest_absorbing
from anshu.domains.people.models import Organisation
from anshu.domains.warnings.models import Alarm, Level, color
from anshu.domains.warnings.queries.calls import Candidate, candidates, chain_at
from anshu.engines.backtest import Spells
from anshu.workflow import rules

"""Who is on shift is asked once for each quarter of an hour."""
QUARTER_MS = 900_000


@dataclass(frozen=True)
class CallOut:
    """A call-out that would have begun: when, at which level, which unit, and who of it would have rung first (nobody:
    empty)."""

    at: datetime
    level: Level
    unit: str
    person: str
    post: str
    channel: int

    @property
    def hour(self) -> int:
        """Of the local day."""
        return timezone.localtime(self.at).hour


@dataclass(frozen=True)
class Foreseen:
    """What a recording's alarms would have set in motion."""

    incidents: int
    absorbed: int
    call_outs: tuple[CallOut, ...]

    @property
    def by_hour(self) -> list[int]:
        """Call-outs by hour of the local day."""
        count = Counter(call.hour for call in self.call_outs)
        return [count[hour] for hour in range(24)]

    @property
    def at_night(self) -> int:
        return sum(is_night(call.hour) for call in self.call_outs)

    @property
    def by_person(self) -> list[tuple[CallOut, int, int]]:
        """Who would have been rung first how often, and how often of these at night; the most burdened first."""
        calls: dict[tuple[str, str], list[CallOut]] = {}
        for call in self.call_outs:
            calls.setdefault((call.unit, call.person), []).append(call)
        rows = [(mine[0], len(mine), sum(is_night(call.hour) for call in mine)) for mine in calls.values()]
        return sorted(rows, key=lambda row: (-row[2], -row[1], row[0].unit, row[0].person))


def is_night(hour: int) -> bool:
    """Whether an hour of the local day is one in which people sleep, by the rule pack."""
    night = rules.at("back_tests/night")
    begins, ends = (
        int((night.limit(name).elapsed or timedelta(0)).total_seconds() // 3600) for name in ("from", "until")
    )
    return hour >= begins or hour < ends if begins > ends else begins <= hour < ends


@dataclass
class Standing:
    """An incident that would be open, and until when."""

    incident: Incident
    until: datetime


@dataclass
class Walk:
    """The way of the alarms of a recording, in the order in which they rise."""

    channels: Mapping[int, Channel]
    standing: list[Standing] = field(default_factory=list)
    absorbed: int = 0
    opened: int = 0
    _units: dict[tuple[object, str], Organisation | None] = field(default_factory=dict)
    _candidates: dict[object, list[Candidate]] = field(default_factory=dict)
    _firsts: dict[tuple[object, int], tuple[str, str]] = field(default_factory=dict)

    def take(self, spells: Spells) -> Iterator[CallOut]:
        for place in np.argsort(spells.from_ms, kind="stable"):
            spell = spells.some(np.array([place]))
            channel = self.channels.get(int(spell.channel[0]))
            if channel is not None:
                yield from self._follow(spell, _alarm(spell, channel))

    def _follow(self, spell: Spells, alarm: Alarm) -> Iterator[CallOut]:
        """What one alarm sets in motion."""
        over = _at(int(spell.to_ms[0])) + _limit("sense_loop_limits/incident.close")
        self.standing = [each for each in self.standing if each.until > alarm.raised_at]
        found = nearest_absorbing([each.incident for each in self.standing], alarm)
        if found is not None:
            self.absorbed += 1
            own = next(each for each in self.standing if each.incident is found)
            own.until = max(own.until, over)
            return
        self.opened += 1
        incident = _incident(alarm)
        self.standing.append(Standing(incident, over))
        judged = alarm.raised_at + _limit("sense_loop_limits/verdict", color(alarm))
        at = judged + _limit("sense_loop_limits/dispatch")
        level = _level(spell, at)
        if level.name.lower() in rules.at("call_outs/warn_colours").items():
            unit = self._unit(incident)
            person, post = self._first(unit, at) if unit is not None else ("", "")
            yield CallOut(at, level, str(unit or ""), person, post, alarm.channel.slot)

    def _unit(self, incident: Incident) -> Organisation | None:
        key = (incident.site_id, incident.territory)
        if key not in self._units:
            winner = owners(incident).winner
            self._units[key] = winner.organisation if winner else None
        return self._units[key]

    def _first(self, unit: Organisation, at: datetime) -> tuple[str, str]:
        """Name and post of whoever of the unit would be rung first."""
        quarter = int(at.timestamp() * 1000) // QUARTER_MS
        if (unit.pk, quarter) not in self._firsts:
            if unit.pk not in self._candidates:
                self._candidates[unit.pk] = list(candidates(unit, None, unit.territory))
            chain, _gaps = chain_at(self._candidates[unit.pk], _at(quarter * QUARTER_MS))
            first = next((link for link in chain if not link["skipped"]), {"name": "", "post": ""})
            self._firsts[unit.pk, quarter] = (first["name"], first["post"])
        return self._firsts[unit.pk, quarter]


def foresee(spells: Spells) -> Foreseen:
    """What the alarms would have set in motion; those on channels that are not in the register set nothing."""
    slots = np.unique(spells.channel).tolist()
    rows = Channel.objects.filter(slot__in=slots).select_related("device__site")
    walk = Walk({channel.slot: channel for channel in rows})
    call_outs = tuple(walk.take(spells))
    return Foreseen(walk.opened, walk.absorbed, call_outs)


def _alarm(spell: Spells, channel: Channel) -> Alarm:
    """The alarm that the sense step would have raised, as far as routing and absorbing look at it."""
    rose = _at(int(spell.from_ms[0]))
    return Alarm(
        channel=channel,
        site=channel.device.site,
        level=_level(spell, rose),
        sensed_at=rose,
        raised_at=rose,
        territory=channel.territory,
        lon=channel.lon,
        lat=channel.lat,
    )


def _level(spell: Spells, at: datetime) -> Level:
    """The gravest level of one spell up to an instant."""
    return Level(str(int(spell.level_at(np.array([round(at.timestamp() * 1000)]))[0])))


def _incident(alarm: Alarm) -> Incident:
    """The incident that the alarm would open, with what routing and absorbing look at."""
    site = alarm.site
    where = alarm if alarm.position is not None or site is None else site
    return Incident(
        kind=kind_of(alarm)[:40],
        level=alarm.level,
        site=site,
        sensed_at=alarm.sensed_at,
        territory=alarm.territory,
        lon=where.lon,
        lat=where.lat,
    )


def _limit(path: str, variant: str | None = None) -> timedelta:
    rule = rules.at(path)
    name = None if isinstance(rule.value, str) else variant if variant in rule.value else "default"  # type: ignore[operator]
    return rule.limit(name).elapsed or timedelta(0)


def _at(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, tz=UTC)
