"""`make test`: brings what the proofs need, runs every one, goes on after a failure, and says at the end how it stands.

With CI=true nothing may be left out: a service that is missing, or cannot be installed, is a failure.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import postgres
import prepare

STRICT = os.environ.get("CI", "").lower() == "true"
NO_TESTS = 5
"""What a program of Debian is in, by a file or command that shows it is there."""
PACKAGES = {
    "initdb": "postgresql",
    "mosquitto": "mosquitto",
    "chromium": "chromium",
    "msgfmt": "gettext",
    "noto-cjk": "fonts-noto-cjk",
}


@dataclass
class Proofs:
    """What was run, how it went, and what was left out."""

    results: list[tuple[str, bool, float, str]] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    def run(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        env: dict[str, str] | None = None,
        cwd: Path = prepare.ROOT,
        aside: bool = False,
    ) -> None:
        """Run one proof, showing its words as they come, or all together in the end when another one runs beside it."""
        heading = f"\n── {name}: {' '.join(map(str, command))}"
        began, last, kept = time.monotonic(), "", [heading]
        if not aside:
            print(heading, flush=True)
        with subprocess.Popen(
            list(map(str, command)),
            cwd=cwd,
            env={**os.environ, **(env or {})},
            text=True,
            errors="replace",
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        ) as process:
            for line in process.stdout or ():
                kept.append(line.rstrip("\n"))
                if not aside:
                    print(line, end="", flush=True)
                last = line.strip() or last
                if line.startswith("SKIPPED"):
                    self.skipped.append(f"{name}: {line.strip()}")
        if aside:
            print("\n".join(kept), flush=True)
        passed = process.returncode == 0 or ("pytest" in command and process.returncode == NO_TESTS)
        self.results.append((name, passed, time.monotonic() - began, last.strip("= ")))

    def leave_out(self, name: str, why: str) -> None:
        """Note a proof that cannot be run here."""
        self.skipped.append(f"{name}: {why}")
        if STRICT:
            self.results.append((name, False, 0.0, why))

    def tell(self) -> int:
        """Print how it stands; 0 when nothing failed."""
        print("\n── what was proved")
        for name, passed, seconds, last in self.results:
            print(f"{'passed' if passed else 'FAILED'} {name:<24} {seconds:6.1f} s  {last[:120]}")
        for line in self.skipped:
            print(f"skipped {line}")
        failed = sum(not passed for _name, passed, _seconds, _last in self.results)
        print(f"{len(self.results) - failed} passed, {failed} failed, {len(self.skipped)} skipped")
        return 1 if failed else 0


def main(arguments: list[str]) -> int:
    """All proofs, or with `--linters` those that run nothing of ours."""
    os.chdir(prepare.ROOT)
    proofs = Proofs()
    prepare.environment("test")
    if "--linters" in arguments:
        linters(proofs)
        return proofs.tell()
    absent = machine_packages()
    prepare.pages()
    prepare.call(prepare.PYTHON, prepare.ROOT / "tools" / "messages.py")
    linters(proofs)
    proofs.run("front end", ["npm", "test"], cwd=prepare.FRONTEND, env=prepare.node_environment())
    with scratch() as state:
        proofs.run("django", [prepare.PYTHON, "manage.py", "check", "--fail-level", "WARNING"], env=state)
        proofs.run("migrations", [prepare.PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"], env=state)
        tests(proofs, absent, state)
    return proofs.tell()


def linters(proofs: Proofs) -> None:
    """Shape, types, storeys, length."""
    bin_folder = prepare.VENV / "bin"
    proofs.run("ruff", [bin_folder / "ruff", "check", "--output-format", "concise", "."])
    proofs.run("mypy", [bin_folder / "mypy"])
    proofs.run("storeys", [bin_folder / "lint-imports"])
    proofs.run("line budget", [prepare.PYTHON, "tools/budget.py"])


def tests(proofs: Proofs, absent: Sequence[str], state: dict[str, str]) -> None:
    """Every test on SQLite, two at a time; then on PostgreSQL those that touch the database, one at a time, and beside
    them the journeys, which mostly wait for a browser."""
    left_out = [mark for mark, name in (("browser", "chromium"), ("broker", "mosquitto")) if name in absent]
    for mark in left_out:
        proofs.leave_out(f"tests of the {mark}", f"{', '.join(absent)} not on this machine")
    pytest = [prepare.PYTHON, "-m", "pytest", "-rs"]
    plain = ["-m", "not browser and not broker"]
    alone = ["-m", " and ".join(["(browser or broker)", *(f"not {mark}" for mark in left_out)])]
    proofs.run("tests on SQLite", [*pytest, *plain, "-n", "2"], env=state)
    own = {**state, "ANSHU_STATE_DIR": f"{state['ANSHU_STATE_DIR']}/journeys"}
    with ThreadPoolExecutor(1) as beside:
        journeys = beside.submit(proofs.run, "journeys on SQLite", [*pytest, *alone], env=own, aside=True)
        try:
            with postgres.cluster() as found:
                # Tests make their tables from the models, which takes a tenth of the time; installations make theirs by
                # the migrations, which are proved here, and on SQLite by `tests/migrated.py` and the first day.
                migrate = [prepare.PYTHON, "manage.py", "migrate", "--verbosity", "0"]
                proofs.run("migrations on PostgreSQL", migrate, env={**state, **found})
                # Whole installations of the journeys and the torture keep a database of their own, which is SQLite.
                chosen = ["-p", "only_database", "--deselect-slow"]
                settings = {**state, "PYTHONPATH": str(prepare.ROOT / "tools"), **found}
                proofs.run("tests on PostgreSQL", [*pytest, *chosen, *plain], env=settings)
        except (postgres.Missing, subprocess.CalledProcessError, OSError) as error:
            proofs.leave_out("tests on PostgreSQL", str(error))
        journeys.result()


@contextmanager
def scratch() -> Iterator[dict[str, str]]:
    """Settings for an installation that is thrown away, whatever this machine's own is set to."""
    for name in [name for name in os.environ if name.startswith("ANSHU_") and name != "ANSHU_DATA_DIR"] + ["PORT"]:
        os.environ.pop(name, None)
    with tempfile.TemporaryDirectory(prefix="anshu-test-") as folder:
        yield {
            "ANSHU_STATE_DIR": folder,
            "ANSHU_FILE": f"{folder}/anshu.toml",
            "ANSHU_SECRET_KEY": "nothing but the tests is signed with this",
        }


def machine_packages() -> list[str]:
    """Install what Debian has and this machine lacks, when we may; returns what is still missing."""
    missing = [name for name in PACKAGES if not there(name)]
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        with prepare.step(f"apt-get install {' '.join(PACKAGES[name] for name in missing)}"):
            quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
            subprocess.run(["apt-get", "update", "-qq"], env=quiet, check=False)
            subprocess.run(
                ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *(PACKAGES[name] for name in missing)],
                env=quiet,
                check=False,
                stdout=subprocess.DEVNULL,
            )
    return [name for name in missing if not there(name)]


def there(name: str) -> bool:
    """Whether a program or a font of that name is on this machine."""
    looks: dict[str, Callable[[], bool]] = {
        "initdb": lambda: bool(list(Path("/usr/lib/postgresql").glob("*/bin/initdb")) or shutil.which("initdb")),
        "mosquitto": lambda: bool(shutil.which("mosquitto") or Path("/usr/sbin/mosquitto").exists()),
        "noto-cjk": lambda: bool(list(Path("/usr/share/fonts").rglob("NotoSansCJK*"))),
    }
    return looks[name]() if name in looks else shutil.which(name) is not None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
