"""Who may do what: one table from role to permission codes (`domain.verb`), read as `fnmatch` patterns.

A code is the name of a transition function in its domain, or one of the general verbs `view add change export unmask`.
Deny by default: what no row grants is forbidden. Territory is not here; it comes with the grant of a role to a person.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


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
    for domain in ("places", "devices", "teams", "enterprises", "hazards", "warnings", "incidents", "situation")
)
REGISTERS = ("places", "people", "devices", "teams", "enterprises")
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



def verbs(domain: str, *names: str) -> tuple[str, ...]:
    """The codes of some verbs of one domain."""
    return tuple(f"{domain}.{name}" for name in names)


"""The loop of hazards from finding to closing, by who does it."""
FIND = verbs("hazards", "report", "cite", "void")
ORDER = verbs("hazards", "judge", "dispute", "order", "propose_listing")
RECHECK = verbs("hazards", "pass_recheck", "fail_recheck", "find_in_order", "find_again", "reopen")
CLOSE = verbs(
    "hazards", "close_out", "grant_extension", "refuse_extension", "draw_look_back", "accept", "fail_acceptance"
)
LIST = verbs(
    "hazards",
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
            ),
            home="desk",
        ),
        Role(
            "duty_leader",
            _("Duty leader"),
            (*LOOK, "people.view", "people.unmask", "duty.*", *JUDGE, *DESK, "incidents.sign_report", "*.export"),
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
            (*LOOK, "people.view", *FIND, *ORDER, *RECHECK),
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
                *(f"enterprises.{verb}" for verb in ("add", "change", "export")),
                "hazards.export",
            ),
        ),
        Role(
            "safety_commission",
            _("Safety commission office"),
            (*LOOK, "people.view", *CLOSE, *LIST, "hazards.propose_listing", "*.export"),
        ),
        Role("expert", _("Expert"), (*LOOK, "hazards.settle", "hazards.report")),
        Role(
            "enterprise",
            _("Enterprise"),
            ("enterprises.view", *verbs("hazards", "view", "report"), *PUT_RIGHT),
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
            ("access.*", "people.view"),
            apart=("system_administrator", "audit_administrator"),
        ),
        Role(
            "audit_administrator",
            _("Audit administrator"),
            ("workflow.audit", "access.view"),
            apart=("system_administrator", "security_administrator"),
        ),
        Role("device", _("Device or gateway"), ("telemetry.append", "warnings.relay")),
    )
}
"""Programs of our own act under a name, never as a person; each may do only this."""
ROBOTS: dict[str, tuple[str, ...]] = {
    "sense": ("warnings.raise_alarm", "warnings.regrade", "warnings.recover", "warnings.lose_sight"),
    "work": ("warnings.*", "incidents.*", "duty.*", "hazards.postpone", "hazards.reopen"),
    "relay": ("warnings.relay", "warnings.supersede", "warnings.lift", "warnings.expire_signal"),
    "mqtt": ("telemetry.append",),
    "import": ("*.view", "*.add", "*.change"),
}


def home_of(codes: Iterable[str]) -> str:
    """Where the day of somebody with these roles begins: the first home that is not everybody's."""
    homes = [ROLES[code].home for code in sorted(codes) if code in ROLES]
    return next((f"/{home}" for home in homes if home != "today"), "/today")


def permits(patterns: tuple[str, ...], code: str) -> bool:
    """Whether one of the patterns covers the code."""
    return any(fnmatchcase(code, pattern) for pattern in patterns)
