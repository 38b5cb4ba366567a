"""A piece of the waterlogging gauges' raw feed."""

from datetime import datetime, timedelta, timezone
from itertools import pairwise
from pathlib import Path

from anshu.engines.district.shapes import Quantity, Reading
from anshu.gateways.district_files.flood import PROVENANCE
from anshu.gateways.district_files.source import Dataset, rows

BEIJING = timezone(timedelta(hours=8))
REPEAT = "repeat"
OUT_OF_ORDER = "out_of_order"
# One gauge's equal level within this time is the same observation sent again.
REPEAT_WITHIN = timedelta(seconds=60)


def read_feed(data_dir: Path) -> Dataset[tuple[Reading, ...]]:
    """122 readings in the order of the file; the feed writes local time (+08:00) and does not record delivery.

    A repeat is the later of two equal levels of one gauge within a minute; out of order, earlier than the row before.
    """
    table = rows(data_dir / "flood_points" / "waterlevel_feed_sample.csv")
    instants = [datetime.fromisoformat(row["time"]).replace(tzinfo=BEIJING) for row in table]
    by_gauge: dict[str, list[int]] = {}
    for i in sorted(range(len(table)), key=lambda i: instants[i]):
        by_gauge.setdefault(table[i]["station_code"], []).append(i)
    repeats = {
        later
        for series in by_gauge.values()
        for earlier, later in pairwise(series)
        if instants[later] - instants[earlier] <= REPEAT_WITHIN and table[later]["level_m"] == table[earlier]["level_m"]
    }
    readings = []
    for i, row in enumerate(table):
        flags: tuple[str, ...] = (REPEAT,) if i in repeats else ()
        flags += (OUT_OF_ORDER,) if i and instants[i] < instants[i - 1] else ()
        code = f"{row['station_code']}/{Quantity.ROAD_WATER_DEPTH}"
        readings.append(Reading(code, instants[i], float(row["level_m"]), None, generated=False, flags=flags))
    return Dataset(tuple(readings), PROVENANCE)
