"""Papers that run out: certificates of people and equipment, licences, levels of standardisation."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anshu.domains.enterprises.models.assets import Asset
from anshu.domains.enterprises.models.files import Enterprise
from anshu.ledger.indexes import listed
from anshu.ledger.models import Registered


class Certificate(Registered):
    """A paper with an end date: of a person, of equipment, or of the enterprise itself. Its number is the paper's."""

    class Kind(models.TextChoices):
        SAFETY_OFFICER = "safety_officer", _("safety officer's certificate")
        SPECIAL_WORK = "special_work", _("special-operation certificate")
        EQUIPMENT_OPERATOR = "equipment_operator", _("special-equipment operator's certificate")
        EQUIPMENT_INSPECTION = "equipment_inspection", _("inspection of special equipment")
        SAFETY_LICENCE = "safety_licence", _("work safety licence")
        CHEMICAL_LICENCE = "chemical_licence", _("hazardous chemicals licence")
        FIRE_APPROVAL = "fire_approval", _("fire safety approval")
        STANDARDISATION = "standardisation", _("safety standardisation")
        OTHER = "other", _("other certificate")

    class State(models.TextChoices):
        VALID = "valid", pgettext_lazy("certificate", "valid")
        RUNNING_OUT = "running_out", _("about to run out")
        EXPIRED = "expired", pgettext_lazy("certificate", "expired")
        WITHDRAWN = "withdrawn", pgettext_lazy("certificate", "no longer needed")

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="+", verbose_name=_("enterprise"))
    kind = models.CharField(pgettext_lazy("certificate", "kind"), max_length=20, choices=Kind)
    bearer = models.CharField(_("of whom or what"), max_length=60, blank=True)
    asset = models.ForeignKey(
        Asset, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("equipment or room")
    )
    rank = models.PositiveSmallIntegerField(_("rank"), null=True, blank=True, help_text=_("1 to 3, of standardisation"))
    issuer = models.CharField(_("issued by"), max_length=80, blank=True)
    issued_on = models.DateField(_("issued on"), null=True, blank=True)
    expires_on = models.DateField(_("valid until"), db_index=True)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.VALID, editable=False)

    held_by = "enterprise__credit_code"
    belongs_to = "enterprise"
    searchable = ("number", "bearer")
    named_by = ("enterprise",)

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        constraints = (models.UniqueConstraint(fields=("number",), name="certificate_number_once"),)
        indexes = (
            models.Index(fields=("state", "expires_on"), name="certificate_by_end"),
            models.Index(fields=("state", "territory", "exercise"), name="certificate_by_area"),
            models.Index(fields=("kind", "expires_on"), name="certificate_of_kind"),
            models.Index(fields=("enterprise", "expires_on"), name="certificate_by_enterprise"),
            *listed("certificate", "expires_on", "bearer", "issuer"),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.bearer or self.enterprise}"


class Standardisation(Registered):
    """An enterprise asks for a level of safety standardisation: reviewed once, accepted or not."""

    class State(models.TextChoices):
        APPLIED = "applied", _("applied, to be reviewed")
        REVIEWED = "reviewed", _("first review passed, to be accepted")
        ACCEPTED = "accepted", pgettext_lazy("standardisation", "accepted")
        FAILED = "failed", _("not reached")

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="+", verbose_name=_("enterprise"))
    rank = models.PositiveSmallIntegerField(_("level applied for"), default=3, help_text=_("1 is the highest"))
    score = models.FloatField(_("score"), null=True, blank=True)
    online = models.BooleanField(_("reviewed online"), default=False)
    reviewed_on = models.DateField(_("first review on"), null=True, editable=False)
    accepted_on = models.DateField(_("accepted on"), null=True, editable=False)
    opinion = models.TextField(_("opinion"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.APPLIED, editable=False)

    numbered = "BZ"
    held_by = "enterprise__credit_code"
    belongs_to = "enterprise"
    searchable = ("number", "opinion")
    named_by = ("enterprise",)

    class Meta:
        verbose_name = _("standardisation review")
        verbose_name_plural = _("standardisation reviews")
        indexes = (
            models.Index(fields=("state", "territory"), name="standardisation_by_state"),
            *listed("standard", "created_at", "rank", "score", "state", "reviewed_on", "accepted_on"),
        )

    def __str__(self) -> str:
        return f"{self.enterprise} · {self.rank}"
