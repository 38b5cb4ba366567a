"""The page of rule packs: whoever answers for a number reads it, its basis and how far it is to be trusted."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from anshu.access.models import Account, Grant
from anshu.kernel.rule_packs import RulePack
from anshu.web import rule_words
from anshu.workflow import rules

HAN = re.compile(r"[\u4e00-\u9fff]")
TODAY = date(2026, 8, 1)
LOCAL = """
pack: sense_loop_limits
jurisdiction: 某区
rows:
  - {key: handle, value: 20min, effective_from: 2026-01-01, source: 某规程, article: "12", verified: true, tag: V,
     note: "<b>以本局为准</b>"}
  - {key: verdict, value: {default: 10min, red: 3min}, effective_from: ~, source: 纪要, verified: false, tag: D}
"""


@pytest.fixture
def local(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A bureau with two rules of its own."""
    (tmp_path / "district.yaml").write_text(LOCAL, encoding="utf-8")
    monkeypatch.setattr(settings, "ANSHU", settings.ANSHU.model_copy(update={"rules_dir": tmp_path}))
    rules.packs.cache_clear()
    yield
    rules.packs.cache_clear()


def page(language: str, find: str = "") -> html.HtmlElement:
    account = Account.objects.create(username="administrator", name="administrator", language=language)
    Grant.objects.create(account=account, role="system_administrator", territory="440303")
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get("/admin/rules", {"find": find} if find else {})
    assert answer.status_code == 200
    return html.fromstring(answer.content)


def shown(tree: html.HtmlElement) -> dict[str, list[str]]:
    """Key → the texts of its row, cell by cell."""
    found = {}
    for line in tree.xpath("//tbody/tr"):
        cells = [" ".join(" ".join(cell.itertext()).split()) for cell in line.xpath("./td")]
        found[line.xpath(".//span[contains(@class, 'mono')]")[0].text_content()] = cells
    return found


@pytest.mark.django_db
def test_in_chinese_every_rule_has_a_title_before_its_key() -> None:
    rows = shown(page("zh-hans"))
    assert len(rows) > 100
    for key, (name, *_cells) in rows.items():
        title, note = name.split(key, 1)
        assert HAN.search(title), key
        assert not note.strip() or HAN.search(note), key
    assert re.split(r"[、,]\s*", rows["after_no_answer"][1]) == ["列入未叫应名单", "呼叫其上级负责人", "上门通知"]
    assert rows["reach.serious"][1] == "省级"
    assert not [value for _name, value, *_rest in rows.values() if "_" in value]


@pytest.mark.django_db
def test_in_english_only_sources_are_chinese() -> None:
    rows = shown(page("en"))
    assert not [
        (key, text)
        for key, cells in rows.items()
        for text in cells[:2] + cells[3:]
        if HAN.search(text) and "name" not in text
    ]
    told = {key: cells[1] for key, cells in rows.items()}
    assert told["all_called_within"] == "3 min" and told["response.review"] == "15 d"
    assert told["ring"] == "text message 90 s, telephone and others 35 s"
    assert told["warn_colours"] == "red, orange"
    assert told["unit_to_county"] == "1 h, counted from the time of receipt"
    assert told["road_water_depth.yellow_m"] == "0.15 m" and told["slope.tangent_angle.red_deg"] == "85°"
    assert told["combustible_gas.low_alarm_pct_lel"] == "25%LEL"
    assert told["incident.duplicate"] == "apart in time at most 2 h, apart in space at most 500 m"
    assert rows["unit_to_county"][2:] == [
        "生产安全事故报告和调查处理条例, art. 9",
        "from 2007-06-01",
        "verified read in the source",
    ]
    assert rows["warning.weather_issuers"][2] == "气象法, art. 22; 气象灾害防御条例, art. 30"
    assert rows["begin"][2:] == ["default of the product", "always", "not verified default of the product"]


@pytest.mark.django_db
def test_a_local_rule_is_marked_and_shows_what_it_replaces(local: None) -> None:
    rows = shown(page("en"))
    name, value, basis, since, checked = rows["handle"]
    assert name == "On the scene within local handle <b>以本局为准</b>"  # what a file says is text, not markup
    assert (value, basis, since) == ("20 min shipped: 30 min", "某规程, art. 12", "from 2026-01-01")
    assert rows["verdict"][1] == "red 3 min, others 10 min shipped: red 5 min, others 15 min"
    assert (checked, rows["verdict"][4]) == ("verified read in the source", "not verified set by the bureau")
    assert "local" not in rows["grade"][0]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("find", "keys"),
    [
        ("所有人", set()),
        ("全部叫应", {"all_called_within"}),
        ("INCIDENT.DUP", {"incident.duplicate"}),
        ("百分比", {"ladder"}),
    ],
)
def test_a_rule_is_found_by_what_is_read(find: str, keys: set[str]) -> None:
    tree = page("zh-hans", find)
    assert shown(tree).keys() == keys
    assert bool(tree.find_class("nothing")) is not bool(keys)


NAMES = st.text("abcdefghijklmnopqrstuvwxyz_0123456789", min_size=1, max_size=12)
VALUES = st.recursive(
    st.one_of(st.text(max_size=20), st.integers(), st.floats(allow_nan=False), st.booleans(), st.dates()),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(NAMES, inner, max_size=4)),
    max_leaves=10,
)


@given(VALUES, st.sampled_from(("en", "zh-hans")))
def test_whatever_a_pack_holds_can_be_told(value: object, language: str) -> None:
    pack = RulePack.from_yaml(
        "pack: p\njurisdiction: x\nrows:\n  - {key: k_m, value: 1, effective_from: ~, source: s, verified: false}",
        "p.yaml",
    )
    rule = next(pack.in_force(TODAY))
    frozen = tuple(value) if isinstance(value, list) else value
    with translation.override(language):
        told = rule_words.told(pack, rule.key, frozen)  # type: ignore[arg-type]
    assert isinstance(told, str)
