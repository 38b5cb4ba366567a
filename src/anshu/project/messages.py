"""The catalogue of words, compiled for gettext without its tools being installed."""

from pathlib import Path

import polib

LOCALES = Path(__file__).resolve().parent.parent / "locale"


def compile_all(locales: Path = LOCALES) -> list[Path]:
    """Write a `.mo` beside every `.po` that is newer or has none; returns the files written."""
    written: list[Path] = []
    for source in sorted(locales.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        draft = target.with_suffix(".mo.new")  # replaced in one step: a process that is starting reads all or the old
        polib.pofile(str(source)).save_as_mofile(str(draft))
        written.append(draft.replace(target))
    return written
