"""What every transition does around its body: lock, state, permission, territory, validity, one row, the next clock."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.checks import Error

from anshu.access.models import Account
from anshu.access.policy import Actor, Person, Robot
from anshu.domains.people.models import Organisation
from anshu.domains.people.models import Person as Contact
from anshu.domains.warnings.models import Alarm
from anshu.domains.warnings.transitions.alarms import confirm, reject
from anshu.kernel.errors import Forbidden, Invalid, Refused
from anshu.workflow import clocks, log, transitions
from anshu.workflow.checks import every_arrow_is_somebodys, stalls
from anshu.workflow.loop import Limit, Loop
from anshu.workflow.models import Change, Clock
from anshu.workflow.transitions import ARROWS, opening, transition

pytestmark = pytest.mark.django_db
State = Alarm.State


@pytest.fixture
def scratch(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Arrows entered by a test are taken out of the table again."""
    monkeypatch.setattr(transitions, "ARROWS", {model: dict(arrows) for model, arrows in ARROWS.items()})
    yield


def untouched(alarm: Alarm) -> bool:
    return (
        Alarm.objects.get().state == State.RAISED
        and not Change.objects.exists()
        and Clock.objects.get().stopped_at is None
    )


def test_a_transition_leaves_a_row_that_tells_all(alarm: Alarm, person: Callable[..., Person]) -> None:
    officer = person("duty_officer")
    reject(alarm, by=officer, reason="探头被落叶遮挡")
    row = Change.objects.get()
    told = (row.verb, row.from_state, row.to_state, row.reason, row.actor, row.post, row.territory, row.exercise)
    assert told == (
        "warnings.reject",
        "raised",
        "false",
        "探头被落叶遮挡",
        officer.name,
        "值班员",
        alarm.territory,
        False,
    )
    assert row.subject_id == alarm.pk and row.actor_id == officer.account.pk
    assert row.details["changed"]["judged_by"] == ["", officer.name] and "state" not in row.details["changed"]
    assert alarm.state == State.FALSE and clocks.running(alarm) is None and list(log.faults()) == []


def test_another_state_refuses(alarm: Alarm, person: Callable[..., Person]) -> None:
    officer = person("duty_officer")
    stale = Alarm.objects.get()
    confirm(alarm, by=officer)
    with pytest.raises(Refused) as refused:
        confirm(stale, by=officer)  # what counts is what stands in the database, not what a screen remembers
    assert refused.value.code == "wrong_state" and Change.objects.filter(verb="warnings.confirm").count() == 1


@pytest.mark.parametrize(
    "role, territory", [("registrar", "440303"), ("duty_officer", "440304"), ("duty_officer", "440303002")]
)
def test_without_permission_or_elsewhere_nothing_happens(
    alarm: Alarm, person: Callable[..., Person], role: str, territory: str
) -> None:
    with pytest.raises(Forbidden):
        confirm(alarm, by=person(role, territory))
    assert untouched(alarm)


def test_a_token_may_do_no_more_than_its_scopes(alarm: Alarm, person: Callable[..., Person]) -> None:
    narrow = Person(person("duty_officer").account, ("warnings.view",))
    with pytest.raises(Forbidden):
        confirm(alarm, by=narrow)
    assert untouched(alarm)


def test_a_program_does_what_its_own_table_says(alarm: Alarm) -> None:
    with pytest.raises(Forbidden):
        confirm(alarm, by=Robot("sense"))
    assert untouched(alarm)
    confirm(alarm, by=Robot("work"))
    row = Change.objects.get()
    assert (row.actor, row.actor_id) == ("work", None)


def test_a_body_that_refuses_leaves_nothing(alarm: Alarm, person: Callable[..., Person]) -> None:
    with pytest.raises(Invalid) as refused:
        reject(alarm, by=person("duty_officer"), reason=" ")
    assert refused.value.field == "reason" and untouched(alarm)


def test_what_does_not_fit_its_field_is_named_and_not_kept(
    alarm: Alarm, person: Callable[..., Person], scratch: None
) -> None:
    @transition(State.RAISED, to=State.CONFIRMED)
    def confirm(alarm: Alarm, *, by: Actor) -> None:
        alarm.title = "长" * 999

    with pytest.raises(Invalid) as refused:
        confirm(alarm, by=person("duty_officer"))
    assert refused.value.field == "title" and untouched(alarm)


def test_what_follows_is_part_of_it_or_nothing_happens(
    alarm: Alarm, person: Callable[..., Person], scratch: None
) -> None:
    def fail(_alarm: Alarm) -> None:
        raise Refused("no")

    @transition(State.RAISED, to=State.CONFIRMED, then=fail)
    def confirm(alarm: Alarm, *, by: Actor) -> None:
        """Nothing more."""

    with pytest.raises(Refused):
        confirm(alarm, by=person("duty_officer"))
    assert untouched(alarm)


def test_a_transition_that_keeps_the_state_keeps_its_clock(
    alarm: Alarm, person: Callable[..., Person], scratch: None
) -> None:
    @transition(State.RAISED, title="look")
    def confirm(alarm: Alarm, *, by: Actor, note: str) -> dict[str, Any]:
        return {"extra": alarm}

    running = clocks.running(alarm)
    confirm(alarm, by=person("duty_officer"), note="看过")
    assert clocks.running(alarm) == running
    details = Change.objects.get().details
    assert details == {"note": "看过", "extra": {"type": "warnings.alarm", "id": str(alarm.pk), "label": str(alarm)}}


def test_personal_data_is_masked_in_the_log(person: Callable[..., Person], scratch: None) -> None:
    @opening()
    def add(*, by: Actor, phone: str) -> Contact:
        unit = Organisation.objects.create(number="B", name="bureau", kind="bureau", territory="440303")
        return Contact(number="P", name="某人", organisation=unit, phone=phone, territory="440303")

    made = add(by=person("registrar"), phone="13912345678")
    assert made.phone == "13912345678" and Change.objects.get().details == {"phone": "139****5678"}


def test_opening_asks_for_permission_where_it_opens(person: Callable[..., Person], scratch: None) -> None:
    @opening()
    def add(*, by: Actor, territory: str) -> Organisation:
        return Organisation(number=territory, name="x", kind="bureau", territory=territory)

    street = person("registrar", "440303001")
    add(by=street, territory="440303001007")
    for elsewhere in ("440303002", "440303", "44030300", "", "4403030010"):
        if not elsewhere.startswith("440303001"):
            with pytest.raises(Forbidden):
                add(by=street, territory=elsewhere)
    assert Organisation.objects.count() == Change.objects.count() == 1


def test_an_arrow_shows_only_what_may_be_done_now(alarm: Alarm, person: Callable[..., Person]) -> None:
    arrow = ARROWS[Alarm]["confirm"]
    officer = person("duty_officer")
    assert arrow.allows(officer, alarm) and not arrow.allows(person("grid_officer"), alarm)
    confirm(alarm, by=officer)
    assert not arrow.allows(officer, alarm)
    assert not arrow.allows(Person(Account.objects.create(username="n", name="n")), alarm)


def test_start_up_refuses_a_loop_that_could_stall() -> None:
    bad = Loop(
        Alarm,
        title="bad",
        owner={State.RAISED: "desk"},
        limit={
            State.RAISED: Limit("no_pack/no_key"),
            State.CONFIRMED: Limit("sense_loop_limits/verdict", expired="no.verb"),
        },
        ends=frozenset({State.FALSE, State.TEST, State.DUPLICATE, "nowhere"}),
    )
    told = "\n".join(stalls(bad))
    for fault in (
        "'confirmed' has no owner",
        "'closed' has no way out",
        "'no_pack/no_key'",
        "'no.verb'",
        "'nowhere' is not a state",
    ):
        assert fault in told


def test_start_up_refuses_an_arrow_nobody_may_take(scratch: None, monkeypatch: pytest.MonkeyPatch) -> None:
    @transition(State.RAISED)
    def dance(alarm: Alarm, *, by: Actor) -> None:
        """Nobody may."""

    monkeypatch.setattr("anshu.workflow.checks.ARROWS", transitions.ARROWS)
    monkeypatch.setattr("anshu.workflow.checks.ROBOTS", {})
    found = [fault for fault in every_arrow_is_somebodys(None) if isinstance(fault, Error)]
    assert "warnings.dance" in {fault.obj for fault in found}
