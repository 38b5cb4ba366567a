"""When call-outs begin and end by themselves. Reactions: idempotent and quick."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from anshu.domains.people.models import Organisation
from anshu.domains.places.models import Area
from anshu.domains.warnings.models import CallOut, Warning
from anshu.domains.warnings.transitions.calls import open_call_out, stop_call_out
from anshu.kernel.errors import Refused
from anshu.workflow import rules
from anshu.workflow.clocks import WORK
from anshu.workflow.models import Change

"""Names of the levels in the rule packs."""
COLOURS = {"1": "red", "2": "orange", "3": "yellow", "4": "blue"}


def call_for_warning(change: Change) -> None:
    """A warning has come into force: call every street it concerns if it is grave enough, and no longer for the one it
    replaces. `warnings.read_warning`."""
    warning = _warning_of(change)
    if warning is None or warning.state != Warning.State.IN_FORCE:
        return
    _stop(Warning.objects.filter(successor=warning), str(_("replaced by %(number)s") % {"number": warning.number}))
    if COLOURS.get(warning.level) not in rules.at("call_outs/warn_colours").items():
        return
    for street in streets(warning):
        place = Area.objects.filter(number=street.territory).values_list("name", flat=True).first() or street.name
        action = (warning.instruction or str(_("act by your plan for this warning")))[:200]
        words = {
            "level": warning.level,
            "place": place,
            "action": action,
            "message": f"{warning.issuer}：{warning.headline}。{place}。{action}",
        }
        try:
            open_call_out(by=WORK, cause=warning, organisation=street, words=words)
        except Refused as refusal:
            if refusal.code != "duplicate":
                raise


def stop_for_warning(change: Change) -> None:
    """A warning is over: nobody needs to be called for it any more. One that was replaced by a warning nobody has read
    yet goes on being called. `warnings.lift`, `warnings.expire_signal`, `warnings.supersede`."""
    warning = _warning_of(change)
    if warning is None or warning.state in (Warning.State.RECEIVED, Warning.State.IN_FORCE):
        return
    successor = warning.successor
    if warning.state == Warning.State.SUPERSEDED and successor and successor.state == Warning.State.RECEIVED:
        return
    _stop([warning], str(warning.get_state_display()))


def streets(warning: Warning) -> list[Organisation]:
    """The streets inside the areas of a warning, or in which they lie; every street when it names no known area."""
    codes = set(_codes(warning.areas)) or ({warning.territory} if warning.territory else {""})
    every = list(Organisation.objects.filter(kind=Organisation.Kind.STREET).order_by("number"))
    own = [street for street in every if any(_touch(street.territory, code) for code in codes)]
    return own or every


def _warning_of(change: Change) -> Warning | None:
    rows = Warning.objects.select_related("successor")
    return rows.filter(pk=change.subject_id).first() if change.subject_id else None


def _codes(areas: Any) -> Iterator[str]:
    """Division codes among the areas, whether they stand there as text or under `divisions` of a place."""
    for area in areas or ():
        if isinstance(area, str) and area.isdigit():
            yield area
        elif isinstance(area, dict):
            yield from (str(code) for code in area.get("divisions") or ())


def _touch(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def _stop(warnings: Any, reason: str) -> None:
    ids = [warning.pk for warning in warnings]
    open_states = (CallOut.State.CALLING, CallOut.State.UNANSWERED)
    for call_out in CallOut.objects.filter(cause=Warning._meta.label_lower, cause_id__in=ids, state__in=open_states):
        stop_call_out(call_out, by=WORK, reason=reason)
