"""Hostile and broken documents: only Invalid may come out, soon, and saying where."""

import codecs
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anshu.gateways.cap.as_json import to_json
from anshu.gateways.cap.decode import decode, decode_all
from anshu.gateways.cap.document import MAX_BYTES, MAX_DEPTH, MAX_ELEMENTS
from anshu.gateways.cap.feed import read_feed
from anshu.kernel.errors import Invalid

Build = Callable[..., bytes]
CAP = "urn:oasis:names:tc:emergency:cap:1.2"
BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {name} "{("&" + before + ";") * 10}">' for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


def refuse(raw: bytes) -> Invalid:
    with pytest.raises(Invalid) as refused:
        decode(raw)
    assert refused.value.field
    assert str(refused.value)
    return refused.value


@pytest.mark.parametrize(
    "prolog",
    [
        BOMB + "]>",
        '<!DOCTYPE x SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE x [<!ENTITY e SYSTEM "http://127.0.0.1:9/">]>',
        "<!DOCTYPE alert>",
        '<!-- quiet --><?pi x?>\n<!DOCTYPE x [<!ENTITY % p "q"> %p;]>',
    ],
)
def test_document_types_and_entities_are_refused_unread(message: Build, prolog: str) -> None:
    raw = message(("<alert", prolog + "<alert"), ("宝安区", "&i;"))
    started = time.perf_counter()
    assert refuse(raw).code == "document_type_refused"
    assert time.perf_counter() - started < 0.5


def test_a_document_type_inside_the_text_of_an_element_is_only_text(message: Build) -> None:
    signal = decode(message(("深圳市气象台发布暴雨黄色预警", "<![CDATA[<!DOCTYPE x>]]>")))
    assert signal.infos[0].headline == "<!DOCTYPE x>"


def test_comments_and_instructions_inside_a_text_do_not_cut_it(message: Build) -> None:
    assert decode(message(("宝安区", "宝<!-- a -->安<?b c?>区"))).infos[0].areas[0].description == "宝安区"


def test_an_undeclared_entity_is_refused_with_its_line(message: Build) -> None:
    error = refuse(message(("宝安区", "&secret;")))
    assert error.code == "not_well_formed"
    assert error.params["line"] == 23


def test_inclusion_is_refused(message: Build) -> None:
    include = '<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>'
    assert refuse(message(("宝安区", include))).code == "inclusion_refused"


def test_size_depth_and_number_of_elements_are_bounded() -> None:
    assert refuse(b"<a>" + b" " * MAX_BYTES + b"</a>").code == "document_too_large"
    deep = f'<alert xmlns="{CAP}">' + "<a>" * MAX_DEPTH + "</a>" * MAX_DEPTH + "</alert>"
    assert refuse(deep.encode()).code == "too_deep"
    assert refuse(b"<a>" * 100_000).code == "not_well_formed"
    wide = f'<alert xmlns="{CAP}">' + "<a/>" * MAX_ELEMENTS + "</alert>"
    assert refuse(wide.encode()).code == "too_many_elements"


def test_many_broken_elements_are_read_within_a_second(message: Build) -> None:
    raw = message(("<areaDesc>宝安区</areaDesc>", "<areaDesc>宝安区</areaDesc>" + "<polygon>1,x</polygon>" * 40_000))
    started = time.perf_counter()
    signal = decode(raw)
    assert time.perf_counter() - started < 3
    assert len(signal.problems) == 100


@pytest.mark.parametrize("declared", ["GB18030", "gbk", "GB2312"])
def test_chinese_encodings_are_read_when_declared(message: Build, declared: str) -> None:
    signal = decode(message(('encoding="UTF-8"', f'encoding="{declared}"'), encoding="gb18030"))
    assert signal.infos[0].event == "暴雨"


def test_gb18030_declared_as_utf8_is_refused_with_the_remedy(message: Build) -> None:
    error = refuse(message(encoding="gb18030"))
    assert error.code == "wrong_encoding"
    assert "GB18030" in str(error)
    assert error.params["line"] == 12


def test_utf8_declared_as_gb18030_and_unknown_encodings_are_refused(message: Build) -> None:
    assert refuse(message(('encoding="UTF-8"', 'encoding="ascii"'))).code == "wrong_encoding"
    assert refuse(message(('encoding="UTF-8"', 'encoding="UTF-7"'))).code == "unknown_encoding"


@pytest.mark.parametrize(("mark", "encoding"), [(codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_BE, "utf-16-be")])
def test_byte_order_marks_are_understood(message: Build, mark: bytes, encoding: str) -> None:
    declared = 'encoding="UTF-8"' if encoding == "utf-8" else 'encoding="UTF-16"'
    signal = decode(mark + message(('encoding="UTF-8"', declared), encoding=encoding))
    assert signal.infos[0].areas[0].description == "宝安区"
    assert signal.original.startswith("<?xml")


@pytest.mark.parametrize("raw", [b"", b" \n", b"\x00", b"{}", b"<", b"<a/>", codecs.BOM_UTF8, b"%s <a>%(x)s"])
def test_what_is_no_message_is_refused(raw: bytes) -> None:
    refuse(raw)


def test_every_truncation_is_refused(message: Build) -> None:
    raw = message().rstrip()
    for length in range(len(raw)):
        refuse(raw[:length])


def test_refusals_may_hold_percent_signs(message: Build) -> None:
    error = refuse(message(("2024-05-21T13:45:00+08:00</sent>", "100%s%(x)d</sent>")))
    assert "100%s%(x)d" in str(error)
    assert error.params["line"] == 5


def read_anything(raw: bytes) -> None:
    """Whatever the bytes, a result or Invalid, within a second."""
    started = time.perf_counter()
    signals = []
    try:
        signals += decode_all(raw)
    except Invalid as error:
        assert str(error)
    try:
        signals += [signal for entry in read_feed(raw) for signal in entry.signals]
    except Invalid as error:
        assert str(error)
    assert all(to_json(signal)["identifier"] for signal in signals)
    assert time.perf_counter() - started < 1


@settings(max_examples=300, deadline=None)
@given(raw=st.binary(max_size=300))
def test_random_bytes_give_only_invalid(raw: bytes) -> None:
    read_anything(raw)


TOKENS = [
    *(b"<", b">", b"</", b"&", b"&#0;", b"&amp;", b"]]>", b"<![CDATA[", b"<!--", b"<!DOCTYPE", b"\xff", b"\x00", b"%s"),
    *(b"<info>", b"</info>", b"<area>", b"<polygon>", b"nan,inf", b"1e999", b"9" * 400, b"\xe6", b"xmlns=''", b"\r"),
    *(b"0000-00-00T00:00:00+99:99", b"9999-12-31T23:59:59-14:00", b"2024-02-30T25:61:61Z", b"red", b"-", b",", b" "),
]


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_mutated_messages_give_only_invalid(message: Build, data: st.DataObject) -> None:
    raw = bytearray(message())
    for _ in range(data.draw(st.integers(1, 6))):
        start = data.draw(st.integers(0, len(raw)))
        end = min(len(raw), start + data.draw(st.integers(0, 40)))
        raw[start:end] = data.draw(st.one_of(st.sampled_from(TOKENS), st.binary(max_size=8)))
    read_anything(bytes(raw))


CONTENT = st.one_of(
    st.sampled_from([token.decode("latin1") for token in TOKENS if b"<" not in token and b"&" not in token]),
    st.text(alphabet=st.characters(codec="utf-8", exclude_characters="<&"), max_size=30),
)


@settings(max_examples=300, deadline=None)
@given(values=st.lists(st.tuples(st.integers(0, 40), CONTENT), min_size=1, max_size=5))
def test_any_text_in_any_element_gives_only_invalid(message: Build, values: list[tuple[int, str]]) -> None:
    pieces = message().decode().split("</")
    for place, text in values:
        place %= len(pieces) - 1
        pieces[place] = pieces[place].rpartition(">")[0] + ">" + text
    read_anything("</".join(pieces).encode("utf-8"))


def test_mutated_recordings_give_only_invalid(samples: Path) -> None:
    for path in sorted(samples.iterdir()):
        raw = path.read_bytes()[:30_000]
        step = max(1, len(raw) // 40)
        for start in range(0, len(raw), step):
            read_anything(raw[:start] + b"<" + raw[start + 1 :])
            read_anything(raw[:start] + raw[start + step :])
