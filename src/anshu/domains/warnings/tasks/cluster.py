"""Sensing left to a cluster: readings go out as segments, decisions come back and become alarms.

The same bookmark as that of `sense.py` says up to which epoch decisions have become alarms, in the transaction in which
they do, and up to which reading. How far readings have gone out is told by the segments themselves. So either may be
killed at any moment, and the one engine goes on where the other has been.
"""

import logging
import time
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from anshu.cluster.collecting import Epoch, collect
from anshu.cluster.run import Parting, Run
from anshu.domains.warnings.rules import ladders
from anshu.domains.warnings.tasks import sense
from anshu.domains.warnings.tasks.sense import LEFT_TO_A_CLUSTER, enact, gather, give_up, leave_to, left_to
from anshu.engines.sensing import Batch, dump, dump_rules, new_state
from anshu.kernel import clock
from anshu.kernel.errors import Refused
from anshu.telemetry.store import Store
from anshu.workflow import log
from anshu.workflow.models import Bookmark

SHIP_EVERY_S = 0.5  # unless a whole batch waits
TICK_S = 1.0  # a call without readings, by which silence is noticed
MOST_WAITING = 2000  # segments; when a cluster stands still for longer, readings wait in the store

_logger = logging.getLogger(__name__)


@dataclass
class ClusterSense:
    """What one machine does when a cluster senses. `turn` sends and collects, and says whether more is waiting."""

    store: Store
    folder: Path
    buckets: int
    run: Run = field(init=False)
    epoch: int = field(init=False)  # the last that has been collected
    meanings: dict[str, ladders.Meaning] = field(init=False)
    _parting: Parting = field(init=False)
    _seen_rules: tuple[object, ...] = field(init=False)
    _next: int = field(init=False)  # segment
    _position: int = field(init=False)  # last reading that has gone out
    # Real seconds, as in `sense.py`.
    _sent_at: float = 0.0
    _looked_at: float = 0.0

    def __post_init__(self) -> None:
        mark, _made = Bookmark.objects.get_or_create(name="sense")
        state = bytes(mark.state)
        if state.startswith(LEFT_TO_A_CLUSTER):
            self.run, self.epoch = left_to(state)
        else:
            self._begin(mark, state)
        if not (self.run.path / "start").exists():
            problem = _("the folder of the sensing cluster is not at %(path)s: bring it back")
            raise Refused(problem, code="cluster_folder", path=str(self.run.path))
        self.run.make_current()
        gone = self.run.segment_numbers()
        self._next = gone[-1] + 1 if gone else 0
        self._position = self.run.head(gone[-1]).last_seq if gone else self.run.start_seq()
        self._read_rules()
        gather()

    def _begin(self, mark: Bookmark, state: bytes) -> None:
        """A new run, from where the engine on one machine leaves off."""
        table, _meanings = ladders.table()
        snapshot = state or dump(table, new_state(table))
        self.run, self.epoch = Run.begin(self.folder, f"run-{uuid4().hex}", snapshot, mark.position), -1
        mark.state = leave_to(self.run, self.epoch)
        mark.save()

    def turn(self) -> bool:
        """Send the next batch, collect the next epoch."""
        if time.monotonic() - self._looked_at >= sense.LOOK_FOR_RULES_S:
            self._looked_at = time.monotonic()
            if ladders.fingerprint() != self._seen_rules:
                self._read_rules()
        return max([self._send(), self._collect()])

    def _read_rules(self) -> None:
        """Rules of the day; those that have changed hold from the next segment on."""
        self._seen_rules = ladders.fingerprint()
        table, self.meanings = ladders.table()
        newest = self.run.newest_parting()
        same = newest is not None and newest.buckets == self.buckets and dump_rules(newest.rules) == dump_rules(table)
        self._parting = newest if newest is not None and same else self.run.add_parting(table, self.buckets)

    def _send(self) -> bool:
        batch = self.store.tail(self._position, sense.BATCH)
        since_s = time.monotonic() - self._sent_at
        if len(batch) < sense.BATCH and since_s < (SHIP_EVERY_S if len(batch) else TICK_S):
            return False
        if len(self.run.segment_numbers()) >= MOST_WAITING:
            return False
        now_ms = int(batch.received_ms[-1]) if len(batch) else int(clock.now().timestamp() * 1000)
        last = int(batch.seq[-1]) if len(batch) else self._position
        read = Batch(batch.channel, batch.at_ms, batch.value)
        if not self.run.add_segment(self._next, self._parting, read, now_ms, last):
            problem = _("another process senses for this installation: segment %(number)d is not ours")
            raise Refused(problem, code="two_senses", number=self._next)
        self._sent_at, self._next, self._position = time.monotonic(), self._next + 1, last
        return len(batch) == sense.BATCH

    def _collect(self) -> bool:
        """Make alarms of the next epoch, if it is done."""
        found = collect(self.run, self.epoch + 1)
        if found is None:
            return False
        with transaction.atomic():
            log.lock()
            mark = Bookmark.objects.get(name="sense")
            if bytes(mark.state) != leave_to(self.run, self.epoch):
                raise Refused(_("another process senses for this installation"), code="two_senses")
            self._enact(found)
            mark.position, mark.state = found.plan.last_seq, leave_to(self.run, found.plan.epoch)
            mark.saved_at = clock.now()
            mark.save()
        self.epoch = found.plan.epoch
        self.run.forget(self.epoch)
        return True

    def _enact(self, found: Epoch) -> None:
        give_up(found.abandoned)
        for decision in found.decisions:
            key = found.rules.keys[decision.rule]
            if key in self.meanings:
                enact(decision, self.meanings[key], self.store)
            else:
                # Its rule has been taken back since; when that reaches the cluster it gives up what is open.
                _logger.info("%s is no longer watched: %s", key, decision.kind)
