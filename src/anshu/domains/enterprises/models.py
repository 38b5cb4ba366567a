"""Whom we regulate: enterprises and the premises they hold."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anshu.access.secrets import PersonalField
from anshu.domains.people.models import Person
from anshu.domains.places.models import Site
from anshu.kernel.credit_codes import credit_code
from anshu.kernel.errors import Invalid
from anshu.ledger.models import Registered


class Enterprise(Registered):
    """A firm, a shop or an institution that answers for its own safety (主体责任)."""

    class Standing(models.TextChoices):
        OPERATING = "operating", _("operating")
        SUSPENDED = "suspended", _("suspended")
        CLOSED = "closed", _("closed down")

    class Scale(models.TextChoices):
        LARGE = "large", _("large")
        MEDIUM = "medium", _("medium")
        SMALL = "small", _("small")
        MICRO = "micro", _("micro")

    name = models.CharField(_("name"), max_length=120)
    credit_code = models.CharField(
        _("unified credit code"), max_length=18, blank=True, db_index=True, help_text=_("18 signs, checked")
    )
    industry = models.CharField(
        _("industry"), max_length=6, blank=True, db_index=True, help_text=_("code of GB/T 4754, such as C2641")
    )
    sector = models.CharField(
        _("sector"), max_length=40, blank=True, help_text=_("department answerable for the industry")
    )
    scale = models.CharField(_("scale"), max_length=6, choices=Scale, blank=True)
    standing = models.CharField(_("standing"), max_length=10, choices=Standing, default=Standing.OPERATING)
    site = models.ForeignKey(
        Site, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("main premises")
    )
    address = models.CharField(_("address"), max_length=200, blank=True)
    legal_person = models.CharField(_("legal representative"), max_length=60, blank=True)
    contact = models.CharField(_("safety officer"), max_length=60, blank=True)
    phone = PersonalField(_("phone"), blank=True)
    employees = models.PositiveIntegerField(_("employees"), null=True, blank=True)
    risk_color = models.CharField(
        _("risk colour"), max_length=1, choices=Site.Color, blank=True, default=Site.Color.NONE
    )
    key = models.BooleanField(_("key enterprise"), default=False, help_text=_("inspected in full by the yearly plan"))
    officer = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("officer in charge"),
        help_text=_("one person per enterprise"),
    )

    held_by = "credit_code"
    searchable = ("number", "name", "credit_code", "address")

    class Meta:
        verbose_name = _("enterprise")
        verbose_name_plural = pgettext_lazy("register", "enterprises")
        constraints = (
            models.UniqueConstraint(fields=("number",), name="enterprise_number_once"),
            models.UniqueConstraint(
                fields=("credit_code",), condition=~models.Q(credit_code=""), name="credit_code_once"
            ),
        )
        indexes = (
            models.Index(fields=("territory", "risk_color"), name="enterprise_by_color"),
            models.Index(fields=("key", "number"), name="enterprise_key_in_order"),
        )

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """The credit code proves itself by its last sign."""
        super().clean()
        if self.credit_code:
            try:
                self.credit_code = credit_code(self.credit_code)
            except Invalid as error:
                raise ValidationError({"credit_code": str(error)}) from error


class Premises(Registered):
    """A site that an enterprise uses, beside its main one or instead of it: a workshop, a store, a laboratory."""

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="+", verbose_name=_("enterprise"))
    site = models.ForeignKey(Site, models.PROTECT, related_name="+", verbose_name=_("site"))
    use = models.CharField(_("use"), max_length=60, blank=True)
    area_m2 = models.FloatField(_("area (m²)"), null=True, blank=True)

    held_by = "enterprise__credit_code"
    searchable = ("number", "use")
    named_by = ("enterprise", "site")

    class Meta:
        verbose_name = _("premises")
        verbose_name_plural = pgettext_lazy("register", "premises")
        constraints = (models.UniqueConstraint(fields=("enterprise", "site"), name="premises_once"),)

    def __str__(self) -> str:
        return f"{self.enterprise} · {self.site}"
