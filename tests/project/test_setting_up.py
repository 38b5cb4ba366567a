"""What `make run` does on its first day: database, stores and the demonstration, in one process."""

import os
import subprocess
import sys
from pathlib import Path

FIRST_DAY = """
import sys
from anshu.project import command
for words in (["init"], ["demo", "district", *sys.argv[1:]], ["init"]):
    status = command.main(words)
    if status:
        sys.exit(f"{words} ended with {status}")
from anshu.domains.devices.models import Channel
from anshu.domains.places.models import Area
from anshu.workflow.models import Change
print(Area.objects.count(), Channel.objects.count(), Change.objects.exists())
"""


def test_the_first_day_in_one_process(tmp_path: Path) -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ANSHU_") and name != "PORT"}
    settings = {"ANSHU_STATE_DIR": str(tmp_path / "state"), "ANSHU_DATA_DIR": str(tmp_path / "nothing")}
    done = subprocess.run(
        [sys.executable, "-c", FIRST_DAY, "--generated"],
        env={**clean, **settings},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    areas, channels, logged = done.stdout.split("\n")[-2].split()
    assert int(areas) > 10 and int(channels) > 10 and logged == "True"
    assert {each.name for each in tmp_path.iterdir()} == {"state"}, "all that is kept is kept in the state folder"
