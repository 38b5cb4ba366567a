"""A district with two streets, its keeper, and files as people send them."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.conf import settings
from django.utils import translation

from anshu.access.models import Account, Grant
from anshu.access.policy import Person
from anshu.domains.places.models import Area

DISTRICT = "440303"
BOX = {
    "type": "Polygon",
    "coordinates": [[[114.10, 22.50], [114.20, 22.50], [114.20, 22.60], [114.10, 22.60], [114.10, 22.50]]],
}


@pytest.fixture(autouse=True)
def _state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A state folder of its own, and English words."""
    monkeypatch.setattr(settings, "ANSHU", settings.ANSHU.model_copy(update={"state_dir": tmp_path}))
    with translation.override("en"):
        yield


@pytest.fixture
def district(db: None) -> Area:
    """A square district with two streets."""
    for number, name in ((f"{DISTRICT}001", "桂园街道"), (f"{DISTRICT}002", "黄贝街道")):
        Area.objects.create(number=number, name=name, level="street", territory=number)
    return Area.objects.create(number=DISTRICT, name="罗湖区", level="district", territory=DISTRICT, outline=BOX)


@pytest.fixture
def keeper(district: Area) -> Person:
    return person("keeper", DISTRICT)


@pytest.fixture
def street_keeper(district: Area) -> Person:
    return person("street", f"{DISTRICT}001")


def person(name: str, territory: str, role: str = "registrar") -> Person:
    account = Account.objects.create(username=name, name=name)
    Grant.objects.create(account=account, role=role, territory=territory)
    return Person(account)


@pytest.fixture
def xlsx() -> Callable[..., bytes]:
    """A workbook of these rows; `dress` may change its first sheet before it is saved."""

    def make(rows: list[list[Any]], dress: Callable[[Any], None] = lambda sheet: None) -> bytes:
        book = openpyxl.Workbook()
        sheet = book.active
        for row in rows:
            sheet.append(row)
        dress(sheet)
        buffer = io.BytesIO()
        book.save(buffer)
        return buffer.getvalue()

    return make
