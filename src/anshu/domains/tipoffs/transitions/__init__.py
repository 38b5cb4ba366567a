"""How tip-offs change. Only these modules write their state."""

from anshu.domains.tipoffs.transitions.answering import (
    answer_joined,
    answer_transferred,
    archive,
    express_satisfaction,
    flag_retaliation,
    reopen,
    reply,
)
from anshu.domains.tipoffs.transitions.loops import TIP_OFF_LOOP
from anshu.domains.tipoffs.transitions.receiving import accept, join_earlier, reject, tell, transfer
from anshu.domains.tipoffs.transitions.rewarding import (
    approve_reward,
    claim,
    decline_reward,
    pay,
    propose_reward,
    return_reward,
)
from anshu.domains.tipoffs.transitions.tickets import claim_with, issue_ticket, prove
from anshu.domains.tipoffs.transitions.verifying import (
    assign,
    extend_verification,
    order_government_check,
    refute,
    substantiate,
)

__all__ = [
    "TIP_OFF_LOOP",
    "accept",
    "answer_joined",
    "answer_transferred",
    "approve_reward",
    "archive",
    "assign",
    "claim",
    "claim_with",
    "decline_reward",
    "express_satisfaction",
    "extend_verification",
    "flag_retaliation",
    "issue_ticket",
    "join_earlier",
    "order_government_check",
    "pay",
    "propose_reward",
    "prove",
    "refute",
    "reject",
    "reopen",
    "reply",
    "return_reward",
    "substantiate",
    "tell",
    "transfer",
]
