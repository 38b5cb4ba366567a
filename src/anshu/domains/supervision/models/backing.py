"""What stands behind a campaign: what it is to reach, who and what money is sent to help, and the places it puts in
order."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anshu.domains.hazards.models import Hazard
from anshu.domains.people.models import Organisation
from anshu.domains.places.models import Site
from anshu.domains.supervision.models.campaigns import Campaign
from anshu.ledger.models import Registered


class Target(Registered):
    """Something measurable that is to be reached (指标任务), and what was reached by the day of assessment. It is
    asked of a matter or a campaign, never of a person, and never in fines."""

    class Origin(models.TextChoices):
        PROVINCE = "province", pgettext_lazy("target", "the province")
        CITY = "city", pgettext_lazy("target", "the city")
        DISTRICT = "district", pgettext_lazy("target", "the district")

    name = models.CharField(_("name"), max_length=160)
    campaign = models.ForeignKey(
        Campaign,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("campaign"),
    )
    matter = models.CharField(_("kind of matter"), max_length=16, choices=Hazard.Kind, blank=True)
    origin = models.CharField(_("set by"), max_length=8, choices=Origin, default=Origin.DISTRICT)
    unit = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("lead unit")
    )
    counted_in = models.CharField(_("counted in"), max_length=20, help_text=_("such as households or %"))
    wanted = models.FloatField(pgettext_lazy("target", "to be reached"), null=True, blank=True)
    reached = models.FloatField(pgettext_lazy("target", "reached"), null=True, blank=True)
    due_on = models.DateField(pgettext_lazy("supervision", "due on"), null=True, blank=True)
    assessed_on = models.DateField(_("assessed on"), null=True, blank=True)
    note = models.TextField(pgettext_lazy("remark", "note"), blank=True)

    numbered = "MB"
    searchable = ("number", "name")

    class Meta:
        verbose_name = pgettext_lazy("supervision", "target")
        verbose_name_plural = pgettext_lazy("register", "targets")
        indexes = (models.Index(fields=("assessed_on", "matter"), name="target_by_assessment"),)

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """What was reached was assessed on a day."""
        super().clean()
        if self.reached is not None and self.assessed_on is None:
            raise ValidationError({"assessed_on": _("say on which day it was assessed")})


class Assistance(Registered):
    """Help sent to a street or another unit (帮扶): people for a while, or money for a purpose."""

    class Kind(models.TextChoices):
        PEOPLE = "people", pgettext_lazy("assistance", "people")
        MONEY = "money", pgettext_lazy("assistance", "money")

    kind = models.CharField(pgettext_lazy("assistance", "kind"), max_length=6, choices=Kind)
    receiver = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("whom it helps"))
    sender = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("who sends it")
    )
    campaign = models.ForeignKey(
        Campaign,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("campaign"),
    )
    purpose = models.CharField(_("what for"), max_length=200)
    starts_on = models.DateField(_("from, or allocated on"))
    ends_on = models.DateField(pgettext_lazy("span", "until"), null=True, blank=True)
    people = models.PositiveIntegerField(_("people sent"), null=True, blank=True)
    full_time = models.BooleanField(_("freed from all other work"), default=False)
    amount_yuan = models.DecimalField(_("money (yuan)"), max_digits=14, decimal_places=2, null=True, blank=True)
    document_number = models.CharField(_("document number"), max_length=60, blank=True)

    numbered = "BF"
    searchable = ("number", "purpose", "document_number")
    named_by = ("receiver",)

    class Meta:
        verbose_name = pgettext_lazy("supervision", "assistance")
        verbose_name_plural = pgettext_lazy("register", "assistance")
        indexes = (models.Index(fields=("kind", "starts_on"), name="assistance_by_kind"),)

    def __str__(self) -> str:
        return f"{self.receiver} · {self.purpose[:40]}"

    def clean(self) -> None:
        """Money says how much; it ends after it began."""
        super().clean()
        if self.kind == self.Kind.MONEY and not self.amount_yuan:
            raise ValidationError({"amount_yuan": _("say how much was allocated")})
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": _("it ends before it begins")})


class Treatment(Registered):
    """A place put in order as a project (治理项目), such as a slope made safe. What is wrong there in particular are
    its hazards."""

    class Kind(models.TextChoices):
        ENGINEERING = "engineering", _("engineering treatment")
        RECTIFICATION = "rectification", _("special rectification")

    name = models.CharField(_("name"), max_length=160)
    kind = models.CharField(pgettext_lazy("treatment", "kind"), max_length=14, choices=Kind)
    site = models.ForeignKey(Site, models.PROTECT, related_name="+", verbose_name=_("site"))
    campaign = models.ForeignKey(
        Campaign,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("campaign"),
    )
    unit = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("answerable unit")
    )
    starts_on = models.DateField(
        pgettext_lazy("treatment", "begun on"), null=True, blank=True, help_text=_("empty: planned")
    )
    finished_on = models.DateField(pgettext_lazy("treatment", "finished and accepted on"), null=True, blank=True)
    cost_yuan = models.DecimalField(_("cost (yuan)"), max_digits=14, decimal_places=2, null=True, blank=True)
    result = models.TextField(pgettext_lazy("treatment", "result"), blank=True)

    numbered = "ZL"
    belongs_to = "site"
    searchable = ("number", "name")
    named_by = ("site",)

    class Meta:
        verbose_name = _("treatment project")
        verbose_name_plural = pgettext_lazy("register", "treatment projects")
        indexes = (models.Index(fields=("kind", "starts_on", "finished_on"), name="treatment_by_kind"),)

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """What is finished was begun before."""
        super().clean()
        if self.finished_on and self.starts_on is None:
            raise ValidationError({"starts_on": _("say when it was begun")})
        if self.starts_on and self.finished_on and self.finished_on < self.starts_on:
            raise ValidationError({"finished_on": _("it ends before it begins")})
