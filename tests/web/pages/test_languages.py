"""Every main page in Chinese holds no English, in English no Chinese, but for what people and devices wrote."""

import re
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.db.models import Model
from django.test import Client
from filling import filled
from lxml import html

from anshu.access.models import Account, Grant
from anshu.access.policy import Person as Actor
from anshu.access.policy import Robot
from anshu.access.roles import ROLES, permits
from anshu.domains.devices.models import Channel, Device
from anshu.domains.duty.models import Shift
from anshu.domains.incidents.models import Incident
from anshu.domains.incidents.transitions import dispatch, draft_first, instruct, report_incident, sign_for
from anshu.domains.people.models import Organisation, Person, Responsibility
from anshu.domains.places.models import Area, Site
from anshu.domains.teams.models import Team
from anshu.domains.warnings.models import Alarm, AlarmGroup, Level, Rule
from anshu.domains.warnings.transitions.alarms import confirm, raise_alarm
from anshu.domains.warnings.transitions.calls import open_call_out
from anshu.domains.warnings.transitions.signals import relay
from anshu.domains.warnings.transitions.silences import silence
from anshu.kernel import clock
from anshu.ledger.declaration import LEDGERS
from anshu.workflow.models import Change, Clock

pytestmark = pytest.mark.django_db

DISTRICT, STREET = "440303", "440303001"
"""Names of formats, standards and keys; what programs are called everywhere."""
PROPER = {
    "Excel",
    "xlsx",
    "GeoJSON",
    "FeatureCollection",
    "JPEG",
    "WebP",
    "MQTT",
    "http",
    "HTTP",
    "Modbus",
    "Prometheus",
    "rules_dir",
    "raise",
    "clear",
    "hold_up_s",
    "hold_down_s",
    "pump",
    "rescue",
    "fire",
    "medical",
    "tree",
    "chemical",
    "SHA-256",
    "JSON",
    "C2641",
    "CAS号",
    "Esc",
    "Enter",
}
HAN = re.compile(r"[\u4e00-\u9fff]")
UNSEEN = ("script", "style", "svg", "kbd", "template")
SPOKEN = ("title", "placeholder", "aria-label", "data-key-label")


def place(role: str, name: str) -> Account:
    account = Account.objects.create(username=role, name=name)
    Grant.objects.create(account=account, role=role, territory=DISTRICT)
    return account


@pytest.fixture
def district() -> Iterator[SimpleNamespace]:
    """One of everything, on a night with an alarm, a warning, an incident, a report, an instruction and a call-out."""
    where = {"territory": STREET, "lon": 114.12, "lat": 22.55}
    for number, name in ((DISTRICT, "罗湖区"), (STREET, "翠竹街道")):
        Area.objects.create(
            number=number, name=name, level="district" if number == DISTRICT else "street", territory=number
        )
    bureau = Organisation.objects.create(number="1", name="区应急局", kind="bureau", territory=DISTRICT)
    office = Organisation.objects.create(number="2", name="街道办", kind="street", territory=STREET, sector="retail")
    accounts = {role: place(role, name) for role, name in (("duty_officer", "周航"), ("duty_leader", "李岚"))}
    people = [
        Person.objects.create(
            number=str(n),
            name=account.name,
            organisation=bureau,
            account=account,
            territory=DISTRICT,
            phone="13800000000",
        )
        for n, account in enumerate(accounts.values())
    ]
    now = clock.now()
    Shift.objects.create(
        starts_at=now - timedelta(hours=1),
        ends_at=now + timedelta(hours=7),
        officer=people[0],
        leader=people[1],
        territory=DISTRICT,
        state=Shift.State.ON_DUTY,
    )
    site = Site.objects.create(
        number="3", name="布吉路涵洞", kind="waterlogging_point", people_count=12, sector="retail", **where
    )
    Responsibility.objects.create(number="4", person=people[0], site=site, **where)
    Team.objects.create(
        number="5", name="排水二队", kind="professional", skills=["pump", "rescue"], organisation=bureau, **where
    )
    device = Device.objects.create(
        number="6", name="液位计", kind="road_water_depth", site=site, protocol="http", **where
    )
    channel = Channel.objects.create(
        number="7", name="道路积水深度", device=device, quantity="road_water_depth", unit="m", **where
    )
    steps = [{"level": "2", "raise": 0.25, "clear": 0.2, "hold_up_s": 60, "hold_down_s": 600}]
    rule = Rule.objects.create(
        number="8", name="道路积水深度", quantity="road_water_depth", steps=steps, territory=DISTRICT
    )
    why = {
        "rule": rule.name,
        "version": 1,
        "kind": "raise",
        "direction": "above",
        "threshold": 0.25,
        "hold_s": 60,
        "unit": "m",
        "verified": False,
    }
    officer, leader = Actor(accounts["duty_officer"]), Actor(accounts["duty_leader"])
    for level in ("2", "1"):
        alarm = raise_alarm(
            by=Robot("sense"), rule=rule, channel=channel, level=Level(level), value=0.4, sensed_at=now, why=why
        )
        confirm(alarm, by=officer)
        Alarm.objects.filter(pk=alarm.pk).update(state="closed" if level == "2" else "raised")
    silence(by=officer, channel=channel, reason="检修", ends_at=now + timedelta(hours=2))
    facts = {
        "identifier": "1",
        "issuer": "区应急局",
        "sent_at": now,
        "headline": "暴雨",
        "hazard": "暴雨",
        "text": "暴雨",
        "level": "1",
        "action": "Alert",
        "territory": DISTRICT,
    }
    relay(by=Robot("relay"), facts=facts, door="cap")
    incident = report_incident(
        by=officer, title="布吉路涵洞", level="2", site=site, lon=114.12, lat=22.55, territory=STREET, caller="周航"
    )
    dispatch(incident, by=officer, organisation=office, order_text="暴雨")
    sign_for(incident.tasks.get(), by=officer)
    draft_first(by=officer, incident=incident)
    instruct(by=leader, incident=incident, words="暴雨", organisation=office)
    open_call_out(
        by=officer,
        cause=incident,
        organisation=bureau,
        words={"level": "1", "place": "布吉路涵洞", "action": "暴雨"},
        site=site,
    )
    known = {type(record): record for record in (site, bureau, people[0], channel, device, rule, incident)}
    for number, ledger in enumerate(LEDGERS.values(), 100):
        if not ledger.model._default_manager.exists():
            known[ledger.model] = known.get(ledger.model) or filled(ledger.model, known, number=str(number), **where)
    yield SimpleNamespace(incident=incident, accounts=accounts)


def spoken(page: bytes) -> list[str]:
    """Everything a person reads or hears of a page, but what is set in the type of programs."""
    found: list[str] = []
    for element in html.fromstring(page).iter("*"):
        above = (element, *element.iterancestors())
        if any(each.tag in UNSEEN or "mono" in each.get("class", "").split() for each in above):
            if element.tail and not any(
                each.tag in UNSEEN or "mono" in each.get("class", "").split() for each in above[1:]
            ):
                found.append(element.tail)
            continue
        found += [element.text or "", element.tail or "", *(element.get(name, "") for name in SPOKEN)]
    return [text.strip() for text in found if text.strip()]


def pages(district: SimpleNamespace) -> Iterator[tuple[str, str]]:
    """(role, address) of what is read."""
    for address in (
        "/today",
        "/desk",
        "/map",
        "/wall",
        "/silences/",
        "/tuning/",
        f"/tuning/{Rule.objects.get().pk}",
        f"/desk/group/{AlarmGroup.objects.get().pk}",
        "/handover",
        "/intake",
        "/search?q=1",
        "/me",
        f"/incidents/{district.incident.pk}",
    ):
        yield "duty_officer", address
    yield "duty_officer", f"/desk/alarm/{Alarm.objects.filter(state='raised').get().pk}"
    for slug, ledger in LEDGERS.items():
        # Cards of the radar are for those alone who judge them.
        reader = holding("supervision.look_into_card" if slug == "bypass-cards" else f"{ledger.domain}.view")
        yield reader, f"/r/{slug}/"
        yield reader, f"/r/{slug}/?q=nothing-like-it"
        yield reader, f"/r/{slug}/{ledger.model._default_manager.values_list('pk', flat=True)[0]}"
        if ledger.edit and ledger.domain != "warnings":
            yield holding(f"{ledger.domain}.add"), f"/r/{slug}/new"
            yield holding(f"{ledger.domain}.add"), f"/r/{slug}/import"
    yield from (("system_administrator", "/admin/"), ("system_administrator", "/admin/quarantine"))
    yield from (("security_administrator", "/admin/accounts"), ("audit_administrator", "/admin/audit"))


def holding(code: str) -> str:
    """The first role that holds the permission for an area."""
    return next(role.code for role in ROLES.values() if permits(role.permits, code) and not role.own)


def read_all(district: SimpleNamespace, language: str) -> Iterator[tuple[str, str]]:
    clients: dict[str, Client] = {}
    for role, address in pages(district):
        if role not in clients:
            account = district.accounts.get(role) or place(role, "周航")
            Account.objects.filter(pk=account.pk).update(language=language)
            clients[role] = Client()
            clients[role].force_login(
                Account.objects.get(pk=account.pk), backend="django.contrib.auth.backends.ModelBackend"
            )
        answer = clients[role].get(address)
        assert answer.status_code == 200, (role, address)
        yield from ((address, text) for text in spoken(answer.content))


def stored() -> set[str]:
    """Every Chinese text in the database: what people and devices said, and what was kept of it."""
    found: set[str] = set()

    def gather(value: object) -> None:
        if isinstance(value, str) and HAN.search(value):
            found.update((value, *re.split(r"[\n：:·，]", value)))
        for each in value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else ():
            gather(each)

    models: list[type[Model]] = [*(ledger.model for ledger in LEDGERS.values()), Change, Account, Clock]
    for model in models:
        for row in model._default_manager.values_list():
            gather(row)
    return {text.strip() for text in found if HAN.search(text)}


def test_chinese_pages_hold_no_english(district: SimpleNamespace) -> None:
    words = {
        (word, address.split("/")[1:3][-1], text[:80])
        for address, text in read_all(district, "zh-hans")
        for word in re.findall(r"[A-Za-z][\w-]{3,}", text)
        if word not in PROPER
        and not re.fullmatch(r"[A-Z]{2}\d+(-\w+)*|WGS-84|GCJ-02|GB\d*", word)
        and "nothing-like-it" not in text
    }
    assert not words


def test_english_pages_hold_no_chinese(district: SimpleNamespace) -> None:
    texts = list(read_all(district, "en"))
    kept = sorted(stored(), key=len, reverse=True)
    found = set()
    for address, text in texts:
        rest = text
        for data in kept:
            rest = rest.replace(data, "")
        if HAN.search(rest) and text not in ("中", "安"):
            found.add((address.split("/")[1:3][-1], text[:80]))
    assert not found


def test_the_page_and_the_browser_follow_the_account(district: SimpleNamespace) -> None:
    client, account = Client(headers={"accept-language": "en"}), district.accounts["duty_officer"]
    account.set_password("Anshu-demo-2026")
    account.language = "zh-hans"
    account.save()
    assert b'lang="zh-Hans"' in client.get("/login").content  # what the browser prefers is not what the bureau speaks
    answer = client.post("/login", {"username": account.username, "password": "Anshu-demo-2026"})
    assert answer.cookies[settings.LANGUAGE_COOKIE_NAME].value == "zh-hans"
    page = client.get("/today")
    assert b'lang="zh-Hans"' in page.content and page["Content-Language"] == "zh-hans"
    refusal = client.get(f"/api/incidents/{account.pk}")
    assert refusal.status_code == 404 and "记录不存在" in refusal.json()["detail"]
    client.post("/language", {"language": "en"})
    account.refresh_from_db()
    assert account.language == "en"
    assert b'lang="en"' in client.get("/today").content
    assert "nothing here" in client.get(f"/api/incidents/{account.pk}").json()["detail"]


def test_what_is_kept_is_in_the_language_of_the_installation(district: SimpleNamespace) -> None:
    assert Incident.objects.get().reports.get().text.count("正在核实") > 0
