"""The register of accidents (事故台账): what happened, how many it hurt, who confirmed it. People are counts."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anshu.domains.accidents.models.grading import grade_of
from anshu.domains.enterprises.models import Enterprise
from anshu.domains.incidents.models import Incident
from anshu.domains.tipoffs.models import AccidentGrade
from anshu.kernel import clock
from anshu.ledger.models import Registered


class Accident(Registered):
    """An accident as the statistics know it. What was done about it while it lasted stands with its incident."""

    class Kind(models.TextChoices):
        TRADE = "trade", pgettext_lazy("accident", "industry, mining and trade")
        CONSTRUCTION = "construction", pgettext_lazy("accident", "construction works")
        ROAD = "road", pgettext_lazy("accident", "road traffic")
        FIRE = "fire", pgettext_lazy("accident", "fire")
        GAS = "gas", pgettext_lazy("accident", "gas")
        WATER = "water", pgettext_lazy("accident", "water traffic")
        RAIL = "rail", pgettext_lazy("accident", "railway traffic")
        OTHER = "other", pgettext_lazy("accident", "other")

    title = models.CharField(_("title"), max_length=160)
    kind = models.CharField(pgettext_lazy("accident", "kind"), max_length=12, choices=Kind)
    occurred_at = models.DateTimeField(_("occurred at"))
    place = models.CharField(_("place"), max_length=200, blank=True)
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("enterprise")
    )
    incident = models.ForeignKey(
        Incident, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("incident")
    )
    deaths = models.PositiveIntegerField(
        pgettext_lazy("accident", "deaths"),
        default=0,
        help_text=_("with those who die within the time in which casualties are corrected"),
    )
    serious_injuries = models.PositiveIntegerField(
        _("serious injuries"), default=0, help_text=_("with acute industrial poisoning")
    )
    slight_injuries = models.PositiveIntegerField(_("slight injuries"), default=0)
    loss_yuan = models.DecimalField(
        _("direct loss (yuan)"), max_digits=14, decimal_places=2, null=True, blank=True, help_text=_("empty: unknown")
    )
    grade = models.CharField(
        _("grade of the accident"), max_length=10, choices=AccidentGrade, editable=False, blank=True
    )
    confirmed_by = models.CharField(
        pgettext_lazy("accident", "confirmed by"),
        max_length=120,
        blank=True,
        help_text=_("the unit that confirmed the figures; empty: not confirmed yet"),
    )
    confirmed_on = models.DateField(pgettext_lazy("accident", "confirmed on"), null=True, blank=True)
    cause = models.TextField(pgettext_lazy("accident", "cause"), blank=True)

    numbered = "SG"
    searchable = ("number", "title", "place")

    class Meta:
        verbose_name = pgettext_lazy("register", "accident")
        verbose_name_plural = pgettext_lazy("register", "accidents")
        indexes = (
            models.Index(fields=("occurred_at",), name="accident_newest"),
            models.Index(fields=("kind", "occurred_at"), name="accident_by_kind"),
        )

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """It has happened; whoever confirmed it did so on a day, and the other way about."""
        super().clean()
        if self.occurred_at and self.occurred_at > clock.now():
            raise ValidationError({"occurred_at": _("it cannot have happened in the future")})
        if bool(self.confirmed_by.strip()) != (self.confirmed_on is not None):
            absent = "confirmed_on" if self.confirmed_by.strip() else "confirmed_by"
            raise ValidationError({absent: _("who confirmed it and on which day belong together")})

    def weigh(self) -> None:
        """Give it the grade that its deaths, injuries and loss reach."""
        self.grade = grade_of(
            self.occurred_at,
            deaths=self.deaths,
            serious_injuries=self.serious_injuries,
            loss_yuan=self.loss_yuan,
        )

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.weigh()
        super().save(*args, **kwargs)
