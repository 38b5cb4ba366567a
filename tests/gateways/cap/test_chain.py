"""What a later message supersedes: by reference first, else by issuer, event and area; never across statuses."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from anshu.gateways.cap.chain import Summary, match, summarise
from anshu.gateways.cap.decode import decode
from anshu.gateways.cap.signal import Area, Info, Named, Reference, Signal

NOON = datetime(2024, 5, 21, 4, tzinfo=UTC)
STATION = "44030641600000"
COLOURS = {1: "red", 2: "orange", 3: "yellow", 4: "blue"}


def area(*codes: str) -> tuple[Area, ...]:
    return tuple(Area(code, geocodes=(Named("GB/T2260", code),)) for code in codes)


def signal(msg_type: str, level: int | None, *codes: str, minutes: int = 60) -> Signal:
    colour = (Named("color", COLOURS[level]),) if level else ()
    info = Info(event="暴雨", parameters=colour, areas=area(*(codes or ("440306",))))
    sent_at = NOON + timedelta(minutes=minutes)
    return Signal(f"{msg_type}{minutes}", STATION, sent_at, "Actual", msg_type, infos=(info,))


def in_force(key: str, level: int, *codes: str) -> Summary:
    return summarise(replace(signal("Alert", level, *codes, minutes=0), identifier=key), key)


def keys(message: Signal, *summaries: Summary) -> dict[str, bool]:
    return {found.open.key: found.certain for found in match(message, summaries)}


def test_references_win_over_everything_else() -> None:
    yellow, red = in_force("yellow", 3), in_force("red", 1)
    triple = Reference("yellow", STATION, NOON)
    assert keys(replace(signal("Cancel", 1), references=(triple,)), yellow, red) == {"yellow": True}
    bare = replace(signal("Update", 1), references=(Reference("red"), Reference("yellow")))
    assert keys(bare, yellow, red) == {"yellow": True, "red": True}
    assert {found.basis for found in match(bare, [yellow, red])} == {"reference"}


def test_lifting_a_red_leaves_a_yellow_in_force() -> None:
    assert keys(signal("Cancel", 1), in_force("yellow", 3), in_force("red", 1)) == {"red": True}
    assert keys(signal("Cancel", 1), in_force("yellow", 3)) == {}


def test_continuing_a_yellow_leaves_a_red_in_force() -> None:
    assert keys(signal("Update", 3), in_force("yellow", 3), in_force("red", 1)) == {"yellow": True}


def test_a_rise_replaces_the_only_level_and_asks_among_several() -> None:
    assert keys(signal("Update", 1), in_force("yellow", 3)) == {"yellow": True}
    assert keys(signal("Update", 1), in_force("yellow", 3), in_force("blue", 4)) == {"yellow": False, "blue": False}


def test_a_cancel_without_level_is_sure_only_when_one_level_is_in_force() -> None:
    assert keys(signal("Cancel", None), in_force("yellow", 3)) == {"yellow": True}
    assert keys(signal("Cancel", None), in_force("yellow", 3), in_force("red", 1)) == {"yellow": False, "red": False}


@pytest.mark.parametrize(
    ("lifted", "open_codes", "expected"),
    [
        (["440306"], ["440306001"], {"open": True}),
        (["440300"], ["440306", "440307"], {"open": True}),
        (["440306"], ["440306", "440307"], {"open": False}),
        (["440306001"], ["440306"], {"open": False}),
        (["440305"], ["440306"], {}),
    ],
)
def test_the_area_decides(lifted: list[str], open_codes: list[str], expected: dict[str, bool]) -> None:
    assert keys(signal("Cancel", 3, *lifted), in_force("open", 3, *open_codes)) == expected


def test_places_by_name_match_only_as_a_whole() -> None:
    named = Info(event="暴雨", parameters=(Named("color", "yellow"),), areas=(Area("宝安区"),))
    cancel = replace(signal("Cancel", 3), infos=(named,))
    opened = replace(in_force("open", 3), divisions=frozenset(), places=frozenset({"宝安区"}))
    assert keys(cancel, opened) == {"open": True}
    assert keys(cancel, replace(opened, places=frozenset({"宝安区", "南山区"}))) == {"open": False}
    assert keys(cancel, replace(opened, places=frozenset())) == {}


@pytest.mark.parametrize("status", ["Exercise", "Test", "Draft", "System"])
def test_an_exercise_never_touches_a_real_signal_nor_the_other_way(status: str) -> None:
    opened = in_force("open", 3)
    cancel = replace(signal("Cancel", 3), references=(Reference("open", STATION, NOON),))
    assert keys(replace(cancel, status=status), opened) == {}
    assert keys(cancel, replace(opened, status=status)) == {}
    assert keys(replace(cancel, status=status), replace(opened, status=status)) == {"open": True}


@pytest.mark.parametrize("msg_type", ["Alert", "Ack", "Error"])
def test_other_messages_supersede_nothing(msg_type: str) -> None:
    message = replace(signal(msg_type, 3), references=(Reference("open", STATION, NOON),))
    assert keys(message, in_force("open", 3)) == {}


def test_doubtful_references_wait_for_a_person() -> None:
    opened = in_force("open", 3)
    other_time = replace(signal("Cancel", 3), references=(Reference("open", STATION, NOON + timedelta(minutes=1)),))
    assert keys(other_time, opened) == {"open": False}
    stranger = replace(signal("Cancel", 3), sender="stranger", references=(Reference("open", STATION, NOON),))
    assert keys(stranger, opened) == {"open": False}
    unknown = replace(signal("Cancel", 3), references=(Reference("elsewhere", STATION, NOON),))
    assert keys(unknown, opened) == {"open": False}
    assert all(found.why_uncertain for found in match(unknown, [opened]))


def test_without_reference_issuer_event_and_order_must_agree() -> None:
    opened = in_force("open", 3)
    assert keys(signal("Cancel", 3), replace(opened, sender="another")) == {}
    assert keys(signal("Cancel", 3), replace(opened, hazard="gale")) == {}
    assert keys(signal("Cancel", 3, minutes=-5), opened) == {}
    assert keys(signal("Cancel", 3), replace(opened, hazard="", event="外星人")) == {}


def test_a_recorded_update_finds_the_bare_identifier_it_names(samples: Path) -> None:
    update = decode((samples / "cn-nwp-henan-wind-blue-20200205.xml").read_bytes())
    earlier = replace(
        summarise(update, "earlier"),
        identifier="41000041600000_20200204121842",
        sent_at=update.sent_at - timedelta(days=1),
    )
    (found,) = match(update, [earlier])
    assert (found.basis, found.certain) == ("reference", True)


def test_a_recorded_update_finds_all_its_triples(samples: Path) -> None:
    update = decode((samples / "oasiscap-google-PAAQ-4-mg5a94.xml").read_bytes())
    earlier = [
        replace(summarise(update, reference.identifier), identifier=reference.identifier, sent_at=reference.sent_at)
        for reference in update.references
        if reference.sent_at
    ]
    assert [found.open.key for found in match(update, earlier)] == [f"PAAQ-{number}-mg5a94" for number in (1, 2, 3)]
    assert all(found.certain for found in match(update, earlier))
