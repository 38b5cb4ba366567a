"""Which alarms are kept off the desk: matching of silences, and of causes with what follows from them. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils import timezone

from anshu.domains.warnings.models import Alarm, Level, Silence, color
from anshu.kernel import clock, rule_packs
from anshu.workflow import rules

STREET_DIGITS = 9
LEVELS = {level.name.lower(): level.value for level in Level}
"""Names of the pack → where an alarm has them, as a query reads them."""
PATHS = {
    "judged": "rule__judged",
    "quantity": "channel__quantity",
    "device": "channel__device__kind",
    "level": "level",
}
SCOPES = {
    "site": "site_id",
    "channel": "channel_id",
    "street": "territory__startswith",
    "account": "channel__device__account_id",
}


@dataclass(frozen=True)
class Matcher:
    """What an alarm must be: name of `PATHS` → the values it may have; a name that is absent may have any."""

    wanted: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def fits(self, alarm: Alarm) -> bool:
        """Whether the alarm is one of these."""
        return all(facts(alarm)[name] in values for name, values in self.wanted.items())

    def fits_at_some_level(self, alarm: Alarm) -> bool:
        """Whether it is, was or may become one of these by its level alone."""
        return all(facts(alarm)[name] in values for name, values in self.wanted.items() if name != "level")

    @property
    def condition(self) -> Q:
        """The same as `fits`, asked of the database."""
        found = Q()
        for name, values in self.wanted.items():
            told = [LEVELS[value] for value in values] if name == "level" else list(values)
            found &= Q(**{f"{PATHS[name]}__in": told})
        return found


@dataclass(frozen=True)
class Inhibition:
    """While an alarm that fits `cause` stands, those that fit `mutes` and share its `same` are kept off the desk."""

    key: str
    cause: Matcher
    mutes: Matcher
    same: str

    def shared(self, alarm: Alarm) -> Q | None:
        """Who shares with the alarm what must be the same; None when the alarm has no such thing."""
        value = scope(alarm, self.same)
        return Q(**{SCOPES[self.same]: value}) if value else None


def facts(alarm: Alarm) -> dict[str, str]:
    """What matchers ask of an alarm."""
    return {
        "judged": alarm.rule.judged,
        "quantity": alarm.channel.quantity,
        "device": alarm.channel.device.kind,
        "level": color(alarm),
    }


def scope(alarm: Alarm, same: str) -> Any:
    """The site, channel, account or street of an alarm; nothing when it has none."""
    if same == "street":
        return alarm.territory[:STREET_DIGITS] if len(alarm.territory) >= STREET_DIGITS else ""
    if same == "account":
        return alarm.channel.device.account_id
    return alarm.site_id if same == "site" else alarm.channel_id


def inhibitions() -> Iterator[Inhibition]:
    """The rows of the pack `alarm_inhibition` in force today."""
    for rule in rules.packs()["alarm_inhibition"].in_force(timezone.localtime(clock.now()).date()):
        yield Inhibition(rule.key, _matcher(rule, "cause"), _matcher(rule, "mutes"), rule.text("same"))


def _matcher(rule: rule_packs.Rule, name: str) -> Matcher:
    entries = rule.member(name)
    wanted = entries if isinstance(entries, Mapping) else {}
    return Matcher({key: tuple(map(str, values)) for key, values in wanted.items() if isinstance(values, tuple)})


def silences(silence: Silence, alarm: Alarm) -> bool:
    """Whether the silence covers the alarm: all that it names is the alarm's, in its area; red only if it says so."""
    if alarm.level == Level.RED and not silence.red_too:
        return False
    named = (
        (silence.rule_id, alarm.rule_id),
        (silence.channel_id, alarm.channel_id),
        (silence.site_id, alarm.site_id),
        (silence.quantity, alarm.channel.quantity),
    )
    return (
        silence.exercise == alarm.exercise
        and alarm.territory.startswith(silence.territory)
        and all(wanted == has for wanted, has in named if wanted)
    )


def covered_by(silence: Silence) -> Q:
    """The same as `silences`, asked of the database."""
    found = Q(territory__startswith=silence.territory, exercise=silence.exercise)
    for name in ("rule_id", "channel_id", "site_id"):
        if getattr(silence, name):
            found &= Q(**{name: getattr(silence, name)})
    if silence.quantity:
        found &= Q(channel__quantity=silence.quantity)
    return found if silence.red_too else found & ~Q(level=Level.RED)
