"""Reading alerts, finding the point they belong to, and what fires."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anshu.gateways.alertmanager.alerts import Alert, point_for, read_alerts
from anshu.gateways.alertmanager.firing import (
    EXTEND_MS,
    GRACE_MS,
    MOST_FIRING,
    Firing,
    Step,
    TooMany,
    dated,
    kept_of,
)
from anshu.kernel.errors import Invalid

NOW_MS = 1_800_000_000_000
NEVER = "0001-01-01T00:00:00Z"


def alert(name: str = "Down", *, ends_ms: int | None = None, resolved: bool = False, **labels: str) -> Alert:
    return Alert({"alertname": name, **labels}, "it is down", NOW_MS - 60_000, ends_ms, resolved)


def test_what_prometheus_posts() -> None:
    (read,) = read_alerts(
        [
            {
                "labels": {
                    "alertname": "DiskFull",
                    "job": "node",
                    "instance": "a:9100",
                    "severity": "Critical",
                    "x": "",
                },
                "annotations": {"summary": "disk of a is full"},
                "startsAt": "2027-01-15T07:59:00.123456789Z",
                "endsAt": "2027-01-15T16:04:00+08:00",
                "generatorURL": "http://prometheus/graph",
            }
        ],
        NOW_MS,
    )
    assert (read.name, read.rank, read.summary) == ("DiskFull", 4, "disk of a is full")
    assert (read.starts_ms, read.ends_ms, read.resolved) == (NOW_MS - 59_877, NOW_MS + 240_000, False)
    assert read.addresses == ("node/a:9100", "a:9100", "node", "*")
    assert "x" not in read.labels


def test_what_an_alertmanager_posts() -> None:
    row = {"labels": {"alertname": "Down"}, "endsAt": NEVER, "startsAt": "", "annotations": None}
    firing, resolved = read_alerts(
        {"version": "4", "alerts": [{**row, "status": "firing"}, {**row, "status": "resolved"}]}, NOW_MS
    )
    assert (firing.resolved, firing.ends_ms, firing.starts_ms) == (False, None, None)
    assert resolved.resolved


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (None, "body"),
        ({}, "body"),
        ([1], "alerts.0"),
        ([{"labels": {"a": "b"}}, {}], "alerts.1.labels"),
        ([{"labels": {}}], "alerts.0.labels"),
        ([{"labels": {"a": 1}}], "alerts.0.labels"),
        ([{"labels": {"a": ""}}], "alerts.0.labels"),
        ([{"labels": {"a": "b" * 3000}}], "alerts.0.labels"),
        ([{"labels": {str(n): "b" for n in range(65)}}], "alerts.0.labels"),
        ([{"labels": {"a": "b"}, "annotations": {"a": []}}], "alerts.0.annotations"),
        ([{"labels": {"a": "b"}, "startsAt": "yesterday"}], "alerts.0.startsAt"),
        ([{"labels": {"a": "b"}, "startsAt": "2027-01-01T00:00:00"}], "alerts.0.startsAt"),
        ([{"labels": {"a": "b"}, "endsAt": 5}], "alerts.0.endsAt"),
    ],
)
def test_what_is_wrong_is_named(body: Any, field: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_alerts(body, NOW_MS)
    assert caught.value.field == field


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
likely = st.fixed_dictionaries(
    {"labels": st.dictionaries(st.text(), st.text(), min_size=1, max_size=3)},
    optional={
        "annotations": anything,
        "startsAt": anything,
        "endsAt": anything,
        "status": anything,
    },
)


@given(anything | st.lists(likely, max_size=3))
def test_any_body_is_read_or_invalid(body: Any) -> None:
    try:
        found = read_alerts(body, NOW_MS)
    except Invalid:
        return
    firing = Firing({}, NOW_MS)
    for each in found:
        firing.hear(each, point_for(each, ["*"]) or "")
    assert json.dumps(firing.kept)


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        (["*", "Down", "Down{dc=a}"], "Down{dc=a}"),
        (["*", "Down", "Down{dc=b}"], "Down"),
        (["*", "*{dc=a}"], "*{dc=a}"),
        (["Down{dc=a}", 'Down{dc="a", rack="1"}'], 'Down{dc="a", rack="1"}'),
        (["Up", "Down{", "{}", "Down}"], None),
        (["Down", "*{dc=a,rack=1}"], "Down"),
        (["Down{other=}"], "Down{other=}"),
        ([], None),
    ],
)
def test_the_narrowest_point_that_fits(points: list[str], expected: str | None) -> None:
    assert point_for(alert(dc="a", rack="1"), points) == expected


def test_the_value_is_the_rank_of_the_gravest() -> None:
    firing = Firing({}, NOW_MS)
    firing.hear(alert(severity="warning", disk="a"), "C")
    firing.hear(alert(severity="critical", disk="b"), "C")
    firing.hear(alert(severity="info", disk="c"), "C")
    firing.hear(alert(severity="critical", disk="b", resolved=True, ends_ms=NOW_MS - 5), "C")
    firing.hear(alert(severity="warning", disk="a", resolved=True), "C")
    assert [step.value for step in firing.steps] == [2, 4, 2, 1]
    assert firing.steps[2].at_ms == NOW_MS - 5
    firing.hear(alert(severity="info", disk="c", resolved=True), "C")
    assert (firing.steps[-1].value, firing.kept) == (0, {})


def test_a_repeat_changes_nothing_until_its_end_has_moved() -> None:
    first = Firing({}, NOW_MS)
    first.hear(alert(ends_ms=NOW_MS + 240_000), "C")
    again = Firing(kept_of({"alerts": first.kept}), NOW_MS + 60_000)
    again.hear(alert(ends_ms=NOW_MS + 300_000), "C")
    assert not again.changed
    again.hear(alert(ends_ms=NOW_MS + 240_000 + EXTEND_MS), "C")
    assert again.changed and not again.steps


def test_an_end_of_what_never_began_changes_nothing() -> None:
    firing = Firing({}, NOW_MS)
    firing.hear(alert(resolved=True), "C")
    assert not firing.changed


def test_what_is_not_heard_of_again_ends() -> None:
    kept = Firing({}, NOW_MS)
    kept.hear(alert(ends_ms=NOW_MS + 240_000), "C")
    for later, steps in ((NOW_MS + 240_000 + GRACE_MS, 0), (NOW_MS + 240_001 + EXTEND_MS + GRACE_MS, 1)):
        firing = Firing(kept_of({"alerts": kept.kept}), later)
        firing.expire()
        assert len(firing.steps) == steps


def test_there_is_a_bound() -> None:
    firing = Firing({}, NOW_MS)
    for number in range(MOST_FIRING):
        firing.hear(alert(n=str(number)), "C")
    with pytest.raises(TooMany):
        firing.hear(alert(n="more"), "C")
    firing.hear(alert(n="5", ends_ms=NOW_MS + 9_000_000), "C")


@given(
    st.lists(st.tuples(st.sampled_from("AB"), st.integers(0, 200), st.integers(0, 4)), max_size=20),
    st.dictionaries(st.sampled_from("AB"), st.integers(0, 200)),
)
def test_instants_rise_and_come_after_the_newest(rows: list[tuple[str, int, int]], last_ms: dict[str, int]) -> None:
    steps = dated([Step(*row) for row in rows], last_ms, 100)
    for code in "AB":
        at = [last_ms.get(code, -1), *(step.at_ms for step in steps if step.code == code)]
        assert at == sorted(set(at))


@pytest.mark.parametrize("found", [None, [], {"C": 1}, {"C": {"f": 1}}, {"C": {"f": {"rank": "x", "ends_ms": 1}}}])
def test_what_else_may_stand_there_is_passed_over(found: Any) -> None:
    assert kept_of({"alerts": found}) == {}
