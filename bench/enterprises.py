"""The file of 85,000 enterprises: brought in from xlsx, listed, searched, portrayed, seen from Today and a firm's door.

Run: `python bench/enterprises.py [--enterprises 85000] [--requests 20]`. Targets: import under 60 s, pages 100 ms.
Beside the enterprises stand one certificate and one reviewed declaration each, with their clocks: what Today must not
be slowed by. Pages are asked in this process, without the network.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import django
import numpy as np
import xlsxwriter

from anshu.engines.district import generate
from anshu.engines.district.enterprises import credit_codes
from anshu.engines.district.regulated import industry

HEADINGS = ("number", "name", "unified credit code", "industry", "scale", "area", "longitude", "latitude", "address",
            "legal representative", "safety officer", "employees", "high-hazard trade", "grade by review")  # fmt: skip
IMPORT_S, PAGE_MS = 60.0, 100.0
PAGES = {
    "peer: list of sites": "/r/sites/",
    "list, first page": "/r/enterprises/",
    "list, last page": "/r/enterprises/?page={last}",
    "list, red": "/r/enterprises/?risk_color=1",
    "list, key": "/r/enterprises/?key=true",
    "list of a street": "/r/enterprises/?territory={street}",
    "search": "/r/enterprises/?q=鑫达",
    "certificates by end": "/r/certificates/",
    "certificates running out": "/r/certificates/?state=running_out",
    "declarations": "/r/declarations/",
    "declarations submitted": "/r/declarations/?state=submitted",
    "portrait of an enterprise": "/enterprises/{firm}",
    "portrait of a street": "/portraits/area/{street}",
    "Today of the section": "/today",
    "API list": "/api/enterprises",
}


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--enterprises", type=int, default=85_000)
    asked.add_argument("--requests", type=int, default=20)
    options = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="anshu-bench-") as folder:
        os.environ["ANSHU_STATE_DIR"] = str(Path(folder) / "state")
        os.environ["DJANGO_SETTINGS_MODULE"] = "anshu.project.django_settings"
        django.setup()
        path = Path(folder) / "enterprises.xlsx"
        timed("writing the workbook (not counted)", options.enterprises, lambda: write(path, options.enterprises))
        measure(path, options.enterprises, options.requests)


def write(path: Path, count: int) -> None:
    """A workbook of generated enterprises, as a bureau's own list looks."""
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("企业")
    for column, heading in enumerate(HEADINGS):
        sheet.write_string(0, column, heading)
    sites = generate(7, at=datetime(2026, 6, 1, tzinfo=UTC), sites=count).sites
    for line, (site, code) in enumerate(zip(sites, credit_codes(np.arange(1, count + 1)), strict=True), 1):
        values = (
            f"QY-{line:06d}", site.name, code, industry(site.industry_code), "small", site.area_code,
            site.position.lon, site.position.lat, site.address, site.contact_name, site.contact_name,
            site.staff_count, "no", ("red", "orange", "yellow", "blue")[min(3, line % 7)],
        )  # fmt: skip
        for column, value in enumerate(values):
            sheet.write(line, column, value)
    book.close()


def timed(what: str, rows: int, act: Callable[[], Any]) -> tuple[float, Any]:
    """Do it, print how long it took, and return both."""
    began, worked = time.perf_counter(), time.process_time()
    made = act()
    spent, worked = time.perf_counter() - began, time.process_time() - worked
    print(f"{what:<44} {spent:>8.2f} s ({worked:>6.2f} s of processor) {rows / spent:>10,.0f} rows/s", flush=True)
    return spent, made


def measure(path: Path, count: int, requests: int) -> None:
    """The import, then every page."""
    # Django's models can be loaded only once it is set up.
    from django.core.management import call_command  # noqa: PLC0415

    from anshu.access.policy import Robot  # noqa: PLC0415
    from anshu.domains.enterprises.ledger.files import ENTERPRISES  # noqa: PLC0415
    from anshu.domains.enterprises.models import Enterprise  # noqa: PLC0415
    from anshu.ledger.exchange import matching, running  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    actor, content = Robot("import"), path.read_bytes()

    def dry() -> Any:
        source = running.receive(ENTERPRISES, actor, path.name, content)
        table = running.table_of(source)
        columns = {m.heading: m.field for m in matching.match(ENTERPRISES, table, {}) if m.field}
        plan = running.Plan(columns)
        checked = running.dry_run(source, actor, table, plan)
        assert checked.count("add") == count, checked.errors[:5]
        return source, plan

    dry_s, (source, plan) = timed("dry run", count, dry)
    running.begin(source, plan)
    import_s, _none = timed("import", count, lambda: running.run(source.pk))
    assert Enterprise.objects.count() == count
    print(f"dry run and import {dry_s + import_s:.1f} s: {'kept' if dry_s + import_s <= IMPORT_S else 'MISSED'}")
    pages(fill(count), requests)


def fill(count: int) -> dict[str, Any]:
    """A certificate and a declaration for each, with their clocks; the accounts that look; what the addresses name."""
    from anshu.access.models import Account, Grant  # noqa: PLC0415
    from anshu.domains.enterprises.models import Certificate, Enterprise, RiskDeclaration  # noqa: PLC0415
    from anshu.domains.enterprises.tasks import wind_imported  # noqa: PLC0415
    from anshu.domains.places.models import Area  # noqa: PLC0415
    from anshu.kernel import clock  # noqa: PLC0415
    from anshu.workflow import clocks  # noqa: PLC0415

    now = clock.now()
    papers, declared = [], []
    for n, (key, territory) in enumerate(Enterprise.objects.order_by("number").values_list("pk", "territory")):
        days, state = (30, "running_out") if n % 40 == 0 else (400 + n % 600, "valid")
        common = {"enterprise_id": key, "territory": territory}
        papers.append(
            Certificate(
                number=f"Z-{n}", kind="other", expires_on=now.date() + timedelta(days=days), state=state, **common
            )
        )
        handed_in = "submitted" if n % 50 == 0 else "reviewed"
        again = {"again_on": now.date() + timedelta(days=200)} if handed_in == "reviewed" else {}
        declared.append(RiskDeclaration(number=f"SB-{n}", state=handed_in, submitted_at=now, **again, **common))
    Certificate.objects.bulk_create(papers, batch_size=1000)
    RiskDeclaration.objects.bulk_create(declared, batch_size=1000)

    def wind() -> None:
        while wind_imported():
            pass
        for start in range(0, len(declared), 1000):
            clocks.wind_many(declared[start : start + 1000])

    timed("clocks of certificates and declarations", 2 * count, wind)
    street = Enterprise.objects.order_by("number").values_list("territory", flat=True)[0][:9]
    Area.objects.create(number=street, name="street", level="street", territory=street)
    account = Account.objects.create(username="section", name="section")
    Grant.objects.create(account=account, role="section_officer", territory=street[:6])
    firm = Enterprise.objects.order_by("number")[count // 2]
    owner = Account.objects.create(username="owner", name="owner")
    Grant.objects.create(account=owner, role="enterprise", holder=firm.credit_code)
    return {"street": street, "firm": firm.pk, "last": -(-count // 50), "section": account, "owner": owner}


def pages(stage: dict[str, Any], requests: int) -> None:
    """Each page so many times; the middle and the high of it."""
    from django.test import Client  # noqa: PLC0415

    for who, addresses in (("section", PAGES), ("owner", {"a firm's own door": "/firm"})):
        client = Client()
        client.force_login(stage[who], backend="django.contrib.auth.backends.ModelBackend")
        for name, address in addresses.items():
            path, spent, worked = address.format(**stage), list[float](), list[float]()
            for _again in range(requests + 1):
                began, busy = time.perf_counter(), time.process_time()
                answer = client.get(path)
                spent.append((time.perf_counter() - began) * 1000)
                worked.append((time.process_time() - busy) * 1000)
                assert answer.status_code == 200, (path, answer.status_code)
            middle, high = np.quantile(np.array(spent[1:]), (0.5, 0.95))
            verdict = "kept" if high <= PAGE_MS else "MISSED"
            busy = float(np.median(worked[1:]))
            told = f"p50 {middle:>6.0f} ms ({busy:>4.0f} of processor)  p95 {high:>6.0f} ms  {verdict}"
            print(f"{name:<28} {told}", flush=True)


if __name__ == "__main__":
    main()
