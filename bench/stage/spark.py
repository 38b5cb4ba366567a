"""A real Spark cluster on one machine: a master, workers and a driver, each a process group of its own."""

import os
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
ADDRESS = "127.0.0.1"


@dataclass
class Cluster:
    """Starts and kills its parts. `python` has the packages of requirements/cluster.txt; logs go into `folder`."""

    python: Path
    folder: Path
    port: int
    parts: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    environment: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        asked = [str(self.python), "-c", "import pyspark; print(pyspark.__path__[0])"]
        home = subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip()
        self.environment = os.environ | {
            "SPARK_HOME": home,
            "SPARK_SCALA_VERSION": "2.13",
            "SPARK_LOCAL_IP": ADDRESS,
            "PYSPARK_PYTHON": str(self.python),
            "PYTHONPATH": str(ROOT / "src"),
        }

    @property
    def master(self) -> str:
        """The address of the master."""
        return f"spark://{ADDRESS}:{self.port}"

    def start_master(self) -> None:
        """Start it; workers and drivers wait for it by themselves."""
        self._java("master", "master.Master", "--host", ADDRESS, "--port", str(self.port))

    def start_worker(self, name: str) -> None:
        """A worker of one core."""
        work = str(self.folder / name)
        self._java(name, "worker.Worker", "--cores", "1", "--memory", "1g", "--work-dir", work, self.master)

    def start_driver(self, shared: Path) -> None:
        """The driver, which follows the run in a shared folder without pausing."""
        more = ["--folder", str(shared), "--master", self.master, "--every", "0"]
        self._start("driver", [str(self.python), "-m", "anshu.cluster.spark", *more])

    def kill(self, name: str) -> None:
        """SIGKILL to the part and all it has started."""
        os.killpg(self.parts.pop(name).pid, signal.SIGKILL)

    def stop(self) -> None:
        """End everything."""
        for name in list(self.parts):
            with suppress(ProcessLookupError):
                self.kill(name)
        time.sleep(1)

    def processor_s(self) -> float:
        """Processor time of all parts and of what they have started."""
        sessions, ticks = {part.pid for part in self.parts.values()}, 0
        for process in Path("/proc").iterdir():
            if process.name.isdecimal():
                with suppress(FileNotFoundError, ProcessLookupError):
                    fields = (process / "stat").read_text().rpartition(")")[2].split()
                    ticks += sum(map(int, fields[11:15])) if int(fields[3]) in sessions else 0
        return ticks / os.sysconf("SC_CLK_TCK")

    def log(self, name: str) -> str:
        """What a part has said."""
        return (self.folder / f"{name}.log").read_text()

    def _java(self, name: str, what: str, *arguments: str) -> None:
        home = Path(self.environment["SPARK_HOME"])
        program = [str(home / "bin" / "spark-class"), f"org.apache.spark.deploy.{what}", "--webui-port", "0"]
        self._start(name, [*program, *arguments])

    def _start(self, name: str, command: list[str]) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.parts[name] = subprocess.Popen(
                command, env=self.environment, cwd=self.folder, stdout=log, stderr=log, start_new_session=True
            )
