"""A year of regulation in the largest district: what every list and page takes.

150,000 visits, 100,000 hazards, 85,000 enterprises, and as much beside them as belongs to that (`year/volumes.py`).
Run: `python bench/regulation.py [--scale 1] [--requests 5] [--keep FOLDER] [--only PART ...]`. Targets: 100 ms a page,
300 ms a layer of the map, the first byte of an export within a second. `--keep` fills the database once and measures it
again later; with `ANSHU_DATABASE_URL` it is PostgreSQL. Pages are asked in this process, without the network. With
SQLite a page is held to the target by the time of the processor, so that other work on the machine does not count; with
PostgreSQL, which is another process, by the clock.
"""

import argparse
import gc
import os
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import django
import numpy as np

PAGE_MS, LAYER_MS, FIRST_BYTE_S = 100.0, 300.0, 1.0
PARTS = ("rooms", "lists", "records", "exports")
LARGE = 9_000
"""Rows from which on each order and each filter of a register is asked for."""


@dataclass(frozen=True)
class Ask:
    """One address, asked as somebody; `kind` is the line of the table it is told in."""

    who: str
    kind: str
    address: str
    target_ms: float = PAGE_MS


@dataclass
class Told:
    """What was measured of one kind: milliseconds of the clock and of the processor, and the slowest address."""

    spent: list[float]
    worked: list[float]
    slowest: tuple[float, str]


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--scale", type=float, default=1.0)
    asked.add_argument("--requests", type=int, default=5)
    asked.add_argument("--keep", type=Path, help="folder of the database, used again when it is there")
    asked.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    asked.add_argument("--registers", nargs="+", default=(), help="only these, by the name in their address")
    asked.add_argument(
        "--explain", action="store_true", help="also tell the slowest query of each page over the target"
    )
    options = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="anshu-bench-") as folder:
        os.environ["ANSHU_STATE_DIR"] = str(options.keep or Path(folder) / "state")
        os.environ["DJANGO_SETTINGS_MODULE"] = "anshu.project.django_settings"
        django.setup()
        measure(options)


def measure(options: argparse.Namespace) -> None:
    """Fill, ask, tell."""
    # Django's models can be loaded only once it is set up.
    from django.core.management import call_command  # noqa: PLC0415
    from year import fill, filled  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    if not filled(options.scale):
        fill(options.scale)
    clients = Clients(options.explain)
    print(f"{'':<34} {'pages':>6} {'p50':>8} {'p95':>8} {'processor p50':>13} {'p95':>8} {'worst':>8}", flush=True)
    missed = 0
    for part, asks in (("rooms", rooms), ("lists", lists), ("records", records)):
        if part in options.only:
            missed += tell(clients, list(asks(options.registers)), options.requests)
    if "exports" in options.only:
        exports(clients)
    print(f"{missed} of the pages above took more than {PAGE_MS:.0f} ms, layers of the map {LAYER_MS:.0f} ms")


class Clients:
    """Somebody logged in, by user name."""

    def __init__(self, explain: bool) -> None:
        from django.db import connection  # noqa: PLC0415
        from django.test import Client  # noqa: PLC0415

        self.make, self.known, self.explain = Client, dict[str, Any](), explain
        self.embedded = connection.vendor == "sqlite"

    def of(self, who: str) -> Any:
        """The client of that user."""
        from anshu.access.models import Account  # noqa: PLC0415

        if who not in self.known:
            self.known[who] = self.make()
            account = Account.objects.get(username=who)
            self.known[who].force_login(account, backend="django.contrib.auth.backends.ModelBackend")
            self.known[who].get("/today")
            gc.collect()
            gc.freeze()  # as the web server does: a walk over all that is loaded takes longer than any page
        return self.known[who]


def tell(clients: Clients, asks: list[Ask], requests: int) -> int:
    """Ask each address so many times and print a line for each kind; returns how many pages missed the target."""
    kinds: dict[str, Told] = defaultdict(lambda: Told([], [], (0.0, "")))
    counts: dict[str, int] = defaultdict(int)
    misses: list[tuple[float, Ask]] = []
    for ask in asks:
        spent, worked = timed(clients.of(ask.who), ask.address, requests)
        told, middle = kinds[ask.kind], float(np.median(worked if clients.embedded else spent))
        told.spent += spent
        told.worked += worked
        told.slowest = max(told.slowest, (middle, f"{ask.who}: {ask.address}"))
        counts[ask.kind] += 1
        if middle > ask.target_ms:
            misses.append((middle, ask))
    for kind, told in kinds.items():
        middle, high = np.quantile(told.spent, (0.5, 0.95))
        busy, most = np.quantile(told.worked, (0.5, 0.95))
        line = f"{middle:>5.0f} ms {high:>5.0f} ms {busy:>7.0f} ms {most:>5.0f} ms {max(told.worked):>5.0f} ms"
        print(f"{kind:<34} {counts[kind]:>6} {line}", flush=True)
    for middle, ask in sorted(misses, key=lambda miss: -miss[0]):
        print(f"  over the target: {middle:>5.0f} ms  {ask.who}: {ask.address}", flush=True)
        if clients.explain:
            explain(clients.of(ask.who), ask.address)
    return len(misses)


def timed(client: Any, address: str, requests: int) -> tuple[list[float], list[float]]:
    """Milliseconds per request by the clock, and of the processor, after one that is not counted."""
    spent, worked = list[float](), list[float]()
    for _again in range(requests + 1):
        began, busy = time.perf_counter(), time.process_time()
        answer = client.get(address)
        spent.append((time.perf_counter() - began) * 1000)
        worked.append((time.process_time() - busy) * 1000)
        assert answer.status_code == 200, (address, answer.status_code)
    return spent[1:], worked[1:]


def explain(client: Any, address: str) -> None:
    """The slowest query of a page, and how the database answers it."""
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    with CaptureQueriesContext(connection) as captured:
        client.get(address)
        asked = sorted(captured.captured_queries, key=lambda query: -float(query["time"]))
    for query in asked[:2]:
        told = query["sql"].partition(" FROM ")[2][:900]
        print(f"    {len(asked)} queries; {float(query['time']) * 1000:.0f} ms: {told}")
        if connection.vendor == "sqlite" and query["sql"].startswith("SELECT"):
            with connection.cursor() as cursor:
                # Our own query, just asked, with its values written in.
                plan = cursor.execute(f"EXPLAIN QUERY PLAN {query['sql'].replace('%', '%%')}", ())
                print("    " + "; ".join(row[3] for row in plan.fetchall()), flush=True)


def rooms(_registers: Any) -> Iterator[Ask]:
    """The pages made by hand."""
    from anshu.access.models import Account, Grant  # noqa: PLC0415
    from anshu.access.roles import ROLES, permits  # noqa: PLC0415
    from anshu.domains.enterprises.models import Enterprise  # noqa: PLC0415

    widest, street = (Grant.objects.filter(account__username=who).first().territory for who in WHO)
    own = [name for name, role in ROLES.items() if role.own]
    for name, role in ROLES.items():
        if not role.own and permits(role.permits, "situation.view"):
            yield Ask(name, "Today, each role", "/today")
    for who in WHO:
        yield Ask(who, "Today, every power", "/today")
        for address in ("/desk", "/weekly", "/map/layers.json", "/inspections/planner", "/wall", "/handover"):
            yield Ask(who, address, address)
        for words in ("疏散通道", "HAZA-0999", "有限公司", "zzz", "燃气"):
            yield Ask(who, "search in every register", f"/search?q={words}")
        yield from layers(who)
    yield Ask(WHO[0], "portrait of the district", f"/portraits/area/{widest}")
    yield Ask(WHO[1], "portrait of a street", f"/portraits/area/{street}")
    for firm in Enterprise.objects.order_by("number")[:3]:
        yield Ask(WHO[0], "portrait of an enterprise", f"/enterprises/{firm.pk}")
        yield Ask(WHO[0], "portrait of a park", f"/portraits/park/{firm.site_id}")
    for account in Account.objects.filter(username__in=own).order_by("username"):
        yield Ask(account.username, "a firm's own door", "/firm")


def layers(who: str) -> Iterator[Ask]:
    """The large layers of the map, with the whole district in sight and nearer and nearer to its middle."""
    from django.db.models import Max, Min  # noqa: PLC0415

    from anshu.domains.places.models import Site  # noqa: PLC0415

    edges = Site.objects.aggregate(west=Min("lon"), south=Min("lat"), east=Max("lon"), north=Max("lat"))
    lon, lat = (edges["west"] + edges["east"]) / 2, (edges["south"] + edges["north"]) / 2
    for zoom, near in ((11, 1.0), (14, 0.3), (16, 0.08)):
        wide, high = near * (edges["east"] - edges["west"]) / 2, near * (edges["north"] - edges["south"]) / 2
        asked = f"bbox={lon - wide},{lat - high},{lon + wide},{lat + high}&zoom={zoom}"
        for slug in ("sites", "enterprises", "hazards", "visits"):
            yield Ask(who, f"layer of {slug}, zoom {zoom}", f"/map/data/{slug}.json?{asked}", LAYER_MS)


WHO = ("whole district", "one street")


def lists(registers: Any) -> Iterator[Ask]:
    """Every register as a page and as an answer to programs; the large ones in every order and by every filter."""
    from anshu.ledger.declaration import LEDGERS, field_of  # noqa: PLC0415

    for ledger in LEDGERS.values():
        if registers and ledger.slug not in registers:
            continue
        count = ledger.model.objects.count()
        for who in WHO:
            page, programs = f"/r/{ledger.slug}/", f"/api/{ledger.slug}"
            yield Ask(who, "list, first page", page)
            yield Ask(who, "list, API", programs)
            if count < LARGE:
                continue
            deep = count // 50 if who == WHO[0] else count // 50 // 40
            yield Ask(who, "list, middle page", f"{page}?page={deep // 2 + 1}")
            yield Ask(who, "list, last page", f"{page}?page={deep}")
            yield Ask(who, "list, by day", f"{page}?since=2026-01-01&until=2026-02-01")
            for words in ("疏散通道", "有限公司", "000012", "zzz"):
                yield Ask(who, "list, search", f"{page}?q={words}")
            for name in ledger.filters:
                for value in values(field_of(ledger.model, name)):
                    yield Ask(who, "list, one filter", f"{page}?{name}={value}")
            for name in ledger.columns:
                if field_of(ledger.model, name) is not None:
                    yield Ask(who, "list, ordered up", f"{page}?order={name}")
                    yield Ask(who, "list, ordered down", f"{page}?order=-{name}")


def values(field: Any) -> list[str]:
    """What a filter of a list can be set to."""
    if field.get_internal_type() == "BooleanField":
        return ["true", "false"]
    return [str(value) for value, _words in field.flatchoices if str(value)]


def records(registers: Any) -> Iterator[Ask]:
    """A record of each register, as a page and for programs."""
    from anshu.ledger.declaration import LEDGERS  # noqa: PLC0415

    for ledger in LEDGERS.values():
        if not registers or ledger.slug in registers:
            for key in ledger.model.objects.order_by("number").values_list("pk", flat=True)[7:9]:
                yield Ask(WHO[0], "record", f"/r/{ledger.slug}/{key}")
                yield Ask(WHO[0], "record, API", f"/api/{ledger.slug}/{key}")


def exports(clients: Clients) -> None:
    """First byte, rows a second and how far the memory grew, of the three largest registers."""
    from anshu.ledger.declaration import LEDGERS  # noqa: PLC0415

    client = clients.of(WHO[0])
    for slug in ("visits", "hazards", "enterprises"):
        count = LEDGERS[slug].model.objects.count()
        client.get(f"/r/{slug}/?page=2")  # what is read once for all is there
        for form in ("csv", "geojson", "xlsx"):
            held = memory_mb(anew=True)
            began, busy = time.perf_counter(), time.process_time()
            pieces = iter(client.get(f"/r/{slug}/export.{form}").streaming_content)
            next(pieces)
            first, size = time.perf_counter() - began, sum(len(piece) for piece in islice(pieces, None))
            spent, worked = time.perf_counter() - began, time.process_time() - busy
            verdict = "kept" if first <= FIRST_BYTE_S else "MISSED"
            whole = (
                f"whole {spent:>6.1f} s ({worked:.1f} of processor), {size / 1e6:.1f} MB, {count / worked:,.0f} rows/s"
                f", memory + {memory_mb() - held:.0f} MB"
            )
            print(
                f"export of {slug}.{form:<10} {count:>8,} rows  first byte {first:.2f} s {verdict}, {whole}", flush=True
            )


def memory_mb(*, anew: bool = False) -> float:
    """The most memory this process has held, in MB; `anew`: from now on. Linux alone tells it."""
    if anew:
        Path("/proc/self/clear_refs").write_text("5")
    told = Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]
    return int(told) / 1024


if __name__ == "__main__":
    main()
