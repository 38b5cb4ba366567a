"""Where data came from, and plain reading of tables."""

import csv
import gzip
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

Content = TypeVar("Content")


@dataclass(frozen=True, slots=True)
class Provenance:
    """Origin, terms of use, and what a reader of the data must know; shown beside every layer made from it."""

    source: str
    licence: str
    note: str


@dataclass(frozen=True, slots=True)
class Dataset(Generic[Content]):
    """Content with its provenance."""

    content: Content
    provenance: Provenance


def rows(path: Path) -> list[dict[str, str]]:
    """Rows of a UTF-8 table with a header, gzip by its ending; raises FileNotFoundError."""
    if path.suffix == ".gz":
        with gzip.open(path, "rt", encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def repeated(keys: Iterable[tuple[str, ...]]) -> set[tuple[str, ...]]:
    """Keys that occur more than once."""
    seen: set[tuple[str, ...]] = set()
    twice: set[tuple[str, ...]] = set()
    for key in keys:
        (twice if key in seen else seen).add(key)
    return twice


def cap_samples(data_dir: Path) -> Dataset[tuple[Path, ...]]:
    """Paths of the sample alerts, by name: CAP 1.0, 1.1, 1.2, their feeds and wrappers, and one of the 12379 system."""
    folder = data_dir / "cap" / "samples"
    return Dataset(
        tuple(sorted(path for path in folder.iterdir() if path.is_file())),
        Provenance(
            source="google/cap-library test data; willglynn/oasiscap fixtures; one document of the 12379 system",
            licence="Apache-2.0; MIT or Apache-2.0; official notice",
            note="Some are wrong on purpose; the index beside them says how.",
        ),
    )
