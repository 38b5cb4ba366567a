"""One record of every register in one street, and browsers of people with every role."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from filling import CODE, filled

from anshu.access.models import Account, Grant
from anshu.access.roles import ROLES
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
from anshu.workflow import clocks

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
            known[ledger.model] = known.get(ledger.model) or filled(ledger.model, known, number=f"N-{slug}", **here)
            made[slug] = known[ledger.model]
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
