"""Figures over a year of the largest district: counting them, freezing them, asking what moved since.

Rows as in `regulation.py`, whose folder of `--keep` serves here too. Run: `python bench/figures.py [--keep FOLDER]
[--scale 1] [--slowest 15]`. Target: a part of the page of figures within a second, as parts come one after another.
"""

import argparse
import os
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import django

PART_S = 1.0
WHO = ("whole district", "one street")
DAYS = (date(2025, 7, 1), date(2026, 6, 30))


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--keep", type=Path, help="folder of the database, used again when it is there")
    asked.add_argument("--scale", type=float, default=1.0)
    asked.add_argument("--slowest", type=int, default=15)
    options = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="anshu-bench-") as folder:
        os.environ["ANSHU_STATE_DIR"] = str(options.keep or Path(folder) / "state")
        os.environ["DJANGO_SETTINGS_MODULE"] = "anshu.project.django_settings"
        django.setup()
        measure(options)


def measure(options: argparse.Namespace) -> None:
    """Fill, count, freeze, compare."""
    # Django's models can be loaded only once it is set up.
    from django.core.management import call_command  # noqa: PLC0415
    from year import fill, filled  # noqa: PLC0415

    from anshu.access.models import Account, Grant  # noqa: PLC0415
    from anshu.access.policy import Person  # noqa: PLC0415
    from anshu.indicators.figures import Scope  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    if not filled(options.scale):
        fill(options.scale)
    for who in WHO:
        area = Grant.objects.filter(account__username=who).first().territory
        scope = Scope(Person(Account.objects.get(username=who)), area, *DAYS)
        counting(who, scope, options.slowest)
        freezing(who, scope)


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds of the processor, and what came of it."""
    began = time.process_time()
    made = work()
    return time.process_time() - began, made


def counting(who: str, scope: Any, slowest: int) -> None:
    """Each part as its page asks for it, beside the year before; then the slowest figures, and their parts by area."""
    from anshu.indicators.book import FIGURES  # noqa: PLC0415
    from anshu.indicators.comparing import compared, parts  # noqa: PLC0415

    groups: dict[str, float] = defaultdict(float)
    each: dict[str, tuple[float, Any]] = {}
    for key, made in FIGURES.items():
        spent, told = timed(lambda made=made: list(compared([made], scope)))  # type: ignore[misc]
        groups[made.group] += spent
        each[key] = spent, told[0].value if told else None
    whole = sum(groups.values())
    missed = sum(spent > PART_S for spent in groups.values())
    print(f"\n{who}: {len(each)} figures in {whole:.2f} s of processor; {missed} parts over {PART_S:.0f} s")
    print("  " + ", ".join(f"{name} {spent:.2f}" for name, spent in sorted(groups.items(), key=lambda one: -one[1])))
    for key, (spent, value) in sorted(each.items(), key=lambda one: -one[1][0])[:slowest]:
        by_area, _told = timed(lambda key=key: parts(FIGURES[key], scope))  # type: ignore[misc]
        print(f"  {spent * 1000:>6.0f} ms, by area {by_area * 1000:>6.0f} ms  {key} = {value}", flush=True)


def freezing(who: str, scope: Any) -> None:
    """Take, freeze, and compare with now; all is taken back afterwards."""
    from django.db import transaction  # noqa: PLC0415

    from anshu.indicators.comparing import kept  # noqa: PLC0415
    from anshu.indicators.transitions import freeze, take  # noqa: PLC0415

    with transaction.atomic():
        taking, taken = timed(lambda: take(scope))
        keeping, made = timed(lambda: freeze(by=scope.actor, title="bench", taken=taken))
        comparing, told = timed(lambda: list(kept(made, scope.actor)))
        rows, size = sum(one.count for one in made.figures.all()), sum(len(one.packed) for one in made.figures.all())
        transaction.set_rollback(True)
    assert not any(one.moved for one in told), "nothing moved meanwhile"
    print(
        f"  freeze: count {taking:.2f} s, then keep {keeping:.2f} s while the log waits; {rows:,} keys in"
        f" {size / 1e6:.1f} MB; compare with now {comparing:.2f} s",
        flush=True,
    )


if __name__ == "__main__":
    main()
