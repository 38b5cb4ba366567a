"""Compiles the translations that have changed: every .po under the package into the .mo beside it."""

from pathlib import Path

import polib

PACKAGE = Path(__file__).resolve().parent.parent / "src" / "anshu"


def compile_all() -> int:
    """Compile what is older than its source and return how many were; raises OSError for a file that cannot be read."""
    count = 0
    for written in sorted(PACKAGE.glob("locale/*/LC_MESSAGES/*.po")):
        made = written.with_suffix(".mo")
        if not made.is_file() or made.stat().st_mtime < written.stat().st_mtime:
            polib.pofile(str(written)).save_as_mofile(str(made))
            count += 1
    return count


if __name__ == "__main__":
    print(f"{compile_all()} translations compiled")
