"""Keeping pictures that devices take: by the digest of their bytes, whole and on disk before anybody is told."""

import hashlib
import os
from pathlib import Path

from anshu.kernel.identifiers import uuid7


def keep(folder: Path, content: bytes) -> str:
    """Write a picture into a folder, once however often it comes; its SHA-256, which is the name of its file."""
    digest = hashlib.sha256(content).hexdigest()
    path = folder / digest
    if path.exists():
        return digest
    folder.mkdir(parents=True, exist_ok=True)
    temporary = folder / f"{digest}.{uuid7()}"
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return digest
