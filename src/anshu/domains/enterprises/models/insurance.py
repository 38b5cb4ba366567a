"""Safety liability insurance (安责险) and the services given to enterprises."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anshu.domains.enterprises.models.files import Enterprise
from anshu.ledger.indexes import listed
from anshu.ledger.models import Registered


class Policy(Registered):
    """An insurance policy; the premium floats with the record of the enterprise, and says why."""

    class Kind(models.TextChoices):
        LIABILITY = "liability", _("work safety liability insurance")
        RURAL_HOUSE = "rural_house", _("rural house insurance")
        DISASTER = "disaster", _("public liability for natural disasters")

    class State(models.TextChoices):
        ACTIVE = "active", pgettext_lazy("policy", "in force")
        ENDED = "ended", pgettext_lazy("policy", "ended")
        CANCELLED = "cancelled", pgettext_lazy("policy", "cancelled")

    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("insured enterprise")
    )
    kind = models.CharField(pgettext_lazy("policy", "kind"), max_length=12, choices=Kind, default=Kind.LIABILITY)
    insurer = models.CharField(_("insurer"), max_length=80)
    starts_on = models.DateField(pgettext_lazy("span", "from"))
    ends_on = models.DateField(pgettext_lazy("span", "until"), db_index=True)
    sum_insured_yuan = models.DecimalField(_("sum insured (yuan)"), max_digits=16, decimal_places=2)
    base_premium_yuan = models.DecimalField(_("base premium (yuan)"), max_digits=14, decimal_places=2)
    premium_yuan = models.DecimalField(
        _("premium (yuan)"), max_digits=14, decimal_places=2, null=True, blank=True,
        help_text=_("left empty: the base premium"),
    )  # fmt: skip
    factors = models.JSONField(_("why this premium"), default=list, blank=True, editable=False)
    insured_people = models.PositiveIntegerField(_("people insured"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ACTIVE, editable=False)

    held_by = "enterprise__credit_code"
    belongs_to = "enterprise"
    searchable = ("number", "insurer")

    class Meta:
        verbose_name = _("insurance policy")
        verbose_name_plural = _("insurance policies")
        constraints = (models.UniqueConstraint(fields=("number",), name="policy_number_once"),)
        indexes = (
            models.Index(fields=("state", "ends_on"), name="policy_by_end"),
            models.Index(
                fields=("kind", "territory", "ends_on", "starts_on", "state", "exercise", "enterprise"),
                name="policy_by_area",
            ),
            models.Index(fields=("enterprise", "ends_on"), name="policy_by_enterprise"),
            *listed("policy", "ends_on", "kind", "insurer", "sum_insured_yuan", "premium_yuan"),
        )

    def __str__(self) -> str:
        return self.number


class Service(Registered):
    """A visit that helps and does not punish: prevention service of an insurer, assistance, expert advice, training."""

    class Kind(models.TextChoices):
        PREVENTION = "prevention", _("accident prevention service")
        ASSISTANCE = "assistance", _("help and guidance")
        CONSULTATION = "consultation", _("expert consultation")
        TRAINING = "training", _("safety training")

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="+", verbose_name=_("enterprise"))
    policy = models.ForeignKey(
        Policy, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("insurance policy")
    )
    kind = models.CharField(pgettext_lazy("service", "kind"), max_length=12, choices=Kind)
    served_on = models.DateField(_("on"), db_index=True)
    server = models.CharField(_("given by"), max_length=80)
    problem = models.TextField(_("what was asked or found"), blank=True)
    answer = models.TextField(_("what was advised"), blank=True)
    people_count = models.PositiveIntegerField(_("people trained"), null=True, blank=True)

    numbered = "FW"
    held_by = "enterprise__credit_code"
    belongs_to = "enterprise"
    searchable = ("number", "server", "problem")

    class Meta:
        verbose_name = _("service to enterprises")
        verbose_name_plural = _("services to enterprises")
        indexes = (
            models.Index(fields=("kind", "served_on"), name="service_by_kind"),
            models.Index(fields=("territory", "exercise", "served_on"), name="service_by_area"),
            models.Index(fields=("enterprise", "served_on"), name="service_by_enterprise"),
            *listed("service", "served_on", "server", "people_count"),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.served_on}"
