"""Bundles of permission codes from which roles are put together: what goes together in one part of a loop."""


def verbs(domain: str, *names: str) -> tuple[str, ...]:
    """The codes of some verbs of one domain."""
    return tuple(f"{domain}.{name}" for name in names)


"""Tip-offs: who receives and answers, who verifies, who decides on rewards, who pays them. What only the one who told
may do (claim, be satisfied) is the public page's; the hotline says it for them."""
RECEIVE = verbs(
    "tipoffs",
    "view",
    "tell",
    "accept",
    "reject",
    "transfer",
    "join_earlier",
    "assign",
    "extend_verification",
    "reply",
    "answer_transferred",
    "answer_joined",
    "reopen",
    "flag_retaliation",
    "propose_reward",
    "decline_reward",
    "archive",
)
VERIFY = verbs("tipoffs", "view", "substantiate", "refute", "flag_retaliation")
REWARD = verbs("tipoffs", "view", "approve_reward", "return_reward")
IN_HOUSE = verbs("tipoffs", "add", "change", "export")
"""Supervision: what the safety commission's office does, what whoever issues a task decides, what units do."""
SUPERVISE = verbs(
    "supervision",
    "view",
    "add",
    "change",
    "export",
    "register_task",
    "decompose",
    "assign_task",
    "add_support",
    "review_report",
    "return_report",
    "conclude_finished",
    "conclude_unfinished",
    "account_for",
    "draft_letter",
    "sign_letter",
    "serve_letter",
    "withdraw_letter",
    "close_letter",
    "publish_score",
    "settle_score",
    "grant_date",
    "refuse_date",
)
ISSUE = verbs("supervision", "view", "register_task", "grant_date", "refuse_date", "sign_letter", "settle_score")
ANSWER_FOR = verbs(
    "supervision",
    "view",
    "sign_task",
    "add_support",
    "feed_back_first",
    "report_on_task",
    "report_done",
    "request_date",
    "answer_letter",
    "appeal_score",
)
