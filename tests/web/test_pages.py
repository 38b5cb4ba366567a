"""Every page against every role: who may see it, what it never shows, and what stands in its headers."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern
from filling import CODE, filled

from anshu.access.models import Account, Grant
from anshu.access.roles import ROLES, permits
from anshu.domains.devices import queries as devices
from anshu.domains.devices.models import Channel, Device
from anshu.domains.duty.models import Shift
from anshu.domains.incidents.models import Incident, Instruction, Report, Task
from anshu.domains.people.models import Organisation, Person, Responsibility
from anshu.domains.places.models import Area, Site
from anshu.domains.teams.models import Team
from anshu.domains.warnings.models import Alarm, AlarmGroup, Call, CallOut, Rule, Silence, Warning
from anshu.kernel import clock
from anshu.ledger.declaration import LEDGERS
from anshu.telemetry import Store
from anshu.web.urls import urlpatterns
from anshu.workflow import clocks
from anshu.workflow.models import Change

pytestmark = pytest.mark.django_db
DISTRICT, STREET, COMMUNITY = "440303", "440303001", "440303001001"
NOW = datetime(2026, 6, 11, 16, 40, tzinfo=UTC)
PHONES = ("13912345678", "13887654321", "13755556666")


@pytest.fixture(autouse=True)
def still(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Time stands still; readings and files are in a folder of the test's own."""
    monkeypatch.setattr(settings, "ANSHU", settings.ANSHU.model_copy(update={"state_dir": tmp_path}))
    with Store.open(tmp_path / "telemetry", synchronous="NORMAL") as opened, clock.frozen(NOW):
        monkeypatch.setattr(devices, "store", lambda: opened)
        for module in ("anshu.web.pages.wall", "anshu.web.pages.administration.devices"):
            monkeypatch.setattr(f"{module}.store", lambda: opened)
        yield


@pytest.fixture
def records(db: None) -> dict[str, Any]:
    """One record of every register, all in one street, by slug."""
    here: dict[str, Any] = {"territory": COMMUNITY, "lon": 114.12, "lat": 22.55}
    area = Area.objects.create(
        number=DISTRICT, name="罗湖区", level=Area.Level.DISTRICT, **here | {"territory": DISTRICT}
    )
    site = Site.objects.create(number="YL-1", name="布吉路涵洞", kind=Site.Kind.WATERLOGGING_POINT, **here)
    unit = Organisation.objects.create(number="S1", name="街道办", kind="street", **here | {"territory": STREET})
    one, two = (
        Person.objects.create(number=f"P{n}", name=f"张三丰{n}", organisation=unit, phone=PHONES[n], **here)
        for n in (0, 1)
    )
    device = Device.objects.create(number="D1", name="gauge", kind="water_gauge", site=site, **here)
    channel = Channel.objects.create(
        number="D1.depth", name="depth", device=device, quantity="road_water_depth", unit="m", **here
    )
    rule = Rule.objects.create(
        number="R1",
        name="积水深度",
        quantity="road_water_depth",
        steps=[{"level": "1", "raise": 0.4, "clear": 0.37}],
        **here,
    )
    known = {
        "level": "1",
        "highest": "1",
        "value": 0.46,
        "peak": 0.46,
        "why": {"rule": "积水深度", "threshold": 0.4},
        "title": "积水 0.46 m",
    }
    alarm = Alarm.objects.create(rule=rule, channel=channel, site=site, sensed_at=NOW, raised_at=NOW, **known, **here)
    group = AlarmGroup.objects.create(
        title="积水", family="water", level="1", head=alarm, count=1, first_at=NOW, last_at=NOW, **here
    )
    Alarm.objects.filter(pk=alarm.pk).update(group=group, shown_at=NOW)
    alarm.refresh_from_db()
    told = {
        "source": "phone",
        "received_at": NOW,
        "discovered_at": NOW,
        "sensed_at": NOW,
        "warned_at": NOW,
        "occurred_at": NOW,
    }
    incident = Incident.objects.create(
        title="涵洞积水", level="1", caller="王五", caller_phone=PHONES[2], **told, **here
    )
    task = Task.objects.create(incident=incident, organisation=unit, level="1", order_text="去看", **here)
    out = CallOut.objects.create(
        organisation=unit,
        cause="incidents.task",
        cause_id=task.pk,
        level="1",
        place="涵洞",
        action="去看",
        message="请去看",
        **here,
    )
    made = {
        "areas": area,
        "sites": site,
        "organisations": unit,
        "people": one,
        "devices": device,
        "channels": channel,
        "rules": rule,
        "responsibilities": Responsibility.objects.create(number="RE1", person=one, site=site, **here),
        "teams": Team.objects.create(
            number="T1", name="抢险队", kind=Team.Kind.PROFESSIONAL, organisation=unit, **here
        ),
        "warnings": Warning.objects.create(
            headline="暴雨红色预警", issuer="气象局", hazard="暴雨", level="1", sent_at=NOW, **here
        ),
        "shifts": Shift.objects.create(
            state=Shift.State.ON_DUTY,
            officer=one,
            leader=two,
            starts_at=NOW,
            ends_at=NOW + timedelta(hours=12),
            **here | {"territory": DISTRICT},
        ),
        "alarms": alarm,
        "alarm-groups": group,
        "silences": Silence.objects.create(
            rule=rule, reason="检修", owner="周航", starts_at=NOW, ends_at=NOW + timedelta(hours=2), **here
        ),
        "incidents": incident,
        "tasks": task,
        "call-outs": out,
        "calls": Call.objects.create(
            call_out=out, person=one, attempt=1, step=1, channel="voice", rings_at=NOW, **here
        ),
        "reports": Report.objects.create(incident=incident, kind="first", text="首报", facts={}, drafter="x", **here),
        "instructions": Instruction.objects.create(
            incident=incident, words="抓紧", leader="区长", given_at=NOW, organisation=unit, **here
        ),
    }
    known = {type(record): record for record in made.values()}
    for slug, ledger in LEDGERS.items():  # from the lowest domain up, so that each points at those before it
        if slug not in made:
            made[slug] = known[ledger.model] = filled(ledger.model, known, number=f"N-{slug}", **here)
    for record in (group, incident, task, out):
        clocks.wind(record)
    return made


@pytest.fixture
def enter(db: None) -> Callable[..., Client]:
    """A browser of somebody with a role, or of nobody."""

    def client(role: str = "", territory: str = DISTRICT) -> Client:
        browser = Client(raise_request_exception=True)
        if role:
            account = Account.objects.create(username=f"{role}{territory}", name=role, post=role, language="zh-hans")
            where = {"holder": CODE} if ROLES[role].own else {"territory": territory}
            Grant.objects.create(account=account, role=role, **where)
            browser.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
        return browser

    return client


"""Page → the permission it asks for; empty: whoever is logged in."""
PAGES = {
    "/today": "",
    "/me": "",
    "/me/second-factor": "",
    "/search?q=x": "",
    "/": "",
    "/desk": "duty.view",
    "/desk/alarms": "duty.view",
    "/desk/strip": "duty.view",
    "/desk?all": "duty.view",
    "/silences/": "warnings.view",
    "/tuning/": "warnings.view",
    "/handover": "duty.view",
    "/intake": "incidents.report_incident",
    "/map": "situation.view",
    "/map/layers.json": "",
    "/map/base/streets.json": "situation.view",
    "/wall": "situation.view",
    "/wall/part/left": "situation.view",
    "/wall/part/right": "situation.view",
    "/wall/part/ticker": "situation.view",
    "/admin/": "system.operate",
    "/admin/rules": "system.operate",
    "/admin/quarantine": "telemetry.replay",
    "/admin/listeners": "system.operate",
    "/admin/accounts": "access.view",
    "/admin/audit": "workflow.audit",
    "/admin/audit?prove": "workflow.audit",
    "/gateways/simulator/": "warnings.hear",
    "/rules.yaml": "warnings.export",
    "/rules/yaml": "warnings.change",
}
"""Addresses that only take a form, or need what a page of another test gives them."""
POSTED = {
    "login",
    "login/code",
    "logout",
    "language",
    "silences/new",
    "incidents/<uuid:key>/dispatch",
    "begin/<slug:slug>/<uuid:key>/<str:code>",
    "r/<slug:slug>/<uuid:key>/picture",
    "r/<slug:slug>/bulk",
    "r/<slug:slug>/views",
    "r/<slug:slug>/<uuid:key>/unmask",
    "do/<slug:slug>/<uuid:key>/<slug:verb>",
    "photos/<uuid:key>",
    "map/inside",
    "r/<slug:slug>/import",
    "r/<slug:slug>/export.<slug:form>",
    "rules/preview",
    "rules/<uuid:key>/adopt",
}
"""Addresses with a record in them, written as the pages of one register or record."""
RECORDS = {
    "r/<slug:slug>/",
    "r/<slug:slug>/new",
    "r/<slug:slug>/<uuid:key>",
    "r/<slug:slug>/<uuid:key>/edit",
    "map/data/<slug:slug>.json",
    "incidents/<uuid:key>",
    "incidents/<uuid:key>/part/<slug:part>",
    "desk/alarm/<uuid:key>",
    "hazards/<uuid:key>/clauses",
    "r/<slug:slug>/<uuid:key>/papers",
    "r/<slug:slug>/<uuid:key>/paper/<slug:kind>",
    "papers/<uuid:key>.<str:extension>",
    "desk/group/<uuid:key>",
    "tuning/<uuid:key>",
    "r/rules/new",
    "r/rules/<uuid:key>/edit",
    "rules/<uuid:key>/backtest",
    "rules/<uuid:key>/backtest/result",
}


def held(role: str, code: str) -> bool:
    return not code or permits(ROLES[role].permits, code)


def unheld(address: str) -> bool:
    """Whether the address is of a record that no holder has, and so nobody who acts for one sees."""
    _empty, top, slug, *rest = [*address.split("/"), "", ""]
    return top == "r" and bool(rest[0]) and rest[0] != "new" and not LEDGERS[slug].model.held_by


def test_every_address_is_covered_by_a_test() -> None:
    fixed = {address.lstrip("/").partition("?")[0] for address in PAGES} | {
        "map/base/<slug:key>.json",
        "wall/part/<slug:part>",
    }
    known = {str(entry.pattern) for entry in urlpatterns if isinstance(entry, URLPattern)}
    assert known - fixed - POSTED - RECORDS == set()


@pytest.mark.parametrize("role", ROLES)
def test_pages_open_to_those_the_table_names(role: str, enter: Callable[..., Client], records: dict[str, Any]) -> None:
    browser = enter(role)
    wrong = {}
    for address, code in PAGES.items():
        answer = browser.get(address)
        good = (200, 302) if held(role, code) else (403,)
        if answer.status_code not in good:
            wrong[address] = answer.status_code
    assert wrong == {}


def pages_of(records: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Every page about a register or a record, with its permission."""
    for slug, ledger in LEDGERS.items():
        key, view = records[slug].pk, f"{ledger.domain}.view"
        yield f"/r/{slug}/", view
        yield f"/r/{slug}/{key}", view
        yield f"/r/{slug}/{key}?sheet", view
        if ledger.edit:
            yield f"/r/{slug}/new", f"{ledger.domain}.add"
            yield f"/r/{slug}/{key}/edit", f"{ledger.domain}.change"
        if ledger.layer:
            yield f"/map/data/{slug}.json", view
    yield f"/hazards/{records['hazards'].pk}/clauses", "hazards.view"
    yield f"/desk/alarm/{records['alarms'].pk}", "warnings.view"
    yield f"/desk/group/{records['alarm-groups'].pk}", "warnings.view"
    yield f"/tuning/{records['rules'].pk}", "warnings.view"
    for part in ("", "/result"):
        yield f"/rules/{records['rules'].pk}/backtest{part}", "warnings.view"
    for part in ("", "/part/head", "/part/timeline", "/part/tasks", "/part/scene"):
        yield f"/incidents/{records['incidents'].pk}{part}", "incidents.view"


@pytest.mark.parametrize("role", ROLES)
def test_registers_and_records_open_to_those_the_table_names(
    role: str, enter: Callable[..., Client], records: dict[str, Any]
) -> None:
    """And nothing that anybody may open shows a telephone number whole."""
    assert set(records) == set(LEDGERS)
    browser = enter(role)
    wrong = {}
    for address, code in [*pages_of(records), *((a, c) for a, c in PAGES.items() if a != "/me/second-factor")]:
        answer = browser.get(address)
        good = (200, 302) if held(role, code) and not (ROLES[role].own and unheld(address)) else (403, 404)
        if answer.status_code not in good or any(phone.encode() in answer.content for phone in PHONES):
            wrong[address] = answer.status_code
        if answer.status_code == 200 and "html" in answer["Content-Type"]:
            assert "default-src 'self'" in answer["Content-Security-Policy"]
    assert wrong == {}


@pytest.mark.parametrize("role", ["street_officer", "registrar", "duty_officer"])
def test_what_lies_elsewhere_does_not_exist(role: str, enter: Callable[..., Client], records: dict[str, Any]) -> None:
    browser = enter(role, "440303002")
    seen = {}
    for address, code in pages_of(records):
        answer = browser.get(address)
        if "/new" in address or answer.status_code in (403, 404):
            continue
        if str(records["incidents"].pk).encode() in answer.content or address.count("-") >= 4:
            seen[address] = (answer.status_code, code)
    assert seen == {}


def test_without_a_log_in_there_is_only_the_door(enter: Callable[..., Client], records: dict[str, Any]) -> None:
    browser = enter()
    for address in [*PAGES, *(address for address, _code in pages_of(records))]:
        answer = browser.get(address)
        if address.startswith("/gateways/"):
            assert answer.status_code == 403
            continue
        assert answer.status_code == 302 and answer["Location"].startswith("/login?next=")
    part = browser.get("/desk/alarms", headers={"HX-Request": "true"})
    assert part.status_code == 401 and part["HX-Redirect"].startswith("/login")
    part = browser.get("/desk/alarms", headers={"HX-Request": "true", "HX-Current-URL": "http://x/desk?a=1"})
    assert part["HX-Redirect"] == "/login?next=/desk%3Fa%3D1", "one comes back to the page, not to a part of it"
    door = browser.get("/login")
    assert door.status_code == 200 and "frame-ancestors 'none'" in door["Content-Security-Policy"]


@pytest.mark.parametrize("slug", LEDGERS)
@pytest.mark.parametrize("asked", ["nonsense=1", "order=nonsense", "since=yesterday", "page=many"])
def test_what_a_register_does_not_know_is_told(
    slug: str, asked: str, enter: Callable[..., Client], records: dict[str, Any]
) -> None:
    role = next(code for code, role in ROLES.items() if permits(role.permits, f"{LEDGERS[slug].domain}.view"))
    browser = enter(role)
    answer = browser.get(f"/r/{slug}/?{asked}")
    assert answer.status_code == 422 and 'role="alert"' in answer.content.decode()


def test_unmasking_needs_a_reason_and_keeps_it(enter: Callable[..., Client], records: dict[str, Any]) -> None:
    person = records["people"]
    officer, address = enter("duty_officer"), f"/r/people/{person.pk}/unmask"
    assert officer.post(address, {"field": "phone", "reason": " "}).status_code == 422
    assert not Change.objects.filter(verb="people.unmask").exists()
    shown = officer.post(address, {"field": "phone", "reason": "叫应无人接听"})
    assert shown.content.decode() == PHONES[0] and shown["Cache-Control"] == "no-store"
    row = Change.objects.get(verb="people.unmask")
    assert (row.subject_id, row.actor, row.reason, row.details) == (
        person.pk,
        "duty_officer",
        "叫应无人接听",
        {"field": "phone"},
    )
    assert officer.post(address, {"field": "name", "reason": "想看"}).status_code == 404
    assert enter("duty_officer", "440303002").post(address, {"field": "phone", "reason": "想看"}).status_code == 404
    assert enter("registrar").post(address, {"field": "phone", "reason": "想看"}).status_code == 403
    assert Change.objects.filter(verb="people.unmask").count() == 1


def test_a_caller_is_not_named_in_the_log(enter: Callable[..., Client], records: dict[str, Any]) -> None:
    officer = enter("duty_officer")
    form = {
        "title": "围墙倒塌",
        "level": "2",
        "lon": "114.0",
        "lat": "22.5",
        "caller": "赵钱孙",
        "caller_phone": PHONES[0],
        "place": "某路",
    }
    answer = officer.post("/intake", form)
    assert answer.status_code == 302, answer.content.decode()
    told = "".join(str(row.details) for row in Change.objects.all())
    assert PHONES[0] not in told and "139****5678" in told
    assert PHONES[0] not in officer.get(answer["Location"]).content.decode()


@pytest.mark.parametrize("missing", [{"kind": "no such kind"}, {"territory": ""}])
def test_a_form_that_has_to_be_mended_keeps_what_was_typed(
    missing: dict[str, str], enter: Callable[..., Client], records: dict[str, Any]
) -> None:
    typed = {"name": "新的场所", "kind": "slope", "number": "N-9", "territory": COMMUNITY}
    answer = enter("registrar").post("/r/sites/new", typed | missing)
    assert answer.status_code in (403, 422) and "新的场所" in answer.content.decode()
    assert not Site.objects.filter(number="N-9").exists()


def test_a_telephone_number_that_is_not_shown_is_not_lost(
    enter: Callable[..., Client], records: dict[str, Any]
) -> None:
    keeper, person = enter("registrar"), records["people"]
    form = {"name": "张三丰", "number": "P0", "organisation": "S1", "rank": "3", "territory": COMMUNITY, "phone": ""}
    assert keeper.post(f"/r/people/{person.pk}/edit", form).status_code == 302
    person.refresh_from_db()
    assert (person.name, person.phone) == ("张三丰", PHONES[0])
    assert keeper.post(f"/r/people/{person.pk}/edit", form | {"phone": PHONES[2]}).status_code == 302
    person.refresh_from_db()
    assert person.phone == PHONES[2]


@pytest.mark.parametrize(
    "address", ["//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_nobody_is_led_away_after_logging_in(address: str, db: None) -> None:
    Account.objects.open("someone", name="某人", password="Right-Horse-9")
    answer = Client().post("/login", {"username": "someone", "password": "Right-Horse-9", "next": address})
    assert answer.status_code == 302 and answer["Location"] in ("/today", "/desk")


def test_an_idle_log_in_ends_except_for_whoever_has_the_watch(
    enter: Callable[..., Client], records: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    idle, watching = enter("registrar"), enter("duty_officer")
    officer = records["shifts"].officer
    officer.account = Account.objects.get(username=f"duty_officer{DISTRICT}")
    officer.save()
    for browser in (idle, watching):
        assert browser.get("/today").status_code == 200
    later = datetime.now(UTC) + timedelta(minutes=settings.ANSHU.idle_minutes + 1)
    monkeypatch.setattr("anshu.web.middleware.timezone.now", lambda: later)
    assert idle.get("/today").status_code == 302 and watching.get("/today").status_code == 200
