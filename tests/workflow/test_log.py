"""The chain of seals: whatever is done to the log behind its back is found, and where."""

from typing import Any

import pytest
from django.db import transaction

from anshu.access.policy import Robot
from anshu.domains.places.models import Area
from anshu.workflow import log
from anshu.workflow.models import Change, Delivery, Head, Webhook

pytestmark = pytest.mark.django_db
WORK = Robot("work")


@pytest.fixture
def written() -> list[Change]:
    """Eight sealed rows."""
    area = Area.objects.create(number="440303", name="区", level=Area.Level.DISTRICT, territory="440303")
    with transaction.atomic():
        return [
            log.write("places.change", area, WORK, reason=f"第{n}次", details={"n": n, "mm": 0.1 + n}) for n in range(8)
        ]


def where() -> list[int]:
    return [fault.row for fault in log.faults()]


def test_a_log_left_alone_has_no_fault(written: list[Change]) -> None:
    assert where() == []
    assert [row.id for row in written] == list(range(1, 9))


def test_an_empty_log_has_no_fault() -> None:
    assert where() == []


@pytest.mark.parametrize(
    "column, value",
    [
        ("reason", "另一个理由"),
        ("actor", "别人"),
        ("actor_id", "01890000-0000-7000-8000-000000000000"),
        ("details", {"n": 2, "mm": 2.2}),
        ("to_state", "closed"),
        ("territory", "440304"),
        ("exercise", True),
        ("verb", "places.add"),
        ("label", "x"),
        ("basis", "x"),
        ("post", "x"),
        ("subject", ""),
        ("seal", "0" * 64),
    ],
)
def test_an_altered_row_is_found(written: list[Change], column: str, value: Any) -> None:
    Change.objects.filter(id=3).update(**{column: value})
    assert 3 in where()


def test_an_altered_instant_is_found(written: list[Change]) -> None:
    Change.objects.filter(id=3).update(at=written[3].at.replace(year=2020))
    assert where() == [3]


def test_a_missing_row_is_found(written: list[Change]) -> None:
    Change.objects.filter(id=4).delete()
    assert 4 in where()


def test_a_missing_first_row_is_found(written: list[Change]) -> None:
    Change.objects.filter(id=1).delete()
    assert 1 in where()


def test_a_missing_row_is_found_even_when_the_rest_close_up(written: list[Change]) -> None:
    Change.objects.filter(id=4).delete()
    for number in range(5, 9):
        Change.objects.filter(id=number).update(id=number - 1)
    assert 4 in where()


def test_reordered_rows_are_found(written: list[Change]) -> None:
    for old, new in ((3, 99), (6, 3), (99, 6)):
        Change.objects.filter(id=old).update(id=new)
    assert {3, 6} <= set(where())


def test_a_truncated_tail_is_found(written: list[Change]) -> None:
    Change.objects.filter(id__gt=5).delete()
    assert where() == [6]


def test_a_tail_truncated_together_with_its_record_is_found(written: list[Change]) -> None:
    """Whoever cuts the end off and sets the record of the end back still lacks the key that seals it."""
    Change.objects.filter(id__gt=5).delete()
    Head.objects.update(last=5, seal=written[4].seal)
    assert where() == [5]


def test_a_log_without_its_record_of_the_end_is_found(written: list[Change]) -> None:
    Head.objects.all().delete()
    assert where() == [9]


def test_an_added_row_is_found(written: list[Change]) -> None:
    forged = Change.objects.get(id=8)
    forged.id, forged.reason = 9, "补写"
    forged.save(force_insert=True)
    assert 9 in where()


def test_what_is_written_while_the_log_is_walked_is_no_fault(
    written: list[Change], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The district goes on working while its auditor looks."""
    looked = log.seal_of

    def meanwhile(change: Change, before: str) -> str:
        if change.id == 3:
            with transaction.atomic():
                log.write("places.change", None, WORK)
        return looked(change, before)

    monkeypatch.setattr(log, "seal_of", meanwhile)
    assert where() == []
    assert where() == [] and Change.objects.count() == 10


@pytest.mark.django_db(transaction=True)
def test_nothing_is_written_outside_the_transaction_of_its_change() -> None:
    with pytest.raises(RuntimeError):
        log.write("places.change", None, WORK)
    assert not Change.objects.exists()


def test_a_change_that_is_taken_back_leaves_no_row(written: list[Change]) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        log.write("places.change", None, WORK)
        _ = 1 / 0
    with transaction.atomic():
        assert log.write("places.change", None, WORK).id == 9
    assert where() == []


def test_an_exercise_never_leaves_the_house() -> None:
    hook = Webhook.objects.create(address="http://127.0.0.1:9/", verbs="places.*")
    played = Area.objects.create(
        number="440303", name="演练", level=Area.Level.DISTRICT, territory="440303", exercise=True
    )
    real = Area.objects.create(number="440304", name="区", level=Area.Level.DISTRICT, territory="440304")
    with transaction.atomic():
        log.write("places.change", played, WORK)
        told = log.write("places.change", real, WORK)
    outward = Delivery.objects.filter(listener__startswith="webhook:")
    assert list(outward.values_list("listener", "change_id")) == [(f"webhook:{hook.pk}", told.pk)]
