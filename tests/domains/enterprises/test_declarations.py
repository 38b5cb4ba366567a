"""Risk declarations: the enterprise names its risks, the street reviews them, and the file is graded with a basis."""

from datetime import date, timedelta

import pytest

from anshu.domains.enterprises.models import Enterprise, Method, RiskDeclaration, RiskPoint, Threat
from anshu.domains.enterprises.queries.packs import assess
from anshu.domains.enterprises.transitions import (
    add_risk,
    control_risk,
    draft_declaration,
    drop_risk,
    return_declaration,
    review_declaration,
    submit_declaration,
    withdraw_declaration,
)
from anshu.kernel.errors import Forbidden, Invalid, Refused
from anshu.workflow import clocks
from anshu.workflow.models import Change

pytestmark = pytest.mark.django_db
LS, LEC = Method.LS, Method.LEC


@pytest.fixture
def draft(street):
    return draft_declaration(by=street.owner, enterprise=street.firm)


def named(declaration, street, name="喷漆房", likelihood=3, severity=5, **more):
    details = {"threat": Threat.FIRE, "method": LS, "likelihood": likelihood, "severity": severity} | more
    add_risk(declaration, by=street.owner, name=name, **details)


def test_a_declaration_goes_its_whole_way(street, draft):
    named(draft, street, measures="通风、防爆电器")
    submit_declaration(draft, by=street.owner)
    review_declaration(draft, by=street.street)
    assert (draft.state, draft.risk_color, draft.again_on) == ("reviewed", "2", date(2027, 11, 24))
    firm = Enterprise.objects.get(pk=street.firm.pk)
    assert (firm.base_color, firm.risk_color, firm.declared_on) == ("2", "2", date(2026, 11, 24))
    point = RiskPoint.objects.get(enterprise=firm)
    assert (point.score, point.risk_color, point.state, point.territory) == (15, "2", "identified", firm.territory)
    assert point.basis
    row = Change.objects.get(verb="enterprises.regrade")
    assert row.details["changed"] == {"risk_color": ["", "2"]}
    assert sum(float(points) for _kind, _words, points in row.details["reasons"]) == float(row.details["points"])


def test_the_grade_is_that_of_the_gravest_risk(street, draft):
    for name, likelihood, severity in (("甲", 1, 2), ("乙", 5, 4), ("丙", 3, 3)):
        named(draft, street, name, likelihood, severity)
    submit_declaration(draft, by=street.owner)
    review_declaration(draft, by=street.street)
    assert draft.risk_color == "1"
    assert RiskPoint.objects.count() == 3


def test_another_grade_needs_an_opinion(street, draft):
    named(draft, street)
    submit_declaration(draft, by=street.owner)
    with pytest.raises(Invalid, check=lambda error: error.field == "opinion"):
        review_declaration(draft, by=street.street, risk_color="1")
    review_declaration(draft, by=street.street, risk_color="1", opinion="周边为学校")
    assert draft.risk_color == "1"
    assert Change.objects.get(verb="enterprises.review_declaration").details["reckoned"] == "2"


def test_nothing_declared_is_said_outright(street, draft):
    with pytest.raises(Refused, check=lambda error: error.code == "nothing_declared"):
        submit_declaration(draft, by=street.owner)
    submit_declaration(draft, by=street.owner, nothing_to_declare=True)
    review_declaration(draft, by=street.street)
    assert draft.risk_color == "4"


def test_who_submitted_does_not_review(street):
    draft = draft_declaration(by=street.street, enterprise=street.firm)
    submit_declaration(draft, by=street.street, nothing_to_declare=True)
    for move in (review_declaration, return_declaration):
        with pytest.raises(Refused, check=lambda error: error.code == "own_work"):
            move(draft, by=street.street, opinion="x")
    review_declaration(draft, by=street.street_two)


def test_returned_and_completed(street, draft):
    named(draft, street)
    submit_declaration(draft, by=street.owner)
    with pytest.raises(Invalid):
        return_declaration(draft, by=street.street, opinion=" ")
    return_declaration(draft, by=street.street, opinion="漏报危化品仓库")
    named(draft, street, "危化品仓库", 4, 5)
    submit_declaration(draft, by=street.owner)
    review_declaration(draft, by=street.street)
    assert draft.risk_color == "1"


def test_the_same_name_and_place_replaces(street, draft):
    named(draft, street, severity=5)
    named(draft, street, severity=2)
    named(draft, street, place="二楼")
    assert [(risk["place"], risk["score"]) for risk in draft.risks] == [("", 6), ("二楼", 15)]
    drop_risk(draft, by=street.owner, name="喷漆房", place="二楼")
    assert len(draft.risks) == 1
    with pytest.raises(Invalid):
        drop_risk(draft, by=street.owner, name="喷漆房", place="二楼")


def test_the_next_declaration_starts_from_the_last_and_replaces_it(street, draft, time):
    named(draft, street)
    submit_declaration(draft, by=street.owner)
    review_declaration(draft, by=street.street)
    point = RiskPoint.objects.get()
    control_risk(point, by=street.owner, measures="通风", responsible="王厂长")
    time.advance(days=200)
    second = draft_declaration(by=street.owner, enterprise=street.firm)
    assert second.risks == draft.risks
    named(second, street, severity=3)
    submit_declaration(second, by=street.owner)
    review_declaration(second, by=street.street)
    assert RiskDeclaration.objects.get(pk=draft.pk).state == "superseded"
    point.refresh_from_db()
    assert (RiskPoint.objects.count(), point.score, point.risk_color, point.state) == (1, 9, "3", "controlled")


def test_one_at_a_time(street, draft):
    with pytest.raises(Refused, check=lambda error: error.code == "declared_already"):
        draft_declaration(by=street.street, enterprise=street.firm)
    withdraw_declaration(draft, by=street.owner, reason="重复")
    draft_declaration(by=street.street, enterprise=street.firm)


def test_the_clock_of_a_reviewed_one_is_that_of_its_colour(street, draft, time):
    named(draft, street, likelihood=5)
    submit_declaration(draft, by=street.owner)
    review_declaration(draft, by=street.street)
    running = clocks.running(draft)
    assert (running.due_at - time.now()).days in (180, 181)
    assert running.asks == ""


@pytest.mark.parametrize("who", ["rival", "expert", "commission"])
def test_others_do_not_declare_for_it(street, who):
    with pytest.raises(Forbidden):
        draft_declaration(by=getattr(street, who), enterprise=street.firm)


def test_a_rival_touches_nothing_of_it(street, draft):
    with pytest.raises(Forbidden):
        named(draft, type("S", (), {"owner": street.rival}))
    with pytest.raises(Forbidden):
        submit_declaration(draft, by=street.rival, nothing_to_declare=True)


@pytest.mark.parametrize(
    ("factors", "score", "color"),
    [
        ((6, 6, 15), 540, "1"),
        ((10, 1, 40), 400, "1"),
        ((3, 6, 15), 270, "2"),
        ((1, 10, 15), 150, "3"),
        ((1, 10, 7), 70, "3"),
        ((3, 3, 7), 63, "4"),
        ((0.1, 0.5, 1), 0.05, "4"),
    ],
)
def test_lec_by_hand(factors, score, color):
    value, found, _basis = assess(LEC, factors[0], factors[1], factors[2])
    assert (value, found) == (pytest.approx(score), color)


@pytest.mark.parametrize(
    ("factors", "field"),
    [((5, 6, 15), "likelihood"), ((6, 4, 15), "exposure"), ((6, None, 15), "exposure"), ((6, 6, 16), "severity")],
)
def test_lec_knows_its_values_alone(factors, field):
    with pytest.raises(Invalid, check=lambda error: error.field == field):
        assess(LEC, factors[0], factors[1], factors[2])


@pytest.mark.parametrize(
    ("likelihood", "severity", "field"), [(0, 3, "likelihood"), (6, 3, "likelihood"), (3, 2.5, "severity")]
)
def test_ls_takes_whole_numbers_to_five(likelihood, severity, field):
    with pytest.raises(Invalid, check=lambda error: error.field == field):
        assess(LS, likelihood, None, severity)


def test_the_time_for_review_climbs(street, draft, time):
    submit_declaration(draft, by=street.owner, nothing_to_declare=True)
    time.advance(days=9)
    while clocks.step():
        pass
    climbed = set(
        Change.objects.filter(subject_id=draft.pk, verb__startswith="workflow.").values_list("verb", flat=True)
    )
    assert {"workflow.remind_owner", "workflow.escalate"} <= climbed
    assert time.now() - draft.submitted_at > timedelta(days=8)
