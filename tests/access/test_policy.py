"""Who may do what, where: territory as prefix, roles against arrows, the scopes of tokens, three administrators."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from anshu.access.models import Account, Grant, Token
from anshu.access.policy import Person, Robot, bearer, may, require, successor, under, visible_to
from anshu.access.roles import ROBOTS, ROLES, permits
from anshu.domains.people.models import Organisation
from anshu.kernel import clock
from anshu.kernel.errors import Forbidden
from anshu.workflow.transitions import ARROWS

WHERE = "440303001007"
ARROWS_ALL = sorted((arrow for arrows in ARROWS.values() for arrow in arrows.values()), key=lambda arrow: arrow.code)
digits = st.text("0123456789", max_size=15)


class Held:
    """An account that is in no database."""

    is_active = True

    def __init__(self, *grants: tuple[str, str]) -> None:
        self.grant_rows = list(grants)
        self.own_rows: list[tuple[str, str]] = []
        self.name = "held"


def holder(*grants: tuple[str, str], scopes: tuple[str, ...] = ("*",)) -> Person:
    return Person(Held(*grants), scopes)  # type: ignore[arg-type]


@given(area=digits.filter(bool), place=digits)
def test_an_area_is_everything_that_begins_with_it(area: str, place: str) -> None:
    who = holder(("duty_officer", area))
    assert may(who, "incidents.view", place) == place.startswith(area)
    assert may(who, "incidents.view", area + place)
    assert may(who, "incidents.view")


@given(area=digits.filter(bool), place=digits)
def test_the_range_of_a_prefix_is_the_prefix(area: str, place: str) -> None:
    assert (area <= place < successor(area)) == place.startswith(area)


@pytest.mark.django_db
@hypothesis_settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(areas=st.lists(digits, max_size=3), places=st.lists(digits, max_size=8))
def test_the_database_and_the_rule_agree_on_what_is_visible(areas: list[str], places: list[str]) -> None:
    Organisation.objects.all().delete()
    Organisation.objects.bulk_create(
        Organisation(number=str(n), name="x", kind="bureau", territory=place) for n, place in enumerate(places)
    )
    seen = Organisation.objects.filter(under(areas)).values_list("territory", flat=True)
    assert sorted(seen) == sorted(place for place in places if any(place.startswith(area) for area in areas))


@pytest.mark.parametrize("arrow", ARROWS_ALL, ids=lambda arrow: arrow.code)
def test_exactly_the_roles_with_an_arrow_in_their_row_may_take_it(arrow) -> None:
    held = {code: holder((code, "440303001")) for code in ROLES}
    granted = {code for code, role in ROLES.items() if any(fnmatchcase(arrow.code, one) for one in role.permits)}
    assert {code for code, who in held.items() if may(who, arrow.code, WHERE)} == granted
    assert not any(may(who, arrow.code, area) for who in held.values() for area in ("440303002", "440303"))


"""What no person may ever take: what the system does by itself, and what only a device may say."""
MACHINES = (
    "warnings.raise_alarm",
    "warnings.regrade",
    "warnings.recover",
    "warnings.lose_sight",
    "warnings.give_up",
    "warnings.no_answer",
    "warnings.expire_signal",
    "incidents.mark_cleared",
    "incidents.mark_reported",
    "incidents.assign",
)


@pytest.mark.parametrize("code", MACHINES)
def test_no_person_does_what_the_system_does_by_itself(code: str) -> None:
    assert [role.code for role in ROLES.values() if permits(role.permits, code)] == []
    assert any(permits(patterns, code) for patterns in ROBOTS.values())


def test_only_leaders_sign_reports() -> None:
    may_sign = {role.code for role in ROLES.values() if permits(role.permits, "incidents.sign_report")}
    assert may_sign == {"duty_leader", "district_leader"}


def test_nobody_alters_the_log() -> None:
    for code in ("workflow.change", "workflow.delete", "workflow.write"):
        assert not any(permits(role.permits, code) for role in ROLES.values())


@pytest.mark.parametrize("robot", ROBOTS)
def test_a_program_acts_everywhere_but_only_within_its_row(robot: str) -> None:
    for arrow in ARROWS_ALL:
        assert may(Robot(robot), arrow.code, WHERE) == permits(ROBOTS[robot], arrow.code)


def test_who_holds_nothing_may_nothing() -> None:
    for code in [arrow.code for arrow in ARROWS_ALL] + ["places.view", "system.operate"]:
        assert not may(holder(), code) and not may(holder(("no_such_role", "")), code)
    with pytest.raises(Forbidden):
        require(holder(), "places.view", WHERE)


def test_several_grants_add_up_and_do_not_mix() -> None:
    """An officer of one street who keeps the registers of another is not an officer there."""
    who = holder(("street_officer", "440303001"), ("registrar", "440303002"))
    assert may(who, "incidents.sign_for", "440303001001") and not may(who, "incidents.sign_for", "440303002001")
    assert may(who, "places.change", "440303002001") and not may(who, "places.change", "440303001001")
    assert may(who, "places.view", "440303001001") and may(who, "places.view", "440303002001")


@given(st.lists(st.sampled_from(["*", "telemetry.append", "incidents.*", "*.view", "warnings.confirm"]), max_size=3))
def test_scopes_only_narrow(scopes: list[str]) -> None:
    whole, narrow = holder(("duty_officer", "440303")), holder(("duty_officer", "440303"), scopes=tuple(scopes))
    for arrow in ARROWS_ALL:
        assert may(narrow, arrow.code, WHERE) == (may(whole, arrow.code, WHERE) and permits(tuple(scopes), arrow.code))


@pytest.fixture
def account(db: None) -> Callable[..., Account]:
    def make(*roles: str, area: str = "440303") -> Account:
        made = Account.objects.create(username="-".join(roles) or "none", name="n")
        for role in roles:
            Grant.objects.create(account=made, role=role, territory=area)
        return made

    return make


def test_a_token_opens_with_its_text_alone(account: Callable[..., Account]) -> None:
    holder = account("duty_officer")
    text = Token.issue(holder, ["incidents.*"], label="t")
    found = bearer(text)
    assert found is not None and found.account == holder
    assert may(found, "incidents.grade", WHERE) and not may(found, "warnings.confirm", WHERE)
    assert bearer(text + "x") is None and bearer("") is None
    assert bearer(Token.objects.get().digest) is None and text not in str(list(Token.objects.values()))


def test_a_token_ends(account: Callable[..., Account]) -> None:
    holder = account("duty_officer")
    now = datetime(2026, 6, 1, tzinfo=UTC)
    with clock.frozen(now) as time:
        text = Token.issue(holder, ["*"], expires_at=now + timedelta(hours=1))
        assert bearer(text) is not None
        time.advance(hours=1)
        assert bearer(text) is None
        revoked = Token.issue(holder, ["*"])
        Token.objects.filter(digest=Token.digest_of(revoked)).update(revoked_at=now)
        assert bearer(revoked) is None
        last = Token.issue(holder, ["*"])
        Account.objects.update(is_active=False)
        assert bearer(last) is None


def test_a_closed_account_may_nothing(account: Callable[..., Account]) -> None:
    made = account("duty_officer")
    Account.objects.update(is_active=False)
    assert not may(Person(Account.objects.get(pk=made.pk)), "places.view")


ADMINISTRATORS = ("system_administrator", "security_administrator", "audit_administrator")


@pytest.mark.parametrize("first", ADMINISTRATORS)
@pytest.mark.parametrize("second", ADMINISTRATORS)
def test_the_three_administrators_are_three_people(account: Callable[..., Account], first: str, second: str) -> None:
    made = account(first)
    if first == second:
        Grant.objects.create(account=made, role="registrar", territory="440303")
        return
    for area in ("440303", "440304", ""):
        with pytest.raises(ValidationError):
            Grant.objects.create(account=made, role=second, territory=area)
    assert made.grants.count() == 1


def test_what_the_administrators_share_is_nothing_that_matters() -> None:
    guarded = {
        "system.operate": "system_administrator",
        "access.change": "security_administrator",
        "workflow.audit": "audit_administrator",
    }
    for code, only in guarded.items():
        assert [role.code for role in ROLES.values() if permits(role.permits, code)] == [only]


@pytest.mark.django_db
def test_visible_to_asks_the_permission_of_the_surface() -> None:
    Organisation.objects.create(number="1", name="x", kind="bureau", territory=WHERE)
    grid = holder(("grid_officer", "440303001"))
    assert not visible_to(grid, Organisation.objects.all(), "people.view").exists()
    assert visible_to(holder(("street_officer", "440303001")), Organisation.objects.all(), "people.view").exists()
