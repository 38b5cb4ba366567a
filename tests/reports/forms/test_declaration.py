"""Forms as they are declared: each sound, each citation true to the statute's own words."""

import re
from datetime import date
from pathlib import Path

import pytest

from anshu.kernel.chinese_numerals import counted
from anshu.reports.checks import forms_can_be_filled
from anshu.reports.forms.declaration import FOLDER, PACK, Kind, forms, load
from anshu.workflow.rules import packs

TODAY = date(2026, 8, 1)
HAN = re.compile(r"[\u4e00-\u9fff]")
"""A phrase that an article must contain, if it says what the forms cite it for."""
SAYS = {
    "apl.27": "应当及时将案件移送司法机关",
    "apl.36": "二年内未被发现的",
    "apl.42": "不得少于两人",
    "apl.44": "告知当事人拟作出的行政处罚内容及事实、理由、依据",
    "apl.45": "不得因当事人陈述、申辩而给予更重的处罚",
    "apl.46": "勘验笔录、现场笔录",
    "apl.51": "可以当场作出行政处罚决定",
    "apl.52": "当场交付当事人",
    "apl.54": "符合立案标准的",
    "apl.55": "主动向当事人或者有关人员出示执法证件",
    "apl.56": "先行登记保存，并应当在七日内",
    "apl.57": "集体讨论决定",
    "apl.58": "法制审核",
    "apl.61": "七日内",
    "apl.63": "要求听证的权利",
    "apl.64": "五日内提出",
    "apl.65": "根据听证笔录",
    "apl.66": "延期或者分期缴纳",
    "apl.67": "十五日内",
    "apl.72": "百分之三加处罚款",
    "apl.73": "不停止执行",
    "wsl.9": "协调机制",
    "wsl.41": "重大事故隐患治理督办制度",
    "wsl.62": "年度监督检查计划",
    "wsl.65": "限期改正",
    "wsl.66": "予以配合",
    "wsl.70": "有发生生产安全事故的现实危险的",
    "wsl.73": "举报",
    "wsl.76": "给予奖励",
    "szws.19": "编制现场检查方案",
    "szws.33": "进行约谈",
    "szws.48": "举报人的信息予以保密",
}
"""What a term's own article says of it."""
TERMS = {
    "term.hearing_request": "五日内提出",
    "term.hearing_ahead": "七日前",
    "term.preserved_evidence": "七日内及时作出处理决定",
    "term.delivery": "七日内",
    "term.payment": "十五日内",
    "term.surcharge_percent": "百分之三",
}


def article(data_dir: Path, law: str, number: int) -> str:
    """The words of an article."""
    short = law.removeprefix("中华人民共和国")
    (path,) = (one for one in (data_dir / "laws").glob("*.md") if one.name.startswith(f"{short}("))
    found = re.search(
        rf"^第{counted(number)}条\s(.*?)(?=^第[零一二三四五六七八九十百]+条\s|^#|\Z)",
        path.read_text(),
        re.DOTALL | re.MULTILINE,
    )
    assert found, (law, number)
    return found[1]


def cited() -> set[str]:
    return {key for form in forms().values() for key in form.cited()}


@pytest.mark.parametrize("kind", sorted(forms()))
def test_every_form_is_sound(kind: str) -> None:
    form = forms()[kind]
    assert list(form.faults()) == []
    assert HAN.search(form.title.zh)
    assert form.title.en
    assert not HAN.search(form.title.en)
    assert all(HAN.search(field.label) and "之值" not in field.label for field in form.fields.values())
    assert form.basis(TODAY) == tuple(packs()[PACK].at(key, TODAY) for key in form.cited())


def test_start_up_asks_the_forms() -> None:
    assert forms_can_be_filled(None) == []


def test_titles_and_signs_are_one_form_s_own() -> None:
    for told in ([form.title.zh for form in forms().values()], [form.sign for form in forms().values() if form.sign]):
        assert len(told) == len(set(told))


def test_nothing_is_kept_that_no_form_cites() -> None:
    assert set(packs()[PACK].keys()) == cited()


@pytest.mark.parametrize("key", sorted(SAYS))
def test_an_article_says_what_it_is_cited_for(key: str, data_dir: Path) -> None:
    rule = packs()[PACK].at(key, TODAY)
    assert rule.basis.verified
    assert rule.basis.article == f"{rule.number():g}"
    assert SAYS[key] in article(data_dir, rule.basis.source, int(rule.number()))


@pytest.mark.parametrize("key", sorted(TERMS))
def test_a_term_is_in_its_article(key: str, data_dir: Path) -> None:
    rule = packs()[PACK].at(key, TODAY)
    assert TERMS[key] in article(data_dir, rule.basis.source, int(rule.basis.article))


def test_what_was_not_read_says_so() -> None:
    unread = {key for key in cited() if not packs()[PACK].at(key, TODAY).basis.verified}
    assert cited() - unread == SAYS.keys() | TERMS.keys()


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (("{party}", "{partie}"), "partie is no field"),
        (("?fine 罚", "罚"), "fine may be absent"),
        (("?fine 罚", "?fin 罚"), "the condition fin is no field"),
        (("{§apl.44}", "{§apl.4}"), "apl.4 is in no rule"),
        (("{rows}", "表{rows}"), "rows must stand alone"),
        (("{party}", "你"), "field party is never printed"),
        (("kind: table, columns: {甲: 1}", "kind: table"), "columns belong to a table"),
        (("kind: money", "kind: choice"), "choices to a choice"),
        (("layout: form", "layout: letter"), "a letter is signed"),
    ],
)
def test_a_form_that_could_not_be_filled_is_told(change: tuple[str, str], fault: str, tmp_path: Path) -> None:
    sound = (
        "title: {zh: 甲, en: a}\ngroup: g\nlayout: form\nclosing: sealed\nfields:\n  party: 当事人\n"
        "  fine: {label: 罚款, kind: money, optional: true}\n  rows: {label: 表, kind: table, columns: {甲: 1}}\n"
        "text: |\n  {party}：依据{§apl.44}\n  ?fine 罚款{fine}\n  {rows}\n"
    )
    path = tmp_path / "some_form.yaml"
    path.write_text(sound)
    assert (load(path).kind, list(load(path).faults())) == ("some_form", [])
    assert change[0] in sound
    path.write_text(sound.replace(*change))
    assert any(fault in told for told in load(path).faults())


@pytest.mark.parametrize(
    "change",
    [("group: g", "grup: g"), ("layout: form", "layout: from"), ("text: |", "text: ["), ("{party}", "{party")],
)
def test_a_file_that_cannot_be_read_is_named(change: tuple[str, str], tmp_path: Path) -> None:
    text = (FOLDER / "file_contents.yaml").read_text().replace("group: case", "group: g")
    path = tmp_path / "broken.yaml"
    path.write_text(text.replace("{case_name}", "{party}").replace(*change))
    with pytest.raises(ValueError, match=r"broken\.yaml"):
        load(path)


def test_kinds_are_all_in_use() -> None:
    assert {field.kind for form in forms().values() for field in form.fields.values()} == set(Kind)
