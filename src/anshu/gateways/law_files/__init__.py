"""A folder of statutes as the national law database prints them, one Markdown file each, made ready to cite from."""

import re
from functools import lru_cache
from pathlib import Path

from anshu.engines.citation import Index, Passage, articles

"""`安全生产法(2021-06-10)`: the title, and the day of the version."""
NAMED = re.compile(r"^(?P<title>.+)\((?P<day>\d{4}-\d{2}-\d{2})\)$")


def statutes(folder: Path) -> tuple[Passage, ...]:
    """Every article of every statute of the folder; files not named `title(YYYY-MM-DD).md` are none. Later amendments
    are not marked in the files, so each is cited with the day of its version."""
    found: list[Passage] = []
    for path in sorted(folder.glob("*.md")):
        if named := NAMED.match(path.stem):
            found += articles(f"{named['title']}（{named['day']}）", path.read_text(encoding="utf-8"))
    return tuple(found)


def index(folder: Path) -> Index:
    """The folder ready to be searched; made again when a file of it changes. Empty when there is no such folder."""
    return _index(folder, tuple(sorted((p.name, p.stat().st_mtime_ns) for p in folder.glob("*.md"))))


@lru_cache(maxsize=2)
def _index(folder: Path, _files: tuple[tuple[str, int], ...]) -> Index:
    return Index.of(statutes(folder))
