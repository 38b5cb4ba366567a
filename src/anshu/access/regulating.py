"""Who does what with enterprises and works on their premises. Roles are put together from these in `roles.py`."""


def codes(domain: str, words: str) -> tuple[str, ...]:
    """The codes of some verbs of one domain, given as one line of words."""
    return tuple(f"{domain}.{verb}" for verb in words.split())


"""What an enterprise does for itself, and an officer for one that has no account."""
FIRM = (
    *codes("enterprises", "draft_declaration add_risk drop_risk submit_declaration withdraw_declaration"),
    *codes("enterprises", "renew apply_standardisation control_risk reassess_risk complete_self_check"),
    *codes("construction", "view file_work begin_work finish_work withdraw_work"),
    *codes("construction", "apply_permit measure_gas approve_permit start_permit interrupt_permit resume_permit"),
    *codes("construction", "finish_permit withdraw_permit"),
)
"""Streets: they review what enterprises declare, look at works, and keep risks and papers up to date."""
STREET = (
    *codes("enterprises", "review_declaration return_declaration identify_risk remove_risk visit_area"),
    *codes("enterprises", "enter_certificate withdraw_certificate note_event add"),
    *codes("construction", "inspect_work stop_work resume_work find_work revoke_permit"),
)
"""Grid officers: they find works that nobody filed, and risks."""
GRID = (*codes("enterprises", "identify_risk"), *codes("construction", "view find_work inspect_work stop_work"))
"""The section of the bureau that regulates: everything but what only time and events do by themselves."""
SECTION = (
    *STREET,
    *FIRM,
    *codes("enterprises", "pass_first_review accept_standardisation fail_standardisation"),
    *codes("enterprises", "insure cancel_policy override_grade end_override invite"),
    *codes("enterprises", "propose_entry publish_entry reject_entry end_entry change export"),
    *codes("construction", "export"),
)
"""The safety commission office: lists, high-risk areas and their leaders."""
COMMISSION = (
    *codes("enterprises", "propose_entry publish_entry reject_entry end_entry"),
    *codes("enterprises", "list_area assign_sponsor visit_area recolor_area delist_area override_grade end_override"),
    *codes("construction", "view"),
)
