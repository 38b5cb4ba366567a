"""What runs in Flink's own environment: `python -m beside.flink_job FOLDER`, from `bench`.

Reads readings.csv there, writes moves/ and spent.json: what the job used, and its peak of memory.
"""

import json
import os
import sys
import time
from pathlib import Path

from pyflink.table import EnvironmentSettings, TableEnvironment

SETTINGS = {"parallelism.default": "1", "pipeline.object-reuse": "true"}


def java() -> Path:
    """The machine that this process has started."""
    own = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    return next(Path("/proc") / pid for pid in own if "java" in (Path("/proc") / pid / "comm").read_text())


def processor_s(process: Path) -> float:
    """Of a process, its threads included."""
    fields = (process / "stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    folder = Path(sys.argv[1])
    tables = TableEnvironment.create(EnvironmentSettings.in_streaming_mode())
    for name, value in SETTINGS.items():
        tables.get_config().set(name, value)
    words = (Path(__file__).parent / "flink_rules" / "rules.sql").read_text()
    words = words.replace("READINGS", str(folder / "readings.csv")).replace("MOVES", str(folder / "moves"))
    for statement in words.split(";\n"):
        if statement.strip():
            tables.execute_sql(statement)
    process = java()
    began, used = time.perf_counter(), processor_s(process)
    tables.execute_sql("INSERT INTO moves SELECT * FROM everything").wait()
    spent = {"wall_s": time.perf_counter() - began, "processor_s": processor_s(process) - used}
    status = (process / "status").read_text().splitlines()
    spent["peak_mb"] = next(int(line.split()[1]) for line in status if line.startswith("VmHWM:")) * 1024 / 1e6
    (folder / "spent.json").write_text(json.dumps(spent))


if __name__ == "__main__":
    main()
