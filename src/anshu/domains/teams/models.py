"""Who can be sent: stations and crews."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anshu.domains.people.models import Organisation
from anshu.ledger.models import Registered


class Team(Registered):
    """A crew that can be sent, where it stands and what it can do."""

    class Kind(models.TextChoices):
        FIRE_RESCUE = "fire_rescue", _("fire-rescue force")
        PROFESSIONAL = "professional", _("professional team")
        GRASSROOTS = "grassroots", _("grassroots team")
        ENTERPRISE = "enterprise", _("enterprise team")
        SOCIAL = "social", _("social rescue force")
        MILITARY = "military", _("military")

    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=14, choices=Kind)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("organisation")
    )
    skills = models.JSONField(
        _("skills"), default=list, blank=True, help_text=_("pump, rescue, fire, medical, tree, chemical")
    )
    members = models.PositiveIntegerField(_("members"), default=0)
    vehicles = models.PositiveIntegerField(_("vehicles"), default=0)
    phone = models.CharField(_("duty phone"), max_length=40, blank=True)
    ready = models.BooleanField(_("ready"), default=True)

    searchable = ("number", "name")

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        constraints = (models.UniqueConstraint(fields=("number",), name="team_number_once"),)

    def __str__(self) -> str:
        return self.name


class Station(Registered):
    """A fire or rescue station (消防站点): where a force is housed, since when, and whose it is."""

    class Kind(models.TextChoices):
        CITY = "city", _("city fire station")
        SMALL = "small", _("small fire station")
        POST = "post", _("fire and rescue post")
        MICRO = "micro", _("micro fire station")

    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(pgettext_lazy("station", "kind"), max_length=6, choices=Kind)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("organisation")
    )
    address = models.CharField(_("address"), max_length=200, blank=True)
    opened_on = models.DateField(
        pgettext_lazy("station", "opened on"), null=True, blank=True, help_text=_("empty: unknown")
    )
    closed_on = models.DateField(pgettext_lazy("station", "closed on"), null=True, blank=True)
    members = models.PositiveIntegerField(_("members"), default=0)
    vehicles = models.PositiveIntegerField(_("vehicles"), default=0)
    phone = models.CharField(_("duty phone"), max_length=40, blank=True)

    numbered = "XF"
    searchable = ("number", "name", "address")

    class Meta:
        verbose_name = _("fire or rescue station")
        verbose_name_plural = pgettext_lazy("register", "fire and rescue stations")
        indexes = (models.Index(fields=("kind", "territory"), name="station_by_kind"),)

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """It closes after it opened."""
        super().clean()
        if self.opened_on and self.closed_on and self.closed_on < self.opened_on:
            raise ValidationError({"closed_on": _("it ends before it begins")})
