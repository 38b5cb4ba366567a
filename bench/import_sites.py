"""Import of 85,000 sites from xlsx into a fresh SQLite, against two peers in the same run.

Run: `python bench/import_sites.py [--sites 85000]`. Prints what each part takes, rows per second and ratios.
Peer: openpyxl read-only and one `full_clean` + `save` per row, measured on the first 2,000 rows and extrapolated.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import django
import openpyxl
import xlsxwriter
from python_calamine import CalamineWorkbook

from anshu.engines.district import generate

HEADINGS = ("Number *", "name", "kind", "area", "Longitude (deg)", "lat", "address", "sector", "people", "source")
FIELDS = ("number", "name", "kind", "territory", "lon", "lat", "address", "sector", "people_count", "source")
PEER_ROWS = 2000


def write_sites(path: Path, count: int) -> None:
    """A workbook of generated premises, as a bureau's own register of three-small premises looks."""
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("三小场所")
    for column, heading in enumerate(HEADINGS):
        sheet.write_string(0, column, heading)
    for line, site in enumerate(generate(7, at=datetime(2026, 6, 1, tzinfo=UTC), sites=count).sites, 1):
        values = (
            site.code, site.name, "three_small_premises", site.area_code, site.position.lon, site.position.lat,
            site.address, site.sector, site.staff_count, "generated",
        )  # fmt: skip
        for column, value in enumerate(values):
            sheet.write(line, column, value)
    book.close()


def timed(what: str, rows: int, act: Callable[[], Any]) -> tuple[float, Any]:
    """Do it, print how long it took, and return both."""
    began, worked = time.perf_counter(), time.process_time()
    made = act()
    spent, worked = time.perf_counter() - began, time.process_time() - worked
    print(f"{what:<52} {spent:>8.2f} s ({worked:>6.2f} s of processor) {rows / spent:>10,.0f} rows/s", flush=True)
    return spent, made


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--sites", type=int, default=85_000)
    count = asked.parse_args().sites
    with tempfile.TemporaryDirectory(prefix="anshu-bench-") as folder:
        os.environ["ANSHU_STATE_DIR"] = str(Path(folder) / "state")
        os.environ["DJANGO_SETTINGS_MODULE"] = "anshu.project.django_settings"
        django.setup()
        path = Path(folder) / "sites.xlsx"
        timed("writing the workbook (not counted)", count, lambda: write_sites(path, count))
        measure(path, count)


def measure(path: Path, count: int) -> None:
    """Ours from file to database, then the peers."""
    # Django's models can be loaded only once it is set up.
    from django.core.management import call_command  # noqa: PLC0415

    from anshu.access.policy import Robot  # noqa: PLC0415
    from anshu.domains.places.ledger import SITES  # noqa: PLC0415
    from anshu.domains.places.models import Site  # noqa: PLC0415
    from anshu.ledger.exchange import matching, running, writing  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    actor = Robot("import")
    content = path.read_bytes()
    print(f"{count:,} rows x {len(HEADINGS)} columns, {len(content) / 1e6:.1f} MB")

    def dry() -> Any:
        source = running.receive(SITES, actor, path.name, content)
        table = running.table_of(source)
        columns = {m.heading: m.field for m in matching.match(SITES, table, {}) if m.field}
        checked = running.dry_run(source, actor, table, running.Plan(columns))
        assert checked.count("add") == count, checked.errors[:5]
        return source, running.Plan(columns)

    dry_s, (source, plan) = timed("dry run (read, match, check every row)", count, dry)

    def bring_in() -> None:
        running.begin(source, plan)
        assert running.run(source.pk)

    import_s, _none = timed("import (read and check again, write, log)", count, bring_in)
    assert Site.objects.count() == count
    again = running.receive(SITES, actor, path.name, content)
    again.mapping = plan.as_json()
    timed(
        "the same file again (nothing to write)",
        count,
        lambda: running.dry_run(again, actor, running.table_of(again), plan),
    )
    rows = Site.objects.order_by("number")
    for form in writing.FORMS:
        timed(f"export {form}", count, lambda form=form: sum(map(len, writing.export(SITES, rows, form))))
    calamine_s, _rows = timed("peer: plain calamine read, nothing else", count, partial(plain_read, path))
    peer_s, _none = timed(
        f"peer: openpyxl, full_clean, save, {PEER_ROWS:,} rows", PEER_ROWS, partial(save_each, path, Site)
    )
    whole = peer_s * count / PEER_ROWS
    print(f"import {import_s:.1f} s; with the dry run before it {dry_s + import_s:.1f} s")
    print(f"peer extrapolated to all rows: {whole:.0f} s; import is {whole / import_s:.1f} times as fast")
    print(f"import takes {import_s / calamine_s:.1f} times a plain calamine read")


def plain_read(path: Path) -> Any:
    """Cells as Python values, no more."""
    return CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()


def save_each(path: Path, model: Any) -> None:
    """The usual loop: row by row through the model."""
    sheet = openpyxl.load_workbook(path, read_only=True).active
    rows = sheet.iter_rows(min_row=2, max_row=PEER_ROWS + 1, values_only=True)
    for row in rows:
        record = model(**dict(zip(FIELDS, row, strict=True)))
        record.number = f"P-{record.number}"
        record.full_clean()
        record.save()


if __name__ == "__main__":
    main()
