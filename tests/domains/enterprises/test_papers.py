"""Certificates run out by themselves and come to the officer in charge; levels of standardisation take two people."""

from datetime import date, timedelta

import pytest
from regulated import DISTRICT, actor

from anshu.domains.enterprises.models import Certificate, Enterprise, GradeEvent, Policy, Standardisation
from anshu.domains.enterprises.tasks import wind_imported
from anshu.domains.enterprises.transitions import (
    accept_standardisation,
    apply_standardisation,
    enter_certificate,
    fail_standardisation,
    insure,
    note_event,
    pass_first_review,
    renew,
    withdraw_certificate,
)
from anshu.domains.people.models import Organisation, Person
from anshu.domains.situation.queries import in_hand
from anshu.kernel.errors import Invalid, Refused
from anshu.workflow import clocks
from anshu.workflow.clocks import WORK
from anshu.workflow.models import Clock

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)


def enter(street, expires_on, number="T-1", **more):
    kind = Certificate.Kind.SPECIAL_WORK
    return enter_certificate(
        by=street.street,
        enterprise=street.firm,
        kind=kind,
        number=number,
        expires_on=expires_on,
        bearer="李电工",
        **more,
    )


def run_clocks():
    while clocks.step():
        pass


def test_a_certificate_runs_out_by_itself(street, time):
    paper = enter(street, TODAY + timedelta(days=100))
    run_clocks()
    assert Certificate.objects.get().state == "valid"
    time.advance(days=40)
    run_clocks()
    assert Certificate.objects.get().state == "running_out"
    time.advance(days=60)
    run_clocks()
    assert Certificate.objects.get().state == "running_out"  # its last day is still its own
    time.advance(days=1)
    run_clocks()
    assert Certificate.objects.get().state == "expired"
    event = GradeEvent.objects.get()
    assert (event.kind, event.lasts, event.ended_at, event.enterprise) == (
        "certificate_expired",
        True,
        None,
        street.firm,
    )
    assert Enterprise.objects.get(pk=street.firm.pk).grade_points == 5
    renew(paper, by=street.owner, expires_on=TODAY + timedelta(days=1200), number="T-2")
    paper.refresh_from_db()
    assert (paper.state, paper.number) == ("valid", "T-2")
    assert GradeEvent.objects.get().ended_at is not None


def test_renewed_while_valid_its_clock_moves(street, time):
    paper = enter(street, TODAY + timedelta(days=100))
    renew(paper, by=street.street, expires_on=TODAY + timedelta(days=400))
    time.advance(days=120)
    run_clocks()
    assert Certificate.objects.get().state == "valid"


@pytest.mark.parametrize("days", [100, 50, -200])
def test_a_renewal_ends_later_than_before(street, days):
    paper = enter(street, TODAY + timedelta(days=100))
    with pytest.raises(Invalid, check=lambda error: error.field == "expires_on"):
        renew(paper, by=street.owner, expires_on=TODAY + timedelta(days=days))


def test_a_number_is_entered_once(street):
    enter(street, TODAY + timedelta(days=100))
    with pytest.raises(Invalid, check=lambda error: error.field == "number"):
        enter(street, TODAY + timedelta(days=300))


def test_it_waits_for_the_officer_in_charge_alone(street, time):
    office = Organisation.objects.create(number="JD2", name="办公室", kind="street", territory="440307001")
    one, two = (
        Person.objects.create(
            number=number, name=number, organisation=office, territory="440307001", account=officer.account
        )
        for number, officer in (("P1", street.street), ("P2", street.street_two))
    )
    Enterprise.objects.filter(pk=street.firm.pk).update(officer=one)
    enter(street, TODAY + timedelta(days=10))
    run_clocks()
    assert [hand.arrow.verb for hand in in_hand(street.street)] == ["renew"]
    assert in_hand(street.street_two) == []
    Enterprise.objects.update(officer=None)
    assert len(in_hand(street.street_two)) == 1
    assert two.account == street.street_two.account


def test_what_waits_for_nobody_is_in_nobodys_hands(street):
    enter(street, TODAY + timedelta(days=400))
    assert Clock.objects.get().asks == ""
    assert in_hand(street.section) == []


def test_papers_brought_in_by_file_get_their_clocks(street):
    for number, days in (("A", 400), ("B", 20), ("C", -5)):
        expires_on = TODAY + timedelta(days=days)
        Certificate.objects.create(enterprise=street.firm, number=number, kind="other", expires_on=expires_on)
    gone = Certificate.objects.create(
        enterprise=street.firm, number="D", kind="other", expires_on=TODAY, state="withdrawn"
    )
    assert wind_imported() is False
    run_clocks()
    assert dict(Certificate.objects.values_list("number", "state")) == {
        "A": "valid",
        "B": "running_out",
        "C": "expired",
        "D": "withdrawn",
    }
    assert Certificate.objects.get(number="A").territory == street.firm.territory
    assert not Clock.objects.filter(subject_id=gone.pk).exists()
    running = Clock.objects.filter(stopped_at=None).count()
    assert wind_imported() is False
    assert Clock.objects.filter(stopped_at=None).count() == running == 3


def test_a_withdrawn_one_is_over(street):
    paper = enter(street, TODAY + timedelta(days=100))
    with pytest.raises(Invalid):
        withdraw_certificate(paper, by=street.section, reason="")
    withdraw_certificate(paper, by=street.section, reason="已离职")
    assert clocks.running(paper) is None


def test_a_level_of_standardisation_becomes_a_certificate(street):
    asked = apply_standardisation(by=street.owner, enterprise=street.firm, rank=2)
    with pytest.raises(Refused, check=lambda error: error.code == "applied_already"):
        apply_standardisation(by=street.owner, enterprise=street.firm)
    with pytest.raises(Refused, check=lambda error: error.code == "score_too_low"):
        pass_first_review(asked, by=street.section, score=74.9)
    pass_first_review(asked, by=street.section, score=75, online=True)
    with pytest.raises(Refused, check=lambda error: error.code == "own_work"):
        accept_standardisation(asked, by=street.section)
    accept_standardisation(asked, by=actor("second section", "section_officer", DISTRICT))
    paper = Certificate.objects.get(kind="standardisation")
    assert (paper.number, paper.rank, paper.expires_on) == (asked.number, 2, date(2029, 11, 24))


def test_a_level_not_reached_says_what_is_missing(street):
    asked = apply_standardisation(by=street.owner, enterprise=street.firm)
    with pytest.raises(Invalid):
        fail_standardisation(asked, by=street.section, opinion="")
    fail_standardisation(asked, by=street.section, opinion="台账不全")
    assert Standardisation.objects.get().state == "failed"
    assert not Certificate.objects.exists()


def policy(street, number="BD-1", **more):
    details = {
        "insurer": "某保险公司",
        "starts_on": TODAY,
        "ends_on": TODAY + timedelta(days=364),
        "sum_insured_yuan": 2_000_000,
        "base_premium_yuan": 10_000,
    } | more
    return insure(by=street.section, enterprise=street.firm, number=number, **details)


def test_the_premium_floats_and_says_why(street):
    clean = policy(street)
    assert (str(clean.premium_yuan), [factor["name"] for factor in clean.factors]) == ("9000.00", ["no_accident"])
    note_event(by=WORK, enterprise=street.firm, kind=GradeEvent.Kind.ACCIDENT, summary="较大事故", weight=2)
    dear = policy(street, "BD-2")
    assert (str(dear.premium_yuan), [factor["name"] for factor in dear.factors]) == ("12000.00", ["serious"])


def test_a_policy_ends_by_itself(street, time):
    policy(street)
    time.advance(days=364)
    run_clocks()
    assert Policy.objects.get().state == "active"
    time.advance(days=1)
    run_clocks()
    assert Policy.objects.get().state == "ended"
