"""Every transition as a verb: read off its signature, guarded like the transition itself."""

import enum
import typing
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime
from types import UnionType
from typing import Any

import pytest
from django.db import models
from filling import role_for

from anshu.access.roles import ROLES, permits
from anshu.api import schemas
from anshu.domains.incidents.models import Incident
from anshu.domains.warnings.models import Alarm
from anshu.ledger.declaration import LEDGERS, Ledger
from anshu.workflow.models import Change
from anshu.workflow.transitions import Arrow, arrows_of

pytestmark = [pytest.mark.django_db, pytest.mark.once]

STREET, OTHER = "440304001", "440304002"


def offered() -> list[tuple[Ledger, Arrow]]:
    """Every arrow that the API must offer."""
    return [
        (ledger, arrow)
        for ledger in LEDGERS.values()
        for arrow in arrows_of(ledger.model).values()
        if schemas.details_of(arrow) is not None and any(permits(role.permits, arrow.code) for role in ROLES.values())
    ]


OFFERED = offered()
each_arrow = pytest.mark.parametrize(("ledger", "arrow"), OFFERED, ids=[arrow.code for _ledger, arrow in OFFERED])


def something(annotation: Any, more_of: Callable[..., Any]) -> Any:
    """A value of the annotated type, as JSON."""
    origin, inner = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (typing.Union, UnionType):
        return something(inner[0], more_of)
    if origin in (list, dict):
        return origin()
    if issubclass(annotation, models.Model):
        return str(more_of(annotation, STREET).pk)
    if issubclass(annotation, enum.Enum):
        return next(iter(annotation)).value
    plain = {str: "word", int: 1, float: 1.0, bool: True, uuid.UUID: str(uuid.uuid4())}
    moments = {datetime: datetime(2026, 6, 1, tzinfo=UTC).isoformat(), date: "2026-06-01"}
    return {**plain, **moments}[annotation]


def path_of(ledger: Ledger, arrow: Arrow, more_of: Callable[..., Any]) -> str:
    if arrow.opens:
        return f"/{ledger.slug}/actions/{arrow.verb}"
    return f"/{ledger.slug}/{more_of(ledger.model, STREET, state=min(arrow.sources)).pk}/{arrow.verb}"


def body_of(arrow: Arrow, more_of: Callable[..., Any]) -> dict[str, Any]:
    needed = (p for p in arrow.parameters if p.default is p.empty)
    return {parameter.name: something(parameter.annotation, more_of) for parameter in needed}


def holder(arrow: Arrow) -> str:
    """The roles by which somebody may take the arrow and look at its register; one of a holder where no other may."""
    own = next((code for code, role in ROLES.items() if role.own and permits(role.permits, arrow.code)), "")
    both = role_for(arrow.code, f"{arrow.model._meta.app_label}.view").split()
    apart = any(other in ROLES[role].apart for role in both for other in both)
    return role_for(arrow.code) if apart else " ".join(both) if role_for(arrow.code) else own


@each_arrow
def test_whoever_may_is_served_or_told_why_not(
    ledger: Ledger, arrow: Arrow, caller: Callable[..., Any], more_of: Callable[..., Any]
) -> None:
    response = caller(holder(arrow)).post(path_of(ledger, arrow, more_of), body_of(arrow, more_of))
    assert response.status_code in (200, 201, 403, 409, 422), response.content
    if response.status_code < 300:
        assert Change.objects.filter(verb=arrow.code).exists()
        assert response.json()["id"]
    else:
        assert response["Content-Type"] == "application/problem+json" and response.json()["code"]


@each_arrow
def test_whoever_may_not_is_refused_and_nothing_is_written(
    ledger: Ledger, arrow: Arrow, caller: Callable[..., Any], more_of: Callable[..., Any]
) -> None:
    path, body = path_of(ledger, arrow, more_of), body_of(arrow, more_of)
    before = Change.objects.count()
    powerless = next(code for code, role in ROLES.items() if not role.own and not permits(role.permits, arrow.code))
    response = caller(powerless).post(path, body)
    assert (response.status_code, response.json()["code"]) == (403, "forbidden")
    narrowed = caller(holder(arrow), scopes=("*.view",)).post(path, body)
    assert narrowed.status_code == 403
    assert Change.objects.count() == before


@each_arrow
def test_what_a_verb_does_not_know_is_refused(
    ledger: Ledger, arrow: Arrow, caller: Callable[..., Any], more_of: Callable[..., Any]
) -> None:
    body = {**body_of(arrow, more_of), "nonsense": 1}
    response = caller(holder(arrow)).post(path_of(ledger, arrow, more_of), body)
    assert (response.status_code, response.json()["field"]) == (422, "nonsense")


def test_most_arrows_are_offered() -> None:
    assert len(OFFERED) > 40
    assert {"warnings.confirm", "incidents.report_incident", "duty.begin", "warnings.answer_call"} <= {
        arrow.code for _ledger, arrow in OFFERED
    }


def test_a_verdict_and_a_second_one(caller: Callable[..., Any], more_of: Callable[..., Any]) -> None:
    alarm, officer = more_of(Alarm, STREET), caller("duty_officer")
    told = officer.post(f"/alarms/{alarm.pk}/confirm").json()
    assert (told["state"], told["judged_by"]) == ("confirmed", officer_name(officer))
    again = officer.post(f"/alarms/{alarm.pk}/confirm", {"reason": "seen"})
    assert (again.status_code, again.json()["code"]) == (409, "wrong_state")
    history = officer.get(f"/alarms/{alarm.pk}/history").json()["items"]
    assert [(row["verb"], row["from"], row["to"]) for row in history] == [("warnings.confirm", "raised", "confirmed")]


def officer_name(officer: Any) -> str:
    return str(Change.objects.latest("id").actor)


def test_a_verb_names_only_records_that_its_caller_may_see(
    caller: Callable[..., Any], more_of: Callable[..., Any]
) -> None:
    mine, other = more_of(Alarm, STREET), more_of(Alarm, OTHER)
    officer = caller("duty_officer", STREET)
    refused = officer.post(f"/alarms/{mine.pk}/mark_duplicate", {"duplicate_of": str(other.pk)})
    assert (refused.status_code, refused.json()["field"]) == (422, "duplicate_of")
    assert officer.post(f"/alarms/{other.pk}/confirm").status_code == 404
    second = more_of(Alarm, STREET)
    told = officer.post(f"/alarms/{mine.pk}/mark_duplicate", {"duplicate_of": str(second.pk)}).json()
    assert told["duplicate_of"]["id"] == str(second.pk)


def test_a_body_is_needed_only_where_something_must_be_said(
    caller: Callable[..., Any], more_of: Callable[..., Any]
) -> None:
    alarm, officer = more_of(Alarm, STREET), caller("duty_officer")
    missing = officer.post(f"/alarms/{alarm.pk}/reject")
    assert missing.status_code == 422
    empty = officer.post(f"/alarms/{alarm.pk}/reject", {"reason": " "})
    assert (empty.status_code, empty.json()["field"]) == (422, "reason")
    assert officer.post(f"/alarms/{alarm.pk}/mark_test", {}).json()["state"] == "test"


def test_an_incident_is_opened_with_its_caller_masked_everywhere(caller: Callable[..., Any]) -> None:
    officer = caller("duty_officer")
    body = {
        "title": "water in the underpass",
        "level": "2",
        "lon": 114.05,
        "lat": 22.53,
        "territory": STREET,
        "caller": "Zhang San",
        "caller_phone": "13912345678",
        "occurred_at": "2026-06-01T15:30:00+08:00",
    }
    made = officer.post("/incidents/actions/report_incident", body)
    assert made.status_code == 201, made.content
    incident = Incident.objects.get(pk=made.json()["id"])
    assert made["Location"] == f"/api/incidents/{incident.pk}"
    assert incident.caller_phone == "13912345678"
    history = officer.get(f"/incidents/{incident.pk}/history").content.decode()
    assert "13912345678" not in made.content.decode() + history
    assert (
        officer.post("/incidents/actions/report_incident", {**body, "occurred_at": "2026-06-01T15:30:00"}).json()[
            "field"
        ]
        == "occurred_at"
    )


def test_our_own_programs_verbs_are_not_offered(caller: Callable[..., Any], more_of: Callable[..., Any]) -> None:
    alarm = more_of(Alarm, STREET)
    response = caller("duty_officer").post(f"/incidents/{alarm.pk}/dispatch_by_rule")
    assert response.status_code == 404
