"""Two streets of a district, a row of every register in each, and somebody of every kind who asks."""

import itertools
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import models
from django.test import Client
from filling import CODE

from anshu.access.models import Account, Grant, Token
from anshu.access.roles import ROLES
from anshu.domains.devices import queries
from anshu.domains.enterprises.models import WorkerReward
from anshu.domains.hazards.models import LookBackDraw
from anshu.domains.supervision.models import DutyRule
from anshu.domains.tipoffs.models import TipOff
from anshu.domains.warnings.models import Call
from anshu.kernel import clock
from anshu.kernel.identifiers import uuid7
from anshu.ledger.declaration import LEDGERS, Ledger
from anshu.ledger.models import Registered
from anshu.telemetry import Store

DISTRICT, STREET, OTHER = "440304", "440304001", "440304002"
PHONE = "13912345678"

_numbers = itertools.count(1)

"""What a record of a model must hold to be one that our own transitions could have made; what is called is made anew
for each."""
SOUND: dict[type[models.Model], dict[str, Any]] = {
    Call: {"read_back": {"expected": "1"}},
    DutyRule: {"industry": "C26"},
    LookBackDraw: {"month": lambda: date(2000, 1, 1) + timedelta(days=31 * next(_numbers))},
    TipOff: {"accepted_at": datetime(2026, 5, 30, tzinfo=UTC)},
    WorkerReward: {"worker": "A7"},
}


def value_for(field: Any, model: type[models.Model], where: str) -> Any:
    """Some value that the field takes."""
    if field.name == "phone" or getattr(field, "personal", False):
        return PHONE
    if isinstance(field, models.ForeignKey):
        return make(field.related_model, where) if issubclass(field.related_model, Registered) else account("", "")
    if field.flatchoices:
        return next(value for value, _word in field.flatchoices if value)
    match field:
        case models.DateTimeField():
            return datetime(2026, 6, 1, tzinfo=UTC)
        case models.DateField():
            return date(2026, 6, 1)
        case models.UUIDField():
            return uuid7()
        case models.IntegerField() | models.FloatField() | models.DecimalField():
            return 1
        case models.JSONField():
            return [{"level": 4, "raise": 0.15, "clear": 0.1}, {"level": 1, "raise": 0.6, "clear": 0.5}]
    return f"{field.name}{next(_numbers)}"[: field.max_length or 40]


def needed(field: Any) -> bool:
    """Whether a record is not sound without a value of ours."""
    filled = isinstance(field, models.JSONField) and not field.blank and field.editable
    return filled or not (field.has_default() or field.null or field.blank or field.name == "slot")


def make(model: type[models.Model], where: str, **given: Any) -> Any:
    """A record of the model in an area, with whatever it needs around it."""
    record = model(territory=where, lon=114.05, lat=22.53)
    sound = {name: value() if callable(value) else value for name, value in SOUND.get(model, {}).items()}
    given = {**sound, **given}
    for field in model._meta.concrete_fields:
        if field.name in given:
            setattr(record, field.name, given[field.name])
        elif field.name == "number" and not getattr(model, "numbered", ""):
            record.number = f"N{next(_numbers)}"
        elif getattr(field, "personal", False) or needed(field):
            setattr(record, field.name, value_for(field, model, where))
    record.save()
    return record


def account(roles: str, area: str) -> Account:
    """An account with roles (or none) for an area."""
    name = f"account{next(_numbers)}"
    made = Account.objects.create(username=name, name=name)
    for role in dict.fromkeys(roles.split()):
        Grant.objects.create(account=made, role=role, **({"holder": CODE} if ROLES[role].own else {"territory": area}))
    return made


@dataclass
class Caller:
    """A program with a token."""

    client: Client
    token: str

    def __call__(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        if body is not None and not isinstance(body, (bytes, str)):
            more.setdefault("content_type", "application/json")
        elif body is not None:
            more.setdefault("content_type", "application/x-ndjson")
        headers = {"Authorization": f"Bearer {self.token}", "Accept-Language": "en", **more.pop("headers", {})}
        return self.client.generic(
            method, f"/api{path}", body if isinstance(body, (bytes, str)) else _json(body), headers=headers, **more
        )

    def patch(self, path: str, body: Any = None, **more: Any) -> Any:
        return self("PATCH", path, body, **more)

    def get(self, path: str, **more: Any) -> Any:
        return self("GET", path, **more)

    def post(self, path: str, body: Any = None, **more: Any) -> Any:
        return self("POST", path, body, **more)


def _json(body: Any) -> bytes:
    return b"" if body is None else json.dumps(body).encode()


@pytest.fixture
def caller() -> Callable[..., Caller]:
    """A caller with roles in an area; scopes narrow what the token may do."""

    def build(roles: str, area: str = DISTRICT, scopes: tuple[str, ...] = ("*",)) -> Caller:
        return Caller(Client(raise_request_exception=False), Token.issue(account(roles, area), list(scopes)))

    return build


@pytest.fixture(params=[pytest.param(ledger, id=slug) for slug, ledger in LEDGERS.items()])
def ledger(request: pytest.FixtureRequest) -> Ledger:
    """Each register in turn."""
    found: Ledger = request.param
    return found


@pytest.fixture
def rows(db: None, ledger: Ledger) -> tuple[Any, Any]:
    """A record of the register in each of the two streets."""
    return make(ledger.model, STREET), make(ledger.model, OTHER)


@pytest.fixture
def more_of() -> Callable[..., Any]:
    """Makes a record of a model in an area."""
    return make


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store of readings of its own."""
    with Store.open(tmp_path / "telemetry", synchronous="NORMAL") as opened:
        yield opened


@pytest.fixture(autouse=True)
def own_store(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever asks for the store of readings gets the test's own, which is opened only then: few tests ask."""
    monkeypatch.setattr(queries, "store", lambda: request.getfixturevalue("store"))


@pytest.fixture(autouse=True)
def still() -> Iterator[None]:
    """Time stands still, and every test has readings of its own."""
    with clock.frozen(datetime(2026, 6, 1, 8, 0, tzinfo=UTC)):
        yield
