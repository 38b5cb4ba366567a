"""The pieces of work handed to Apache Spark: `python -m anshu.cluster.spark --folder FOLDER --master spark://HOST:7077`.

Runs in an environment of its own (requirements/cluster.txt) on a machine that sees the folder and the master; so do
the workers, with this source tree or an installed `anshu` under the same path. It may be killed and started again at
any time, and two of them do no harm.
"""

import argparse
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from pyspark import SparkConf, SparkContext

from anshu.cluster.driving import Work, turn
from anshu.cluster.run import Run

_logger = logging.getLogger("anshu.cluster")

REST_S = 0.1  # between looks at the folder when nothing waits there
EVERY_S = 2.0  # each epoch writes the whole state, so a shorter one is dearer: docs/reference/scale.md
PAUSE_S = 2.0  # after a failure
ALONE_S = 30.0  # without a worker
# A piece is given up, and the whole epoch begun anew by us, only after it has failed so often; a lost worker counts.
FAILURES = "20"


def context(master: str, cores: int) -> SparkContext:
    """The cluster, of which at most so many cores are used (0: all)."""
    source = str(Path(__file__).resolve().parents[2])
    conf = SparkConf().setMaster(master).setAppName("anshu sense")
    conf.set("spark.task.maxFailures", FAILURES).set("spark.locality.wait", "0s")
    conf.set("spark.executorEnv.PYTHONPATH", os.pathsep.join([source, os.environ.get("PYTHONPATH", "")]))
    conf.set("spark.ui.showConsoleProgress", "false")
    if cores:
        conf.set("spark.cores.max", str(cores))
    return SparkContext(conf=conf)


def follow(folder: Path, spark: SparkContext, stopped: threading.Event, every_s: float) -> None:
    """Carry out whatever waits in the run under way, an epoch every so often at most, until told to stop."""

    def each(work: Work, pieces: Sequence[int]) -> None:
        spark.parallelize(pieces, len(pieces)).foreach(work)

    while not stopped.is_set():
        began = time.monotonic()
        try:
            run = Run.current(folder)
            done = run is not None and turn(run, each)
            stopped.wait(max(0.0, every_s - (time.monotonic() - began)) if done else REST_S)
        except Exception:
            if spark._jsc.sc().isStopped():  # the master is gone for good: start anew
                raise
            _logger.exception("an epoch failed; it is begun again")
            stopped.wait(PAUSE_S)


def watch(spark: SparkContext, stopped: threading.Event) -> None:
    """End this process when it has had no workers for long: a master that came back does not know us, and Spark waits
    for it for ever. Whoever keeps this process up starts one that says who it is."""
    seen_at = time.monotonic()
    while not stopped.wait(1.0):
        if spark._jsc.sc().getExecutorMemoryStatus().size() > 1:  # the first is this process
            seen_at = time.monotonic()
        elif time.monotonic() - seen_at > ALONE_S:
            _logger.error("no worker for %d s: ending, to be started again", ALONE_S)
            os._exit(1)


def main() -> int:
    """Run until told to stop."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--folder", type=Path, required=True, help="the folder that all machines share")
    asked.add_argument("--master", default="local[*]", help="spark://HOST:PORT, or local[N]: N processes here")
    asked.add_argument("--cores", type=int, default=0, help="how many cores of the cluster to use at most; 0: all")
    asked.add_argument("--every", type=float, default=EVERY_S, help="seconds from one epoch to the next, at least")
    given = asked.parse_args()
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s %(message)s", level=logging.INFO)
    stopped = threading.Event()
    spark = context(given.master, given.cores)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    if not given.master.startswith("local"):
        threading.Thread(target=watch, args=(spark, stopped), daemon=True).start()
    follow(given.folder.resolve(), spark, stopped, given.every)
    spark.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
