"""Rules of sensing: a ladder of thresholds on a channel, or on how many conditions hold at a place."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from anshu.domains.devices.models import Channel
from anshu.domains.places.models import Site
from anshu.domains.warnings.models.conditions import Condition, derived, known, understood, unit_of
from anshu.domains.warnings.models.watching import Watching
from anshu.engines.sensing import CompoundRule, LadderRule, Quantity, Step, compile_rules
from anshu.engines.sensing import Condition as Looks
from anshu.engines.sensing import Direction as Side
from anshu.engines.sensing import Level as Grade
from anshu.engines.sensing.rules import WINDOWED
from anshu.kernel.errors import Invalid

"""What a rule that counts conditions leaves to the conditions, and to the rules of the channels themselves."""
OF_ONE_CHANNEL = ("window_min", "low", "high", "jump", "stuck_after_s", "gap_after_s", "backup")
TIMED = ("season_from", "season_to", "weekdays", "hours_from", "hours_to")


class Level(models.TextChoices):
    """Warning levels (突发事件应对法 63): one is the gravest."""

    RED = "1", _("red")
    ORANGE = "2", _("orange")
    YELLOW = "3", _("yellow")
    BLUE = "4", _("blue")


class Rule(Watching):
    """A ladder of thresholds for one channel, or for every channel of a quantity at a kind of site.

    A compound is a ladder on how many of its conditions hold there.
    """

    class Direction(models.TextChoices):
        ABOVE = "above", _("above")
        BELOW = "below", _("below")

    class Judged(models.TextChoices):
        """What of the channel is judged; the engine's docstring defines each."""

        VALUE = "value", _("the value itself")
        RATE = "rate", _("its change per hour")
        SUM = "sum", _("the sum over a window")
        MEAN = "mean", _("the mean over a window")
        LOWEST = "lowest", _("the lowest in a window")
        HIGHEST = "highest", _("the highest in a window")
        CHANGE = "change", _("the change over a window")
        TREND = "trend", _("the trend over a window, per hour")
        UNUSUAL = "unusual", _("how unusual it is for the channel")
        UNSEASONABLE = "unseasonable", _("how unusual it is for this hour of the day")
        UNCHANGED = "unchanged", _("for how long it has not changed")
        SILENCE = "silence", _("for how long nothing has come")
        CONDITIONS = "conditions", _("how many conditions hold")

    name = models.CharField(_("name"), max_length=120)
    channel = models.ForeignKey(
        Channel, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("channel")
    )
    quantity = models.CharField(_("quantity"), max_length=30, blank=True)
    site_kind = models.CharField(_("kind of site"), max_length=24, choices=Site.Kind, blank=True)
    judged = models.CharField(_("what is judged"), max_length=12, choices=Judged, default=Judged.VALUE)
    window_min = models.PositiveIntegerField(
        _("window (min)"), null=True, blank=True, help_text=_("for sums, means, extremes, changes and trends")
    )
    direction = models.CharField(_("direction"), max_length=6, choices=Direction, default=Direction.ABOVE)
    steps = models.JSONField(
        _("steps"), help_text=_("per level: raise, clear, hold_up_s, hold_down_s, in the channel's unit and seconds")
    )
    conditions = models.JSONField(
        _("conditions"), default=list, blank=True, help_text=_("the ladder counts how many of them hold")
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    active = models.BooleanField(_("active"), default=True)
    basis = models.CharField(_("basis"), max_length=200, blank=True)
    verified = models.BooleanField(
        _("verified"), default=False, help_text=_("checked against an authority, not our default")
    )

    downward = True  # a rule of the district watches its streets, who may read it
    searchable = ("number", "name")

    class Meta:
        verbose_name = _("sensing rule")
        verbose_name_plural = _("sensing rules")

    def __str__(self) -> str:
        return self.name

    @property
    def compound(self) -> bool:
        """Whether it counts conditions."""
        return self.judged == self.Judged.CONDITIONS

    def terms(self) -> list[Condition]:
        """Its conditions."""
        return known(self.conditions)

    def ladder(self, slot: int, stale_after_s: float | None) -> LadderRule:
        """The rule as the engine reads it, for the channel at `slot`."""
        return LadderRule(
            key=f"{self.pk}/{slot}",
            channel=slot,
            steps=self.rungs(),
            direction=Side(self.direction),
            stale_after_s=stale_after_s,
            of=self.of(),
            when=self.when(),
        )

    def rungs(self) -> tuple[Step, ...]:
        """The steps as the engine reads them, mildest first."""
        return tuple(
            Step(
                Grade(int(step["level"])),
                float(step["raise"]),
                float(step["clear"]),
                float(step.get("hold_up_s", 0)),
                float(step.get("hold_down_s", 0)),
            )
            for step in sorted(self.steps, key=lambda step: -int(step["level"]))
        )

    def of(self) -> Quantity:
        """What the engine derives from the channel."""
        return derived(self.judged, self.window_min)

    def specimen(self) -> list[LadderRule | CompoundRule]:
        """The rule at one place, for the engine to say what is wrong with its ladder."""
        if not self.compound:
            return [self.ladder(0, None)]
        part = LadderRule("part", 0, (Step(Grade.BLUE, 1.0, 1.0),), when=self.when())
        return [part, CompoundRule("whole", 0, (Looks("part"),) * len(self.conditions), self.rungs())]

    def unit(self, of_channel: str) -> str:
        """The unit of what is judged, by that of the channel; conditions are counted."""
        return pgettext("counted", "cond.") if self.compound else unit_of(self.judged, of_channel)

    def clean(self) -> None:
        """The ladder must hold together; the engine's own words say what is wrong."""
        super().clean()
        if self.judged not in self.Judged.values or self.direction not in self.Direction.values:
            return  # which is said of the field itself
        if self.compound:
            self._clean_compound()
        elif self.conditions:
            raise ValidationError({"conditions": _("only a rule that counts conditions has them")})
        elif self.of().signal in WINDOWED and not self.window_min:
            raise ValidationError({"window_min": _("how long is the window?")})
        if self.backup_id and (not self.channel_id or self.backup_id == self.channel_id):
            raise ValidationError({"backup": _("only a rule on one channel has a backup, which is another one")})
        try:
            compile_rules(self.specimen())
        except Invalid as error:
            raise ValidationError({"steps": str(error)}) from error
        except (KeyError, TypeError, ValueError) as error:
            raise ValidationError({"steps": _("each step has level (1 to 4), raise and clear as numbers")}) from error

    def _clean_compound(self) -> None:
        """Conditions that can be judged, and a ladder that they can reach."""
        faults: dict[str, Any] = {
            name: _("belongs to a condition, or to the rules of its channel: leave it empty")
            for name in OF_ONE_CHANNEL
            if getattr(self, name) not in ("", None)
        }
        if self.direction != self.Direction.ABOVE:
            faults["direction"] = _("conditions are counted upwards")
        if not self.channel_id and not self.quantity:
            faults["quantity"] = _("where does it stand? at one channel, or at all of a quantity")
        self.conditions, wrong = understood(self.conditions)
        if wrong:
            faults["conditions"] = "; ".join(f"{name}: {words}" if name else words for name, words in wrong)
        elif any(getattr(self, name) for name in TIMED) and any(term.negated for term in self.terms()):
            faults["conditions"] = _("what must not hold cannot be asked in a season or at hours only")
        if faults:
            raise ValidationError(faults)
        try:
            reach = {step.raise_at for step in self.rungs()}
        except (KeyError, TypeError, ValueError):
            return  # which is said of the steps themselves
        if not all(1 <= number <= len(self.conditions) for number in reach):
            raise ValidationError({"steps": _("counts from 1 to the number of conditions")})

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            self.version += 1
        super().save(*args, **kwargs)
