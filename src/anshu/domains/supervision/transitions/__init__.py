"""How supervised tasks, changes of date, letters, score cards and bypass cards change. Only these modules write their
state."""

from anshu.domains.supervision.transitions.bypass import (
    add_to_card,
    confirm_card,
    explain_card,
    look_into_card,
    open_card,
)
from anshu.domains.supervision.transitions.dates import grant_date, move_date, refuse_date, request_date
from anshu.domains.supervision.transitions.letters import (
    answer_letter,
    close_letter,
    draft_letter,
    serve_letter,
    sign_letter,
    withdraw_letter,
)
from anshu.domains.supervision.transitions.loops import CARD_LOOP, DATE_LOOP, LETTER_LOOP, SCORE_LOOP, TASK_LOOP
from anshu.domains.supervision.transitions.scores import appeal_score, publish_score, settle_score, stand
from anshu.domains.supervision.transitions.tasks import (
    account_for,
    add_support,
    assign_task,
    conclude_finished,
    conclude_unfinished,
    decompose,
    feed_back_first,
    register_task,
    report_done,
    report_on_task,
    return_report,
    review_report,
    sign_task,
    split_off,
)

__all__ = [
    "CARD_LOOP",
    "DATE_LOOP",
    "LETTER_LOOP",
    "SCORE_LOOP",
    "TASK_LOOP",
    "account_for",
    "add_support",
    "add_to_card",
    "answer_letter",
    "appeal_score",
    "assign_task",
    "close_letter",
    "conclude_finished",
    "conclude_unfinished",
    "confirm_card",
    "decompose",
    "draft_letter",
    "explain_card",
    "feed_back_first",
    "grant_date",
    "look_into_card",
    "move_date",
    "open_card",
    "publish_score",
    "refuse_date",
    "register_task",
    "report_done",
    "report_on_task",
    "request_date",
    "return_report",
    "review_report",
    "serve_letter",
    "settle_score",
    "sign_letter",
    "sign_task",
    "split_off",
    "stand",
    "withdraw_letter",
]
