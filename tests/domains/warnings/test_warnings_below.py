"""What is said to a district is said to its streets: they see its warnings, and no other street's."""

import pytest

from anshu.access.models import Account, Grant
from anshu.access.policy import Person
from anshu.api.events import Listener, told
from anshu.domains.warnings.models import Rule, Warning
from anshu.kernel import clock
from anshu.workflow.models import Change

pytestmark = pytest.mark.django_db

AREAS = ("", "44", "4403", "440303", "440303001", "440303002", "440303001001", "440304")
SEEN = {"", "44", "4403", "440303", "440303001", "440303001001"}


@pytest.fixture
def street(db: None) -> Person:
    account = Account.objects.create(username="street", name="street")
    Grant.objects.create(account=account, role="street_officer", territory="440303001")
    return Person(account)


def test_a_street_sees_the_warnings_of_all_that_it_lies_in(street: Person) -> None:
    for area in AREAS:
        Warning.objects.create(
            identifier=area, issuer="气象台", hazard="暴雨", headline=area, text="", sent_at=clock.now(), territory=area
        )
    assert {row.territory for row in Warning.objects.visible_to(street)} == SEEN


def test_who_reaches_everywhere_sees_the_warnings_and_rules_of_every_area() -> None:
    account = Account.objects.create(username="whole", name="whole")
    Grant.objects.create(account=account, role="system_administrator", territory="")
    for area in AREAS:
        sent = {"sent_at": clock.now(), "territory": area}
        Warning.objects.create(identifier=area, issuer="气象台", hazard="暴雨", headline=area, text="", **sent)
        Rule.objects.create(number=area, name=area, quantity="q", steps=[], territory=area)
    for model in (Warning, Rule):
        assert {row.territory for row in model.objects.visible_to(Person(account))} == set(AREAS)


def test_a_street_reads_the_rules_that_watch_it(street: Person) -> None:
    for area in AREAS:
        Rule.objects.create(number=area, name=area, quantity="q", steps=[], territory=area)
    assert {row.territory for row in Rule.objects.visible_to(street)} == SEEN


async def _nowhere(_message: object) -> None:
    return None


@pytest.mark.parametrize("subject", ["warnings.warning", "warnings.alarm"])
def test_the_stream_tells_a_street_of_them_and_of_nothing_else_above_it(street: Person, subject: str) -> None:
    listener = Listener({}, _nowhere, street, 0)
    street.reach("warnings.view")
    event = {"id": 1, "verb": "warnings.read_warning", "subject": subject}
    seen = {area for area in AREAS if listener._may_see(told({**event, "territory": area}))}
    assert seen == (SEEN if subject == "warnings.warning" else {"440303001", "440303001001"})
    assert not Change.objects.exists()


def test_who_looks_over_everything_sees_those_of_every_area(db: None) -> None:
    account = Account.objects.create(username="root", name="root")
    Grant.objects.create(account=account, role="system_administrator", territory="")
    for area in AREAS:
        Warning.objects.create(
            identifier=area, issuer="气象台", hazard="暴雨", headline=area, text="", sent_at=clock.now(), territory=area
        )
    assert {row.territory for row in Warning.objects.visible_to(Person(account))} == set(AREAS)
