"""Where invented rows are put: the areas, the streets with their offices, the day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from anshu.domains.people.models import Organisation
from anshu.domains.places.models import Area

"""How far from the centre of its street an invented site lies, in degrees for each one before it."""
APART_DEG = 0.003


@dataclass(frozen=True)
class Frame:
    """Where it is all put: the root of the areas, the streets with their offices, the day."""

    root: str
    focus: str
    streets: Sequence[Area]
    offices: dict[str, Organisation]
    today: date

    def common(self, number: str, serial: int | None = None) -> dict[str, Any]:
        """What every row carries: in the street of that turn, or, without one, in the whole area."""
        area = self.root if serial is None else self.street(serial).number
        return {"number": number, "territory": area, "generated": True}

    def street(self, serial: int) -> Area:
        """The street of that turn; after the last the first again."""
        return self.streets[serial % len(self.streets)]

    def office(self, serial: int) -> Organisation | None:
        """The office of the street of that turn, if it has one."""
        return self.offices.get(self.street(serial).number)

    def ago(self, days: int) -> date:
        """The day so many days before today."""
        return self.today - timedelta(days=days)


def at(day: date, hour: int) -> datetime:
    """That hour of a local day."""
    return timezone.make_aware(datetime.combine(day, time(hour)))


def beside(street: Area, serial: int) -> dict[str, float]:
    """A place near the centre of a street, another for each number."""
    steps = serial + 1
    return {
        "lon": round((street.lon or 0) + APART_DEG * (steps % 3 - 1), 6),
        "lat": round((street.lat or 0) + APART_DEG * (steps % 4 - 2), 6),
    }
