"""The languages of questions: filters, options, addresses; what is wrong in them is named."""

import re
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anshu.gateways.sensorthings.conditions import among, in_register, matches, span
from anshu.gateways.sensorthings.filters import Both, Compare, Condition, Either, Opposite, read_filter
from anshu.gateways.sensorthings.options import Options, read_options, split_outside
from anshu.gateways.sensorthings.paths import Address, Step, read_address
from anshu.gateways.sensorthings.refusals import NotOffered, NotUnderstood

AT = datetime(2026, 8, 5, 6, 30, tzinfo=UTC)
AT_MS = int(AT.timestamp() * 1000)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name eq 'a''b'", Compare("name", "eq", "a'b")),
        ("result gt 5", Compare("result", "gt", 5.0)),
        ("5 lt result", Compare("result", "gt", 5.0)),
        ("result ge -1.5e3", Compare("result", "ge", -1500.0)),
        ("phenomenonTime le 2026-08-05T14:30:00+08:00", Compare("phenomenonTime", "le", AT)),
        ("phenomenonTime le 2026-08-05T14:30:00 08:00", Compare("phenomenonTime", "le", AT)),
        ("2026-08-05T06:30:00Z ne resultTime", Compare("resultTime", "ne", AT)),
        ("Thing/@iot.id eq null", Compare("Thing/@iot.id", "eq", None)),
        ("@iot.id eq true", Compare("@iot.id", "eq", True)),
        (
            "a eq 1 and b eq 2 or not c eq 3",
            Either(Both(Compare("a", "eq", 1.0), Compare("b", "eq", 2.0)), Opposite(Compare("c", "eq", 3.0))),
        ),
        (
            "a eq 1 and (b eq 2 or c eq 3)",
            Both(Compare("a", "eq", 1.0), Either(Compare("b", "eq", 2.0), Compare("c", "eq", 3.0))),
        ),
        ("startswith(name,'x')", Compare("name", "startswith", "x")),
        ("substringof('x', name) eq true", Compare("name", "substringof", "x")),
        ("endswith(name, 'x') eq false", Opposite(Compare("name", "endswith", "x"))),
    ],
)
def test_conditions(text: str, expected: Condition) -> None:
    assert read_filter(text) == expected


@pytest.mark.parametrize(
    ("text", "refusal", "words"),
    [
        ("", NotUnderstood, "found the end"),
        ("name", NotUnderstood, "eq, ne, gt, ge, lt or le expected, found the end"),
        ("name eq", NotUnderstood, "a literal expected, found the end"),
        ("name eq x", NotUnderstood, "a literal expected, found 'x' at sign 9"),
        ("name like 'x'", NotUnderstood, "found 'like' at sign 6"),
        ("name eq 'x' name", NotUnderstood, "and, or, or the end expected, found 'name' at sign 13"),
        ("(name eq 'x'", NotUnderstood, ") expected"),
        ("name eq 'x", NotUnderstood, '"\'x" at sign 9 is not understood'),
        ("name eq §", NotUnderstood, "sign 9"),
        ("1 eq 1", NotUnderstood, "an attribute expected"),
        ("eq eq 'x'", NotUnderstood, "an attribute expected, found 'eq'"),
        ("result add 5 gt 6", NotOffered, "operator add"),
        ("name in ('a')", NotOffered, "operator in"),
        ("length(name) gt 5", NotOffered, "length()"),
        ("geo.distance(a, b) lt 5", NotOffered, "geo.distance()"),
        ("startswith(name, 5)", NotUnderstood, "startswith looks for a text"),
        ("at gt 2026-13-05T00:00:00Z", NotUnderstood, "no instant"),
        ("at gt 2026-08-05T00:00:00", NotUnderstood, "no time zone"),
        ("not " * 30 + "a eq 1", NotUnderstood, "deeper"),
        ("(" * 30 + "a eq 1" + ")" * 30, NotUnderstood, "deeper"),
        ("a eq 1 and " * 300, NotUnderstood, "signs"),
    ],
)
def test_what_is_wrong_in_a_filter_is_named(text: str, refusal: type[Exception], words: str) -> None:
    with pytest.raises(refusal, match=re.escape(words)):
        read_filter(text)


words = st.sampled_from(
    [
        "name",
        "result",
        "phenomenonTime",
        "eq",
        "gt",
        "and",
        "or",
        "not",
        "(",
        ")",
        ",",
        "'x'",
        "5",
        "null",
        "2026-08-05T00:00:00Z",
        "startswith",
        "substringof",
        "true",
        "@iot.id",
        "Thing/id",
        "'",
        "-",
        "%",
    ]
)


@given(st.text(max_size=80) | st.lists(words, max_size=14).map(" ".join))
def test_any_text_is_a_condition_or_refused(text: str) -> None:
    try:
        condition = read_filter(text)
    except (NotUnderstood, NotOffered):
        return
    for use in (
        lambda: in_register(condition, {"name": "name", "@iot.id": "pk", "Thing/id": "device_id"}),
        lambda: matches(condition, {"name": "x"}),
        lambda: among(condition, np.array([AT_MS]), np.array([1.0])),
        lambda: span(condition, (0, AT_MS)),
    ):
        try:
            use()
        except (NotUnderstood, NotOffered):
            continue


instants = st.integers(AT_MS - 5, AT_MS + 5)
compares = st.builds(
    Compare,
    st.just("phenomenonTime"),
    st.sampled_from(["eq", "ne", "gt", "ge", "lt", "le"]),
    instants.map(lambda ms: datetime.fromtimestamp(ms / 1000, UTC)),
) | st.builds(Compare, st.just("result"), st.sampled_from(["eq", "gt", "le"]), st.integers(0, 3).map(float))
trees = st.recursive(
    compares, lambda inner: st.builds(Both, inner, inner) | st.builds(Either, inner, inner) | st.builds(Opposite, inner)
)


@given(trees, st.lists(st.tuples(instants, st.integers(0, 3)), min_size=1, max_size=20))
def test_outside_the_span_nothing_meets_the_condition(condition: Condition, rows: list[tuple[int, int]]) -> None:
    at_ms = np.array([row[0] for row in rows], np.int64)
    low, high = span(condition, (0, AT_MS + 100))
    met = at_ms[among(condition, at_ms, np.array([row[1] for row in rows], np.float64))]
    assert ((met >= low) & (met < high)).all()


def test_options() -> None:
    asked = read_options(
        [
            ("$top", "5"),
            ("$skip", "10"),
            ("$count", "TRUE"),
            ("$orderby", "name DESC, id"),
            ("$select", "name,id"),
            ("$filter", "name eq 'x'"),
            ("other", "ignored"),
            ("$expand", "Thing($select=name),Observations($top=1;$orderby=phenomenonTime desc;$filter=result gt 5)"),
        ]
    )
    assert (asked.top, asked.skip, asked.count) == (5, 10, True)
    assert (asked.order, asked.select) == ((("name", True), ("id", False)), ("name", "id"))
    thing, observations = asked.expand
    assert (thing.name, thing.options.select) == ("Thing", ("name",))
    assert observations.options.top == 1
    assert observations.options.filter == Compare("result", "gt", 5.0)
    assert read_options([("$top", "999999")]).top == 1000
    assert read_options([]) == Options()


def test_expansions_are_joined() -> None:
    (joined,) = read_options([("$expand", "Datastreams,Datastreams/Observations($top=1)")]).expand
    assert joined.name == "Datastreams"
    assert [inner.name for inner in joined.options.expand] == ["Observations"]
    assert joined.options.expand[0].options.top == 1
    (nested,) = read_options([("$expand", "Datastreams($expand=Observations($top=1),Sensor)")]).expand
    assert [inner.name for inner in nested.options.expand] == ["Observations", "Sensor"]


@pytest.mark.parametrize(
    ("name", "text", "refusal"),
    [
        ("$top", "x", NotUnderstood),
        ("$top", "-1", NotUnderstood),
        ("$skip", "100001", NotOffered),
        ("$count", "yes", NotUnderstood),
        ("$orderby", "name up", NotUnderstood),
        ("$orderby", "a b c", NotUnderstood),
        ("$select", "na me", NotUnderstood),
        ("$select", ",".join(["a"] * 40), NotUnderstood),
        ("$expand", "A(", NotUnderstood),
        ("$expand", "A($top=1", NotUnderstood),
        ("$expand", "A/B/C", NotOffered),
        ("$expand", "A($expand=B($expand=C))", NotOffered),
        ("$expand", "A($strange=1)", NotUnderstood),
        ("$resultFormat", "dataArray", NotOffered),
        ("$strange", "1", NotUnderstood),
        ("$skiptoken", "x", NotUnderstood),
    ],
)
def test_what_is_wrong_in_an_option_is_named(name: str, text: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal) as caught:
        read_options([(name, text)])
    assert caught.value.field  # type: ignore[attr-defined]


def test_an_option_said_twice() -> None:
    with pytest.raises(NotUnderstood, match="twice"):
        read_options([("$top", "1"), ("$top", "2")])


@given(
    st.lists(
        st.tuples(st.sampled_from(["$top", "$expand", "$orderby", "$select", "$filter", "x"]), st.text()), max_size=4
    )
)
def test_any_options_are_read_or_refused(pairs: list[tuple[str, str]]) -> None:
    try:
        read_options(pairs)
    except (NotUnderstood, NotOffered):
        return


@given(st.text(alphabet="A$;,()'=/ ", max_size=60))
def test_any_expansion_is_read_or_refused(text: str) -> None:
    try:
        read_options([("$expand", text)])
    except (NotUnderstood, NotOffered):
        return


def test_parts_outside_brackets_and_quotes() -> None:
    assert list(split_outside("a,b(c,d),e'f,g'", ",")) == ["a", "b(c,d)", "e'f,g'"]
    assert list(split_outside("", ",")) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Things", Address((Step("Things", None),))),
        ("/Things('a''b')/", Address((Step("Things", "a'b"),))),
        ("Things(7)/Datastreams", Address((Step("Things", "7"), Step("Datastreams", None)))),
        ("Observations(1.5)/result/$value", Address((Step("Observations", "1.5"),), "result", True)),
    ],
)
def test_addresses(text: str, expected: Address) -> None:
    assert read_address(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "/",
        "things",
        "Things('a",
        "Things(a(b))",
        "Things/$value",
        "$value",
        "A/" * 7,
        "Things/name/Datastreams",
        "a b",
    ],
)
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(NotUnderstood):
        read_address(text)


def test_references_are_not_offered() -> None:
    with pytest.raises(NotOffered):
        read_address("Things/$ref")


@given(st.text(max_size=60))
def test_any_address_is_read_or_refused(text: str) -> None:
    try:
        assert read_address(text).steps
    except (NotUnderstood, NotOffered):
        return
