"""What the API takes to answer over a register of 85,000 sites: list, filters, search, points, unchanged.

    python bench/api.py [--sites 85000] [--rounds 20]

Prints the median and the slowest of the rounds in milliseconds, and the size of the answer. In one process, without a
network: what is measured is our own work, the database's included.
"""

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

folder = tempfile.TemporaryDirectory()
os.environ |= {"DJANGO_SETTINGS_MODULE": "anshu.project.django_settings", "ANSHU_STATE_DIR": folder.name}
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402

from anshu.access.models import Account, Grant, Token  # noqa: E402
from anshu.domains.places.models import Site  # noqa: E402

STREETS, COMMUNITIES = 10, 10
ASKED = (
    ("list, first page of 50", "sites"),
    ("list, page 1,000", "sites?page=1000"),
    ("list, 1,000 rows", "sites?size=1000"),
    ("list of one street", "sites?territory=440304003"),
    ("filter by kind", "sites?kind=enterprise"),
    ("search for a word", "sites?q=no81234"),
    ("order by name", "sites?order=name"),
    ("points, all", "sites.geojson"),
    ("points in a box of 2 km", "sites.geojson?bbox=114.04,22.53,114.06,22.55"),
)


def fill(count: int) -> None:
    """Sites spread over the streets and communities of one district, the same every time."""
    chance = random.Random(20230907)
    kinds = [value for value in Site.Kind.values if value != Site.Kind.RAIN_STATION]
    sites = (
        Site(
            number=f"NO{n:06}",
            name=f"site no{n}",
            kind=chance.choice(kinds),
            address=f"{n % 900} Long Road",
            territory=f"440304{n % STREETS + 1:03}{n // STREETS % COMMUNITIES + 1:03}",
            search_text=f"no{n:06} site no{n}",
            lon=114.0 + chance.random() / 10,
            lat=22.5 + chance.random() / 10,
            risk_color=str(n % 4 + 1),
        )
        for n in range(count)
    )
    Site.objects.bulk_create(sites, batch_size=5000)


def main() -> None:
    """Fill, ask, print."""
    options = argparse.ArgumentParser()
    options.add_argument("--sites", type=int, default=85_000)
    options.add_argument("--rounds", type=int, default=20)
    chosen = options.parse_args()
    call_command("migrate", verbosity=0)
    fill(chosen.sites)
    account = Account.objects.create(username="bench", name="bench")
    Grant.objects.create(account=account, role="duty_officer", territory="440304")
    headers = {"Authorization": f"Bearer {Token.issue(account, ['*'])}", "Accept-Encoding": "identity"}
    client = Client()
    print(f"{Site.objects.count():,} sites; median and slowest of {chosen.rounds} in ms; size of the answer")
    for name, path in ASKED:
        tag = ""
        for title, more in ((name, {}), (f"{name}, unchanged", {"If-None-Match": ""})):
            spans = []
            for _ in range(chosen.rounds):
                begun = time.perf_counter()
                sent = {**headers, **({"If-None-Match": tag} if more else {})}
                answer = client.get(f"/api/{path}", headers=sent)
                spans.append((time.perf_counter() - begun) * 1000)
            assert answer.status_code == (304 if more else 200), answer.content[:200]
            tag = answer["ETag"]
            if not more or name == ASKED[0][0]:
                print(f"{title:36} {statistics.median(spans):8.1f} {max(spans):8.1f} {len(answer.content):12,} B")


if __name__ == "__main__":
    main()
