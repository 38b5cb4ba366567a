"""Who may do what: one table from role to permission codes (`domain.verb`), read as `fnmatch` patterns.

A code is the name of a transition function in its domain, or one of the general verbs `view add change export unmask`.
Deny by default: what no row grants is forbidden. Territory is not here; it comes with the grant of a role to a person.
"""

from dataclasses import dataclass
from fnmatch import fnmatchcase

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Role:
    """A post's powers. `apart` names roles that one person must never hold together with this one (MLPS: three
    separated administrators)."""

    code: str
    title: str | Promise
    permits: tuple[str, ...]
    apart: tuple[str, ...] = ()
    home: str = "today"


LOOK = ("places.view", "devices.view", "teams.view", "warnings.view", "incidents.view", "situation.view")
REGISTERS = ("places", "people", "devices", "teams")
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
            ),
        ),
        Role(
            "street_officer",
            _("Street duty officer"),
            (
                *LOOK,
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
    "work": ("warnings.*", "incidents.*", "duty.*"),
    "relay": ("warnings.relay", "warnings.supersede", "warnings.lift", "warnings.expire_signal"),
    "mqtt": ("telemetry.append",),
    "import": ("*.add", "*.change"),
}


def permits(patterns: tuple[str, ...], code: str) -> bool:
    """Whether one of the patterns covers the code."""
    return any(fnmatchcase(code, pattern) for pattern in patterns)
