"""When a rule holds, and what its readings must pass before it looks at them."""

import re
from math import inf

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from anshu.domains.devices.models import Channel
from anshu.engines.sensing import Checks, Schedule
from anshu.ledger.models import Registered

DAY_OF_YEAR = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
MONTH_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
HOUR = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00")
LAST_MINUTE = 1440
EVERY_DAY = "1234567"


class Watching(Registered):
    """The part of a rule that is no threshold. Empty means always, and unchecked; the engine's docstring defines both.

    Checks belong to a channel: where several rules watch one, the strictest of theirs holds for all.
    """

    season_from = models.CharField(_("season from"), max_length=5, blank=True, help_text=_("month and day, as 04-15"))
    season_to = models.CharField(
        _("season until"), max_length=5, blank=True, help_text=_("last day of it; may lie in the next year")
    )
    weekdays = models.CharField(
        _("days of the week"), max_length=7, blank=True, help_text=_("1 Monday to 7 Sunday, as 12345; empty: every day")
    )
    hours_from = models.CharField(_("hours from"), max_length=5, blank=True, help_text=_("as 22:00"))
    hours_to = models.CharField(
        _("hours until"), max_length=5, blank=True, help_text=_("as 06:00 of the next day, which is no longer in them")
    )
    low = models.FloatField(
        _("plausible from"), null=True, blank=True, help_text=_("a reading below this is not believed")
    )
    high = models.FloatField(
        _("plausible to"), null=True, blank=True, help_text=_("a reading above this is not believed")
    )
    jump = models.FloatField(
        _("largest jump"), null=True, blank=True, help_text=_("from one reading to the next; a second one is believed")
    )
    stuck_after_s = models.PositiveIntegerField(
        _("stuck after (s)"), null=True, blank=True, help_text=_("of the same value; such readings are counted")
    )
    gap_after_s = models.PositiveIntegerField(
        _("gap after (s)"), null=True, blank=True, help_text=_("without a reading; then the backup channel speaks")
    )
    backup = models.ForeignKey(
        Channel, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("backup channel")
    )

    class Meta:
        abstract = True

    def when(self) -> Schedule:
        """The season, days and hours in which it holds, in local time."""
        return Schedule(
            first_day=_month_day(self.season_from) or (1, 1),
            last_day=_month_day(self.season_to) or (12, 31),
            weekdays=tuple(int(day) for day in self.weekdays or EVERY_DAY),
            from_minute=(_minute(self.hours_from) or 0) % LAST_MINUTE,
            to_minute=_minute(self.hours_to) or LAST_MINUTE,
        )

    def checks(self) -> Checks:
        """What a reading must pass."""
        return Checks(
            low=-inf if self.low is None else self.low,
            high=inf if self.high is None else self.high,
            jump=inf if self.jump is None else self.jump,
            stuck_after_s=self.stuck_after_s,
            gap_after_s=self.gap_after_s,
        )

    def clean(self) -> None:
        """Each field for itself, then those that must fit each other; every fault is named."""
        super().clean()
        faults: dict[str, object] = {}
        for one, other, read, words in (
            ("season_from", "season_to", _month_day, _("write month and day as 04-15")),
            ("hours_from", "hours_to", _minute, _("write hour and minute as 22:00")),
        ):
            for name, neighbour in ((one, other), (other, one)):
                text = getattr(self, name)
                if text and read(text) is None:
                    faults[name] = words
                elif not text and getattr(self, neighbour):
                    faults[name] = _("from and until belong together")
        if not set(self.weekdays) <= set(EVERY_DAY) or len(set(self.weekdays)) != len(self.weekdays):
            faults["weekdays"] = _("write each day once, 1 Monday to 7 Sunday")
        if self.hours_from and _minute(self.hours_from) == (_minute(self.hours_to) or 0) % LAST_MINUTE:
            faults.setdefault("hours_to", _("the hours begin and end at the same minute"))
        faults |= self._faults_of_checks()
        if faults:
            raise ValidationError(faults)

    def _faults_of_checks(self) -> dict[str, object]:
        faults: dict[str, object] = {}
        if self.low is not None and self.high is not None and self.low > self.high:
            faults["high"] = _("lies below where plausible values begin")
        if self.jump is not None and not self.jump > 0:
            faults["jump"] = _("must be more than nothing")
        for name in ("stuck_after_s", "gap_after_s"):
            if getattr(self, name) == 0:
                faults[name] = _("must be more than nothing")
        if self.backup_id and not self.gap_after_s:
            faults["gap_after_s"] = _("say after which gap the backup speaks")
        return faults


def _month_day(text: str) -> tuple[int, int] | None:
    """Month and day of MM-DD, or None when there is no such day."""
    found = DAY_OF_YEAR.fullmatch(text)
    if found is None:
        return None
    month, day = int(found[1]), int(found[2])
    return (month, day) if day <= MONTH_DAYS[month - 1] else None


def _minute(text: str) -> int | None:
    """The minute of the day of HH:MM (24:00 is its end), or None when there is no such time."""
    if HOUR.fullmatch(text) is None:
        return None
    hour, _colon, minute = text.partition(":")
    return 60 * int(hour) + int(minute)
