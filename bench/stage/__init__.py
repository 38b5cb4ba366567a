"""What the benchmarks of a running installation share: the installation itself, and how its figures are told."""

import os
import platform
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import httpx
import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "tests"))

from living import PASSWORD, Installation, free_port  # noqa: E402  # found only on the path set above

__all__ = ["PASSWORD", "Stage", "free_port", "quantiles", "running", "told"]


class Stage(Installation):
    """An installation with as many sites and channels as a benchmark wants."""

    def furnish(self, sites: int, channels: int) -> None:
        """The generated district, with so many premises and so many further channels of water depth."""
        self.command("init")
        self.command("demo", "district", "--generated", *(("--sites", str(sites)) if sites else ()))
        if channels:
            script = [sys.executable, str(HERE / "channels.py"), str(channels)]
            subprocess.run(script, env=self.environment, cwd=self.folder, check=True, timeout=300)

    def session(self, user: str) -> httpx.Client:
        """A browser's session of that account, logged in."""
        client = httpx.Client(base_url=self.address, timeout=60)
        client.get("/login")
        form = {"username": user, "password": PASSWORD, "csrfmiddlewaretoken": client.cookies["csrftoken"]}
        answer = client.post("/login", data=form, headers={"Referer": f"{self.address}/login"})
        assert answer.status_code == 302, answer.text
        return client

    def resident_mb(self, name: str) -> float:
        """Memory of one of the processes that is in use and its own or shared, in MB (10^6 bytes)."""
        status = Path(f"/proc/{self.pid_of(name)}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
        return int(line.split()[1]) * 1024 / 1e6

    def processor_s(self, name: str) -> float:
        """Processor time that one of the processes has used, which a busy machine does not change much."""
        fields = Path(f"/proc/{self.pid_of(name)}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def running(*, sites: int = 0, channels: int = 0, settings: str = "") -> Iterator[Stage]:
    """A running installation in a folder of its own, which is gone afterwards, also on SIGTERM. `settings` are TOML."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with tempfile.TemporaryDirectory(prefix="anshu-bench-") as folder:
        stage = Stage(Path(folder))
        (stage.folder / "anshu.toml").write_text(settings)
        began = time.perf_counter()
        stage.furnish(sites, channels)
        made = time.perf_counter()
        stage.start()
        print(f"installation: made in {made - began:.1f} s, started in {time.perf_counter() - made:.1f} s", flush=True)
        try:
            yield stage
        finally:
            stage.stop()


def told(sizes: str) -> None:
    """Print what is needed to judge the figures that follow: command, sizes, machine, how busy it is, when."""
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    memory_gb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    print(f"$ python {shlex.join(sys.argv)}    {datetime.now().astimezone():%Y-%m-%d %H:%M %Z}")
    print(f"sizes: {sizes}")
    system = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    print(f"machine: {os.cpu_count()} cores, {memory_gb:.0f} GB, {system}")
    print(f"load average at start: {load}", flush=True)


def quantiles(seconds: Sequence[float]) -> str:
    """Median, 95th and 99th percentile and worst in milliseconds, and of how many."""
    if not seconds:
        return "none"
    middle, high, higher, worst = np.quantile(np.array(seconds) * 1000, (0.5, 0.95, 0.99, 1))
    return f"p50 {middle:6.0f}, p95 {high:6.0f}, p99 {higher:6.0f}, worst {worst:6.0f} ms ({len(seconds)})"
