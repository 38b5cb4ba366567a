"""A backup brings everything back, into an empty or a spoilt installation, and refuses what is not whole."""

import gzip
import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import time
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from migrated import put_tables

from anshu.project.settings import settings

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

WORK = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "anshu.project.django_settings"
import django; django.setup()
from django.db import transaction
from anshu.access.policy import Robot
from anshu.domains.devices.queries import store
from anshu.telemetry import Batch
from anshu.workflow import log
import numpy as np
for number in range(5):
    with transaction.atomic():
        log.write("test.done", None, Robot("work"), reason=f"row {number}")
numbers = np.arange(3)
store().append(Batch(numbers, numbers, numbers * 1.0, numbers * 0), door="test", received_ms=10)
from anshu.telemetry.archive import tending
tending.FILE_ROWS = 1
while store().tend(11, tending.Keep(1 << 60, 1 << 60, log_ms=0, passed_seq=1 << 60)):
    pass
assert len(store().tail(0, 9)) == 0, "the readings are in the archive alone"
"""
READ = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "anshu.project.django_settings"
import django; django.setup()
from anshu.workflow.models import Change
from anshu.domains.devices.queries import store
print(*Change.objects.values_list("reason", flat=True), store().watermark(), *store().series(2, 0, 9, 9).value, sep="|")
"""
FORGE = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "anshu.project.django_settings"
import django; django.setup()
from anshu.workflow.models import Change
Change.objects.filter(id=3).update(reason="made up")
"""


@dataclass(frozen=True)
class Place:
    """An installation of its own: a folder and an environment."""

    folder: Path
    environment: dict[str, str]

    @property
    def state(self) -> Path:
        return self.folder / "var"

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *command],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=200,
        )

    def anshu(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.run("-m", "anshu.project.command", *arguments)

    def init(self) -> subprocess.CompletedProcess[str]:
        if "ANSHU_DATABASE_URL" not in self.environment:
            put_tables(self.state)
        return self.anshu("init")

    def told(self) -> str:
        done = self.run("-c", READ)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


@contextmanager
def place(folder: Path) -> Iterator[Place]:
    """An empty installation; on PostgreSQL with a database of its own."""
    folder.mkdir()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ANSHU_")}
    environment |= {
        "ANSHU_STATE_DIR": "var",
        "ANSHU_MQTT_BROKER": "none",
        "ANSHU_FILE": "none.toml",
        "ANSHU_LANGUAGE": "en",
    }
    if not settings().database_url:
        yield Place(folder, environment)
        return
    address = urlsplit(settings().database_url)
    name = f"backup_{uuid.uuid4().hex}"
    with psycopg.connect(settings().database_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield Place(folder, {**environment, "ANSHU_DATABASE_URL": address._replace(path=f"/{name}").geturl()})
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """An installation that has lived a little, and its backup in `kept.tar.gz`."""
    with place(tmp_path_factory.mktemp("backup") / "first") as made:
        for done in (made.init(), made.run("-c", WORK)):
            assert done.returncode == 0, done.stderr
        (made.state / "photos").mkdir()
        (made.state / "photos" / "one.jpg").write_bytes(b"a photo")
        with closing(sqlite3.connect(made.state / "simulator.db")) as live:
            live.execute("PRAGMA journal_mode = WAL")
            live.execute("CREATE TABLE call (number)")
            live.execute("INSERT INTO call VALUES (7)")
            live.commit()
            done = made.anshu("backup", "kept.tar.gz")  # while another program has it open
        assert done.returncode == 0, done.stderr
        yield made


@pytest.fixture
def kept(installation: Place, tmp_path: Path) -> Path:
    return Path(shutil.copy2(installation.folder / "kept.tar.gz", tmp_path))


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Place]:
    """Another machine, on which Anshu was never started."""
    with place(tmp_path / "other") as made:
        yield made


def members(file: Path) -> dict[str, bytes]:
    with tarfile.open(file) as tar:
        return {member.name: (tar.extractfile(member) or io.BytesIO()).read() for member in tar}


def written(file: Path, content: dict[str, bytes]) -> Path:
    with tarfile.open(file, "w:gz") as tar:
        for name, body in content.items():
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(body), 0o600
            tar.addfile(member, io.BytesIO(body))
    return file


def test_the_file_is_the_owners_alone_and_says_what_it_holds(installation: Place) -> None:
    file = installation.folder / "kept.tar.gz"
    assert file.stat().st_mode & 0o777 == 0o600
    content = members(file)
    assert next(iter(content)) == "manifest.json"
    manifest = json.loads(content["manifest.json"])
    assert manifest["log"]["last"] == manifest["rows"]["workflow_change"] == 5
    assert (
        {"readings.sqlite3", "state/secret", "state/photos/one.jpg"}
        < manifest["files"].keys()
        == content.keys() - {"manifest.json"}
    )
    assert (installation.state / "secret").read_text() not in content["manifest.json"].decode()


def test_a_backup_never_overwrites(installation: Place) -> None:
    done = installation.anshu("backup", "kept.tar.gz")
    assert done.returncode == 2
    assert "already there" in done.stderr


def test_restored_elsewhere_it_is_the_same_and_over_data_only_by_force(
    installation: Place, kept: Path, other: Place
) -> None:
    done = other.anshu("restore", str(kept))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "all 5 rows are as they were written" in done.stdout
    assert other.told() == installation.told() == "row 0|row 1|row 2|row 3|row 4|3|2.0"
    assert (other.state / "photos" / "one.jpg").read_bytes() == b"a photo"
    assert (other.state / "secret").stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(other.state / "simulator.db")) as live:
        assert live.execute("SELECT number FROM call").fetchall() == [(7,)]

    assert other.run("-c", WORK).returncode == 0
    refused = other.anshu("restore", str(kept))
    assert refused.returncode == 2
    assert "--force" in refused.stderr
    assert other.told().count("row") == 10
    done = other.anshu("restore", "--force", str(kept))
    assert done.returncode == 0, done.stdout + done.stderr
    assert other.told().count("row") == 5
    assert len(list(other.state.glob("before-restore-*/secret"))) == 2


def test_refused_while_running(kept: Path, other: Place) -> None:
    (other.state / "run").mkdir(parents=True)
    (other.state / "run" / "web.json").write_text(json.dumps({"pid": 1, "at": time.time()}))
    done = other.anshu("restore", "--force", str(kept))
    assert done.returncode == 2
    assert "still running: web" in done.stderr


@pytest.mark.parametrize("how", ["cut", "altered", "not_ours", "outside", "no_database"])
def test_what_is_not_whole_is_refused_and_nothing_is_touched(
    kept: Path, other: Place, tmp_path: Path, how: str
) -> None:
    bad = tmp_path / "bad.tar.gz"
    content = members(kept)
    manifest = json.loads(content["manifest.json"])
    if how == "cut":
        bad.write_bytes(kept.read_bytes()[:-2000])
    elif how == "not_ours":
        bad.write_bytes(gzip.compress(b"something else"))
    elif how == "altered":
        written(bad, {**content, "state/photos/one.jpg": b"b photo"})
    elif how == "outside":
        manifest["files"]["../../outside"] = "0"
        written(bad, {**content, "manifest.json": json.dumps(manifest).encode(), "../../outside": b"x"})
    else:
        database = next(name for name in content if name.startswith("database."))
        del manifest["files"][database]
        written(bad, {**content, "manifest.json": json.dumps(manifest).encode()})
    done = other.anshu("restore", str(bad))
    assert done.returncode == 2, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert not list(other.state.glob("before-restore-*"))
    assert not (tmp_path / "outside").exists()


def test_a_log_that_was_altered_before_the_backup_is_found_afterwards(other: Place) -> None:
    for done in (
        other.init(),
        other.run("-c", WORK),
        other.run("-c", FORGE),
        other.anshu("backup", "forged.tar.gz"),
    ):
        assert done.returncode == 0, done.stderr
    done = other.anshu("restore", "--force", "forged.tar.gz")
    assert done.returncode == 1
    assert "xx log: row 3" in done.stdout


def test_a_backup_made_with_another_secret_is_refused(kept: Path, other: Place) -> None:
    other.environment["ANSHU_SECRET_KEY"] = "another secret"
    done = other.anshu("restore", str(kept))
    assert done.returncode == 2
    assert "another secret" in done.stderr
