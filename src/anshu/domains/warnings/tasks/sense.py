"""The sense step: readings that have come in → the engine's decisions → alarms, all in one transaction.

What the engine remembers is saved together with what it decided, and with how far it had read. After a crash it reads
on from there, decides the same again, and nothing is missing or doubled. Where a cluster has sensed until now
(`cluster.py`), the bookmark says where its state lies, and this goes on from there.
"""

import json
import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from anshu.access.policy import Robot
from anshu.cluster.collecting import whole
from anshu.cluster.run import Run
from anshu.domains.warnings.models import Alarm, Holding, Level
from anshu.domains.warnings.queries.held import held
from anshu.domains.warnings.queries.measured import worst
from anshu.domains.warnings.queries.muting import KNOWN, kept_off
from anshu.domains.warnings.rules import ladders
from anshu.domains.warnings.rules.compounds import Part, Place, read_key
from anshu.domains.warnings.rules.ladders import Watch
from anshu.domains.warnings.transitions.alarms import OPEN, arrive, lose_sight, raise_alarm, recover, regrade
from anshu.domains.warnings.transitions.groups import place
from anshu.domains.warnings.transitions.muting import review, settle_if_done
from anshu.engines.sensing import (
    Abandoned,
    Batch,
    Decision,
    Kind,
    RuleTable,
    State,
    advance,
    dump,
    load,
    new_state,
    recompile,
)
from anshu.kernel import clock
from anshu.kernel.errors import Refused
from anshu.telemetry.store import Store
from anshu.workflow import clocks, log
from anshu.workflow.models import Bookmark

SENSE = Robot("sense")
BATCH = 20_000
SAVE_EVERY_S = 5.0
LOOK_FOR_RULES_S = 2.0
LEFT_TO_A_CLUSTER = b"anshu.cluster\0"

_logger = logging.getLogger(__name__)


@dataclass
class Sense:
    """The one process that turns readings into alarms. `turn` does a batch and says whether more are waiting."""

    store: Store
    table: RuleTable = field(init=False)
    meanings: dict[str, ladders.Meaning] = field(init=False)
    state: State = field(init=False)
    position: int = field(init=False)
    _seen_rules: tuple[object, ...] = field(init=False)
    # Real seconds, not those of the installation's clock, which may run fast or be set back.
    _saved_at: float = 0.0
    _looked_at: float = 0.0

    def __post_init__(self) -> None:
        self._read()
        gather()

    def _read(self) -> None:
        """Begin where what was saved last leaves off."""
        self._seen_rules = ladders.fingerprint()
        self.table, self.meanings = ladders.table()
        mark = Bookmark.objects.filter(name="sense").first()
        self.position = mark.position if mark else 0
        self.state = new_state(self.table)
        if mark and mark.state:
            self._carry_over(*remembered(bytes(mark.state)))

    def turn(self) -> bool:
        """Take the next batch of readings. Also without any: silence is noticed by the passing of time alone."""
        now = clock.now()
        self._follow_rules()
        batch = self.store.tail(self.position, BATCH)
        # A backlog is judged by when it came in: a replay decides the same, and our outage is not their silence.
        now_ms = int(batch.received_ms[-1]) if len(batch.seq) else int(now.timestamp() * 1000)
        read = Batch(batch.channel, batch.at_ms, batch.value)
        decisions = advance(self.table, self.state, read, now_ms).decisions
        last = int(batch.seq[-1]) if len(batch.seq) else self.position
        if decisions or time.monotonic() - self._saved_at >= SAVE_EVERY_S:
            try:
                with transaction.atomic():
                    log.lock()
                    for decision in decisions:
                        enact(decision, self.meanings[self.table.keys[decision.rule]], self.store)
                    self._save(self.state, last, now)
            except BaseException:
                self._read()  # the engine has moved on in place; what it decided was not kept
                raise
        self.position = last
        return len(batch.seq) == BATCH

    def _save(self, state: State, position: int, now: datetime) -> None:
        Bookmark.objects.update_or_create(
            name="sense", defaults={"position": position, "state": dump(self.table, state), "saved_at": now}
        )
        self._saved_at = time.monotonic()

    def _follow_rules(self) -> None:
        """Take in rules and channels that were changed since we last looked."""
        if time.monotonic() - self._looked_at < LOOK_FOR_RULES_S:
            return
        self._looked_at = time.monotonic()
        seen = ladders.fingerprint()
        if seen != self._seen_rules:
            self._seen_rules = seen
            before, state = self.table, self.state
            self.table, self.meanings = ladders.table()
            self._carry_over(before, state)

    def _carry_over(self, before: RuleTable, state: State) -> None:
        """Go on with rules that are still the same; alarms of a changed rule recover, and rise anew if still due."""
        self.state, abandoned = recompile(state, before, self.table)
        give_up(abandoned)


def remembered(state: bytes) -> tuple[RuleTable, State]:
    """What the bookmark holds: the engine's rules and state, or where a cluster keeps them."""
    if not state.startswith(LEFT_TO_A_CLUSTER):
        return load(state)
    run, epoch = left_to(state)
    try:
        return whole(run, epoch)
    except FileNotFoundError as error:
        problem = _("the state of the sensing cluster is not at %(path)s (%(missing)s): bring that folder back")
        raise Refused(problem, code="cluster_folder", path=str(run.path), missing=str(error.filename)) from error


def left_to(state: bytes) -> tuple[Run, int]:
    """The run of a cluster that a bookmark speaks of, and the last epoch whose decisions have become alarms."""
    said = json.loads(state[len(LEFT_TO_A_CLUSTER) :])
    return Run(Path(said["path"])), said["epoch"]


def leave_to(run: Run, epoch: int) -> bytes:
    """What a bookmark says of that."""
    return LEFT_TO_A_CLUSTER + json.dumps({"path": str(run.path), "epoch": epoch}).encode()


def begin_anew() -> None:
    """Forget what was remembered, as when a cluster's folder is lost: open alarms recover, and rise anew if due."""
    with transaction.atomic():
        log.lock()
        for alarm in Alarm.objects.filter(state__in=OPEN, recovered_at=None).order_by("raised_at", "number"):
            recover(alarm, by=SENSE, value=alarm.value, at=clock.now())
        Holding.objects.all().delete()
        Bookmark.objects.filter(name="sense").update(state=b"")


def give_up(abandoned: Iterable[Abandoned]) -> None:
    """Rules have changed under open alarms: those recover. Conditions of compounds hold no longer."""
    for lost in abandoned:
        key = read_key(lost.key)
        if key is not None and key.place is not None:
            Holding.objects.filter(rule_id=key.rule, place=key.place, channel__slot=key.slot).delete()
        elif key is not None:
            alarm = Alarm.objects.filter(rule_id=key.rule, channel__slot=key.slot, state__in=OPEN).first()
            if alarm is not None and alarm.recovered_at is None:
                recover(alarm, by=SENSE, value=alarm.value, at=clock.now())


def note(decision: Decision, part: Part) -> None:
    """Keep how a condition of a compound stands on one channel, so that an alarm can say why it rose."""
    at = datetime.fromtimestamp(decision.at_ms / 1000, UTC)
    if decision.kind is Kind.CLEAR:
        Holding.objects.filter(rule=part.rule, place=part.place, channel=part.channel).update(ended_at=at)
    elif decision.kind is Kind.RAISE:
        row = Holding(rule=part.rule, place=part.place, channel=part.channel, value=decision.value or 0.0, since_at=at)
        one, moved = ("rule", "place", "channel"), ("value", "since_at", "ended_at")
        Holding.objects.bulk_create([row], update_conflicts=True, unique_fields=one, update_fields=moved)


def enact(decision: Decision, watch: ladders.Meaning, store: Store) -> None:
    """Make of a decision what it means for the alarm of that rule on that channel."""
    if isinstance(watch, Part):
        note(decision, watch)
    elif watch is not None:
        move(decision, watch, store)


def move(decision: Decision, watch: Watch | Place, store: Store) -> None:
    """Raise, move or clear the alarm of a rule on a channel."""
    alarm = Alarm.objects.filter(rule=watch.rule, channel=watch.channel, state__in=OPEN).first()
    at = datetime.fromtimestamp(decision.at_ms / 1000, UTC)
    if decision.kind in (Kind.STALE, Kind.FRESH):
        if alarm is not None:
            lose_sight(alarm, by=SENSE, blind=decision.kind is Kind.STALE)
        return
    value = decision.value if decision.value is not None else 0.0
    if decision.kind is Kind.CLEAR:
        if alarm is not None:
            recover(alarm, by=SENSE, value=value, at=at, peak=worst(alarm, store, at))
        return
    level, reason = Level(str(int(decision.level))), ladders.why(decision, watch)
    if isinstance(watch, Place):
        reason["conditions"] = held(watch, at)
    if alarm is not None:
        regrade(alarm, by=SENSE, level=level, value=value, why=reason)
    elif decision.kind is Kind.STEP_DOWN:
        # Judged false or test while it stood higher: it stays judged until it has cleared.
        _logger.info("%s came down a step without an open alarm", watch.key)
    else:
        raise_alarm(
            by=SENSE, rule=watch.rule, channel=watch.channel, level=level, value=value, sensed_at=at, why=reason
        )


def gather() -> None:
    """Put open alarms into groups that have none, such as those raised before there were groups; and look again at what
    is kept off the desk, because a rule pack may say otherwise since the last start."""
    with transaction.atomic():
        log.lock()
        alone = Alarm.objects.filter(state__in=OPEN, group=None, silenced_by=None, inhibited_by=None)
        for alarm in alone.select_related(*KNOWN).order_by("raised_at"):
            if alarm.state == Alarm.State.RAISED:
                clocks.stop(alarm, "state")
                arrive(alarm)
            else:
                place(alarm, alarm.sensed_at)
                settle_if_done(alarm)
        for alarm in kept_off():
            review(alarm)
