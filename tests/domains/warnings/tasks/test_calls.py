"""Call-outs that a warning begins and ends."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from anshu.domains.people.models import Organisation
from anshu.domains.warnings.models import Call, CallOut, Warning
from anshu.domains.warnings.tasks.calls import call_for_warning, stop_for_warning, streets
from anshu.domains.warnings.transitions import signals
from anshu.kernel import clock
from anshu.kernel.clock import FrozenTime
from anshu.workflow.models import Change
from tests.domains.warnings.calling import NOON, WORK, District, district, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def time() -> Iterator[FrozenTime]:
    with clock.frozen(NOON) as standing:
        yield standing


@pytest.fixture
def here(time: FrozenTime) -> District:
    made = district()
    for n in range(2, 9):
        code = f"44039900{n}"
        street = Organisation.objects.create(
            number=f"S{n}", name=f"街道办{n}", kind="street", territory=code, superior=made.bureau
        )
        person(f"officer-{n}", street, 3)
    return made


def received(level: str = "1", **more: Any) -> Warning:
    facts = {
        "identifier": f"w-{Warning.objects.count()}", "issuer": "深圳市气象台", "hazard": "rainstorm", "level": level,
        "headline": "暴雨红色预警", "text": "…", "sent_at": NOON, "expires_at": NOON + timedelta(hours=6),
        "territory": "440399", "areas": [], **more,
    }
    return signals.relay(by=WORK, facts=facts, door="test")


def last(verb: str) -> Change:
    return Change.objects.filter(verb=f"warnings.{verb}").latest("id")


def read(warning: Warning) -> Change:
    signals.read_warning(warning, by=WORK)
    return last("read_warning")


def test_a_red_warning_in_force_calls_every_street_once(here: District) -> None:
    warning = received()
    change = read(warning)
    call_for_warning(change)
    call_for_warning(change)  # told twice, done once
    assert CallOut.objects.count() == 8
    assert Call.objects.filter(state="waiting", rings_at=NOON).count() == 8
    one = CallOut.objects.get(organisation=here.street)
    assert (one.place, one.level, one.cause_id) == ("凤岗街道", "1", warning.pk)
    assert "深圳市气象台" in one.message and "暴雨红色预警" in one.message


@pytest.mark.parametrize(("level", "calls"), [("1", 8), ("2", 8), ("3", 0), ("4", 0), ("", 0)])
def test_only_the_grave_colours_are_called(here: District, level: str, calls: int) -> None:
    call_for_warning(read(received(level)))
    assert CallOut.objects.count() == calls


def test_a_warning_nobody_has_read_is_not_called_yet(here: District) -> None:
    received()
    call_for_warning(last("relay"))
    assert not CallOut.objects.exists()


@pytest.mark.parametrize(
    ("areas", "territory", "count"),
    [
        (["440399001", "440399002"], "", 2), (["440399001003"], "", 1), ([{"divisions": ["440399003"]}], "", 1),
        (["440399"], "", 8), ([], "440399004", 1), ([], "", 8), (["110101"], "", 8), ([{"name": "全区"}], "", 8),
    ],
)
def test_streets_of_a_warning(here: District, areas: list[Any], territory: str, count: int) -> None:
    assert len(streets(Warning(areas=areas, territory=territory))) == count


def test_lifting_and_expiry_end_the_calling(here: District, time: FrozenTime) -> None:
    first, second = received(), received("2", sent_at=NOON - timedelta(minutes=1))
    call_for_warning(read(first))
    call_for_warning(read(second))
    signals.lift(first, by=WORK)
    stop_for_warning(last("lift"))
    stop_for_warning(last("lift"))
    assert CallOut.objects.filter(state="stopped").count() == 8
    assert set(CallOut.objects.filter(state="stopped").values_list("cause_id", flat=True)) == {first.pk}
    time.advance(hours=7)
    signals.expire_signal(second, by=WORK)
    stop_for_warning(last("expire_signal"))
    assert not CallOut.objects.filter(state="calling").exists()


def test_a_replaced_warning_is_called_until_somebody_reads_the_new_one(here: District) -> None:
    old = received("2")
    call_for_warning(read(old))
    new = received("1", sent_at=NOON + timedelta(minutes=5))
    signals.supersede(old, by=WORK, successor=new)
    stop_for_warning(last("supersede"))
    assert CallOut.objects.filter(cause_id=old.pk, state="calling").count() == 8
    call_for_warning(read(new))
    assert CallOut.objects.filter(cause_id=old.pk, state="stopped").count() == 8
    assert CallOut.objects.filter(cause_id=new.pk, state="calling").count() == 8
