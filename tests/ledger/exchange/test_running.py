"""From a file to records: dry run, import, crash and resumption, territory, the log."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.utils import translation

from anshu.access.policy import Person, Robot
from anshu.domains.people.ledger import PEOPLE
from anshu.domains.people.models import Organisation
from anshu.domains.people.models import Person as Contact
from anshu.domains.places.ledger import SITES
from anshu.domains.places.models import Area, Site
from anshu.domains.warnings.ledger import RULES
from anshu.domains.warnings.models import Rule
from anshu.kernel.crs import Crs
from anshu.kernel.errors import Invalid, Refused
from anshu.ledger.declaration import Ledger, field_of
from anshu.ledger.exchange import running
from anshu.ledger.exchange.checking import Checked, plain_register
from anshu.ledger.exchange.matching import match, remembered
from anshu.ledger.exchange.running import Plan
from anshu.ledger.models import Import
from anshu.workflow import log
from anshu.workflow.models import Change

pytestmark = pytest.mark.django_db

Make = Callable[..., bytes]
HEAD = ["number", "name", "kind", "area", "longitude", "latitude", "people"]
STREET, OTHER = "440303001", "440303002"


def tried(
    ledger: Ledger, actor: Any, content: bytes, name: str = "a.xlsx", crs: Crs = Crs.WGS84
) -> tuple[Import, Plan, Checked]:
    """A file received and tried, columns as they are proposed."""
    source = running.receive(ledger, actor, name, content)
    table = running.table_of(source)
    plan = Plan(
        {m.heading: m.field for m in match(ledger, table, remembered(ledger, actor)) if m.field}, crs, good_only=True
    )
    return source, plan, running.dry_run(source, actor, table, plan)


def brought(ledger: Ledger, actor: Any, content: bytes) -> Import:
    source, plan, _checked = tried(ledger, actor, content)
    running.begin(source, plan)
    running.run(source.pk, actor)
    source.refresh_from_db()
    return source


def told(checked: Checked) -> list[tuple[str, str, str]]:
    return [(error.cell, error.value, error.what) for error in checked.errors]


def sites(count: int, start: int = 0, name: str = "场所") -> list[list[Any]]:
    return [
        HEAD,
        *([f"S{i:05d}", f"{name}{i}", "slope", STREET, 114.15, 22.55, i % 7] for i in range(start, start + count)),
    ]


def test_a_dry_run_writes_no_record_and_tells_each_error_in_the_terms_of_the_file(keeper: Person, xlsx: Make) -> None:
    rows = [
        HEAD,
        ["A1", "甲", "slope", STREET, 114.15, 22.55, 3],
        ["A2", None, "slop", "桂圆街道", 114.15, None, "3人"],
        ["A1", "乙", "slope", STREET, None, None, None],
        [None, "丙", "slope", STREET, None, None, None],
        ["A5", "丁", "slope", "999001001", None, None, None],
        ["A6", "戊", "slope", STREET, 22.55, 114.15, None],
        ["A7", "己", "slope", None, None, None, None],
        ["A8", "庚", "slope", "999001002", None, None, None],
    ]
    Area.objects.create(number="999001001", name="邻区街道", level="street", territory="999001001")
    source, _plan, checked = tried(SITES, keeper, xlsx(rows))
    assert Site.objects.count() == 0 and Change.objects.count() == 0
    assert told(checked) == [
        ("B3", "", "is needed and is empty"),
        ("C3", "slop", "is not one of the choices"),
        ("D3", "桂圆街道", "there is no area of this name, or more than one"),
        ("G3", "3人", "is not a whole number"),
        ("A4", "A1", "the same as in A2"),
        ("A5", "", "is needed: the rows are told apart by it"),
        ("D6", "999001001", "you may not add or change records here"),
        ("F7", "114.15", "is not between -90 and 90 degrees"),
        ("D8", "", "the area is needed"),
        ("D9", "999001002", "there is no area with this code"),
    ]
    assert [error.suggestion for error in checked.errors][1:4] == ["slope", "桂园街道", "3"]
    assert checked.fates == ["add", *["wrong"] * 7]
    assert (source.rows, source.refused, source.errors[0]["cell"]) == (8, 7, "B3")


def test_only_one_of_longitude_and_latitude_is_wrong(keeper: Person, xlsx: Make) -> None:
    rows = [HEAD, ["A1", "甲", "slope", STREET, 114.15, None, 3]]
    assert told(tried(SITES, keeper, xlsx(rows))[2]) == [
        ("E2", "114.15", "only one of longitude and latitude is given")
    ]


def test_good_rows_go_in_and_the_others_come_back_as_a_file_that_can_be_dropped_again(
    keeper: Person, xlsx: Make
) -> None:
    source = brought(SITES, keeper, xlsx([HEAD, *sites(3)[1:], ["A9", "坏", "nothing", STREET, None, None, None]]))
    assert (source.state, source.added, source.refused, source.done_rows) == ("done", 3, 1, 4)
    assert not running.upload_path(source.digest).exists()
    sheet = openpyxl.load_workbook(running.rejects_path(source)).active
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert (
        rows[0] == [*HEAD, "what is wrong"]
        and rows[1][0] == "A9"
        and "C5 kind：is not one of the choices" in rows[1][-1]
    )
    rows[1][2] = "slope"
    again = brought(SITES, keeper, xlsx(rows))
    assert (again.added, again.refused) == (1, 0)


def test_records_are_as_if_made_by_hand(keeper: Person, xlsx: Make) -> None:
    brought(
        SITES,
        keeper,
        xlsx([[*HEAD, "address"], ["A1", "Hong Yun", "dangerous slope", "桂园街道", 114.15, 22.55, 3, "Road 1"]]),
    )
    made, by_hand = (
        Site.objects.get(),
        Site(number="A1", name="Hong Yun", kind="slope", territory=STREET, address="Road 1"),
    )
    by_hand.people_count, by_hand.lon, by_hand.lat = 3, 114.15, 22.55
    Site.objects.filter(pk=made.pk).update(number="A0")  # made room for the other
    by_hand.save()
    for field in Site._meta.concrete_fields:
        if field.name not in ("id", "created_at"):
            assert getattr(made, field.attname) == getattr(by_hand, field.attname), field.name
    assert made.pk.version == 7


def test_all_or_nothing_writes_nothing_while_a_row_is_wrong(keeper: Person, xlsx: Make) -> None:
    source, plan, _checked = tried(SITES, keeper, xlsx([*sites(3), ["A9", "坏", "nothing", STREET, None, None, None]]))
    running.begin(source, Plan(plan.columns))
    assert not running.run(source.pk, keeper)
    source.refresh_from_db()
    assert (source.state, Site.objects.count()) == ("checked", 0)


def test_the_same_file_again_changes_nothing(keeper: Person, xlsx: Make) -> None:
    content = xlsx(sites(30))
    brought(SITES, keeper, content)
    before = Change.objects.count()
    again = brought(SITES, keeper, content)
    assert (again.added, again.changed, Site.objects.count(), Change.objects.count()) == (0, 0, 30, before)


def test_a_changed_row_changes_one_record_and_the_log_says_from_what_to_what(keeper: Person, xlsx: Make) -> None:
    brought(SITES, keeper, xlsx(sites(5)))
    rows = sites(5)
    rows[2][1] = "新名"
    source = brought(SITES, keeper, xlsx(rows))
    assert (source.added, source.changed) == (0, 1)
    assert Site.objects.get(number="S00001").search_text == "s00001 新名 "
    change = Change.objects.get(verb="places.change")
    assert change.details["changed"] == {"name": ["场所1", "新名"]} and change.label == "新名"
    assert Change.objects.filter(verb="places.import").count() == 2
    assert list(log.faults()) == []


def test_columns_that_are_not_in_the_file_are_left_as_they_are(keeper: Person, xlsx: Make) -> None:
    brought(SITES, keeper, xlsx(sites(1)))
    brought(SITES, keeper, xlsx([["number", "people"], ["S00000", 99]]))
    assert Site.objects.values_list("name", "people_count").get() == ("场所0", 99)


def test_an_import_killed_midway_goes_on_and_doubles_nothing(
    keeper: Person, xlsx: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "MOST_ADDED", 10)
    content = xlsx(sites(35))
    source, plan, _checked = tried(SITES, keeper, content)
    running.begin(source, plan)
    real, calls = running.store, 0

    def dying(*args: Any) -> Any:
        nonlocal calls
        calls += 1
        written = real(*args)
        if calls == 3:
            raise SystemExit("killed")  # after the rows were written, before the transaction ends
        return written

    monkeypatch.setattr(running, "store", dying)
    with pytest.raises(SystemExit):
        running.run(source.pk, keeper)
    source.refresh_from_db()
    assert (source.state, source.done_rows, Site.objects.count()) == ("running", 20, 20)
    assert running.interrupted(source)
    Site.objects.filter(number="S00003").update(name="by hand meanwhile")
    monkeypatch.setattr(running, "store", real)
    assert running.receive(SITES, keeper, "a.xlsx", content).pk == source.pk
    assert running.go_on() and not running.go_on()
    source.refresh_from_db()
    assert (source.state, source.added, source.changed, Site.objects.count()) == ("done", 35, 0, 35)
    assert Site.objects.get(number="S00003").name == "by hand meanwhile"
    chunks = Change.objects.filter(verb="places.import").order_by("id")
    assert [change.details["rows"] for change in chunks] == [[2, 11], [12, 21], [22, 31], [32, 36]]
    assert chunks[0].details["keys"] == ["S00000", "S00009"]
    assert list(log.faults()) == []


def test_an_import_is_begun_once_and_carried_out_by_one(keeper: Person, xlsx: Make) -> None:
    source, plan, _checked = tried(SITES, keeper, xlsx(sites(1)))
    running.begin(source, plan)
    with pytest.raises(Refused):
        running.begin(source, plan)
    with running._alone(source):
        assert not running.run(source.pk, keeper)


def test_a_record_made_between_dry_run_and_import_is_changed_not_doubled(
    keeper: Person, xlsx: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, plan, _checked = tried(SITES, keeper, xlsx(sites(3)))
    running.begin(source, plan)
    real = running.store

    def late(*args: Any) -> Any:
        Site.objects.create(number="S00001", name="elsewhere", kind="slope", territory=OTHER)
        return real(*args)

    monkeypatch.setattr(running, "store", late)
    running.run(source.pk, keeper)
    source.refresh_from_db()
    assert (source.added, source.changed, Site.objects.count()) == (2, 1, 3)


def test_each_row_needs_the_right_at_its_own_place(street_keeper: Person, xlsx: Make) -> None:
    Site.objects.create(number="X1", name="theirs", kind="slope", territory=OTHER)
    Site.objects.create(number="X2", name="ours", kind="slope", territory=STREET)
    rows = [
        ["number", "name", "kind", "area"],
        ["N1", "new here", "slope", f"{STREET}003"],
        ["N2", "new there", "slope", OTHER],
        ["X1", "taken over", "slope", STREET],
        ["X2", "given away", "slope", OTHER],
    ]
    _source, _plan, checked = tried(SITES, street_keeper, xlsx(rows))
    assert checked.fates == ["add", "wrong", "wrong", "wrong"]
    assert told(checked) == [
        ("D3", OTHER, "you may not add or change records here"),
        ("A4", "X1", "this number is in use in an area that is not yours"),
        ("D5", OTHER, "you may not add or change records here"),
    ]
    assert checked.errors[0].mend == f"your areas: {STREET}"


def test_references_by_number_or_name_and_a_name_that_was_misspelt(keeper: Person, xlsx: Make) -> None:
    unit = Organisation.objects.create(number="O1", name="鸿运五金厂", kind="enterprise", territory=STREET)
    for number in ("O2", "O3"):
        Organisation.objects.create(number=number, name="同名", kind="enterprise", territory=STREET)
    rows = [["number", "name", "organisation", "area", "phone"]]
    rows += [
        [f"P{i}", "王", given, STREET, "13800001234"]
        for i, given in enumerate(("O1", "鸿运五金厂", "鸿云五金", "同名"))
    ]
    source, plan, checked = tried(PEOPLE, keeper, xlsx(rows))
    assert told(checked) == [
        ("C4", "鸿云五金", "there is no such organisation"),
        ("C5", "同名", "more than one organisation has this name"),
    ]
    assert checked.errors[0].suggestion == "鸿运五金厂"
    running.begin(source, plan)
    running.run(source.pk, keeper)
    assert set(Contact.objects.values_list("number", "organisation")) == {("P0", unit.pk), ("P1", unit.pk)}
    assert Contact.objects.get(number="P0").phone == "13800001234"
    assert "13800001234" not in str(list(Change.objects.values_list("details", flat=True)))


def test_a_register_with_rules_of_its_own_goes_record_by_record(district: Any, xlsx: Make) -> None:
    assert plain_register(SITES) and plain_register(PEOPLE) and not plain_register(RULES)
    steps = '[{"level": 4, "raise": 0.15, "clear": 0.1}]'
    rows = [
        ["number", "name", "quantity", "steps"],
        ["R1", "good", "road_water_depth", steps],
        ["R2", "bad", "rain", '[{"level": 9}]'],
    ]
    source = brought(RULES, Robot("import"), xlsx(rows))
    assert (source.added, source.refused) == (1, 1)
    assert source.errors[0]["cell"] == "D3"
    assert Rule.objects.get().steps == [{"level": 4, "raise": 0.15, "clear": 0.1}]


def test_columns_are_matched_in_both_languages_by_likeness_and_from_memory(keeper: Person, xlsx: Make) -> None:
    with translation.override("zh-hans"):
        chinese = str(field_of(Site, "address").verbose_name)
    rows = [["Number *", "site name", "Kind", chinese, "half moon", "area"], ["A1", "甲", "slope", "某路", "x", STREET]]
    source = running.receive(SITES, keeper, "a.xlsx", xlsx(rows))
    table = running.table_of(source)
    found = {m.heading: (m.field, m.sure) for m in match(SITES, table, {})}
    assert found == {
        "Number *": ("number", True), "site name": ("name", False), "Kind": ("kind", True), chinese: ("address", True),
        "half moon": ("", True), "area": ("territory", True),
    }  # fmt: skip
    assert {m.heading: m.field for m in match(SITES, table, {"half moon": "source"})}["half moon"] == "source"
    source, plan, _checked = tried(SITES, keeper, xlsx(rows))
    running.begin(source, plan)
    running.run(source.pk, keeper)
    assert remembered(SITES, keeper)["site name"] == "name"


def test_a_file_without_the_key_column_and_one_without_needed_columns(keeper: Person, xlsx: Make) -> None:
    with pytest.raises(Invalid, match="told apart"):
        tried(SITES, keeper, xlsx([["name", "kind"], ["x", "slope"]]))
    _source, _plan, checked = tried(SITES, keeper, xlsx([["number", "area"], ["A1", STREET]]))
    assert checked.missing == ("name", "kind")
    assert [error.what for error in checked.errors] == ["a new record needs “name”", "a new record needs “kind”"]


def test_gb18030_from_file_to_register(keeper: Person) -> None:
    content = f"number,name,kind,area\nA1,罗湖区桂园街道𠮷祥五金,slope,{STREET}\n".encode("gb18030")
    source, plan, _checked = tried(SITES, keeper, content, "a.csv")
    running.begin(source, plan)
    running.run(source.pk, keeper)
    assert Site.objects.get().name == "罗湖区桂园街道𠮷祥五金"


def test_a_file_that_is_gone_is_said_to_be(keeper: Person, xlsx: Make) -> None:
    source = running.receive(SITES, keeper, "a.xlsx", xlsx(sites(1)))
    Path(running.upload_path(source.digest)).unlink()
    with pytest.raises(Invalid, match="no longer here"):
        running.table_of(source)


@pytest.mark.django_db(transaction=True)
def test_a_large_file_is_carried_out_beside_the_request(
    keeper: Person, xlsx: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "MOST_ADDED", 10)
    source, plan, _checked = tried(SITES, keeper, xlsx(sites(25)))
    running.begin(source, plan)
    running.start(source)
    for thread in threading.enumerate():
        if thread.name == f"import {source.pk}":
            thread.join(60)
    source.refresh_from_db()
    assert (source.state, source.added, Site.objects.count()) == ("done", 25, 25)
    assert not running.interrupted(source)
