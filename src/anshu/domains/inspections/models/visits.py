"""Visits: who went where with which list, what was answered, who signed."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anshu.access.models import Account
from anshu.domains.enterprises.models import Enterprise
from anshu.domains.inspections.models.checklists import Checklist
from anshu.domains.inspections.models.plans import Draw, InspectionPlan
from anshu.domains.people.models import Person
from anshu.domains.places.models import Site
from anshu.ledger.indexes import listed
from anshu.ledger.models import Registered


class VisitKind(models.TextChoices):
    """Why somebody goes; what is found is told to have been found that way."""

    PATROL = "patrol", _("grid patrol")
    ENFORCEMENT = "enforcement", _("inspection by officers")
    EXPERT = "expert", _("expert visit")
    COVERT = "covert", _("unannounced visit")
    JOINT = "joint", _("joint visit of several departments")
    ANNOUNCED = "announced", _("announced visit")
    CROSS = "cross", _("cross inspection by another area")


class Visit(Registered):
    """One visit to one site with one checklist (检查). Its answers stay with the version of the list they were given
    to."""

    class State(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("visit", "planned")
        STARTED = "started", _("on site")
        SUBMITTED = "submitted", _("handed in, to be signed")
        SIGNED = "signed", pgettext_lazy("visit", "signed by the visited side")
        CLOSED = "closed", pgettext_lazy("visit", "filed")
        CANCELLED = "cancelled", _("cancelled")

    site = models.ForeignKey(Site, models.PROTECT, related_name="+", verbose_name=_("site"))
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("enterprise")
    )
    kind = models.CharField(_("kind of visit"), max_length=12, choices=VisitKind)
    checklist = models.ForeignKey(Checklist, models.PROTECT, related_name="+", verbose_name=_("checklist"))
    planned_on = models.DateField(_("planned for"))
    lead = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=pgettext_lazy("visit", "first officer"),
    )
    second = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=pgettext_lazy("visit", "second officer"),
    )
    companions = models.CharField(_("others taking part"), max_length=200, blank=True)
    plan = models.ForeignKey(
        InspectionPlan,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=pgettext_lazy("inspection", "plan"),
    )
    draw = models.ForeignKey(Draw, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("draw"))
    announced_at = models.DateTimeField(_("list sent to the enterprise at"), null=True, editable=False)
    started_at = models.DateTimeField(_("started at"), null=True, editable=False)
    starter = models.ForeignKey(
        Account, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("started by")
    )
    away_m = models.FloatField(_("metres from the site"), null=True, editable=False)
    remarks = models.TextField(_("remarks"), blank=True)
    submitted_at = models.DateTimeField(_("handed in at"), null=True, editable=False)
    score_percent = models.FloatField(_("score (%)"), null=True, editable=False)
    passed_count = models.PositiveIntegerField(pgettext_lazy("visit", "in order"), default=0, editable=False)
    found_count = models.PositiveIntegerField(_("hazards found"), default=0, editable=False)
    out_count = models.PositiveIntegerField(_("out of scope"), default=0, editable=False)
    signer = models.CharField(pgettext_lazy("visit", "signed by"), max_length=60, blank=True)
    refused_to_sign = models.BooleanField(_("refused to sign"), default=False)
    witness = models.CharField(_("witness of the refusal"), max_length=60, blank=True)
    signed_at = models.DateTimeField(pgettext_lazy("visit", "signed at"), null=True, editable=False)
    closed_at = models.DateTimeField(_("filed at"), null=True, editable=False)
    revision = models.PositiveIntegerField(default=0, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PLANNED, editable=False)

    numbered = "JC"
    found_from = "started_at"
    searchable = ("number", "remarks")
    named_by = ("site",)

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = pgettext_lazy("register", "visits")
        indexes = (
            models.Index(fields=("state", "planned_on"), name="visit_by_state"),
            models.Index(fields=("state", "territory", "planned_on"), name="visit_by_area"),
            models.Index(fields=("enterprise", "started_at"), name="visit_of_enterprise"),
            models.Index(fields=("site", "started_at"), name="visit_of_site"),
            models.Index(fields=("kind", "started_at"), name="visit_by_kind"),
            # What figures ask of the visits of some days, so that counting a year of them reads no row.
            models.Index(
                fields=("started_at", "state", "territory", "exercise", "kind", "checklist", "found_count"),
                name="visit_counted",
            ),
            models.Index(fields=("lead", "planned_on"), name="visit_of_lead"),
            models.Index(fields=("second", "planned_on"), name="visit_of_second"),
            *listed("visit", "created_at", "kind", "state", "planned_on", "found_count", "score_percent"),
        )

    def __str__(self) -> str:
        return f"{self.site} · {self.get_kind_display()}"


class AnswerSheet(models.Model):
    """The answers of a visit by path, each with who gave it, when, and to which version of the list. Apart from the
    visit, so that lists of visits stay light and the log holds what was answered, not all that stood there before."""

    visit = models.OneToOneField(Visit, models.CASCADE, primary_key=True, related_name="sheet")
    answers = models.JSONField(default=dict)

    def __str__(self) -> str:
        return str(self.visit_id)
