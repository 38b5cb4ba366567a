"""A street with a workshop, its firm, and everybody who has a hand in a hazard of it."""

import io
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from django.conf import settings
from PIL import Image

from anshu.access.models import Account, Grant
from anshu.access.policy import Person as Actor
from anshu.domains.enterprises.models import Enterprise
from anshu.domains.hazards.models import Grade, Hazard
from anshu.domains.hazards.transitions import judge, order, report, submit, take_up
from anshu.domains.people.models import Organisation
from anshu.domains.places.models import Site
from anshu.kernel import clock
from anshu.ledger.attachments import Taken, keep_picture
from anshu.ledger.models import Attachment

DISTRICT, STREET, COMMUNITY = "440307", "440307001", "440307001001"
LON, LAT = 114.247, 22.72
CODE, OTHER_CODE = "9144030071526726XG", "91440300192317458F"
MORNING = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # Tuesday, ten in Shenzhen
CLAUSE = "GB 35181-2025 5.2"


def actor(username: str, role: str, territory: str = "", holder: str = "") -> Actor:
    account = Account.objects.create(username=username, name=username, post=role)
    Grant(account=account, role=role, territory=territory, holder=holder).save()
    return Actor(account)


def picture(seed: int) -> bytes:
    """A photograph that is like no other: soft shapes, as JPEG."""
    coarse = np.random.default_rng(seed).uniform(0, 255, (9, 12)).astype(np.uint8)
    held = io.BytesIO()
    Image.fromarray(coarse).resize((320, 240), Image.Resampling.BILINEAR).save(held, "JPEG", quality=85)
    return held.getvalue()


@pytest.fixture
def time() -> Iterator[clock.FrozenTime]:
    with clock.frozen(MORNING) as standing:
        yield standing


@pytest.fixture
def street(db: None, time: clock.FrozenTime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    monkeypatch.setattr(settings, "ANSHU", settings.ANSHU.model_copy(update={"state_dir": tmp_path}))
    place = SimpleNamespace(lon=LON, lat=LAT)
    place.office = Organisation.objects.create(number="JD", name="龙城街道", kind="street", territory=STREET)
    place.site = Site.objects.create(
        number="CS-1", name="宏达五金厂房", kind=Site.Kind.ENTERPRISE, territory=COMMUNITY, lon=LON, lat=LAT
    )
    place.firm = Enterprise.objects.create(
        number="QY-1", name="宏达五金", credit_code=CODE, site=place.site, territory=COMMUNITY
    )
    place.grid = actor("grid", "grid_officer", COMMUNITY)
    place.street = actor("street", "street_officer", STREET)
    place.street_two = actor("street two", "street_officer", STREET)
    place.officer = actor("officer", "enforcement_officer", DISTRICT)
    place.section = actor("section", "section_officer", DISTRICT)
    place.commission = actor("commission", "safety_commission", DISTRICT)
    place.expert = actor("expert", "expert", DISTRICT)
    place.owner = actor("owner", "enterprise", holder=CODE)
    place.rival = actor("rival", "enterprise", holder=OTHER_CODE)
    return place


@pytest.fixture
def found(street: SimpleNamespace) -> Callable[..., Hazard]:
    def find(**details: object) -> Hazard:
        wanted = {"site": street.site, "summary": "疏散通道堆放货物", "kind": Hazard.Kind.FIRE} | details
        return report(by=street.grid, **wanted)

    return find


@pytest.fixture
def after(street: SimpleNamespace) -> Callable[..., Attachment]:
    """Add a picture of afterwards to a hazard, one like no other unless a seed says which."""

    def keep(hazard: Hazard, seed: int | None = None, **taken: object) -> Attachment:
        content = picture(int.from_bytes(os.urandom(4), "big") if seed is None else seed)
        facts = {"purpose": "after", "made_at": clock.now(), "lon": LON, "lat": LAT} | taken
        return keep_picture(hazard, content, "after.jpg", Taken(**facts), by=street.owner)

    return keep


@pytest.fixture
def ordered(street: SimpleNamespace, found: Callable[..., Hazard]) -> Callable[..., Hazard]:
    def make(*, major: bool = False, **details: object) -> Hazard:
        hazard = found(**details)
        judge(
            hazard,
            by=street.officer,
            grade=Grade.MAJOR if major else Grade.GENERAL,
            judging_clause=CLAUSE if major else "",
        )
        order(hazard, by=street.officer, due_on=datetime(2026, 12, 10).date(), responsible="王厂长", measures="封闭")  # noqa: DTZ001
        return hazard

    return make


@pytest.fixture
def submitted(
    street: SimpleNamespace, ordered: Callable[..., Hazard], after: Callable[..., Attachment]
) -> Callable[..., Hazard]:
    def make(*, major: bool = False, **details: object) -> Hazard:
        hazard = ordered(major=major, **details)
        five = ("plan_measures", "plan_responsibility", "plan_money", "plan_deadline", "plan_emergency")
        take_up(hazard, by=street.owner, **dict.fromkeys(five, "已落实"))
        after(hazard)
        submit(hazard, by=street.owner, rectification="已清理", cost_yuan=300.0, cause="堆放")
        return hazard

    return make
