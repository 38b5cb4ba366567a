"""The people of the demonstration: streets, crews and the leader act through the transitions, under their accounts.

What the duty officer decides is left to whoever watches, unless the hands were told to play that part too, or nobody
has judged a red alarm for a minute of the wall clock.
"""

import hashlib
import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from anshu.access.models import Account
from anshu.access.policy import Person
from anshu.domains.incidents import queries
from anshu.domains.incidents import transitions as incidents
from anshu.domains.incidents.models import Incident, Instruction, Report, Task
from anshu.domains.incidents.transitions.loops import OPEN, report_owed
from anshu.domains.warnings.models import Alarm, Level, Warning
from anshu.domains.warnings.transitions import alarms, signals
from anshu.kernel import clock
from anshu.kernel.errors import AnshuError, Refused
from anshu.project.demo.accounts import LEADER, OFFICER

_logger = logging.getLogger(__name__)

"""How long each thing takes, in seconds of the storm: the quickest and the slowest."""
TAKES: dict[str, tuple[float, float]] = {
    "sign_for": (30, 150),
    "depart": (60, 240),
    "arrive": (0, 120),
    "progress": (180, 420),
    "finish": (480, 900),
    "verify": (120, 300),
    "send_team": (120, 300),
    "close": (120, 420),
    "close_alarm": (120, 420),
    "draft": (480, 720),
    "sign_report": (120, 300),
    "send_report": (60, 120),
    "relay": (60, 120),
    "acknowledge": (60, 180),
    "feed_back": (600, 1200),
    "judge": (30, 90),
    "read": (20, 60),
}
"""A thing that was refused is tried again after so many seconds of the storm, this often at most."""
AGAIN_S, TRIES = 180.0, 40
RED_UNJUDGED_WALL_S = 60.0
STEP_WALL_S = 1.0
UNIT_ON_THE_WAY_S = 480.0
"""What a crew must be able to do for an incident of a kind; to other kinds none is sent."""
SKILLS = {"waterlogging_point": "pump", "road_water_depth": "pump", "slope": "rescue", "reservoir": "rescue"}
SENDING = (Incident.State.OPENED, Incident.State.DISPATCHED, Incident.State.HANDLING)

Act = Callable[[], object]


@dataclass(frozen=True)
class Due:
    """Something that could be done now: the record, which thing, how to do it, and whether it must wait for more."""

    record: Any
    what: str
    act: Act
    extra_s: float = 0.0


@dataclass
class Hands:
    """Looks at what is open and does what has been open for long enough. The same seed takes the same time for it."""

    seed: int
    hands_off: bool = False
    people: dict[str, Person] = field(default_factory=dict)
    _seen: dict[tuple[str, str], tuple[datetime, float]] = field(default_factory=dict)
    _tries: dict[tuple[str, str], int] = field(default_factory=dict)

    def step(self) -> int:
        """Do what is due, for a second at most, because the storm does not wait; returns how much was done."""
        if not self.people:
            self.people = {account.username: Person(account) for account in Account.objects.filter(is_active=True)}
            if missing := {OFFICER, LEADER} - self.people.keys():
                raise Refused("the demonstration accounts are missing: %(missing)s", missing=", ".join(sorted(missing)))
        done, until = 0, time.monotonic() + STEP_WALL_S
        for due in self._everything():
            done += self._do(due)
            if time.monotonic() > until:
                break
        return done

    def busy(self) -> bool:
        """Whether something is under way that the hands will bring to its end; what has not recovered never ends."""
        return (
            Incident.objects.filter(state__in=OPEN, exercise=False).exclude(cleared_at=None).exists()
            or Report.objects.filter(state__in=(Report.State.DRAFT, Report.State.SIGNED)).exists()
        )

    @property
    def officer(self) -> Person:
        return self.people[OFFICER]

    @property
    def leader(self) -> Person:
        return self.people[LEADER]

    def of(self, territory: str) -> Person:
        """Who acts for an area: the officer of the street it lies in, else the district's."""
        for person in self.people.values():
            if any(role == "street_officer" and territory.startswith(area) for role, area in person.account.grant_rows):
                return person
        return self.officer

    def _everything(self) -> Iterator[Due]:
        yield from self._tasks()
        yield from self._incidents()
        yield from self._reports()
        yield from self._instructions()
        yield from self._verdicts()

    def _do(self, due: Due) -> int:
        key = (str(due.record.pk), due.what)
        now, wall = clock.now(), time.monotonic()
        since, _wall = self._seen.setdefault(key, (now, wall))
        if (now - since).total_seconds() < due.extra_s + self.takes(due) or self._tries.get(key, 0) >= TRIES:
            return 0
        try:
            due.act()
        except AnshuError as error:
            _logger.debug("%s of %s must wait: %s", due.what, due.record, error)
            self._seen[key] = (now - timedelta(seconds=due.extra_s + self.takes(due) - AGAIN_S), wall)
            self._tries[key] = self._tries.get(key, 0) + 1
            return 0
        self._seen.pop(key, None)
        return 1

    def takes(self, due: Due) -> float:
        """Seconds for one thing, drawn from what it is about, so that a storm played again takes as long."""
        low, high = TAKES[due.what]
        about = getattr(due.record, "incident", None) or due.record
        place = getattr(about, "site_id", None) and about.site.number
        text = f"{self.seed}:{due.what}:{place or about}:{getattr(due.record, 'team_id', None) is not None}"
        share = int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") / 2**32
        return low + (high - low) * share

    def _tasks(self) -> Iterator[Due]:
        ended = (Task.State.VERIFIED, Task.State.RETURNED, Task.State.STOOD_DOWN)
        for task in Task.objects.exclude(state__in=ended).select_related("incident__site", "team"):
            who = self.of(task.territory)
            if task.state == Task.State.ASSIGNED:
                yield Due(task, "sign_for", partial(incidents.sign_for, task, by=who))
            elif task.state == Task.State.SIGNED:
                yield Due(task, "depart", partial(incidents.depart, task, by=who))
            elif task.state == Task.State.MOVING:
                on_the_way = task.eta_min * 60 if task.eta_min is not None else UNIT_ON_THE_WAY_S
                yield Due(task, "arrive", partial(_arrive, task, who), on_the_way)
            elif task.state == Task.State.ON_SCENE:
                yield from self._on_scene(task, who)
            elif task.state == Task.State.FINISHED:
                yield Due(task, "verify", partial(incidents.verify, task, by=self.leader))

    def _on_scene(self, task: Task, who: Person) -> Iterator[Due]:
        key = (str(task.pk), "progressed")
        if key not in self._seen:
            yield Due(task, "progress", partial(self._progress, task, who, key))
        if not queries.alarms_not_recovered(task.incident).exists():
            yield Due(task, "finish", partial(incidents.finish, task, by=who, result=_result(task)))

    def _progress(self, task: Task, who: Person, key: tuple[str, str]) -> None:
        note = "已架设水泵，正在抽排" if task.team_id else "已设置警戒和绕行标志，人员车辆已劝离"
        incidents.progress(task, by=who, note=note)
        self._seen[key] = (clock.now(), time.monotonic())

    def _incidents(self) -> Iterator[Due]:
        for incident in Incident.objects.filter(state__in=OPEN, exercise=False).select_related("site"):
            has_team = Task.objects.filter(incident=incident).exclude(team=None).exists()
            grave = incident.kind in SKILLS and incident.level <= Level.ORANGE
            if grave and not has_team and incident.state in SENDING:
                yield Due(incident, "send_team", partial(self._send_team, incident))
            if incident.state == Incident.State.HANDLED:
                yield Due(incident, "close", partial(incidents.close, incident, by=self.leader))
            owed = report_owed(incident) and not Report.objects.filter(incident=incident).exclude(state="void").exists()
            if owed:
                yield Due(incident, "draft", partial(incidents.draft_first, by=self.officer, incident=incident))
        ready = Alarm.objects.filter(state=Alarm.State.CONFIRMED, exercise=False).exclude(recovered_at=None)
        for alarm in ready.select_related("site"):
            yield Due(alarm, "close_alarm", partial(alarms.close_alarm, alarm, by=self.leader))

    def _send_team(self, incident: Incident) -> None:
        """The nearest free crew that can do what the place needs."""
        found = [reach for reach in queries.nearest_teams(incident, SKILLS[incident.kind]) if not reach.busy]
        if not found:
            raise Refused("every crew is out")
        incidents.dispatch(incident, by=self.leader, team=found[0].team)

    def _reports(self) -> Iterator[Due]:
        for report in Report.objects.filter(state__in=(Report.State.DRAFT, Report.State.SIGNED), exercise=False):
            if report.state == Report.State.DRAFT:
                yield Due(report, "sign_report", partial(incidents.sign_report, report, by=self.leader))
            else:
                yield Due(report, "send_report", partial(incidents.send_report, report, by=self.officer))

    def _instructions(self) -> Iterator[Due]:
        for told in Instruction.objects.exclude(state=Instruction.State.CLOSED).filter(exercise=False):
            who = self.of(told.territory)
            if told.state == Instruction.State.RECEIVED:
                yield Due(told, "relay", partial(incidents.relay, told, by=self.officer))
            elif told.state == Instruction.State.RELAYED:
                yield Due(told, "acknowledge", partial(incidents.acknowledge_instruction, told, by=who))
            elif told.state == Instruction.State.SIGNED:
                words = "已按批示要求落实，现场人员车辆全部劝离，持续值守。"
                yield Due(told, "feed_back", partial(incidents.feed_back, told, by=who, feedback=words))
            else:
                yield Due(told, "close", partial(incidents.close_instruction, told, by=self.leader))

    def _verdicts(self) -> Iterator[Due]:
        if self.hands_off:
            for warning in Warning.objects.filter(state=Warning.State.RECEIVED, exercise=False):
                yield Due(warning, "read", partial(signals.read_warning, warning, by=self.officer))
        unjudged = Alarm.objects.filter(state=Alarm.State.RAISED, exercise=False, silenced_by=None, inhibited_by=None)
        for alarm in unjudged.select_related("site"):
            if self.hands_off or self._red_unjudged(alarm):
                yield Due(alarm, "judge", partial(alarms.confirm, alarm, by=self.officer))

    def _red_unjudged(self, alarm: Alarm) -> bool:
        """Whether it has been red for a minute of the wall clock without a verdict."""
        if alarm.level != Level.RED:
            return False
        _since, wall = self._seen.setdefault((str(alarm.pk), "red"), (clock.now(), time.monotonic()))
        return time.monotonic() - wall >= RED_UNJUDGED_WALL_S


def _arrive(task: Task, who: Person) -> None:
    """At the place itself, as the position of the telephone says."""
    where = task.incident.position
    if where is None:
        incidents.arrive(task, by=who, reason="现场无定位")
    else:
        incidents.arrive(task, by=who, lon=where.lon, lat=where.lat)


def _result(task: Task) -> str:
    return "积水已抽排完毕，路面恢复通行，水泵留守观察" if task.team_id else "警戒已撤除，道路恢复通行，周边巡查无异常"
