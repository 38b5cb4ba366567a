"""A database with its tables and nothing in them, as the migrations make it, kept from one run to the next: each
installation that a test makes would otherwise take as long over them as a hundred tests."""

import hashlib
import os
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / ".pytest_cache"
MIGRATE = """
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
"""


def put_tables(state: Path) -> None:
    """Put it, an SQLite file, into the state folder of an installation that has none yet."""
    kept = KEPT / f"tables-{_digest()}.db"
    if not kept.exists():
        KEPT.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=KEPT) as folder:
            _migrate(Path(folder))
            _copy(Path(folder) / "anshu.db", Path(folder) / "whole.db")
            (Path(folder) / "whole.db").replace(kept)  # whoever made it at the same time made the same
    state.mkdir(parents=True, exist_ok=True)
    _copy(kept, state / "anshu.db")


def _digest() -> str:
    """Changes with whatever decides what the tables are."""
    made_by = (
        *ROOT.glob("src/anshu/**/migrations/*.py"),
        ROOT / "src/anshu/ledger/word_index.py",
        *ROOT.glob("requirements/*.txt"),
    )
    return hashlib.sha256(b"".join(path.read_bytes() for path in sorted(made_by))).hexdigest()[:16]


def _migrate(state: Path) -> None:
    own = {name: value for name, value in os.environ.items() if not name.startswith("ANSHU_")}
    own |= {"ANSHU_STATE_DIR": str(state), "ANSHU_FILE": str(state / "none.toml")}
    own |= {"DJANGO_SETTINGS_MODULE": "anshu.project.django_settings", "PYTHONPATH": str(ROOT / "src")}
    subprocess.run([sys.executable, "-c", MIGRATE], env=own, check=True, timeout=300)


def _copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as found, closing(sqlite3.connect(target)) as made:
        found.backup(made)
