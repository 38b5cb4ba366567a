"""Whom we regulate: enterprises and the premises they hold."""

from functools import cache

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from anshu.access.secrets import PersonalField
from anshu.domains.people.models import Person
from anshu.domains.places.models import Site
from anshu.kernel.code_tables import CodeTable, load_code_table
from anshu.kernel.credit_codes import credit_code
from anshu.kernel.errors import Invalid
from anshu.ledger.indexes import listed
from anshu.ledger.models import Registered

DIVISION_SIGNS = 2


@cache
def industries() -> CodeTable:
    """Sections and divisions of GB/T 4754, read once."""
    return load_code_table("industries")


def division_of(industry: str) -> str:
    """The division of an industry code: `26` of C2641, 2641 or C26; empty when it names none."""
    digits = industry.strip().upper().lstrip("ABCDEFGHIJKLMNOPQRST")
    return digits[:DIVISION_SIGNS] if len(digits) >= DIVISION_SIGNS else ""


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
        _("unified credit code"), max_length=18, blank=True, null=True, unique=True, help_text=_("18 signs, checked")
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
    base_color = models.CharField(
        _("grade by review"), max_length=1, choices=Site.Color, blank=True, default=Site.Color.NONE
    )
    risk_color = models.CharField(
        _("risk colour"), max_length=1, choices=Site.Color, blank=True, default=Site.Color.NONE, editable=False
    )
    grade_points = models.FloatField(_("points of the living grade"), null=True, editable=False)
    graded_at = models.DateTimeField(_("graded at"), null=True, editable=False, db_index=True)
    declared_on = models.DateField(_("risks last reviewed on"), null=True, blank=True, editable=False)
    high_hazard = models.BooleanField(
        _("high-hazard trade"), default=False, help_text=_("must be insured; checked more often")
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
        constraints = (models.UniqueConstraint(fields=("number",), name="enterprise_number_once"),)
        indexes = (
            models.Index(
                fields=("territory", "standing", "key", "high_hazard", "risk_color", "exercise"),
                name="enterprise_by_area",
            ),
            models.Index(fields=("risk_color", "-grade_points", "number"), name="enterprise_worst_first"),
            models.Index(fields=("key", "number"), name="enterprise_key_in_order"),
            models.Index(fields=("scale", "number"), name="enterprise_scale_in_order"),
            models.Index(fields=("risk_color", "number"), name="enterprise_color_in_order"),
            models.Index(fields=("standing", "number"), name="enterprise_standing_in_order"),
            models.Index(fields=("high_hazard", "number"), name="enterprise_hazard_in_order"),
            *listed("enterprise", "number", "name", "address"),
        )

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """The credit code proves itself by its last sign; the industry is one of GB/T 4754."""
        super().clean()
        self.industry = self.industry.strip().upper()
        if self.industry and division_of(self.industry) not in industries() and self.industry not in industries():
            raise ValidationError(
                {"industry": _("GB/T 4754 has no division for this code; write it like C2641, 2641 or C26")}
            )
        self.credit_code = self.credit_code or None
        if self.credit_code:
            try:
                self.credit_code = credit_code(self.credit_code)
            except Invalid as error:
                raise ValidationError({"credit_code": str(error)}) from error

    @property
    def industry_name(self) -> str:
        """The code with the name of its division, in Chinese or English; the bare code when the table lacks it."""
        entry = industries().codes.get(division_of(self.industry) or self.industry)
        named = (entry.name_zh if (get_language() or "").startswith("zh") else entry.name_en) if entry else ""
        return f"{self.industry} {named}".strip()

    industry_name.fget.short_description = _("industry")  # type: ignore[attr-defined]


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
        indexes = (*listed("premises", "number", "use", "area_m2"),)

    def __str__(self) -> str:
        return f"{self.enterprise} · {self.site}"


def within(enterprise: Enterprise) -> dict[str, object]:
    """Where a record about an enterprise lies, as fields of that record."""
    return {
        "territory": enterprise.territory,
        "lon": enterprise.lon,
        "lat": enterprise.lat,
        "exercise": enterprise.exercise,
    }
