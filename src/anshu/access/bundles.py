"""Bundles of permission codes from which roles are put together: what goes together in one part of a loop."""


def verbs(domain: str, *names: str) -> tuple[str, ...]:
    """The codes of some verbs of one domain."""
    return tuple(f"{domain}.{name}" for name in names)


"""What the duty desk does with incidents. Signing off a report is the leaders' alone; what the system does by itself
(links of the chain, re-routing, the other half of a merger) is nobody's button."""
DESK = tuple(
    f"incidents.{verb}"
    for verb in (
        "open_from_alarm",
        "report_incident",
        "grade",
        "locate",
        "dispatch",
        "absorb",
        "merge",
        "split",
        "note",
        "set_casualties",
        "close",
        "sign_for",
        "return_task",
        "depart",
        "arrive",
        "progress",
        "finish",
        "verify",
        "redo",
        "stand_down",
        "draft_first",
        "draft_follow_up",
        "draft_final",
        "revise",
        "report_by_phone",
        "send_report",
        "void_report",
        "instruct",
        "relay",
        "acknowledge_instruction",
        "feed_back",
        "ask_again",
        "close_instruction",
    )
)

"""What people at the desk do to alarms, warnings and calls; what only devices and programs may say is not among it."""
JUDGE = tuple(
    f"warnings.{verb}"
    for verb in (
        "view",
        "confirm",
        "reject",
        "mark_test",
        "mark_duplicate",
        "close_alarm",
        "confirm_group",
        "reject_group",
        "mark_group_test",
        "acknowledge_group",
        "silence",
        "prolong_silence",
        "lift_silence",
        "read_warning",
        "lift",
        "relay",
        "open_call_out",
        "answer_call",
        "stop_call_out",
        "knock",
        "hear",
        "refuse_call",
    )
)

"""The loop of hazards from finding to closing, by who does it."""
FIND = verbs("hazards", "report", "cite", "void")
ORDER = verbs("hazards", "judge", "dispute", "order", "propose_listing", "make_out")
RECHECK = verbs("hazards", "pass_recheck", "fail_recheck", "find_in_order", "find_again", "reopen")
CLOSE = verbs(
    "hazards",
    "close_out",
    "grant_extension",
    "refuse_extension",
    "draw_lot",
    "draw_look_back",
    "accept",
    "fail_acceptance",
)
LIST = verbs(
    "hazards",
    "make_out",
    "approve_listing",
    "reject_listing",
    "serve_notice",
    "publish_listing",
    "extend_listing",
    "delist",
    "publish_delisting",
)
"""What an enterprise does with its own, and what a street may do for one that has no account."""
PUT_RIGHT = verbs(
    "hazards",
    "take_up",
    "submit",
    "request_extension",
    "file_plan",
    "start_work",
    "report_progress",
    "request_acceptance",
)

"""Inspections: going there and telling what was seen; sending others; writing lists and plans."""
GO = verbs("inspections", "start", "start_here", "answer", "submit", "sign")
"""The record of a visit that used the power of the law is made out by whoever may make such visits."""
RECORD = verbs("inspections", "make_out")
SEND = verbs("inspections", "plan_visit", "assign", "announce", "cancel", "file", "settle_conflict")
SET_OUT = verbs(
    "inspections",
    "draft_checklist",
    "join_checklists",
    "publish",
    "retire",
    "draft_plan",
    "run_plan",
    "end_plan",
    "draw_lots",
    "draw_again",
    "replace",
    "reveal",
    "publish_draw",
    "plan_drawn",
    "add",
    "change",
    "export",
)

"""A penalty case: what its officers do, what the legal reviewer, and what only the head of the bureau decides."""
PROSECUTE = verbs(
    "enforcement",
    "view",
    "add",
    "change",
    "export",
    "report_case",
    "punish_on_the_spot",
    "add_evidence",
    "exclude_time",
    "conclude",
    "serve_notice",
    "record_statement",
    "waive",
    "request_hearing",
    "call_hearing",
    "propose_again",
    "deliver",
    "record_payment",
    "apply_to_court",
    "confirm_performed",
    "publish",
    "unpublish",
    "archive",
    "make_out",
)
REVIEW = verbs("enforcement", "view", "pass_review", "send_back", "hold_hearing", "make_out")
DECIDE = verbs(
    "enforcement",
    "view",
    "open_case",
    "refuse_opening",
    "discuss",
    "decide",
    "spare",
    "hand_over",
    "allow_later",
    "revoke",
    "close_case",
    "make_out",
)

"""The register of accidents and the bulletins that warn of them."""
KEEP_ACCIDENTS = verbs("accidents", "add", "change", "export")

"""What an enterprise does for itself, and an officer for one that has no account."""
OWN_FILES = (
    *verbs("enterprises", "draft_declaration", "add_risk", "drop_risk", "submit_declaration", "withdraw_declaration"),
    *verbs("enterprises", "renew", "apply_standardisation", "control_risk", "reassess_risk", "complete_self_check"),
    "enterprises.enter_reward",
    *verbs("construction", "view", "file_work", "begin_work", "finish_work", "withdraw_work"),
    *verbs(
        "construction",
        "apply_permit",
        "measure_gas",
        "approve_permit",
        "start_permit",
        "interrupt_permit",
        "resume_permit",
    ),
    *verbs("construction", "finish_permit", "withdraw_permit"),
)
"""Streets: they review what enterprises declare, look at works, and keep risks and papers up to date."""
STREET_FILES = (
    *verbs("enterprises", "review_declaration", "return_declaration", "identify_risk", "remove_risk", "visit_area"),
    *verbs("enterprises", "enter_certificate", "withdraw_certificate", "note_event", "add"),
    *verbs("construction", "inspect_work", "stop_work", "resume_work", "find_work", "revoke_permit"),
)
"""Grid officers: they find works that nobody filed, and risks."""
GRID_FILES = (
    *verbs("enterprises", "identify_risk"),
    *verbs("construction", "view", "find_work", "inspect_work", "stop_work"),
)
"""The section of the bureau that regulates: everything but what only time and events do by themselves."""
SECTION_FILES = (
    *STREET_FILES,
    *OWN_FILES,
    *verbs("enterprises", "pass_first_review", "accept_standardisation", "fail_standardisation"),
    *verbs("enterprises", "insure", "cancel_policy", "override_grade", "end_override", "invite"),
    *verbs("enterprises", "propose_entry", "publish_entry", "reject_entry", "end_entry", "change", "export"),
    *verbs("construction", "add", "change", "export"),
    *KEEP_ACCIDENTS,
)
"""The safety commission office: lists, high-risk areas and their leaders."""
COMMISSION_FILES = (
    *verbs("enterprises", "propose_entry", "publish_entry", "reject_entry", "end_entry"),
    *verbs(
        "enterprises",
        "list_area",
        "assign_sponsor",
        "visit_area",
        "recolor_area",
        "delist_area",
        "override_grade",
        "end_override",
    ),
    *verbs("construction", "view"),
    *KEEP_ACCIDENTS,
)

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
    "make_out",
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
    "make_out",
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
"""Cards of the bypass radar: who looks into them sees them, which whoever looks at supervision otherwise does not."""
RADAR = verbs("supervision", "view", "look_into_card", "explain_card", "confirm_card")
