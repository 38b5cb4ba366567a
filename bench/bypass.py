"""How long the night's look for closings on paper only takes at the size of a district's year, and what it finds.

Run: `python bench/bypass.py [--hazards 100000] [--visits 150000] [--people 1000] [--firms 20000]`. A generated year
with planted cheats is put into the tables of a new installation, one picture with each hazard; then the radar looks
twice. Target: under 60 s, without holding up anything else (it runs in a process in which no call waits). Peer:
reading the same rows out of the database and doing nothing with them.
"""

import argparse
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
TARGET_S = 60.0


def timed(name: str, act: Callable[[], object]) -> tuple[object, float]:
    began = time.perf_counter()
    found = act()
    spent = time.perf_counter() - began
    print(f"{name:<52} {spent:7.2f} s", flush=True)
    return found, spent


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    for name, size in (("hazards", 100_000), ("visits", 150_000), ("people", 1_000), ("firms", 20_000)):
        asked.add_argument(f"--{name}", type=int, default=size)
    options = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="anshu-bench-") as folder:
        os.environ["ANSHU_STATE_DIR"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "anshu.project.django_settings"
        django.setup()
        measure(options)


def measure(options: argparse.Namespace) -> None:
    """Furnish, look twice, tell."""
    # Django's models can be loaded only once it is set up.
    from django.core.management import call_command  # noqa: PLC0415
    from planted import NOW, START, Planted, at  # noqa: PLC0415

    from anshu.domains.hazards.models import Hazard  # noqa: PLC0415
    from anshu.domains.inspections.models import Visit  # noqa: PLC0415
    from anshu.domains.supervision.models import BypassCard  # noqa: PLC0415
    from anshu.domains.supervision.queries.radar import findings  # noqa: PLC0415
    from anshu.domains.supervision.tasks import put_on_cards  # noqa: PLC0415
    from anshu.engines.district.regulation import year  # noqa: PLC0415
    from anshu.kernel import clock  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    sizes = {"cases": options.hazards, "visits": options.visits, "people": options.people, "firms": options.firms}
    made = year(7, **sizes, start=START)
    with clock.frozen(at(NOW)):
        planted = Planted(made)
        print(f"hazards {Hazard.objects.count()}, visits {Visit.objects.count()}, pictures one each", flush=True)
        _none, peer = timed("peer: read every hazard and visit", lambda: read(Hazard, Visit))
        found, looked = timed("read, look, and say what is found", lambda: list(findings(clock.now())))
        first, put = timed("put it on cards", lambda: put_on_cards(found))  # type: ignore[arg-type]
        again, twice = timed("the next night: read, look, nothing new", lambda: put_on_cards(findings(clock.now())))
        cards = list(BypassCard.objects.select_related("account", "enterprise", "unit"))
    told = {(card.sign, planted.name(card)) for card in cards}
    truth = {(sign.value, who) for sign, guilty in made.truth.items() for who in guilty}
    print(f"cards {first}, then {again}; planted {len(truth)}, found {len(truth & told)}, others {len(told - truth)}")
    print(f"missed: {sorted(truth - told)}\nothers: {sorted(told - truth)}")
    print(f"memory at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3:.0f} MB, with the year in it")
    met = "met" if looked + put < TARGET_S else "MISSED"
    print(f"ratio to the peer: {looked / peer:.1f}; target {TARGET_S:.0f} s: {met}")
    assert again == 0 and twice


def read(*models: type) -> None:
    for model in models:
        for _row in model.objects.values_list().iterator(5000):  # type: ignore[attr-defined]
            pass


if __name__ == "__main__":
    main()
