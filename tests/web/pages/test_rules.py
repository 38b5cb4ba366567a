"""Writing, trying and adopting a sensing rule on screen; rules as YAML."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from lxml import html

from anshu.access.models import Account, Grant
from anshu.domains.devices.models import Channel, Device
from anshu.domains.warnings.models import Alarm, Rule
from anshu.domains.warnings.queries import backtest, measured
from anshu.kernel import clock
from anshu.telemetry import Store, batch_of
from anshu.web.pages import desk, rule_editor
from anshu.workflow.models import Change

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 12, 4, 0, tzinfo=UTC)
WAVE = [0.02, 0.1, 0.2, 0.3, 0.45, 0.3, 0.2, 0.1, 0.02]


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    opened = Store.open(tmp_path)
    for module in (backtest, rule_editor):
        monkeypatch.setattr(module, "store", lambda: opened)
    with clock.frozen(NOW):
        yield opened
    opened.close()


@pytest.fixture
def channel(store: Store) -> Channel:
    device = Device.objects.create(number="D1", name="涵洞", kind="gauge", territory="440303001")
    what = {"quantity": "road_water_depth", "unit": "m", "stale_after_s": 0, "territory": "440303001"}
    made = Channel.objects.create(number="D1/depth", name="涵洞水深", device=device, **what)
    begin_ms = round((NOW - timedelta(hours=6)).timestamp() * 1000)
    rows = [(made.slot, begin_ms + 300_000 * place, value) for place, value in enumerate(WAVE)]
    store.append(batch_of(rows), (), door="t", received_ms=begin_ms)
    return made


@pytest.fixture
def rule() -> Rule:
    steps = [{"level": "3", "raise": 0.15, "clear": 0.12}]
    return Rule.objects.create(number="GZ-1", name="积水", quantity="road_water_depth", steps=steps, territory="440303")


def client(role: str = "system_administrator", territory: str = "440303") -> Client:
    account = Account.objects.create(username=role, name=role, language="en")
    Grant.objects.create(account=account, role=role, territory=territory)
    made = Client()
    made.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return made


def tree(answer: Any, status: int = 200) -> html.HtmlElement:
    assert answer.status_code == status, answer.content[:500]
    return html.fromstring(answer.content.decode())  # parts of pages do not say how they are encoded


def text(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def form_of(page: html.HtmlElement) -> dict[str, Any]:
    """What a browser would send of the editor's form."""
    values: dict[str, Any] = {}
    for name, value in page.xpath("//form[contains(@class, 'editing')]")[0].form_values():
        values[name] = [*values.get(name, []), value] if name == "weekday" else value
    return values


def wrong(page: html.HtmlElement) -> dict[str, str]:
    spans = page.xpath("//span[starts-with(@id, 'wrong-')]")
    return {span.get("id").removeprefix("wrong-"): text(span) for span in spans if text(span)}


def test_a_rule_is_changed_in_rows_and_the_log_keeps_it(channel: Channel, rule: Rule) -> None:
    browser = client()
    page = tree(browser.get(f"/r/rules/{rule.pk}/edit"))
    typed = form_of(page)
    assert (typed["step-3-raise"], typed["step-3-clear"], typed["step-1-raise"]) == ("0.15", "0.12", "")
    typed |= {
        "step-1-raise": "0.4",
        "step-1-hold_up_s": "60",
        "season_from": "04-15",
        "season_to": "10-15",
        "high": "5",
    }
    answer = browser.post(f"/r/rules/{rule.pk}/edit", typed)
    assert (answer.status_code, answer["Location"]) == (302, f"/r/rules/{rule.pk}")
    rule.refresh_from_db()
    assert rule.steps == [
        {"level": "3", "raise": 0.15, "clear": 0.12},
        {"level": "1", "raise": 0.4, "clear": 0.4, "hold_up_s": 60},
    ]
    assert (rule.season_from, rule.high, rule.weekdays, rule.version) == ("04-15", 5.0, "", 2)
    changed = Change.objects.get(verb="warnings.change").details["changed"]
    assert set(changed) == {"steps", "season_from", "season_to", "high"}


def test_saving_what_was_not_touched_changes_nothing(channel: Channel, rule: Rule) -> None:
    browser = client()
    typed = form_of(tree(browser.get(f"/r/rules/{rule.pk}/edit")))
    assert browser.post(f"/r/rules/{rule.pk}/edit", typed).status_code == 302
    rule.refresh_from_db()
    assert rule.version == 1


def test_a_new_rule_is_added(channel: Channel) -> None:
    browser = client()
    typed = form_of(tree(browser.get("/r/rules/new")))
    typed |= {
        "number": "N1",
        "name": "新",
        "quantity": "road_water_depth",
        "territory": "440303",
        "step-2-raise": "0.3",
        "weekday": ["1", "2"],
    }
    assert browser.post("/r/rules/new", typed).status_code == 302
    made = Rule.objects.get(number="N1")
    assert (made.steps, made.active, made.weekdays) == ([{"level": "2", "raise": 0.3, "clear": 0.3}], True, "12")


def test_faults_stand_beside_their_fields_and_what_was_typed_stays(channel: Channel, rule: Rule) -> None:
    browser = client()
    typed = form_of(tree(browser.get(f"/r/rules/{rule.pk}/edit")))
    typed |= {"name": "", "step-3-clear": "deep", "season_from": "15.4.", "season_to": "10-15", "channel": "nowhere"}
    page = tree(browser.post(f"/r/rules/{rule.pk}/edit", typed), 422)
    assert set(wrong(page)) == {"name", "step-3-clear", "season_from", "channel"}
    assert form_of(page)["step-3-clear"] == "deep"
    rule.refresh_from_db()
    assert rule.version == 1


def test_the_preview_shows_what_the_draft_would_raise(channel: Channel, rule: Rule) -> None:
    browser = client()
    typed = form_of(tree(browser.get(f"/r/rules/{rule.pk}/edit")))
    page = tree(browser.post("/rules/preview", typed))
    (curve,) = page.xpath("//*[@data-island='curve']")
    props = curve.get("data-props")
    assert len(re.findall(r"\[\d{13}, \d{13}, \"3\"\]", props)) == 1
    assert "on 1 channel" in text(page)
    higher = tree(browser.post("/rules/preview", typed | {"step-3-raise": "0.5"}))
    assert '"spells": []' in higher.xpath("//*[@data-island='curve']")[0].get("data-props")
    refused = tree(browser.post("/rules/preview", typed | {"step-3-clear": "0.5"}))
    assert set(wrong(refused)) == {"step-3-clear"}
    assert not refused.xpath("//*[@data-island='curve']")
    nameless = tree(browser.post("/rules/preview", typed | {"name": ""}))
    assert set(wrong(nameless)) == {"name"}
    assert nameless.xpath("//*[@data-island='curve']")
    assert not Alarm.objects.exists()
    rule.refresh_from_db()
    assert rule.version == 1


def test_nobody_is_told_what_is_wrong_with_a_rule_they_have_not_begun() -> None:
    browser, empty = client(), {"judged": "value", "direction": "above"}
    page = tree(browser.post("/rules/preview", empty))
    assert not wrong(page) and "Choose a quantity" in text(page)
    assert set(wrong(tree(browser.post("/rules/preview", empty | {"quantity": "rain_1h"})))) == {"name", "steps"}


def test_the_preview_says_why_there_is_nothing_to_show(channel: Channel, rule: Rule, store: Store) -> None:
    browser = client()
    typed = form_of(tree(browser.get(f"/r/rules/{rule.pk}/edit")))
    assert "No channel that you may see" in text(tree(browser.post("/rules/preview", typed | {"quantity": "rain_1h"})))
    silent = Channel.objects.create(
        number="D1/rain", name="雨", device=channel.device, quantity="rain_1h", unit="mm", territory="440303001"
    )
    told = text(tree(browser.post("/rules/preview", typed | {"channel": silent.number})))
    assert "Nothing has ever come from this channel" in told


@pytest.fixture
def neighbour(channel: Channel, store: Store) -> Channel:
    """A gauge that stands under water while that of `channel` does, and ten minutes longer."""
    made = Channel.objects.create(
        number="D1/deeper", name="涵洞深处", device=channel.device, quantity="road_water_depth", unit="m",
        stale_after_s=0, territory="440303001",
    )  # fmt: skip
    begin_ms = round((NOW - timedelta(hours=6)).timestamp() * 1000)
    rows = [(made.slot, begin_ms + 300_000 * place, value) for place, value in enumerate([0.0, 0.0, *WAVE])]
    store.append(batch_of(rows), (), door="t", received_ms=begin_ms)
    return made


def compound(page: html.HtmlElement) -> dict[str, Any]:
    """The form of a new rule on D1/depth that wants both gauges at a site under water."""
    return form_of(page) | {
        "number": "FH-1",
        "name": "成片积水",
        "channel": "D1/depth",
        "territory": "440303",
        "judged": "conditions",
        "window_min": "60",  # not shown beside conditions, and so not meant
        "condition-0-where": "here",
        "condition-0-quantity": "rain_1h",  # nor is this
        "condition-0-raise": "0.15",
        "step-2-raise": "2",
    }


def test_conditions_are_added_and_taken_out_in_rows_without_a_script(channel: Channel) -> None:
    browser = client()
    typed = compound(tree(browser.get("/r/rules/new")))
    page = tree(browser.post("/r/rules/new", typed | {"more": "1", "condition-0-negated": "true"}))
    more = form_of(page)
    assert (more["condition-0-raise"], more["condition-0-negated"], more["condition-1-where"]) == (
        "0.15",
        "true",
        "here",
    )
    assert (more["name"], more["step-2-raise"], more["judged"]) == ("成片积水", "2", "conditions")
    fewer = form_of(tree(browser.post("/r/rules/new", more | {"condition-1-raise": "9", "less": "0"})))
    assert fewer["condition-0-raise"] == "9" and "condition-1-where" not in fewer
    assert not Rule.objects.exists()


def test_a_compound_is_written_tried_and_told(channel: Channel, neighbour: Channel) -> None:
    browser = client()
    typed = compound(tree(browser.get("/r/rules/new"))) | {
        "condition-1-where": "site",
        "condition-1-quantity": "road_water_depth",
        "condition-1-raise": "0.25",
        "condition-1-least": "2",
    }
    tried = tree(browser.post("/rules/preview", typed))
    assert not wrong(tried)
    (curve,) = tried.xpath("//*[@data-island='curve']")
    # From minute 25, when the deeper gauge comes to 0.3 too, until minute 30, when neither is at 0.25 together.
    assert len(re.findall(r"\[\d{13}, \d{13}, \"2\"\]", curve.get("data-props"))) == 1
    assert [text(row) for row in tried.xpath("//ol[@class='conditions']/li")] == [
        "here ≥ 0.15 m1 channel · came true 1 time",
        "water depth on the road at the site ≥ 0.25 m on at least 2 channels2 channels · came true 2 times",
    ]
    answer = browser.post("/r/rules/new", typed)
    assert answer.status_code == 302, wrong(tree(answer, 422))
    made = Rule.objects.get()
    assert (made.window_min, made.conditions[0]) == (None, {"where": "here", "raise": 0.15, "clear": 0.15})
    assert form_of(tree(browser.get(f"/r/rules/{made.pk}/edit")))["condition-1-least"] == "2"
    assert "here ≥ 0.15; water depth on the road at the site" in text(tree(browser.get(f"/r/rules/{made.pk}")))
    rows = {
        text(row[0]): [text(cell) for cell in row[1:]]
        for row in tree(
            browser.get(f"/rules/{made.pk}/backtest/result", {"step-2-raise": "1", "step-2-clear": "1"})
        ).xpath("//table[contains(@class, 'scores')]/tbody/tr")
    }
    assert (
        rows["alarms"] == ["1", "1"] and rows["share of the time in alarm"][0] < rows["share of the time in alarm"][1]
    )


def test_the_desk_and_the_record_tell_which_conditions_held(
    channel: Channel, rule: Rule, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (desk, measured):
        monkeypatch.setattr(module, "store", lambda: store)
    at_ms = round(NOW.timestamp() * 1000)
    on = {"channel": "D1/depth", "name": "涵洞水深", "value": 0.2, "since_ms": at_ms, "ended_ms": None}
    rain = {"where": "near", "quantity": "rain_1h", "near_m": 500, "raise": 30, "clear": 30}
    why = {
        "rule": "积水",
        "judged": "conditions",
        "threshold": 1.0,
        "conditions": [
            {"condition": {"raise": 0.15, "clear": 0.15}, "holds": True, "channels": 1, "unit": "m", "on": [on]},
            {"condition": rain, "holds": False, "channels": 0, "unit": "", "on": []},
        ],
    }
    Rule.objects.filter(pk=rule.pk).update(judged="conditions", conditions=[rain])
    alarm = Alarm.objects.create(
        rule=rule, channel=channel, title="积水", level="3", highest="3", value=1, peak=1, sensed_at=NOW, raised_at=NOW,
        why=why, territory="440303001",
    )  # fmt: skip
    browser = client("duty_officer")
    told = tree(browser.get(f"/desk/alarm/{alarm.pk}"))
    assert [" ".join(text(part) for part in row) for row in told.xpath("//ol[@class='conditions']/li")] == [
        "holds here ≥ 0.15 m 涵洞水深 0.2 m since 12:00",
        "does not hold rainfall in 1 hour within 500 m ≥ 30 sees no channel from here: counts for nothing",
    ]
    assert "1 of 2 conditions hold" in text(told) and text(told.xpath("//*[@class='reading']")[0]).startswith("1cond.")
    record = text(tree(browser.get(f"/r/alarms/{alarm.pk}")))
    assert "conditions 1 of 2 conditions hold: here ≥ 0.15 m (涵洞水深 0.2 m since 12:00)" in record


def test_faults_of_conditions_stand_beside_them(channel: Channel) -> None:
    browser = client()
    typed = compound(tree(browser.get("/r/rules/new"))) | {
        "condition-1-where": "near",
        "condition-1-raise": "deep",
        "step-2-raise": "3",
    }
    assert set(wrong(tree(browser.post("/rules/preview", typed)))) == {"condition-1-raise"}
    page = tree(browser.post("/r/rules/new", typed | {"condition-1-raise": "1"}), 422)
    assert set(wrong(page)) == {"condition-1-quantity", "condition-1-near_m"}


def test_channels_outside_the_own_area_are_not_shown(channel: Channel, rule: Rule) -> None:
    Rule.objects.filter(pk=rule.pk).update(territory="4404")
    browser = client(territory="4404")
    typed = form_of(tree(browser.get(f"/r/rules/{rule.pk}/edit")))
    assert "No channel that you may see" in text(tree(browser.post("/rules/preview", typed)))
    assert "watches no channel" in text(tree(browser.get(f"/rules/{rule.pk}/backtest/result")))


def test_the_answer_has_figures_hours_people_and_channels(channel: Channel, rule: Rule) -> None:
    browser = client()
    assert f"/rules/{rule.pk}/backtest" in browser.get(f"/r/rules/{rule.pk}").content.decode()
    page = tree(browser.get(f"/rules/{rule.pk}/backtest"))
    assert page.xpath("//*[@id='answer']")[0].get("hx-get").startswith(f"/rules/{rule.pk}/backtest/result")
    answer = tree(browser.get(f"/rules/{rule.pk}/backtest/result", {"event": "0.4"}))
    rows = {text(row[0]): text(row[1]) for row in answer.xpath("//table[contains(@class, 'scores')]/tbody/tr")}
    assert (rows["alarms"], rows["hit"], rows["missed"], rows["median lead"]) == ("1", "1", "0", "0 h 10 min")
    assert rows["call-outs"] == "0"
    assert text(answer.xpath("//td[contains(@class, 'mono')]")[0]) == "D1/depth"
    assert len(answer.xpath("//ol[@class='hours']/li")) == 48


def test_two_versions_side_by_side_and_one_button_to_adopt(channel: Channel, rule: Rule) -> None:
    browser = client()
    asked = {"event": "0.4", "step-3-raise": "0.4", "step-3-clear": "0.3"}
    answer = tree(browser.get(f"/rules/{rule.pk}/backtest/result", asked))
    titles = [text(cell) for cell in answer.xpath("//table[contains(@class, 'scores')]/thead//th")]
    assert titles == ["", "as it is", "second version"]
    (adopt,) = answer.xpath(f"//form[@action='/rules/{rule.pk}/adopt']")
    sent = dict(adopt.form_values()) | {"reason": "误报太多"}
    assert browser.post(f"/rules/{rule.pk}/adopt", sent).status_code == 302
    rule.refresh_from_db()
    assert (rule.steps, rule.version) == ([{"level": "3", "raise": 0.4, "clear": 0.3}], 2)
    row = Change.objects.get(verb="warnings.change")
    assert (row.reason, row.details["changed"]["steps"][0][0]["raise"]) == ("误报太多", 0.15)
    earlier = tree(browser.get(f"/rules/{rule.pk}/backtest")).xpath("//a[contains(@class, 'chip')]/@href")
    assert any("step-3-raise=0.15" in address for address in earlier)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"from": "yesterday"}, "yesterday is not a day"),
        ({"event": "deep"}, "deep is not a number"),
        ({"from": "2026-06-12", "to": "2026-06-01"}, "ends before it begins"),
        ({"step-3-raise": "x"}, "is not a number"),
    ],
)
def test_what_cannot_be_tried_is_said_in_its_place(
    channel: Channel, rule: Rule, asked: dict[str, str], told: str
) -> None:
    assert told in text(tree(client().get(f"/rules/{rule.pk}/backtest/result", asked)))


def test_who_may_only_look_may_try_but_neither_write_nor_adopt(channel: Channel, rule: Rule) -> None:
    browser = client("duty_officer")
    asked = {"step-3-raise": "0.4"}
    answer = tree(browser.get(f"/rules/{rule.pk}/backtest/result", asked))
    assert not answer.xpath("//form")
    assert browser.post(f"/rules/{rule.pk}/adopt", asked).status_code == 403
    assert browser.get(f"/r/rules/{rule.pk}/edit").status_code == 403
    assert browser.post("/rules/preview", asked).status_code == 403
    assert browser.get("/rules/yaml").status_code == 403
    rule.refresh_from_db()
    assert rule.version == 1


def test_rules_are_taken_out_looked_over_and_brought_back(rule: Rule) -> None:
    browser = client()
    taken = browser.get("/rules.yaml")
    assert taken["Content-Disposition"] == 'attachment; filename="rules.yaml"'
    written = taken.content.decode()
    assert "number: GZ-1" in written
    assert Change.objects.get(verb="warnings.export").details["rows"] == 1
    changed = written.replace("raise: 0.15", "raise: 0.2")
    file = SimpleUploadedFile("rules.yaml", changed.encode())
    looked = tree(browser.post("/rules/yaml", {"file": file}))
    assert "is there and will be as in the file" in text(looked)
    assert browser.post("/rules/yaml", {"text": changed, "go": "1"}).status_code == 200
    rule.refresh_from_db()
    assert rule.steps[0]["raise"] == 0.2


def test_faults_of_a_file_are_shown_with_line_rule_and_field(rule: Rule) -> None:
    browser = client()
    written = browser.get("/rules.yaml").content.decode()
    line = next(n for n, row in enumerate(written.splitlines(), start=1) if "clear: 0.12" in row)
    page = tree(browser.post("/rules/yaml", {"text": written.replace("clear: 0.12", "clear: 9"), "go": "1"}), 422)
    assert f"line {line}, rule GZ-1, field steps.0.clear" in text(page)
    binary = SimpleUploadedFile("rules.yaml", b"\xff\xfe\x00")
    assert "is not UTF-8 from byte 0" in text(tree(browser.post("/rules/yaml", {"file": binary}), 422))
    rule.refresh_from_db()
    assert rule.version == 1
