"""Silences and tuning as people use them: ordered from the desk, told, lifted; a threshold adopted."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.test import Client
from domains.warnings.raising import STORM, gauge, rise, rule
from domains.warnings.raising import begin as storm

from anshu.access.models import Account, Grant
from anshu.domains.warnings.models import Alarm, AlarmGroup, Level, Rule, Silence
from anshu.kernel import clock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def time() -> Iterator[clock.FrozenTime]:
    with storm() as standing:
        yield standing


@pytest.fixture
def enter(db: None) -> Callable[[str], Client]:
    def client(role: str, territory: str = "440303") -> Client:
        account = Account.objects.create(username=role, name=role, language="en")
        Grant.objects.create(account=account, role=role, territory="" if role == "system_administrator" else territory)
        browser = Client()
        browser.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
        return browser

    return client


def asked(alarm: Alarm, **more: str) -> dict[str, str]:
    return {"alarm": str(alarm.pk), "scope": "rule_site", "hours": "2", "reason": "检修", **more}


@pytest.mark.parametrize(
    ("scope", "named"),
    [
        ("rule_site", {"rule", "site"}),
        ("site", {"site"}),
        ("channel", {"channel"}),
        ("rule", {"rule"}),
        ("nonsense", {"channel"}),
    ],
)
def test_from_the_desk_one_silences_what_the_line_stands_for(
    enter: Callable[[str], Client], scope: str, named: set[str]
) -> None:
    alarm = rise(gauge("A", site="S"))
    answer = enter("duty_officer").post("/silences/new", asked(alarm, scope=scope))
    assert answer.status_code == 302 and answer["Location"] == "/silences/"
    order = Silence.objects.get()
    assert {name for name in ("rule", "channel", "site") if getattr(order, name)} == named
    assert (order.ends_at, order.red_too, order.owner) == (STORM + timedelta(hours=2), False, "duty_officer")
    alarm.refresh_from_db()
    assert alarm.silenced_by == order


def test_the_report_names_it_and_whoever_ordered_it_owes_its_end(enter: Callable[[str], Client]) -> None:
    alarm = rise(gauge("A", site="S"), Level.RED)
    officer = enter("duty_officer")
    officer.post("/silences/new", asked(alarm, red_too="true"))
    order = Silence.objects.get()
    page = officer.get("/silences/").content.decode()
    assert order.number in page and "检修" in page and f"/do/silences/{order.pk}/lift_silence" in page
    assert order.number not in enter("grid_officer").get("/today").content.decode()
    assert "Silences I owe an end" in officer.get("/today").content.decode()
    desk = officer.get("/desk").content.decode()
    assert "1 red alarm is kept off the desk" in desk and "data-unanswered" not in desk
    assert "1 red alarm is kept off the desk" in officer.get("/wall/part/left").content.decode()
    assert officer.post(f"/do/silences/{order.pk}/lift_silence").status_code == 302
    assert 'data-unanswered="red"' in officer.get("/desk").content.decode()


@pytest.mark.parametrize(("role", "status"), [("grid_officer", 403), ("registrar", 403)])
def test_only_the_desk_silences(enter: Callable[[str], Client], role: str, status: int) -> None:
    alarm = rise(gauge("A", site="S"))
    assert enter(role).post("/silences/new", asked(alarm)).status_code == status
    assert not Silence.objects.exists()


@pytest.mark.parametrize(("more", "status"), [({"hours": ""}, 422), ({"reason": " "}, 422), ({"alarm": STORM}, 404)])
def test_what_is_missing_is_told(enter: Callable[[str], Client], more: dict, status: int) -> None:
    alarm = rise(gauge("A", site="S"))
    given = asked(alarm) | more
    if status == 404:
        given["alarm"] = "01a2162c-8d09-7404-96a9-6cd1f5434c04"
    assert enter("duty_officer").post("/silences/new", given).status_code == status


def test_one_key_judges_the_line_and_the_panel_follows_a_merger(enter: Callable[[str], Client]) -> None:
    west, east = rise(gauge("W", 0, site="S")), rise(gauge("E", 500))
    gone = east.group_id
    rise(gauge("M", 250))
    officer = enter("duty_officer")
    panel = officer.get(f"/desk/group/{gone}").content.decode()
    assert f"/do/alarm-groups/{west.group_id}/confirm_group" in panel
    assert officer.post(f"/do/alarm-groups/{west.group_id}/confirm_group").status_code == 302
    assert set(Alarm.objects.values_list("state", flat=True)) == {"confirmed"}
    assert AlarmGroup.objects.get(pk=west.group_id).state == "settled"


def test_a_threshold_is_adopted_by_who_may_change_rules_and_its_history_is_read(
    enter: Callable[[str], Client],
) -> None:
    officer, administrator = enter("duty_officer"), enter("system_administrator")
    alarm = rise(gauge("A", site="S"))
    officer.post(f"/do/alarm-groups/{alarm.group_id}/reject_group", {"reason": "路面冲洗"})
    address = f"/tuning/{rule().pk}"
    page = administrator.get(address).content.decode()
    assert 'name="raise_at" value="0.201"' in page and 'data-key="a"' in page
    assert 'name="raise_at"' not in officer.get(address).content.decode()
    assert administrator.post(address, {"raise_at": "much"}).status_code == 422
    assert officer.post(address, {"raise_at": "0.201"}).status_code == 403
    assert administrator.post(address, {"raise_at": "0.201"}).status_code == 302
    assert (Rule.objects.get().steps[0]["raise"], Rule.objects.get().version) == (0.201, 2)
    assert "0.15 → 0.201" in " ".join(officer.get(address).content.decode().split())
