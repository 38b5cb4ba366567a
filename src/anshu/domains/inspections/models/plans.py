"""What is to be inspected in a period: the plan with its frame, and the draws from it."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anshu.domains.enterprises.models import Enterprise
from anshu.domains.inspections.models.checklists import Checklist
from anshu.domains.places.models import Site
from anshu.kernel.identifiers import uuid7
from anshu.ledger.models import Registered


class InspectionPlan(Registered):
    """An inspection plan of a year or month (监督检查计划): the key list in full, of the rest a share by lot."""

    class State(models.TextChoices):
        DRAFTED = "drafted", _("drafted")
        APPROVED = "approved", _("approved")
        RUNNING = "running", _("running")
        CLOSED = "closed", pgettext_lazy("plan", "ended")

    name = models.CharField(_("name"), max_length=120)
    starts_on = models.DateField(pgettext_lazy("plan", "from"))
    ends_on = models.DateField(pgettext_lazy("plan", "until"))
    checklist = models.ForeignKey(Checklist, models.PROTECT, related_name="+", verbose_name=_("checklist"))
    random_percent = models.FloatField(_("drawn of the others (%)"), default=10)
    document = models.CharField(_("approval document"), max_length=120, blank=True)
    frame_hash = models.CharField(_("digest of the frame"), max_length=64, blank=True, editable=False)
    frame_size = models.PositiveIntegerField(_("in the frame"), default=0, editable=False)
    key_count = models.PositiveIntegerField(_("key enterprises"), default=0, editable=False)
    approved_at = models.DateTimeField(_("approved at"), null=True, editable=False)
    closed_at = models.DateTimeField(_("ended at"), null=True, editable=False)
    conclusion = models.TextField(pgettext_lazy("plan", "conclusion"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFTED, editable=False)

    numbered = "JH"
    searchable = ("number", "name")

    class Meta:
        verbose_name = _("inspection plan")
        verbose_name_plural = pgettext_lazy("register", "inspection plans")
        indexes = (models.Index(fields=("state", "ends_on"), name="plan_by_state"),)

    def __str__(self) -> str:
        return self.name


class PlanTarget(models.Model):
    """One enterprise of a plan's frame as it stood when the plan was approved: what it was drawn from, with what
    weight."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    plan = models.ForeignKey(InspectionPlan, models.CASCADE, related_name="+")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="+")
    site = models.ForeignKey(Site, models.PROTECT, related_name="+", null=True)
    key = models.BooleanField(_("key enterprise"), default=False)
    stratum = models.CharField(_("stratum"), max_length=40)
    weight = models.FloatField(_("weight"), default=1)
    owed = models.PositiveSmallIntegerField(_("visits owed"), default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("plan", "enterprise"), name="target_once"),)
        indexes = (models.Index(fields=("plan", "owed"), name="target_owed"),)

    def __str__(self) -> str:
        return f"{self.plan_id} {self.enterprise_id}"


class Draw(Registered):
    """A double random draw (双随机): enterprises and officers by lot, fixed before anybody sees what was drawn.

    Until it is opened, seed and result stand in `sealed` alone, encrypted, so that nobody reads them in the database
    either; then `record` holds all that is needed to repeat it."""

    class State(models.TextChoices):
        COMMITTED = "committed", _("drawn, not opened")
        REVEALED = "revealed", _("opened")
        PUBLISHED = "published", pgettext_lazy("draw", "published")
        REPLACED = "replaced", _("drawn again")

    plan = models.ForeignKey(
        InspectionPlan, models.PROTECT, related_name="+", verbose_name=pgettext_lazy("inspection", "plan")
    )
    wanted = models.PositiveIntegerField(_("to be drawn"))
    commitment = models.CharField(_("commitment"), max_length=64, editable=False)
    frame_hash = models.CharField(_("digest of the frame"), max_length=64, editable=False)
    result_hash = models.CharField(_("digest of the result"), max_length=64, editable=False)
    record = models.JSONField(default=dict, blank=True, editable=False)
    sealed = models.TextField(default="", blank=True, editable=False)
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("instead of")
    )
    why_again = models.TextField(_("why drawn again"), blank=True)
    revealed_at = models.DateTimeField(pgettext_lazy("draw", "opened at"), null=True, editable=False)
    published_at = models.DateTimeField(pgettext_lazy("draw", "published at"), null=True, editable=False)
    published_in = models.CharField(pgettext_lazy("draw", "published in"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.COMMITTED, editable=False)

    numbered = "CQ"
    searchable = ("number",)
    unlogged = ("record", "sealed")
    named_by = ("plan",)

    class Meta:
        verbose_name = _("draw")
        verbose_name_plural = pgettext_lazy("register", "draws")
        indexes = (models.Index(fields=("plan", "state"), name="draw_of_plan"),)

    def __str__(self) -> str:
        return f"{self.number} {self.plan}"

    @property
    def drawn(self) -> list[dict[str, Any]]:
        """What was drawn, once it is opened; before that nothing, to nobody."""
        return list(self.record.get("drawn", ()))
