"""What was set aside is tried again as what it is: a frame as its protocol reads it, a line as intake does."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client

from anshu.access.models import Account, Grant
from anshu.domains.devices import queries
from anshu.domains.devices.models import Channel, Device
from anshu.domains.devices.queries.rights import book
from anshu.telemetry import Reason, Reject, Store, batch_of

pytestmark = pytest.mark.django_db
# A reservoir's report of SL 651-2014: rain of five minutes 18.5 mm, level 27.350 m (computed; its checksum is right).
FRAME = bytes.fromhex(
    "7E7E0100812003561234330026020101260805143005F1F100812003564BF0F0260805143022190001853B23000273503812123503315E"
)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    opened = Store.open(tmp_path)
    monkeypatch.setattr(queries, "store", lambda: opened)
    book().forget()
    yield opened
    book().forget()
    opened.close()


@pytest.fixture
def client(db: None) -> Client:
    account = Account.objects.create(username="system", name="system", totp_secret="x")
    Grant.objects.create(account=account, role="system_administrator", territory="")
    made = Client()
    made.force_login(account)
    return made


def test_a_frame_of_a_station_that_was_not_yet_registered(store: Store, client: Client) -> None:
    store.append(batch_of([]), [Reject(Reason.UNKNOWN_CHANNEL, "no such station", FRAME)], door="sl651", received_ms=1)
    (row,) = store.quarantine(limit=10).rows
    answer = client.post("/admin/quarantine", {"chosen": [row.id]})
    assert "stored=0" in answer["Location"] and store.quarantine(limit=10).rows

    device = Device.objects.create(number="ST1", name="水库站", kind="station", protocol="sl651", address="0081200356")
    what = {"name": "库水位", "quantity": "level", "unit": "m", "point": "3B"}
    level = Channel.objects.create(number="ST1/level", device=device, **what)
    book().look()
    answer = client.post("/admin/quarantine", {"chosen": [row.id]})
    assert "stored=1&waiting=0" in answer["Location"]
    assert list(store.last([level.slot]).value) == [27.35]
