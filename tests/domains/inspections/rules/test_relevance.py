"""Conditions: read into data, walked like Python would walk them, and nothing else can be said in them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anshu.domains.inspections.rules.relevance import holds, items_in, parse
from anshu.kernel.errors import Invalid

KEYS = ("a", "b", "storeys")
VALUES = st.one_of(st.none(), st.sampled_from(("pass", "fail", "out", "")), st.integers(-5, 5))


@pytest.mark.parametrize(
    ("text", "answers", "expected"),
    [
        ("", {}, True),
        ("${a} = 'fail'", {"a": "fail"}, True),
        ("${a} = 'fail'", {}, False),
        ("${a} != 'fail'", {}, True),
        ("${storeys} >= 2", {"storeys": 2}, True),
        ("${storeys} >= 2", {}, False),
        ("${storeys} < 2", {}, False),
        ("${a} = 'fail' and not(${b} = 'pass')", {"a": "fail", "b": "fail"}, True),
        ("${a} = 'x' or ${b} = 'x' and ${storeys} = 1", {"a": "x"}, True),
        ("(${a} = 'x' or ${b} = 'x') and ${storeys} = 1", {"a": "x"}, False),
        ("selected(${a}, 'yes')", {"a": "yes"}, True),
        ('${a} = "two words"', {"a": "two words"}, True),
        ("${storeys} = 2", {"storeys": 2.0}, True),
    ],
)
def test_conditions_are_as_they_read(text: str, answers: dict[str, Any], expected: bool) -> None:
    assert holds(parse(text), answers.get) is expected


@pytest.mark.parametrize(
    "text",
    ["${a} =", "a = 1", "${a} = 'x", "${A} = 1", "(${a} = 1", "${a} = 1)", "__import__('os')", "${a} ** 2", "not ${a}"],
)
def test_what_cannot_be_read_is_refused_with_the_place(text: str) -> None:
    with pytest.raises(Invalid, check=lambda error: error.code == "condition"):
        parse(text)


def conditions() -> st.SearchStrategy[tuple[str, Any]]:
    """A condition as text, and the same as a Python function of the answers."""

    def compare(key: str, sign: str, other: int) -> tuple[str, Any]:
        def python(answers: dict[str, Any]) -> bool:
            value = answers.get(key)
            if isinstance(value, int):
                left: Any = value
            else:
                left = "" if value is None else value
                return {"=": left == str(other), "!=": left != str(other)}.get(sign, False)
            return bool(
                {
                    "=": left == other,
                    "!=": left != other,
                    "<": left < other,
                    ">": left > other,
                    "<=": left <= other,
                    ">=": left >= other,
                }[sign]
            )

        return f"${{{key}}} {sign} {other}", python

    signs = st.sampled_from(("=", "!=", "<", ">", "<=", ">="))
    leaves = st.builds(compare, st.sampled_from(KEYS), signs, st.integers(-5, 5))

    def wider(inner: st.SearchStrategy[tuple[str, Any]]) -> st.SearchStrategy[tuple[str, Any]]:
        both = st.tuples(inner, inner)
        return st.one_of(
            both.map(lambda p: (f"({p[0][0]}) and ({p[1][0]})", lambda a: p[0][1](a) and p[1][1](a))),
            both.map(lambda p: (f"({p[0][0]}) or ({p[1][0]})", lambda a: p[0][1](a) or p[1][1](a))),
            inner.map(lambda one: (f"not({one[0]})", lambda a: not one[1](a))),
        )

    return st.recursive(leaves, wider, max_leaves=8)


@given(conditions(), st.fixed_dictionaries(dict.fromkeys(KEYS, VALUES)))
def test_they_hold_exactly_when_python_says_so(condition: tuple[str, Any], answers: dict[str, Any]) -> None:
    text, python = condition
    read = parse(text)
    assert holds(read, answers.get) is bool(python(answers))
    assert items_in(read) <= set(KEYS)
