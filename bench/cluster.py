"""The same storm through one machine and through a real Spark cluster: a master, two workers, a driver.

Proves that the alarms are the same, one by one and in the same order, also when a worker and later the driver are
killed (SIGKILL) in the middle of the storm, or all of the cluster is lost; and measures both. Ends with 1 when anything
is lost, doubled or different.
Needs Java 17 and `make cluster`. Run from the repository root: PYTHONPATH=src python bench/cluster.py
"""

import argparse
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sensing import ROUND_MS, START_MS, readings, spread
from stage import free_port, told
from stage.spark import ROOT, Cluster

from anshu.cluster.collecting import collect
from anshu.cluster.run import Plan, Run
from anshu.engines.sensing import Batch, advance, compile_rules, dump, new_state, warm_up

BUCKETS = 8
PATIENCE_S = 300.0
CHUNKS = 30


@dataclass(frozen=True)
class Storm:
    """Calls of one engine on so many channels with ten rules each, one reading in 499 far above what is usual."""

    channels: int
    calls: int
    size: int

    def call(self, number: int) -> tuple[Batch, int]:
        """One call: its readings, and when they were received."""
        first = number * self.size
        batch = readings(self.channels, self.size, first)
        batch.value[:] += 40 * ((number + batch.channel) % 499 == 0)
        return batch, START_MS + first // self.channels * ROUND_MS + 1000

    @property
    def readings(self) -> int:
        return self.calls * self.size


class Judged:
    """What one machine makes of a storm, and how long that takes."""

    def __init__(self, storm: Storm) -> None:
        self.rules = compile_rules(spread(storm.channels))
        state, self.alarms, self.spent_s, self.used_s = new_state(self.rules), [], 0.0, 0.0
        self.begins = dump(self.rules, state)
        for number in range(storm.calls):
            batch, now_ms = storm.call(number)
            began, used = time.perf_counter(), time.process_time()
            found = advance(self.rules, state, batch, now_ms).decisions
            self.spent_s += time.perf_counter() - began
            self.used_s += time.process_time() - used
            self.alarms += [(self.rules.keys[one.rule], one) for one in found]


class Storming:
    """A run of a storm on a cluster."""

    def __init__(self, storm: Storm, judged: Judged, folder: Path) -> None:
        self.storm, self.written = storm, 0
        self.run = Run.begin(folder, "storm", judged.begins, 0)
        self.parting = self.run.add_parting(judged.rules, BUCKETS)
        self.run.make_current()

    def write(self, upto: int) -> None:
        """Write down the calls before this one."""
        for number in range(self.written, upto):
            batch, now_ms = self.storm.call(number)
            self.run.add_segment(number, self.parting, batch, now_ms, (number + 1) * self.storm.size)
        self.written = upto

    def wait(self, cluster: Cluster, calls: int | None = None) -> Plan:
        """Until so many calls, or all that were written, are done; the last plan."""
        patient_until = time.monotonic() + PATIENCE_S
        wanted = self.written if calls is None else calls
        while (plan := self.run.newest_plan()) is None or plan.last + 1 < wanted or self.run.missing(plan):
            if time.monotonic() > patient_until:
                raise SystemExit(f"not done in {PATIENCE_S} s:\n{cluster.log('driver')[-4000:]}")
            time.sleep(0.02)
        return plan

    def amid(self, after: int) -> Plan:
        """Wait until an epoch beyond that one is half done."""
        while True:
            plan = self.run.newest_plan()
            if plan is not None and plan.epoch > after and 0 < len(self.run.missing(plan)) < BUCKETS:
                return plan
            time.sleep(0.002)

    def seconds(self, epoch: int) -> float:
        """From the plan of an epoch to its last outcome, by the clock of the disk."""
        there = self.run.path / "epochs" / f"{epoch:012}"
        planned = (self.run.path / "plans" / f"{epoch:012}").stat().st_mtime
        return max(one.stat().st_mtime for one in there.iterdir()) - planned

    def alarms(self) -> list[Any]:
        """All that was decided, in order."""
        found, epoch = [], 0
        while (one := collect(self.run, epoch)) is not None:
            found += [(one.rules.keys[decision.rule], decision) for decision in one.decisions]
            epoch += 1
        return found


@contextmanager
def spark(python: Path, workers: int) -> Iterator[tuple[Cluster, Path]]:
    """A cluster with so many workers and the folder that it shares; the driver is not started yet."""
    with tempfile.TemporaryDirectory(prefix="anshu-cluster-") as name:
        shared = Path(name) / "shared"
        shared.mkdir()
        cluster = Cluster(python, Path(name), free_port())
        try:
            cluster.start_master()
            for number in range(workers):
                cluster.start_worker(f"worker-{number + 1}")
            yield cluster, shared
        finally:
            cluster.stop()


def agree(storming: Storming, judged: Judged) -> bool:
    """Say whether the alarms are the same, and what is lost or doubled."""
    found = storming.alarms()
    theirs, ours = Counter(found), Counter(judged.alarms)
    lost, doubled = sum((ours - theirs).values()), sum((theirs - ours).values())
    same = found == judged.alarms
    print(
        f"  same alarms: {'yes' if same else 'NO'} ({len(found):,} decisions), lost {lost}, doubled {doubled}",
        flush=True,
    )
    return same


def measure(storm: Storm, judged: Judged, python: Path, workers: int) -> bool:
    """A backlog, timed from its second epoch on: in the first the workers load their tables."""
    with spark(python, workers) as (cluster, shared):
        storming = Storming(storm, judged, shared)
        storming.write(storm.calls)
        cluster.start_driver(shared)
        storming.wait(cluster, 1)
        used = cluster.processor_s()
        last = storming.wait(cluster)
        used = cluster.processor_s() - used
        spent = sum(storming.seconds(epoch) for epoch in range(2, last.epoch + 1))
        taken = (storm.calls - storming.run.plan(2).first) * storm.size
        words = f"{spent / (last.epoch - 1):.2f} s an epoch of {taken // (last.epoch - 1):,}"
        print(f"cluster, {workers} worker(s) of one core  {taken / spent:12,.0f} readings/s, {words}")
        print(f"  {taken / used:,.0f} readings a second of the processor, Java and driver included", flush=True)
        return agree(storming, judged)


def survive(storm: Storm, judged: Judged, python: Path) -> bool:
    """The storm as it comes; a worker is killed, later the driver, each while an epoch is half done."""
    with spark(python, 2) as (cluster, shared):
        storming = Storming(storm, judged, shared)
        cluster.start_driver(shared)
        storming.write(1)
        killed = storming.wait(cluster).epoch
        for number in range(CHUNKS):
            storming.write(storm.calls * (number + 1) // CHUNKS)
            if number == CHUNKS // 3:
                plan = storming.amid(killed)
                cluster.kill("worker-1")
                killed = plan.epoch
                print(f"worker 1 killed amid epoch {plan.epoch}, calls {plan.first} to {plan.last}", flush=True)
            if number == 2 * CHUNKS // 3:
                cluster.start_worker("worker-3")
                plan = storming.amid(killed)
                cluster.kill("driver")
                print(f"driver killed amid epoch {plan.epoch}; a third worker joins", flush=True)
                cluster.start_driver(shared)
            time.sleep(0.2)
        print(f"the storm took {storming.wait(cluster).epoch + 1} epochs")
        return agree(storming, judged)


def outlive(python: Path) -> bool:
    """Master and workers die and come back; the driver, whom the new master does not know, ends and is started anew."""
    storm = Storm(1_000, 30, 200)
    judged = Judged(storm)
    with spark(python, 2) as (cluster, shared):
        storming = Storming(storm, judged, shared)
        cluster.start_driver(shared)
        storming.write(10)
        storming.wait(cluster)
        cluster.kill("master")
        storming.write(20)
        storming.wait(cluster)
        for name in ("worker-1", "worker-2"):
            cluster.kill(name)
        cluster.start_master()
        cluster.start_worker("worker-3")
        began = time.monotonic()
        storming.write(30)
        cluster.parts["driver"].wait(PATIENCE_S)
        cluster.start_driver(shared)
        storming.wait(cluster)
        print(f"without a master it goes on; all of them gone, it goes on {time.monotonic() - began:.0f} s later")
        return agree(storming, judged)


def idle(python: Path) -> None:
    """What Spark itself takes: epochs of one call in which nothing is said, on few channels."""
    storm = Storm(1_000, 50, 0)
    judged = Judged(storm)
    with spark(python, 2) as (cluster, shared):
        storming = Storming(storm, judged, shared)
        cluster.start_driver(shared)
        for number in range(1, 21):
            storming.write(number)
            storming.wait(cluster)
        began, used = storming.wait(cluster).epoch, cluster.processor_s()
        for number in range(21, 51):
            storming.write(number)
            last = storming.wait(cluster).epoch
        each = np.median([storming.seconds(epoch) for epoch in range(began + 1, last + 1)])
        piece = (cluster.processor_s() - used) / (last - began) / BUCKETS
        print(f"an epoch with nothing in it: {each:.2f} s, {1000 * piece:.0f} ms of the processor a piece", flush=True)


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--channels", type=int, default=20_000)
    asked.add_argument("--calls", type=int, default=300)
    asked.add_argument("--size", type=int, default=20_000, help="readings of a call")
    asked.add_argument("--python", type=Path, default=ROOT / ".venv-cluster" / "bin" / "python")
    given = asked.parse_args()
    if not given.python.exists() or shutil.which("java") is None:
        raise SystemExit("this needs Java 17 (apt-get install openjdk-17-jre-headless) and `make cluster`")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that no cluster outlives us
    told(f"{given.channels:,} channels of ten rules, {given.calls} calls of {given.size:,} readings")
    storm = Storm(given.channels, given.calls, given.size)
    warm_up()
    judged = Judged(storm)
    rate = storm.readings / judged.spent_s
    print(f"one machine, one core            {rate:12,.0f} readings/s, {len(judged.alarms):,} decisions")
    print(f"  {storm.readings / judged.used_s:,.0f} readings a second of the processor", flush=True)
    fine = [measure(storm, judged, given.python, workers) for workers in (1, 2)]
    fine += [survive(storm, judged, given.python), outlive(given.python)]
    idle(given.python)
    return 0 if all(fine) else 1


if __name__ == "__main__":
    sys.exit(main())
