"""Who may do what: one table from role to permission codes (`domain.verb`), read as `fnmatch` patterns.

A code is the name of a transition function in its domain, or one of the general verbs `view add change export unmask`.
Deny by default: what no row grants is forbidden. Territory is not here; it comes with the grant of a role to a person.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from anshu.access.bundles import (
    ANSWER_FOR,
    CLOSE,
    COMMISSION_FILES,
    DECIDE,
    DESK,
    FIND,
    GO,
    GRID_FILES,
    IN_HOUSE,
    ISSUE,
    JUDGE,
    LIST,
    ORDER,
    OWN_FILES,
    PROSECUTE,
    PUT_RIGHT,
    RADAR,
    RECEIVE,
    RECHECK,
    RECORD,
    REVIEW,
    REWARD,
    SECTION_FILES,
    SEND,
    SET_OUT,
    STREET_FILES,
    SUPERVISE,
    VERIFY,
    verbs,
)


@dataclass(frozen=True)
class Role:
    """A post's powers. `apart` names roles that one person must never hold together with this one (MLPS: three
    separated administrators). `own` says that it is given for what one holder owns, not for an area."""

    code: str
    title: str | Promise
    permits: tuple[str, ...]
    apart: tuple[str, ...] = ()
    home: str = "today"
    own: bool = False


"""Whoever works for the district sees what exists and how it stands."""
LOOK = tuple(
    f"{domain}.view"
    for domain in (
        "places",
        "devices",
        "teams",
        "enterprises",
        "construction",
        "hazards",
        "inspections",
        "warnings",
        "incidents",
        "accidents",
        "situation",
        "indicators",
    )
)
REGISTERS = ("places", "people", "devices", "teams", "enterprises", "inspections")
ROLES: dict[str, Role] = {
    role.code: role
    for role in (
        Role(
            "duty_officer",
            _("Duty officer"),
            (
                *LOOK,
                "people.view",
                "duty.*",
                "people.unmask",
                "people.set_phone_state",
                *JUDGE,
                *DESK,
                "places.export",
                "situation.export",
                "warnings.export",
                "incidents.export",
                "tipoffs.tell",
            ),
            home="desk",
        ),
        Role(
            "duty_leader",
            _("Duty leader"),
            (
                *LOOK,
                "people.view",
                "people.unmask",
                "duty.*",
                *JUDGE,
                *DESK,
                "incidents.sign_report",
                "tipoffs.tell",
                "*.export",
            ),
            home="desk",
        ),
        Role(
            "district_leader",
            _("District leader"),
            (
                *LOOK,
                "people.view",
                "duty.view",
                "incidents.instruct",
                "incidents.sign_report",
                "incidents.note",
                "*.export",
                *LIST,
                *REWARD,
                "tipoffs.order_government_check",
                *ISSUE,
                "indicators.freeze",
                "supervision.weigh_burden",
            ),
        ),
        Role(
            "street_officer",
            _("Street duty officer"),
            (
                *LOOK,
                *FIND,
                *ORDER,
                *RECHECK,
                *PUT_RIGHT,
                *GO,
                *SEND,
                *STREET_FILES,
                *OWN_FILES,
                *VERIFY,
                *ANSWER_FOR,
                "people.view",
                "duty.view",
                "warnings.answer_call",
                "warnings.refuse_call",
                "warnings.knock",
                "incidents.sign_for",
                "incidents.return_task",
                "incidents.depart",
                "incidents.arrive",
                "incidents.progress",
                "incidents.finish",
                "incidents.note",
                "incidents.report_incident",
                "incidents.feed_back",
                "incidents.acknowledge_instruction",
            ),
        ),
        Role(
            "grid_officer",
            _("Grid safety officer"),
            (
                *LOOK,
                *FIND,
                *PUT_RIGHT,
                *GO,
                *GRID_FILES,
                "warnings.knock",
                "incidents.sign_for",
                "incidents.depart",
                "incidents.arrive",
                "incidents.progress",
                "incidents.finish",
                "incidents.note",
                "incidents.report_incident",
            ),
        ),
        Role(
            "enforcement_officer",
            _("Enforcement officer"),
            (*LOOK, "people.view", *FIND, *ORDER, *RECHECK, *GO, *RECORD, *SEND, *PROSECUTE, *VERIFY),
        ),
        Role("legal_reviewer", _("Legal reviewer"), (*LOOK, "people.view", *REVIEW)),
        Role(
            "bureau_head",
            _("Head of the bureau"),
            (*LOOK, "people.view", *DECIDE, "indicators.freeze", "supervision.weigh_burden", "*.export"),
        ),
        Role(
            "section_officer",
            _("Bureau section officer"),
            (
                *LOOK,
                "people.view",
                "people.unmask",
                *FIND,
                *ORDER,
                *RECHECK,
                *CLOSE,
                *GO,
                *RECORD,
                *SEND,
                *SET_OUT,
                *VERIFY,
                *REWARD,
                *IN_HOUSE,
                *(f"enterprises.{verb}" for verb in ("add", "change", "export")),
                *SECTION_FILES,
                "hazards.export",
            ),
        ),
        Role(
            "safety_commission",
            _("Safety commission office"),
            (
                *LOOK,
                "people.view",
                *CLOSE,
                *LIST,
                *COMMISSION_FILES,
                "hazards.propose_listing",
                "inspections.approve_plan",
                *SUPERVISE,
                "indicators.freeze",
                *RADAR,
                "supervision.weigh_burden",
                "*.export",
            ),
        ),
        Role(
            "discipline_officer",
            _("Discipline inspection officer"),
            (*LOOK, "people.view", *RADAR, *verbs("supervision", "register_task", "draft_letter")),
        ),
        Role(
            "department_officer",
            _("Department officer"),
            (*LOOK, "people.view", "hazards.report", *VERIFY, *ANSWER_FOR),
        ),
        Role(
            "tip_off_officer",
            _("Tip-off officer"),
            (*LOOK, "people.view", *RECEIVE, "tipoffs.export"),
            apart=("vault_officer",),
        ),
        Role("cashier", _("Cashier of rewards"), verbs("tipoffs", "view", "pay"), apart=("vault_officer",)),
        Role(
            "vault_officer",
            _("Vault officer"),
            verbs("vault", "view", "enrol", "found", "ask_to_open", "countersign", "refuse_opening", "read"),
            apart=(
                "tip_off_officer",
                "cashier",
                "section_officer",
                "enforcement_officer",
                "street_officer",
                "department_officer",
                "system_administrator",
                "security_administrator",
                "audit_administrator",
            ),
        ),
        Role("expert", _("Expert"), (*LOOK, *GO, "hazards.settle", "hazards.report")),
        Role(
            "enterprise",
            _("Enterprise"),
            ("enterprises.view", *verbs("hazards", "view", "report"), *PUT_RIGHT, *OWN_FILES),
            home="firm",
            own=True,
        ),
        Role(
            "registrar",
            _("Register keeper"),
            (
                *LOOK,
                "people.view",
                *(f"{domain}.{verb}" for domain in REGISTERS for verb in ("add", "change", "export")),
            ),
        ),
        Role(
            "system_administrator",
            _("System administrator"),
            (
                *LOOK,
                "people.view",
                "system.operate",
                "telemetry.*",
                "*.export",
                *(f"{domain}.{verb}" for domain in (*REGISTERS, "warnings") for verb in ("add", "change")),
            ),
            apart=("security_administrator", "audit_administrator"),
        ),
        Role(
            "security_administrator",
            _("Security administrator"),
            ("access.*", "people.view", "enterprises.view", "enterprises.invite"),
            apart=("system_administrator", "audit_administrator"),
        ),
        Role(
            "audit_administrator",
            _("Audit administrator"),
            ("workflow.audit", "access.view", "vault.view", "vault.review"),
            apart=("system_administrator", "security_administrator"),
        ),
        Role("device", _("Device or gateway"), ("telemetry.append", "warnings.relay")),
    )
}
"""Programs of our own act under a name, never as a person; each may do only this."""
ROBOTS: dict[str, tuple[str, ...]] = {
    "sense": ("warnings.raise_alarm", "warnings.regrade", "warnings.recover", "warnings.lose_sight"),
    "work": (
        *(f"{domain}.*" for domain in ("warnings", "incidents", "duty", "enterprises", "construction")),
        *verbs("hazards", "postpone", "reopen", "report", "draw_lot", "draw_look_back"),
        *verbs("inspections", "open_conflict", "join_up"),
        "enforcement.lapse",
        "vault.lapse",
        *verbs("tipoffs", "archive", "answer_joined"),
        *verbs("supervision", "split_off", "move_date", "draft_letter", "stand", "open_card", "add_to_card"),
    ),
    "public": (
        "tipoffs.tell",
        "tipoffs.express_satisfaction",
        "tipoffs.reopen",
        "tipoffs.flag_retaliation",
        "tipoffs.claim",
    ),
    "relay": ("warnings.relay", "warnings.supersede", "warnings.lift", "warnings.expire_signal"),
    "mqtt": ("telemetry.append",),
    "import": ("*.view", "*.add", "*.change"),
}


def home_of(codes: Iterable[str]) -> str:
    """Where the day of somebody with these roles begins: the first home that is not everybody's."""
    homes = [ROLES[code].home for code in sorted(codes) if code in ROLES]
    return next((f"/{home}" for home in homes if home != "today"), "/today")


@lru_cache(16_384)
def permits(patterns: tuple[str, ...], code: str) -> bool:
    """Whether one of the patterns covers the code."""
    return any(fnmatchcase(code, pattern) for pattern in patterns)
