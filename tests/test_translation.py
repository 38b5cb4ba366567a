"""The catalogue of words: complete, fresh, with the same places, and never one of the trade's pairs for the other."""

import re
import shutil
from pathlib import Path

import polib
import pytest
from django.core.management import call_command
from django.utils import translation

from anshu.kernel.errors import Invalid, Words
from anshu.project.management.commands.makemessages import CATALOGUE, messages_in
from anshu.project.messages import compile_all

PACKAGE = Path(__file__).resolve().parent.parent / "src" / "anshu"
PLACE = re.compile(r"%\(\w+\)[#0\- +]?(?:\.\d+)?[a-z]")
"""A word in the message → the word of the trade for it, and the one it must never be taken for."""
PAIRS = (
    (r"\balarms?\b", "告警", "预警"),
    (r"\bwarnings?\b", "预警", "告警"),
    (r"\bincidents?\b", "事件", "事故"),
    (r"\binstructions?\b", "批示", "指令"),
    (r"\bfirst report\b", "首报", "续报"),
    (r"\bfinal report\b", "终报", "首报"),
    (r"\bfollow-up\b", "续报", "终报"),
    (r"\bduty leader\b", "带班领导", "值班员"),
    (r"\bduty officer\b", "值班员", "带班领导"),
)
"""What a button or a state is called; these are said aloud all night."""
SAID = {
    "alarm": "告警",
    "warning": "预警",
    "incident": "事件",
    "instruction": "批示",
    "call-out": "叫应",
    "channel": "测点",
    "true": "属实",
    "false alarm": "误报",
    "test": "测试",
    "duplicate": "重复",
    "Read": "已读",
    "sign for": "签收",
    "set out": "出动",
    "arrive": "到场",
    "finish": "办结",
    "verify": "核验",
    "return": "退回",
    "dispatch": "分拨",
    "close": "办结",
    "awaiting a verdict": "待研判",
    "to be dispatched": "待分拨",
    "dispatched": "已分拨",
    "being handled": "处置中",
    "handled, to be checked": "待核验",
    "closed": "已办结",
    "to be signed for": "待签收",
    "signed for": "已签收",
    "first report": "首报",
    "follow-up report": "续报",
    "final report": "终报",
    "instruct": "批示",
    "hazard": "灾种",
    "risk colour": "风险等级",
    "three-defences owner": "三防责任人",
}


@pytest.fixture(scope="module")
def book() -> polib.POFile:
    return polib.pofile(str(PACKAGE / CATALOGUE))


def test_nothing_is_missing_guessed_or_obsolete(book: polib.POFile) -> None:
    assert [entry.msgid for entry in book.untranslated_entries()] == []
    assert [entry.msgid for entry in book if entry.fuzzy or entry.obsolete] == []


def test_the_sources_say_nothing_else(book: polib.POFile, tmp_path: Path) -> None:
    if shutil.which("xgettext") is None:
        pytest.skip("gettext is not installed: the catalogue cannot be compared with the sources")
    copy = tmp_path / "anshu"
    unneeded = shutil.ignore_patterns("static", "__pycache__", "*.mo", "var")
    shutil.copytree(PACKAGE, copy, ignore=unneeded)
    call_command("makemessages", root=copy, verbosity=0)
    fresh = polib.pofile(str(copy / CATALOGUE))
    known, found = ({(entry.msgctxt, entry.msgid) for entry in each} for each in (book, fresh))
    assert (found - known, known - found) == (set(), set()), "run `python manage.py makemessages` and translate"


def test_a_message_kept_in_a_variable_is_found() -> None:
    source = 'message = "a %(b)s"\nmessage, code = "c", "d"\nother = "e"\nmessage = f"{other}"\n'
    assert messages_in(source) == ["a %(b)s", "c"]


def test_every_place_is_filled_in_both_languages(book: polib.POFile) -> None:
    for entry in book:
        said = entry.msgstr_plural.values() if entry.msgid_plural else (entry.msgstr,)
        for text in said:
            assert set(PLACE.findall(text)) == set(PLACE.findall(entry.msgid)), entry.msgid


def test_pairs_of_the_trade_are_never_mixed(book: polib.POFile) -> None:
    used = 0
    for entry in book:
        meant = [pair for pair in PAIRS if re.search(pair[0], entry.msgid, re.IGNORECASE)]
        right = {word for _pattern, word, _other in meant}
        for _pattern, word, other in meant:
            used += word in entry.msgstr
            assert other in right or other not in entry.msgstr, (entry.msgid, entry.msgstr)
    assert used > 80


@pytest.mark.parametrize(("english", "chinese"), SAID.items())
def test_buttons_and_states_say_what_a_duty_officer_says(book: polib.POFile, english: str, chinese: str) -> None:
    assert next(e.msgstr for e in book if e.msgid == english and e.msgctxt is None) == chinese


def test_chinese_is_set_with_full_width_signs(book: polib.POFile) -> None:
    wrong = [e.msgstr for e in book if re.search(r"[\u4e00-\u9fff][,;:?!()]|[,;?!][\u4e00-\u9fff]", e.msgstr)]
    assert wrong == []


def test_an_error_speaks_the_language_of_whoever_reads_it() -> None:
    reason = Words("has no %(name)s", name="x")
    error = Invalid("%(name)s: %(reason)s", field="f", code="c", name="n", reason=reason)
    with translation.override("zh-hans"):
        assert str(error) == "n：没有 x"
    with translation.override("en"):
        assert str(error) == "n: has no x"
    assert str(Words("100 % of it")) == "100 % of it"
    assert str(Words("")) == ""


def test_words_are_compiled_only_when_they_are_newer(tmp_path: Path) -> None:
    folder = tmp_path / "zh_Hans" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    shutil.copy(PACKAGE / CATALOGUE, folder / "django.po")
    assert compile_all(tmp_path) == [folder / "django.mo"]
    assert compile_all(tmp_path) == []
    assert polib.mofile(str(folder / "django.mo")).find("alarm").msgstr == "告警"
