"""Instructions: the words stay as said, the clocks run from the giving, and nobody closes his own feedback."""

from datetime import timedelta

import pytest

from anshu.domains.incidents import transitions
from anshu.kernel.errors import Forbidden, Invalid, Refused
from anshu.workflow import clocks

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(district, time):
    incident = transitions.open_from_alarm(by=district.officer, alarm=district.alarm)
    return transitions.instruct(
        by=district.officer,
        incident=incident,
        leader="王区长",
        words="“务必、务必”转移群众",
        channel="电话",
        given_at=time.now() - timedelta(minutes=5),
        organisation=district.office,
    )


def test_from_the_words_to_the_end(district, time, order):
    assert (order.words, order.leader, order.territory) == ("“务必、务必”转移群众", "王区长", "440303001")
    assert clocks.running(order).due_at == time.now() + timedelta(minutes=10)
    transitions.relay(order, by=district.officer)
    with pytest.raises(Forbidden):
        transitions.acknowledge_instruction(order, by=district.stranger)
    transitions.acknowledge_instruction(order, by=district.street)
    assert clocks.running(order).due_at == order.given_at + timedelta(hours=24)
    with pytest.raises(Invalid):
        transitions.feed_back(order, by=district.street, feedback=" ")
    transitions.feed_back(order, by=district.street, feedback="已转移 32 人")
    transitions.ask_again(order, by=district.officer, reason="老人是否全部转移？")
    transitions.feed_back(order, by=district.officer, feedback="全部转移")
    with pytest.raises(Refused, check=lambda error: error.code == "own_work"):
        transitions.close_instruction(order, by=district.officer)
    transitions.close_instruction(order, by=district.second)
    assert clocks.running(order) is None


def test_evidence_must_be_kept_with_the_record(district, order):
    transitions.relay(order, by=district.officer)
    transitions.acknowledge_instruction(order, by=district.street)
    with pytest.raises(Invalid, check=lambda error: error.field == "evidence"):
        transitions.feed_back(order, by=district.street, feedback="见照片", evidence=["no such photo"])


def test_not_from_the_future_and_not_for_what_has_ended(district, time, order):
    with pytest.raises(Invalid, check=lambda error: error.field == "given_at"):
        transitions.instruct(
            by=district.mayor,
            incident=order.incident,
            words="x",
            organisation=district.office,
            given_at=time.now() + timedelta(minutes=1),
        )
    for verb, by in (
        (transitions.relay, district.officer),
        (transitions.acknowledge_instruction, district.street),
    ):
        verb(order, by=by)
    transitions.feed_back(order, by=district.street, feedback="done")
    type(district.alarm).objects.update(recovered_at=time.now())
    transitions.close(order.incident, by=district.officer, reason="nothing found")
    with pytest.raises(Refused, check=lambda error: error.code == "ended"):
        transitions.instruct(by=district.mayor, incident=order.incident, words="x", organisation=district.office)
