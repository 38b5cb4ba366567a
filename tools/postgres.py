"""A PostgreSQL cluster of one's own in a temporary folder: a unix socket, no network, gone when the block ends."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

OWNERS = ("postgres", "nobody")
# A crash loses only what a test made.
FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=60"


class Missing(Exception):
    """PostgreSQL's server programs are not on this machine."""


def program(name: str) -> str:
    """Where one of PostgreSQL's programs is; Debian keeps the server's out of PATH."""
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda place: float(place.parent.name), reverse=True)
    found = shutil.which(name, path=os.pathsep.join([*map(str, places), os.environ.get("PATH", os.defpath)]))
    if found is None:
        raise Missing(f"{name} was not found")
    return found


@contextmanager
def cluster() -> Iterator[dict[str, str]]:
    """The environment with which Anshu finds the cluster; raises `Missing`. As root it runs as somebody else."""
    initdb, control = program("initdb"), program("pg_ctl")
    # Not under TMPDIR: its path may be longer than the 107 bytes a unix socket allows.
    with tempfile.TemporaryDirectory(prefix="anshu-pg-", dir="/tmp") as name:
        folder, owner = Path(name), None
        if os.geteuid() == 0:
            owner = next(user for user in OWNERS if has_user(user))
            shutil.chown(folder, owner)
        folder.chmod(0o755)

        def run(*command: str) -> None:
            subprocess.run(
                command,
                cwd=folder,
                user=owner,
                check=True,
                stdout=subprocess.DEVNULL,
                extra_groups=[] if owner else None,
            )

        run(initdb, "-D", f"{folder}/data", "-U", "anshu", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' {FAST}"
        run(control, "-D", f"{folder}/data", "-l", f"{folder}/log", "-o", options, "-w", "start")
        try:
            yield {"ANSHU_DATABASE_URL": "postgresql:///postgres", "PGHOST": str(folder), "PGUSER": "anshu"}
        finally:
            run(control, "-D", f"{folder}/data", "-m", "immediate", "-w", "stop")


def has_user(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True
