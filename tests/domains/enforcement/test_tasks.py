"""A penalty moves the grade of the enterprise once, whatever it amounts to, and no longer when it is revoked."""

import pytest

from anshu.domains.enforcement.tasks import count_no_more, count_penalty
from anshu.domains.enforcement.transitions import decide, deliver, revoke, waive
from anshu.domains.enterprises.models import GradeEvent
from anshu.workflow.models import Change

pytestmark = pytest.mark.django_db


def test_a_decided_penalty_counts_once(bureau, noticed):
    case = noticed()
    waive(case, by=bureau.officer, note="书面声明")
    decide(case, by=bureau.head)
    row = Change.objects.get(verb="enforcement.decide")
    count_penalty(row)
    count_penalty(row)
    event = GradeEvent.objects.get(kind=GradeEvent.Kind.PENALTY)
    assert (event.enterprise, event.cause_id, event.weight) == (bureau.firm, case.pk, 1.0)


def test_a_revoked_one_weighs_nothing(bureau, noticed):
    case = noticed()
    waive(case, by=bureau.officer, note="书面声明")
    decide(case, by=bureau.head)
    count_penalty(Change.objects.get(verb="enforcement.decide"))
    revoke(case, by=bureau.head, reason="复议撤销")
    count_no_more(Change.objects.get(verb="enforcement.revoke"))
    assert GradeEvent.objects.get(kind=GradeEvent.Kind.PENALTY).weight == 0


def test_a_revoked_one_is_not_counted_again(bureau, noticed):
    case = noticed()
    waive(case, by=bureau.officer, note="书面声明")
    decide(case, by=bureau.head)
    deliver(case, by=bureau.officer, receiver="王厂长")
    revoke(case, by=bureau.head, reason="复议撤销")
    count_no_more(Change.objects.get(verb="enforcement.revoke"))
    count_penalty(Change.objects.get(verb="enforcement.decide"))  # comes late
    assert not GradeEvent.objects.filter(kind=GradeEvent.Kind.PENALTY).exists()
