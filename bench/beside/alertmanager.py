"""Prometheus and Alertmanager as servers: how long from a gauge that crosses to the webhook that says so.

Their best form: no grouping, nobody waited for, and intervals as short as they can be: a second, which is about what
the rules of `prometheus` leave it with some thousand channels, and a tenth of one, with hardly a channel to look at.
"""

import json
import random
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from beside.answers import free_port
from beside.bringing import HERE, Absent, Scratch
from beside.prometheus import PACKAGE as PROMETHEUS

NAME = "Prometheus 2.42.0 with Alertmanager 0.25.0"
PACKAGE = ("prometheus-alertmanager", "0.25.0-1+b4", "4fb9aed15cfe8e0c32408e643ab32a1e41ee87d2cc26f18aeba928b1b0b98ae7")
FILES = HERE / "prometheus_rules"
PATIENCE_S = 60.0


class Gauges(ThreadingHTTPServer):
    """So many gauges to be scraped, and the door to which Alertmanager tells."""

    def __init__(self, many: int) -> None:
        self.value = [20.0] * many
        self.told_at: dict[int, float] = {}
        self.scraped = threading.Event()
        self.told = threading.Condition()
        super().__init__(("127.0.0.1", free_port()), Door)


class Door(BaseHTTPRequestHandler):
    """GET: the gauges. POST: an alert."""

    server: Gauges

    def do_GET(self) -> None:
        lines = [f'reading{{channel="{place}"}} {value}\n' for place, value in enumerate(self.server.value)]
        self._say("".join(lines).encode())
        self.server.scraped.set()

    def do_POST(self) -> None:
        now = time.perf_counter()
        told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.server.told:
            for alert in told["alerts"]:
                self.server.told_at.setdefault(int(alert["labels"]["channel"]), now)
            self.server.told.notify()
        self._say(b"")

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _say(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def running(scratch: Scratch, gauges: Gauges, interval: str) -> Iterator[None]:
    """Both servers, until the gauges have been scraped."""
    work, alertmanager_port = scratch.work("alertmanager"), free_port()
    filled = {"GAUGES": str(gauges.server_port), "ALERTMANAGER": str(alertmanager_port), "INTERVAL": interval}
    for file in FILES.glob("*.yml"):
        words = file.read_text()
        for name, value in filled.items():
            words = words.replace(name, value)
        (work / file.name).write_text(words)
    unpacked = scratch.debian(*PACKAGE)
    alertmanager = [
        *as_if_installed(unpacked.parent / "share"),
        unpacked / "prometheus-alertmanager",
        "--config.file=alertmanager.yml",
        "--storage.path=alerts",
        f"--web.listen-address=127.0.0.1:{alertmanager_port}",
        "--cluster.listen-address=",
    ]
    prometheus: list[str | Path] = [
        scratch.debian(*PROMETHEUS) / "prometheus",
        "--config.file=server.yml",
        "--storage.tsdb.path=readings",
        f"--web.listen-address=127.0.0.1:{free_port()}",
    ]
    started = [start(alertmanager, work / "alertmanager.log"), start(prometheus, work / "prometheus.log")]
    try:
        if not gauges.scraped.wait(PATIENCE_S):
            raise Absent(f"Prometheus did not start: {(work / 'prometheus.log').read_text()[-500:]}")
        yield
    finally:
        for process in started:
            process.terminate()
            process.wait()


def as_if_installed(share: Path) -> list[str | Path]:
    """Runs what follows where /usr/share holds these files as well: Debian's build looks for templates there."""
    mount = f'mount -t overlay overlay -o "lowerdir={share}:/usr/share" /usr/share && exec "$0" "$@"'
    return ["unshare", "--mount", "--map-root-user", "sh", "-c", mount]


def start(command: list[str | Path], log: Path) -> "subprocess.Popen[bytes]":
    """A server, in the folder of its log."""
    with log.open("wb") as told:
        return subprocess.Popen(list(map(str, command)), cwd=log.parent, stdout=told, stderr=told)


def latencies(crossings: int, interval: str, scratch: Scratch) -> list[float]:
    """Seconds from the instant at which a gauge has crossed to that at which the webhook has it."""
    gauges, pause = Gauges(crossings), random.Random(7)
    threading.Thread(target=gauges.serve_forever, daemon=True).start()
    found = []
    with running(scratch, gauges, interval):
        for place in range(crossings):
            time.sleep(1 + pause.random())
            began = time.perf_counter()
            gauges.value[place] = 40.0
            with gauges.told:
                if not gauges.told.wait_for(partial(gauges.told_at.__contains__, place), PATIENCE_S):
                    raise Absent("Alertmanager has not told of a crossing")
            found.append(gauges.told_at[place] - began)
    gauges.shutdown()
    return found
