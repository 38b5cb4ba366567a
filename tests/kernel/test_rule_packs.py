"""Rule packs: what is shipped, what a local pack may change, and where a wrong one is said to be wrong."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anshu.kernel.bilingual import Bilingual
from anshu.kernel.errors import Invalid
from anshu.kernel.rule_packs import RulePack, RuleValue, load_rule_packs
from anshu.kernel.working_days import Limit

TODAY = date(2026, 8, 1)
PACKS = load_rule_packs()
HAN = re.compile(r"[\u4e00-\u9fff]")
"""Entries whose value is itself a word of one language."""
SPOKEN = {"name_zh", "name_en"}


def pack(rows: str, name: str = "p", jurisdiction: str = "全国") -> RulePack:
    return RulePack.from_yaml(f"pack: {name}\njurisdiction: {jurisdiction}\nrows:\n{rows}", f"{name}.yaml")


def row(key: str, value: object, first: str = "~", last: str = "~", verified: str = "false") -> str:
    return (
        f"  - {{key: {key}, value: {value}, effective_from: {first}, effective_to: {last},"
        f" source: s, verified: {verified}}}\n"
    )


@pytest.mark.parametrize(
    ("name", "key", "member", "limit"),
    [
        ("sense_loop_limits", "verdict", "red", "5min"),
        ("sense_loop_limits", "verdict", "default", "15min"),
        ("sense_loop_limits", "grade", None, "10min"),
        ("sense_loop_limits", "dispatch", None, "1min"),
        ("sense_loop_limits", "sign", "red", "5min"),
        ("sense_loop_limits", "handle", None, "30min"),
        ("report_clocks", "first_by_phone", "limit", "30min"),
        ("report_clocks", "first_in_writing", "limit", "60min"),
        ("report_clocks", "urgent_direct", "limit", "30min"),
        ("report_clocks", "follow_up.serious", "limit", "2h"),
        ("report_clocks", "casualty_correction", "limit", "30d"),
        ("report_clocks", "casualty_correction.road_or_fire", "limit", "7d"),
        ("call_outs", "all_called_within", None, "3min"),
        ("call_outs", "message_heard", None, "20s"),
        ("call_outs", "tries_within", None, "5min"),
    ],
)
def test_shipped_limits(name: str, key: str, member: str | None, limit: str) -> None:
    assert PACKS[name].at(key, TODAY).limit(member) == Limit.parse(limit)


def test_shipped_numbers() -> None:
    thresholds = PACKS["sensor_thresholds"]
    ladder = [thresholds.at(f"road_water_depth.{level}_m", TODAY) for level in ("yellow", "orange", "red")]
    assert [rule.number() for rule in ladder] == [0.15, 0.25, 0.40]
    assert [(rule.basis.tag, rule.basis.verified) for rule in ladder] == [("MH", False), ("V:web", True), ("D", False)]
    assert PACKS["call_outs"].at("tries", TODAY).number() == 3
    assert PACKS["escalation"].at("ladder", TODAY).items() == (50, 80, 100, 150)
    assert len(PACKS["escalation"].at("told", TODAY).items()) == 4
    levels = {rule.key: rule.number("level") for rule in PACKS["warning_levels"].under("warning.level", TODAY)}
    assert levels == {f"warning.level.{colour}": n for n, colour in enumerate(("red", "orange", "yellow", "blue"), 1)}


@pytest.mark.parametrize("name", sorted(PACKS))
def test_every_shipped_rule_has_a_basis_and_an_honest_tag(name: str) -> None:
    for key in PACKS[name].keys():  # noqa: SIM118 - a pack is no mapping
        rule = PACKS[name].at(key, TODAY)
        assert rule.basis.source
        assert rule.basis.jurisdiction
        assert rule.basis.tag.startswith("V") is rule.basis.verified
        assert rule.origin.startswith(f"{name}.yaml:")


def names_in(value: RuleValue) -> Iterator[str]:
    """Every name a value is made of: codes in it and names of entries, but neither limits nor articles."""
    if isinstance(value, Mapping):
        yield from value
        for name, entry in value.items():
            yield from () if name in SPOKEN else names_in(entry)
    elif isinstance(value, tuple):
        for item in value:
            yield from names_in(item)
    elif isinstance(value, str) and not re.fullmatch(r"\d+(s|min|h|d|wd)?|\d\d:\d\d", value):
        yield value


@pytest.mark.parametrize("name", sorted(PACKS))
def test_every_shipped_pack_is_told_in_both_languages(name: str) -> None:
    pack, told = PACKS[name], [PACKS[name].title, PACKS[name].note, *PACKS[name].words.values()]
    rules = [rule for layer in pack.layers for versions in layer.values() for rule in versions]
    for rule in rules:
        told += [rule.title, *([rule.basis.note] if rule.basis.note else [])]
        assert not set(names_in(rule.value)) - pack.words.keys()
    for text in told:
        assert HAN.search(text.zh) and text.en and not HAN.search(text.en), text
    assert len({rule.title.zh for rule in rules}) == len({rule.title.en for rule in rules}) == len(rules)
    assert pack.jurisdiction in pack.words


def test_a_law_holds_from_its_first_day() -> None:
    assert PACKS["warning_levels"].at("warning.level.red", date(2024, 11, 1)).basis.article == "63"
    with pytest.raises(Invalid) as caught:
        PACKS["warning_levels"].at("warning.level.red", date(2024, 10, 31))
    assert (caught.value.code, caught.value.field) == ("rule_not_in_force", "warning.level.red")
    with pytest.raises(Invalid) as caught:
        PACKS["warning_levels"].at("warning.level.pink", TODAY)
    assert caught.value.code == "rule_unknown"
    assert "warning.level.pink" in str(caught.value)


@given(st.dates(date(2019, 1, 1), date(2028, 12, 31)))
def test_exactly_one_version_holds_on_a_day(on: date) -> None:
    versions = pack(
        row("k", 1, "2020-01-01", "2023-12-31") + row("k", 3, "2026-02-01") + row("k", 2, "2024-01-01", "2026-01-31")
    )
    expected = 1 if on < date(2024, 1, 1) else 2 if on < date(2026, 2, 1) else 3
    if on < date(2020, 1, 1):
        with pytest.raises(Invalid):
            versions.at("k", on)
    else:
        assert versions.at("k", on).value == expected


@given(st.dates(), st.integers(0, 400), st.dates(), st.integers(0, 400))
def test_overlapping_periods_are_refused(first: date, length: int, second: date, other_length: int) -> None:
    try:
        last, other_last = first + timedelta(days=length), second + timedelta(days=other_length)
    except OverflowError:
        return
    rows = row("k", 1, first.isoformat(), last.isoformat()) + row("k", 2, second.isoformat(), other_last.isoformat())
    if first <= other_last and second <= last:
        with pytest.raises(Invalid) as caught:
            pack(rows)
        assert caught.value.code == "rule_overlap"
    else:
        assert pack(rows).at("k", first).value == 1


def test_a_local_pack_holds_where_it_speaks() -> None:
    shipped = pack(row("a", "5min") + row("b", 1))
    local = pack(row("a", "10min", "2026-01-01", "2026-06-30", "true"), jurisdiction="某区")
    both = shipped.overlay(local)
    assert both.at("a", date(2026, 6, 30)).limit() == Limit.parse("10min")
    assert both.at("a", date(2026, 6, 30)).basis.jurisdiction == "某区"
    assert both.at("a", date(2026, 7, 1)).limit() == Limit.parse("5min")
    assert both.at("b", TODAY).value == 1
    assert both.keys() == {"a", "b"}
    assert [rule.value for rule in both.under("a", date(2026, 3, 1))] == ["10min"]


def test_a_local_row_keeps_the_title_it_does_not_change() -> None:
    shipped = pack(
        "".join(
            row(key, 1).replace("source: s", f"source: s, title: {{zh: 甲{key}, en: {key}}}, note: n")
            for key in ("b", "a")
        )
    )
    local = pack(row("a", 2) + row("b", 3, "2026-01-01").replace("source: s", "source: t, title: 乙"))
    both = shipped.overlay(local)
    mine, other = both.at("a", TODAY), both.at("b", TODAY)
    assert (mine.local, mine.value, mine.title, mine.basis.note) == (True, 2, Bilingual("甲a", "a"), Bilingual())
    assert (other.local, other.title) == (True, Bilingual("乙", "乙"))
    below = both.shipped("b", TODAY)
    assert below is not None and (below.local, below.value, below.title.zh) == (False, 1, "甲b")
    assert both.shipped("c", TODAY) is None
    assert both.at("b", date(2025, 12, 31)) == below
    assert [rule.key for rule in both.in_force(TODAY)] == ["b", "a"]


def test_a_local_pack_adds_words_and_may_call_itself_otherwise() -> None:
    head, rows = "pack: p\njurisdiction: {0}\ntitle: {0}\nwords: {{{1}}}\nrows:\n", row("a", "x")
    shipped = RulePack.from_yaml(head.format("全国", "x: {zh: 甲, en: x}, y: y") + rows, "p.yaml")
    local = RulePack.from_yaml(head.format("某区", "x: 乙, z: 丙") + rows, "q.yaml")
    both = shipped.overlay(local)
    assert both.title == Bilingual("某区", "某区")
    assert {name: text.zh for name, text in both.words.items()} == {"x": "乙", "y": "y", "z": "丙"}
    assert shipped.overlay(pack(row("a", "x"))).title == Bilingual("全国", "全国")


@pytest.mark.parametrize(
    ("local", "told"),
    [
        (row("aa", "5min"), "p.yaml:4: aa: p has no such key; did you mean a?"),
        (row("a", 5), "p.yaml:4: a: the value must be a limit such as 30min, not a number"),
        (row("a", "soon"), "not plain text"),
        (row("b", "{limit: 1h}"), "a mapping of limit, starts_at"),
    ],
)
def test_a_local_pack_that_does_not_fit_is_refused(local: str, told: str) -> None:
    shipped = pack(row("a", "5min") + row("b", "{limit: 1h, starts_at: received_at}"))
    with pytest.raises(Invalid) as caught:
        shipped.overlay(pack(local))
    assert told in str(caught.value)


HEAD = "pack: {}\njurisdiction: 某市\nrows:\n"
NEW = (
    "  - {key: gas_stored, title: 违规储存瓶装燃气, value: {violated: 某条例第三条, least_yuan: 1000, most_yuan: 9000},"
    " effective_from: 2025-01-01, source: 某市燃气条例, article: '61', verified: true, new: true}\n"
)


def test_a_bureau_adds_a_matter_of_its_own() -> None:
    both = PACKS["discretion"].overlay(RulePack.from_yaml(HEAD.format("discretion") + NEW, "own.yaml"))
    mine = both.at("gas_stored", TODAY)
    assert (mine.local, mine.number("most_yuan"), mine.basis.article) == (True, 9000, "61")
    keys = [rule.key for rule in both.in_force(TODAY)]
    assert keys[-1] == "gas_stored" and keys[:-1] == [rule.key for rule in PACKS["discretion"].in_force(TODAY)]
    assert both.shipped("gas_stored", TODAY) is None
    assert "gas_stored" not in PACKS["discretion"]


@pytest.mark.parametrize(
    ("was", "becomes", "told"),
    [
        (", new: true", "", "has no such key"),
        (", article: '61'", "", "names its source and article"),
        ("source: 某市燃气条例", "source: ' '", "names its source and article"),
        (" title: 违规储存瓶装燃气,", "", "says in title what it is called"),
        ("key: gas_stored", "key: Gas stored", "small letters"),
        ("key: gas_stored", "key: exits_blocked", "has this key already; leave out new"),
        ("least_yuan: 1000, ", "", "must be a mapping of least_yuan, most_yuan, violated"),
        ("least_yuan: 1000", "least_yuan: 90000", "least_yuan ≤ most_yuan must be in order"),
        ("least_yuan: 1000", "least_yuan: -1", "least_yuan ≤ most_yuan must be in order"),
        ("least_yuan: 1000", "least_yuan: 千", "least_yuan must be a number"),
        ("violated: 某条例第三条", "violated: ''", "violated must be plain text"),
    ],
)
def test_a_matter_that_says_too_little_is_refused_with_its_line(was: str, becomes: str, told: str) -> None:
    assert was in NEW
    with pytest.raises(Invalid) as caught:
        PACKS["discretion"].overlay(
            RulePack.from_yaml(HEAD.format("discretion") + NEW.replace(was, becomes), "own.yaml")
        )
    assert "own.yaml:4" in str(caught.value) and told in str(caught.value)


def test_a_pack_that_takes_no_new_keys_and_a_range_that_falls_are_refused() -> None:
    with pytest.raises(Invalid, match="takes no new keys"):
        pack(row("a", 1)).overlay(pack(row("b", 1).replace("source: s", "source: s, article: '1', new: true")))
    falls = NEW.replace("gas_stored", "exits_blocked").replace(", new: true", "").replace("1000", "10000")
    with pytest.raises(Invalid, match="must be in order"):
        PACKS["discretion"].overlay(RulePack.from_yaml(HEAD.format("discretion") + falls, "own.yaml"))
    with pytest.raises(Invalid, match="additions are"):
        RulePack.from_yaml("additions: {like: b}\n" + HEAD.format("p") + row("a", 1), "p.yaml")


def test_overlay_files(tmp_path: Path) -> None:
    path = tmp_path / "district.yaml"
    path.write_text(
        "pack: sense_loop_limits\njurisdiction: 某区\nrows:\n" + row("handle", "20min", "2026-01-01"), encoding="utf-8"
    )
    packs = load_rule_packs([path])
    assert packs["sense_loop_limits"].at("handle", TODAY).limit() == Limit.parse("20min")
    assert packs["sense_loop_limits"].at("handle", date(2025, 12, 31)).limit() == Limit.parse("30min")
    assert PACKS["sense_loop_limits"].at("handle", TODAY).limit() == Limit.parse("30min")
    path.write_text("pack: other\njurisdiction: x\nrows:\n" + row("handle", 1), encoding="utf-8")
    with pytest.raises(Invalid, match=r"district\.yaml"):
        load_rule_packs([path])


GOOD = row("first", 1)


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (GOOD + "  - 7\n", "p.yaml:5: a row must be a mapping"),
        (GOOD + "  - {key: k, value: 1}\n", "p.yaml:5: k: lacks effective_from, source, verified"),
        (GOOD + row("k", 1).replace("source", "sauce"), "p.yaml:5: k: lacks source"),
        (GOOD + row("k", 1).replace("source: s", "source: s, sauce: t"), "p.yaml:5: k: has unknown entries sauce"),
        (GOOD + row("k", "~"), "p.yaml:5: k: the value is empty"),
        (GOOD + row("k", 1, "2026-02-30"), "p.yaml:5"),
        (GOOD + row("k", 1, "yesterday"), "p.yaml:5: k: effective_from"),
        (GOOD + row("k", 1, "2026-02-01", "2026-01-01"), "p.yaml:5: k: effective_from"),
        (GOOD + row("k", 1, verified="perhaps"), "p.yaml:5: k: verified"),
        (GOOD + row("k", 1).replace("source: s", "source: s, tag: V"), "p.yaml:5: k: tag V"),
        (GOOD + row("k", 1).replace("source: s", "source: s, tag: XX"), "p.yaml:5: k: tag XX"),
        (GOOD + row("first", 2), "p.yaml:5: first: overlaps the period of p.yaml:4"),
        (GOOD + row("k", 1).replace("source: s", "source: s, source: t"), "p.yaml:5: source is given twice"),
        (GOOD + row("k", 1).replace("source: s", "source: s, title: 7"), "p.yaml:5: title: must be a text"),
        (GOOD + row("k", 1).replace("source: s", "source: s, note: {de: n}"), "p.yaml:5: note: must be a text"),
        (GOOD + "title: []\n", "p.yaml:1: title: must be a text"),
        (GOOD + "words: [a]\n", "p.yaml:1: words must be a mapping"),
        (GOOD + "words: {a: {zh: ''}}\n", "p.yaml:1: a: must be a text"),
        (GOOD + "  - {key: k\n", "p.yaml:"),
        (GOOD + "extra: 1\n", "p.yaml:1: a pack has pack, jurisdiction and rows"),
        ("  []\n", "p.yaml:1: rows must be a list"),
    ],
)
def test_wrong_packs_say_where(rows: str, told: str) -> None:
    with pytest.raises(Invalid) as caught:
        pack(rows)
    assert told in str(caught.value)


@pytest.mark.parametrize("text", ["", "- 1", "pack: x", "\x00"])
def test_what_is_no_pack_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match=r"p\.yaml:1"):
        RulePack.from_yaml(text, "p.yaml")


def test_values_of_the_wrong_kind_are_refused_by_key() -> None:
    rule = pack(row("k", "{limit: soon, on: true}")).at("k", TODAY)
    for ask in (lambda: rule.limit("limit"), rule.number, rule.text, rule.items, lambda: rule.number("on")):
        with pytest.raises(Invalid):
            ask()
    with pytest.raises(Invalid) as caught:
        rule.member("missing")
    assert caught.value.field == "k"
    assert "p.yaml:4" in str(caught.value)
