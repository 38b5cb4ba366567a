"""Putting a file in its place whole, once.

The folder may be shared by machines, over whatever knows link, rename and fsync as POSIX does (NFS, CephFS).
"""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from uuid import uuid4


def publish(path: Path, content: bytes) -> bool:
    """Put a file in its place, whole and on disk, unless there is one already; says whether it was this one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{uuid4().hex}")
    try:
        _write(temporary, content)
        os.link(temporary, path)
    except FileExistsError:
        return False
    finally:
        temporary.unlink(missing_ok=True)
    _settle(path.parent)
    return True


def publish_folder(path: Path, contents: Mapping[str, bytes]) -> bool:
    """The same for a folder of files: all of them appear at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{uuid4().hex}")
    temporary.mkdir()
    try:
        for name, content in contents.items():
            _write(temporary / name, content)
        _settle(temporary)
        temporary.rename(path)
    except OSError:
        if not path.is_dir():
            raise
        return False
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    _settle(path.parent)
    return True


def replace(path: Path, content: bytes) -> None:
    """Put a file in the place of another, or where there is none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{uuid4().hex}")
    _write(temporary, content)
    temporary.replace(path)
    _settle(path.parent)


def numbers(folder: Path) -> list[int]:
    """The numbers after which the files of a folder are named, ascending; none where there is no folder."""
    try:
        return sorted(int(one.name) for one in folder.iterdir() if one.name.isdecimal())
    except FileNotFoundError:
        return []


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _settle(folder: Path) -> None:
    """Have the names in a folder on disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
