"""What the documents of a visit say (现场检查记录)."""

from typing import Any

from django.utils import timezone

from anshu.domains.inspections.models import OfficerLicence, Visit, VisitKind
from anshu.domains.inspections.rules import answers as sheets
from anshu.domains.inspections.rules.answers import Finding
from anshu.domains.inspections.rules.forms import form_of
from anshu.domains.inspections.transitions.visits import LEGAL, answers_of

S = Visit.State
MADE = (S.SUBMITTED, S.SIGNED, S.CLOSED)


def kinds(visit: Visit) -> tuple[str, ...]:
    """The record of a visit that used the power of the law, once it was handed in: others have none."""
    return ("inspection_record",) if visit.state in MADE and VisitKind(visit.kind) in LEGAL else ()


def content(visit: Visit) -> dict[str, Any]:
    """Every fact of the visit under the name that the forms have for it."""
    firm, officers = visit.enterprise, [person for person in (visit.lead, visit.second) if person is not None]
    found = sheets.findings(form_of(visit.checklist), answers_of(visit))
    name = firm.name if firm else visit.site.name
    return {
        "unit": name,
        "party": name,
        "address": visit.site.address or (firm.address if firm else ""),
        "legal_representative": firm.legal_person if firm else "",
        "credit_code": firm.credit_code if firm else "",
        "place": visit.site.name,
        "began_at": visit.started_at,
        "ended_at": visit.submitted_at,
        "officers": "、".join(person.name for person in officers),
        "certificates": "、".join(_licences(visit)),
        "findings": [_row(each) for each in found] or [[visit.checklist.title, "未发现不符合项", "符合"]],
        "summary": _summary(visit),
        "signatory": visit.signer,
        "refusal": "被检查单位拒绝签名，情况由见证人见证。" if visit.refused_to_sign else "",
        "witness": visit.witness,
    }


def _row(found: Finding) -> list[str]:
    """An item that failed with the clause that judges it, what was seen, and the conclusion."""
    asked = f"{found.item.text}（{found.item.clause}）" if found.item.clause else found.item.text
    seen = "；".join(part for part in (found.item.defect, found.round, found.note) if part)
    return [_cell(asked), _cell(seen or "不符合"), "不符合"]


def _cell(text: str) -> str:
    """Text that stays in its cell: a form takes one row a line, its cells parted by bars."""
    return " ".join(text.replace("|", "／").split())


def _summary(visit: Visit) -> str:
    counted = visit.passed_count + visit.found_count
    said = f"依据《{visit.checklist.title}》检查{counted}项，符合{visit.passed_count}项，不符合{visit.found_count}项。"
    return "\n".join(part for part in (said, visit.remarks) if part)


def _licences(visit: Visit) -> list[str]:
    """The numbers of both officers' licences that were good on the day of the visit, in their order."""
    rows = OfficerLicence.objects.filter(person__in=[visit.lead_id, visit.second_id]).order_by("valid_until")
    day = timezone.localdate(visit.started_at) if visit.started_at else visit.planned_on
    good = {row.person_id: row.number for row in rows if row.covers(day)}
    return [good[key] for key in (visit.lead_id, visit.second_id) if key in good]
