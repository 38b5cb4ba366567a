"""What the documents of a penalty case say."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from anshu.domains.enforcement.models import Case
from anshu.domains.enforcement.queries import band, owed_on, window_ends
from anshu.domains.inspections.models import OfficerLicence
from anshu.kernel import clock
from anshu.ledger.papers import papers_of
from anshu.workflow import rules

"""Kinds of document by the state in which they are usually made out, the likeliest first."""
KINDS = {
    Case.State.REPORTED: ("case_opening_approval",),
    Case.State.INVESTIGATING: (
        "inquiry_notice",
        "inquiry_record",
        "scene_record",
        "sampling_receipt",
        "evidence_preservation_approval",
        "evidence_preservation_notice",
        "evidence_preservation_disposal",
        "coercive_measure_decision",
        "appraisal_commission",
    ),
    Case.State.UNDER_REVIEW: ("case_handling_approval", "collective_discussion_record"),
    Case.State.REVIEWED: ("penalty_notice", "hearing_rights_notice", "collective_discussion_record"),
    Case.State.NOTIFIED: ("delivery_receipt", "statement_record"),
    Case.State.HEARING: ("hearing_notice", "hearing_record"),
    Case.State.HEARD: ("hearing_report", "collective_discussion_record"),
    Case.State.DECIDED: ("penalty_decision", "delivery_receipt"),
    Case.State.DELIVERED: ("delivery_receipt", "payment_extension_approval", "payment_extension_grant"),
    Case.State.OVERDUE: ("payment_demand", "enforcement_application"),
    Case.State.PERFORMED: ("case_closing_approval",),
    Case.State.CLOSED: ("file_cover", "file_contents"),
    Case.State.HANDED_OVER: ("case_transfer_letter", "delivery_receipt"),
}


def kinds(case: Case) -> tuple[str, ...]:
    """The documents usually made out in the state of the case."""
    return KINDS.get(Case.State(case.state), ())


def content(case: Case) -> dict[str, Any]:
    """Every fact of the case under the name that the forms have for it; a form takes what it has fields for."""
    rule = rules.at(f"discretion/{case.matter}")
    penalty = [f"罚款人民币{case.fine_yuan:,.2f}元"] if case.fine_yuan else []
    penalty += [case.other_penalty] if case.other_penalty else []
    officers = [case.lead, case.second]
    basis = f"《{law_in_full(rule.basis.source)}》第{rule.basis.article}条"
    return {
        "case_name": f"{case.party}{rule.title.zh}案",
        "case_number": case.number,
        "case_reason": rule.title.zh,
        "matter": rule.title.zh,
        "party": case.party,
        "credit_code": case.party_code,
        "address": case.address,
        "party_address": case.address,
        "source": {"inspection": "监督检查", "tip_off": "举报", "assigned": "交办"}.get(case.source, "其他"),
        "found_on": case.occurred_on,
        "facts": case.facts,
        "evidence": [line for line in case.evidence.splitlines() if line.strip()],
        "violated": rule.text("violated"),
        "punished_by": basis,
        "discretion": _discretion(case),
        "penalty": penalty,
        "fine": case.fine_yuan,
        "officers": "、".join(person.name for person in officers),
        "certificates": "、".join(_licences(case)),
        "heard": _heard(case),
        "hearing_at": case.hearing_at,
        "host": case.host.name if case.host else "",
        "legal_representative": case.enterprise.legal_person if case.enterprise else "",
        "opened_on": _day(case.opened_at),
        "decided_on": _day(case.decided_at),
        "delivered_on": _day(case.delivered_at),
        "closed_on": _day(case.closed_at),
        "contact": case.lead.name,
        "filed_on": timezone.localdate(clock.now()),
        "archivist": case.lead.name,
        "way": "直接送达",  # who serves or delivers it names the person who received it
        "statement": _heard(case),
        "report": case.facts,
        "conclusion": case.discussed,
        "result": "；".join(penalty),
        **_money(case),
        **_earlier(case),
    }


def law_in_full(source: str) -> str:
    """The full name of a source: a law (法) has the name of the state before it; regulations and measures (条例, 办法)
    have not, whoever issued them."""
    name, state = source.partition("(")[0], "中华人民共和国"
    law = name.endswith("法") and not name.endswith("办法") and not name.startswith(state)
    return f"{state}{name}" if law else name


def _money(case: Case) -> dict[str, Any]:
    """What was fined, paid and is owed today."""
    if case.fine_yuan is None:
        return {}
    due = owed_on(case)
    surcharge = max(due + case.paid_yuan - case.fine_yuan, Decimal(0))
    return {
        "paid": case.paid_yuan,
        "surcharge": surcharge,
        "requests": [f"罚款人民币{case.fine_yuan:,.2f}元", f"加处罚款人民币{surcharge:,.2f}元"],
        "total": due,
        "performance": f"应缴{case.fine_yuan:,.2f}元，已缴{case.paid_yuan:,.2f}元。",
    }


def _earlier(case: Case) -> dict[str, Any]:
    """What refers to documents that were made out before: their numbers, and the list of them all."""
    made = list(papers_of(case))
    numbers = {paper.kind: paper.number for paper in made}
    refers = {
        "decision_number": "penalty_decision",
        "notice_number": "penalty_notice",
        "opening_number": "case_opening_approval",
    }
    demanded = next((paper for paper in made if paper.kind == "payment_demand"), None)
    dated = [f"{timezone.localdate(paper.issued_at):%Y-%m-%d}" for paper in made]
    return {
        **{name: numbers[kind] for name, kind in refers.items() if kind in numbers},
        "demanded_on": _day(demanded.issued_at if demanded else None),
        "papers": [[f"{paper.title} {paper.number}", day, "", ""] for paper, day in zip(made, dated, strict=True)],
    }


def _day(at: datetime | None) -> Any:
    return timezone.localdate(at) if at else None


def _licences(case: Case) -> list[str]:
    rows = OfficerLicence.objects.filter(person__in=case.officers).order_by("-valid_until")
    newest: dict[Any, str] = {}
    for licence in rows:
        newest.setdefault(licence.person_id, licence.number)
    return [newest[key] for key in case.officers if key in newest]


def _discretion(case: Case) -> str:
    """Why so much, in a sentence: the circumstances, the band, and the reason for leaving it."""
    words = {"light": "从轻", "normal": "一般", "heavy": "从重"}
    found = band(case, case.factors)
    names = rules.packs()["discretion"].words
    told = [names[code].zh for code in (*found.lighter, *found.heavier)]
    said = f"当事人具有{'、'.join(told)}的情节，" if told else ""
    range_told = f"{said}适用{words[found.step]}裁量档次，罚款幅度为{found.least:,.0f}元至{found.most:,.0f}元。"
    return range_told + (f"本案未在该档次内裁量，理由：{case.deviation}" if case.deviation else "")


def _heard(case: Case) -> str:
    """How the party was told and what it said, as the decision recounts it."""
    if case.notified_at is None:
        return ""
    day = f"{timezone.localdate(case.notified_at):%Y年%-m月%-d日}"
    told = f"本机关于{day}告知当事人拟作出的行政处罚及其依法享有的权利。"
    if case.hearing_report:
        return told + "应当事人要求，本机关依法举行了听证。"
    if case.statement:
        return told + f"当事人提出陈述申辩：{case.statement}本机关已进行复核。"
    ends = window_ends(case)
    by = f"{timezone.localdate(ends):%Y年%-m月%-d日}前" if ends else ""
    if case.waived:
        return told + "当事人书面表示放弃陈述、申辩和听证的权利。"
    return told + f"当事人在{by}未提出陈述申辩和听证要求。"
