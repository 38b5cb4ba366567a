"""Time until a page is answered at the size of a district: lists, searches, a record, the map's points, the API.

Run: `python bench/lists.py [--sites 85000] [--channels 5000] [--requests 30]`. One client, one request after the other
over one connection; queries per page are counted in a second pass. Targets: first page under 1 s, interactions under
100 ms. Peer: /healthz of the same server, the least that an answer can take.
"""

import argparse
import os
import time
from contextlib import closing

import django
import httpx
import numpy as np
from stage import Stage, running, told

FEWER = 5  # requests for what is twenty megabytes
PAGES = {
    "list, first page": "/r/sites/",
    "list, last page": "/r/sites/?page=1700",
    "list, one kind": "/r/sites/?kind=enterprise",
    "list by name": "/r/sites/?order=name",
    "search, two signs": "/r/sites/?q=科技",
    "search, four signs, many": "/r/sites/?q=有限公司",
    "search, four signs, few": "/r/sites/?q=科技园区",
    "search everything": "/search?q=科技",
    "record": "/r/sites/{site}",
    "channels, first page": "/r/channels/",
    "desk": "/desk",
    "today": "/today",
    "map: the layers": "/map/layers.json",
    "map: every site": "/map/data/sites.json",
    "map: waterlogging points": "/map/data/sites.json?kind=waterlogging_point",
    "API list": "/api/sites",
    "API search": "/api/sites?q=科技",
    "API channels": "/api/channels",
    "peer: nothing to do": "/healthz",
}


def timed(client: httpx.Client, path: str, requests: int) -> tuple[list[float], int]:
    """Seconds per request, and the size of the answer."""
    client.get(path)
    spent = []
    for _ in range(requests):
        began = time.perf_counter()
        answer = client.get(path)
        spent.append(time.perf_counter() - began)
        assert answer.status_code == 200, (path, answer.status_code)
    return spent, len(answer.content)


def queries(stage: Stage, paths: dict[str, str], *, explain: bool) -> dict[str, int]:
    """How many queries each page asks, counted in this process over the same database."""
    os.environ.update(stage.environment, DJANGO_SETTINGS_MODULE="anshu.project.django_settings")
    django.setup()
    # Django's models can be loaded only once it is set up.
    from django.db import connection  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    from anshu.access.models import Account  # noqa: PLC0415

    client, counted = Client(), {}
    client.force_login(Account.objects.get(username="zhiban"), backend="django.contrib.auth.backends.ModelBackend")
    for name, path in paths.items():
        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            client.get(path)
            asked = list(captured.captured_queries)
        counted[name] = len(asked)
        slowest = max(asked, key=lambda query: float(query["time"]), default=None)
        if explain and slowest and slowest["sql"].startswith("SELECT"):
            with connection.cursor() as cursor:
                # Our own query, just asked, with its values written in.
                plan = cursor.execute(f"EXPLAIN QUERY PLAN {slowest['sql'].replace('%', '%%')}", ())
                steps = "; ".join(row[3] for row in plan.fetchall())
            print(f"  slowest query of {name}: {float(slowest['time']) * 1000:.0f} ms: {steps}")
    return counted


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--sites", type=int, default=85_000)
    asked.add_argument("--channels", type=int, default=5_000)
    asked.add_argument("--requests", type=int, default=30)
    asked.add_argument("--explain", action="store_true", help="also tell the plan of the slowest query of each page")
    options = asked.parse_args()
    told(f"{options.sites:,} premises, {options.channels:,} channels, {options.requests} requests per page")
    with running(sites=options.sites, channels=options.channels) as stage, closing(stage.session("zhiban")) as client:
        site = client.get("/api/sites?size=1&page=5000").json()["items"][0]["id"]
        paths = {name: path.format(site=site) for name, path in PAGES.items()}
        found = {}
        for name, path in paths.items():
            found[name] = timed(client, path, FEWER if name == "map: every site" else options.requests)
        counted = queries(stage, paths, explain=options.explain)
        print(f"{'':<28} {'p50':>9} {'p95':>9} {'answer':>10} {'queries':>8}   {'target':>9}")
        for name, (spent, size) in found.items():
            middle, high = np.quantile(np.array(spent) * 1000, (0.5, 0.95))
            target = 100 if name not in ("list, first page", "desk", "today", "channels, first page") else 1000
            verdict = "kept" if high <= target else "MISSED"
            line = f"{name:<28} {middle:>6.0f} ms {high:>6.0f} ms {size / 1e3:>7,.0f} kB {counted[name]:>8}"
            print(f"{line}   {target:>6} ms {verdict}")


if __name__ == "__main__":
    main()
