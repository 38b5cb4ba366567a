"""Texts in two languages: what may be written, and who reads which."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anshu.kernel.bilingual import Bilingual
from anshu.kernel.errors import Invalid

TEXTS = st.text(min_size=1)


@given(TEXTS, TEXTS)
def test_each_reads_their_own(zh: str, en: str) -> None:
    text = Bilingual.read({"zh": zh, "en": en})
    assert text
    assert [text.told(language) for language in ("zh-hans", "zh-Hans", "en", None)] == [zh, zh, en, en]


@given(st.sampled_from(("zh", "en")), TEXTS)
def test_one_language_is_better_than_none(language: str, text: str) -> None:
    for read in (Bilingual.read({language: text}), Bilingual.read(text)):
        assert read and read.told("zh-hans") == read.told("en") == text


def test_nothing_is_nothing() -> None:
    assert not Bilingual.read(None)
    assert Bilingual.read(None).told("zh-hans") == ""


@pytest.mark.parametrize("value", [7, True, [], ["zh"], {}, {"zh": 7}, {"zh": ""}, {"zh": "a", "de": "b"}, {1: "a"}])
def test_anything_else_is_refused(value: object) -> None:
    with pytest.raises(Invalid):
        Bilingual.read(value)
