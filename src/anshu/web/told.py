"""Rows of the log as sentences, in the reader's language."""

from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import models
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anshu.ledger import show
from anshu.ledger.declaration import field_of
from anshu.web import codes
from anshu.workflow.models import Change
from anshu.workflow.transitions import ARROWS

PROGRAMS = {
    "sense": gettext_lazy("Sensing"),
    "work": gettext_lazy("System"),
    "relay": gettext_lazy("Relay"),
    "import": gettext_lazy("Import"),
    "public": gettext_lazy("The one who told"),
}
DEEDS = {
    "add": gettext_lazy("added it"),
    "change": gettext_lazy("changed it"),
    "import": gettext_lazy("imported a file"),
    "export": gettext_lazy("exported rows"),
    "unmask": gettext_lazy("looked at personal data"),
    "warnings.confirm": gettext_lazy("judged it true"),
    "warnings.reject": gettext_lazy("judged it false"),
    "warnings.mark_test": gettext_lazy("judged it a test"),
    "warnings.mark_duplicate": gettext_lazy("judged it a duplicate"),
    "warnings.read_warning": gettext_lazy("has read it"),
    "attach_picture": gettext_lazy("added a picture"),
    "make_out": gettext_lazy("made out a document"),
    "tipoffs.prove": gettext_lazy("was shown code and PIN at the counter"),
    "tipoffs.fail_to_prove": gettext_lazy("was shown a code and PIN that do not fit"),
    "vault.enrol": gettext_lazy("enrolled as a keyholder of the vault"),
    "vault.found": gettext_lazy("founded the vault"),
    "vault.wrong_passphrase": gettext_lazy("gave a wrong passphrase"),
    "telemetry.replay": gettext_lazy("tried again what was set aside"),
    "enterprises.regrade": gettext_lazy("reckoned another colour"),
    "enterprises.note_event": gettext_lazy("noted what counts towards the grade"),
    "enterprises.end_event": gettext_lazy("noted that it is over"),
    "enterprises.drop_event": gettext_lazy("took back what had counted"),
    "enterprises.note_weather": gettext_lazy("counted the weather for those it endangers"),
    "enterprises.end_weather": gettext_lazy("counted the weather no longer"),
    "enterprises.invite": gettext_lazy("opened the log-in of an enterprise"),
    "workflow.remind_owner": gettext_lazy("reminded the owner: half of the time has passed"),
    "workflow.remind_leader": gettext_lazy("reminded the unit's leader: four fifths of the time have passed"),
    "workflow.escalate": gettext_lazy("told the district leader: the time has run out"),
    "workflow.letter": gettext_lazy("had a supervision letter drawn up: half as long again has passed"),
    "workflow.expiry_refused": gettext_lazy("could not do what was due"),
    "workflow.open_webhook": gettext_lazy("opened a webhook"),
    "workflow.close_webhook": gettext_lazy("closed a webhook"),
    "workflow.reopen_webhook": gettext_lazy("opened a webhook again"),
    "workflow.send_again": gettext_lazy("sent again what had failed"),
    "access.log_in": gettext_lazy("logged in"),
    "access.log_out": gettext_lazy("logged out"),
    "access.change_password": gettext_lazy("changed the password"),
    "access.enrol_second_factor": gettext_lazy("set up the one-time code"),
    "access.open_account": gettext_lazy("opened an account"),
    "access.close_account": gettext_lazy("closed the account"),
    "access.reopen_account": gettext_lazy("opened the account again"),
    "access.grant": gettext_lazy("granted a role"),
    "access.withdraw": gettext_lazy("withdrew a role"),
}


DOUBTS = {
    "position_contradicts_district": gettext_lazy("the position lies outside the district it is said to be in"),
    "position_shared": gettext_lazy("another record has the very same position"),
    "position_rough": gettext_lazy("the position is rough and may be kilometres off"),
    "district_unknown": gettext_lazy("the district is not stated"),
    "street_unknown": gettext_lazy("the street is not known"),
    "name_repeated": gettext_lazy("another record has the same name"),
    "name_changed_since_centre": gettext_lazy("renamed since its centre was recorded"),
    "no_boundary": gettext_lazy("has no boundary"),
    "no_centre": gettext_lazy("has no centre"),
    "no_capacity": gettext_lazy("the capacity is not stated"),
    "unnamed": gettext_lazy("has no name of its own"),
    "elsewhere": gettext_lazy("speaks of a place outside this district"),
    "far_from_site": gettext_lazy("begun far from the site"),
    "device_clock_off": gettext_lazy("the clock of the telephone was wrong"),
    "old_form_version": gettext_lazy("looked at by an earlier version of the list"),
    "late_entry": gettext_lazy("entered late, some time after it was found"),
    "succession_doubtful": gettext_lazy("which warning it replaces is not certain"),
}


def doubt(flag: str) -> str:
    """What is doubtful about a record, in words; where a position really lies stands after a colon."""
    name, _colon, place = flag.partition(":")
    if name == "found_in":
        return _("the position lies in %(place)s") % {"place": place if place != "none" else _("no district")}
    return str(DOUBTS.get(name, flag))


def who(change: Change) -> str:
    """The name of whoever did it; programs by what they are."""
    return str(PROGRAMS.get(change.actor, change.actor)) if change.actor_id is None else change.actor


def deed(change: Change) -> str:
    """What was done, in words."""
    if change.verb in DEEDS:
        return str(DEEDS[change.verb])
    domain, _dot, verb = change.verb.partition(".")
    for model, arrows in ARROWS.items():
        if model._meta.label_lower == change.subject and verb in arrows and model._meta.app_label == domain:
            return str(arrows[verb].title)
    return str(DEEDS.get(verb, verb.replace("_", " ")))


def state_word(change: Change, state: str) -> str:
    """A state by its label."""
    model = apps.get_model(change.subject) if change.subject else None
    return str(dict(model.State.choices).get(state, state)) if model is not None and hasattr(model, "State") else state


def sentence(change: Change) -> SafeString:
    """“周航 判属实：待研判 → 属实”, with what was changed."""
    moved = ""
    if change.to_state and change.from_state != change.to_state:
        arrow = f"{state_word(change, change.from_state)} → " if change.from_state else ""
        moved = _(": ") + arrow + state_word(change, change.to_state)
    elif change.verb.endswith(".make_out"):
        moved = _(": ") + f"{change.details.get('title', '')} {change.details.get('number', '')}"
    return format_html("<b>{}</b> {}{}{}", who(change), deed(change), moved, differences(change))


def differences(change: Change) -> SafeString:
    """Each field that was changed, from what to what; nothing for fields a reader has no word for."""
    if change.from_state != change.to_state:
        return SafeString("")  # the move itself says it
    changed: dict[str, Any] = change.details.get("changed") or {}
    model = apps.get_model(change.subject) if change.subject else None
    rows = [
        (str(field.verbose_name), value_word(field, was), value_word(field, now))
        for name, (was, now) in changed.items()
        if model is not None and (field := field_of(model, name)) is not None and is_told(field)
    ]
    if not rows:
        return SafeString("")
    return format_html(' <span class="small soft">{}</span>', format_html_join(_("; "), "{} {} → {}", rows[:6]))


def is_told(field: Any) -> bool:
    """Whether a change of the field means something to a reader: not what only programs keep, nor whole structures."""
    return bool(field.editable) and not isinstance(field, models.JSONField)


def value_word(field: Any, value: Any) -> str:
    """A stored value in words."""
    if value in (None, ""):
        return _("nothing")
    if getattr(field, "choices", None):
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, models.DateTimeField):
        return f"{timezone.localtime(datetime.fromisoformat(value)):%m-%d %H:%M}"
    return (codes.of(field.name, value) or show.words(value))[:60]
