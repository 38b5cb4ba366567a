"""Who can be sent: stations and crews."""

from django.db import models
from django.utils.translation import gettext_lazy as _

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
