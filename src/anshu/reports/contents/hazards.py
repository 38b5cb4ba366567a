"""What the documents of a hazard, and of its listing, say."""

from typing import Any

from django.utils import timezone

from anshu.domains.hazards.models import Hazard, Listing
from anshu.ledger.models import Paper
from anshu.ledger.papers import papers_of

S = Hazard.State
KINDS = {
    S.GRADED: ("rectification_order", "onsite_measure_decision"),
    S.ORDERED: ("rectification_order", "onsite_measure_decision"),
    S.SUBMITTED: ("recheck_opinion",),
    S.PASSED: ("recheck_opinion",),
    S.CLOSED: ("recheck_opinion",),
}
LISTED = {
    Listing.State.APPROVED: ("listing_notice",),
    Listing.State.NOTICE_SERVED: ("listing_notice",),
    Listing.State.ACCEPTED: ("delisting_notice",),
    Listing.State.DELISTED: ("delisting_notice",),
}


def kinds(hazard: Hazard) -> tuple[str, ...]:
    """The documents usually made out in the state of the hazard."""
    return KINDS.get(S(hazard.state), ())


def content(hazard: Hazard) -> dict[str, Any]:
    """Every fact of the hazard under the name that the forms have for it."""
    passed = hazard.state in (S.PASSED, S.CLOSED)
    return {
        "unit": hazard.enterprise.name if hazard.enterprise else hazard.site.name,
        "party": hazard.enterprise.name if hazard.enterprise else hazard.site.name,
        "address": hazard.site.address,
        "site": hazard.site.name,
        "credit_code": hazard.enterprise.credit_code if hazard.enterprise else "",
        "legal_representative": hazard.enterprise.legal_person if hazard.enterprise else "",
        "inspected_on": timezone.localdate(hazard.found_at),
        "found_on": timezone.localdate(hazard.found_at),
        "facts": hazard.summary,
        "problems": [[hazard.summary, hazard.clause, "限期整改", f"{hazard.due_on or ''}"]],
        "results": [[hazard.summary, hazard.rectification, "已整改" if passed else "未整改"]],
        "violated": hazard.clause,
        "basis": hazard.judging_clause or hazard.clause,
        "measures": [hazard.measures] if hazard.measures else [],
        "interim": hazard.measures,
        "due_on": hazard.due_on,
        "rectification": hazard.rectification,
        "opinion": "经复查，上述问题已整改完毕。" if passed else "",
        **_order(hazard),
        "rechecked_on": timezone.localdate(hazard.rechecked_at) if hazard.rechecked_at else None,
    }


def _order(hazard: Hazard) -> dict[str, Any]:
    """The document by which it was ordered, when one was made out."""
    made = papers_of(hazard).filter(kind__in=("rectification_order", "onsite_measure_decision")).last()
    if made is None:
        return {}
    named = {"rectification_order": "责令限期整改指令书", "onsite_measure_decision": "现场处理措施决定书"}
    return {"order": named[made.kind], "order_number": made.number}


def listing_kinds(listing: Listing) -> tuple[str, ...]:
    """The documents usually made out in the state of the listing."""
    return LISTED.get(Listing.State(listing.state), ())


def listing_content(listing: Listing) -> dict[str, Any]:
    """Every fact of the listing under the name that the forms have for it."""
    return {
        "party": listing.enterprise.name if listing.enterprise else listing.subject,
        "subject": listing.subject,
        "recipient": listing.enterprise.name if listing.enterprise else listing.supervisor.name,
        "object": listing.enterprise.name if listing.enterprise else listing.subject,
        "address": listing.enterprise.address if listing.enterprise else "",
        "level": {"city": "市级挂牌督办"}.get(listing.rank, "区级挂牌督办"),
        "hazard": listing.subject,
        "clause": listing.clause,
        "supervising_unit": listing.supervisor.name,
        "supervisor": listing.leader,
        "suspension": listing.suspension,
        "measures": [listing.measures] if listing.measures else [],
        "due_on": listing.due_on,
        "progress": f"每{listing.progress_every_d}日报告一次",
        "accepted_by": listing.supervisor.name,
        "listed_on": timezone.localdate(listing.published_at) if listing.published_at else None,
        **({"listing_number": notice.number} if (notice := _notice(listing)) else {}),
    }


def _notice(listing: Listing) -> Paper | None:
    """The notice of listing that was made out last."""
    return papers_of(listing).filter(kind="listing_notice").last()
