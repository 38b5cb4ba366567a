"""The archive of readings is kept as the rules say, and never ahead of those who still have to read."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from anshu.domains.devices import tasks
from anshu.kernel import clock
from anshu.telemetry import Store, batch_of
from anshu.telemetry.archive import tending
from anshu.workflow.models import Bookmark

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 8, 5, 4, tzinfo=UTC)
NOON_MS = int(NOON.timestamp() * 1000)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setattr(tending, "FILE_ROWS", 1)
    with Store.open(tmp_path, synchronous="NORMAL") as opened:
        monkeypatch.setattr(tasks, "store", lambda: opened)
        yield opened


def test_what_sensing_has_not_read_stays_in_the_log(store: Store) -> None:
    store.append(batch_of([(1, NOON_MS, 1.0), (1, NOON_MS + 1, 2.0)]), door="http", received_ms=NOON_MS)
    with clock.frozen(NOON + timedelta(days=4)):
        assert tasks.tend_archive() is False
        assert len(store.tail(0, 9)) == 2 and store.statistics(0, 1, zone_offset_ms=0).unarchived == 0
        Bookmark.objects.create(name="sense", position=2, saved_at=NOON)
        tasks.tend_archive()
    assert len(store.tail(0, 9)) == 0 and store.series(1, 0, 2 * NOON_MS, 9).of == 2


def test_single_readings_are_thinned_when_the_rule_says(store: Store) -> None:
    store.append(batch_of([(1, NOON_MS, 1.0)]), door="http", received_ms=NOON_MS)
    with clock.frozen(NOON + timedelta(days=1095)):
        tasks.tend_archive()
    assert store.series(1, 0, 2 * NOON_MS, 9).of == 1
    with clock.frozen(NOON + timedelta(days=1098)):
        tasks.tend_archive()
    assert store.series(1, 0, 2 * NOON_MS, 9).of == 0
