"""Makes what a command needs and is not there yet: virtual environment, pinned packages, the built front end.

Runs on a bare Python 3.11 or newer. Everything is skipped when its sources have not changed since it was made.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
FRONTEND = ROOT / "frontend"
BUILT = ROOT / "src" / "anshu" / "web" / "static" / "built" / "manifest.json"
FONTS = ROOT / "src" / "anshu" / "reports" / "fonts"
OLDEST_NODE = (20, 19)


class Failed(SystemExit):
    """Something could not be made; the text says what and how to mend it."""


def main(arguments: list[str]) -> None:
    """`prepare.py run|test [pages]`: an environment, and the front end if asked for."""
    environment(arguments[0])
    if "pages" in arguments[1:]:
        pages()


@contextmanager
def step(words: str) -> Iterator[None]:
    """Say what is being done and how long it took."""
    print(f"· {words} …", flush=True)
    began = time.monotonic()
    yield
    print(f"  {time.monotonic() - began:.1f} s", flush=True)


def call(*command: str | Path, cwd: Path = ROOT, env: dict[str, str] | None = None) -> None:
    """Run a command, and stop with its own words when it fails."""
    done = subprocess.run(list(map(str, command)), cwd=cwd, env=env, check=False)
    if done.returncode:
        raise Failed(f"failed with {done.returncode}: {' '.join(map(str, command))}")


def environment(purpose: str) -> None:
    """The virtual environment with the packages of `requirements/<purpose>.txt` and Anshu itself."""
    if not usable():
        with step("virtual environment"):
            shutil.rmtree(VENV, ignore_errors=True)
            call(sys.executable, "-m", "venv", VENV)
    # What tests need contains what running needs, so that going from one to the other installs nothing twice.
    larger = VENV / ".installed-test"
    if not (purpose == "run" and fresh(larger, [requirements("test")])):
        install(purpose)
    editable = VENV / ".installed-anshu"
    if not fresh(editable, [ROOT / "pyproject.toml", requirements("run").with_suffix(".in")]):
        with step("anshu itself"):
            pip("--no-deps", "--no-build-isolation", "-e", ".")
        stamp(editable, [ROOT / "pyproject.toml", requirements("run").with_suffix(".in")])


def usable() -> bool:
    """Whether the environment is there, was made here (a copied one points elsewhere) and its Python still starts."""
    try:
        made_here = f"-m venv {VENV}" in (VENV / "pyvenv.cfg").read_text()
        return made_here and subprocess.run([PYTHON, "-c", ""], check=False).returncode == 0
    except OSError:
        return False


def requirements(purpose: str) -> Path:
    return ROOT / "requirements" / f"{purpose}.txt"


def install(purpose: str) -> None:
    """The pinned packages of one purpose, unless they are there."""
    mark = VENV / f".installed-{purpose}"
    if not fresh(mark, [requirements(purpose)]):
        with step(f"packages of {requirements(purpose).relative_to(ROOT)}"):
            pip("--require-hashes", "-r", requirements(purpose))
        stamp(mark, [requirements(purpose)])


def pip(*arguments: str | Path) -> None:
    call(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *arguments)


def digest(files: Iterable[Path]) -> str:
    """One digest over names and contents."""
    total = hashlib.sha256()
    for file in sorted(files):
        content = file.read_bytes()
        total.update(f"{file.relative_to(ROOT)} {len(content)} ".encode() + content)
    return total.hexdigest()


def fresh(mark: Path, files: Iterable[Path]) -> bool:
    """Whether the mark was set when the files were as they are."""
    return mark.is_file() and mark.read_text() == digest(files)


def stamp(mark: Path, files: Iterable[Path]) -> None:
    mark.write_text(digest(files))


def pages() -> None:
    """The front end, built with the machine's Node or with one from a wheel."""
    mark = FRONTEND / "node_modules" / ".built"
    if BUILT.is_file() and FONTS.is_dir() and fresh(mark, sources()):
        return
    npm_packages()
    with step("front end"):
        npm("run", "build")
    stamp(mark, sources())


def npm_packages() -> None:
    """What package-lock.json names, unless it is there."""
    locked, mark = [FRONTEND / "package-lock.json"], FRONTEND / "node_modules" / ".installed"
    if not fresh(mark, locked):
        with step("packages of frontend/package-lock.json"):
            npm("ci", "--no-audit", "--no-fund")
        stamp(mark, locked)


def sources() -> list[Path]:
    """Every file the front end is made from."""
    return [
        file
        for file in FRONTEND.rglob("*")
        if file.is_file() and "node_modules" not in file.relative_to(FRONTEND).parts
    ]


def npm(*arguments: str) -> None:
    """Run npm in frontend/, with Node 20.19 or newer."""
    env = node_environment()
    found = shutil.which("npm", path=env["PATH"])
    if found is None:
        raise Failed("npm was not found, although Node was installed; install Node 20.19 or newer and try again")
    call(found, *arguments, cwd=FRONTEND, env=env)


def node_environment() -> dict[str, str]:
    """An environment whose PATH finds a Node that is new enough: the machine's, or one installed from a wheel."""
    path = os.environ.get("PATH", os.defpath)
    if not (new_enough(shutil.which("node")) and shutil.which("npm")):
        install("node")
        path = f"{VENV / 'bin'}{os.pathsep}{path}"
    return {**os.environ, "PATH": path}


def new_enough(node: str | None) -> bool:
    """Whether this Node can build the front end."""
    if node is None:
        return False
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    parts = said.removeprefix("v").split(".")
    return (
        len(parts) == 3 and all(part.isdigit() for part in parts[:2]) and (int(parts[0]), int(parts[1])) >= OLDEST_NODE
    )


if __name__ == "__main__":
    main(sys.argv[1:])
