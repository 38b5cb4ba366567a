"""Works on premises: minor and sporadic works that are filed, and dangerous work that needs a permit."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anshu.access.secrets import PersonalField
from anshu.domains.enterprises.models import Enterprise
from anshu.domains.places.models import Site
from anshu.ledger.indexes import listed
from anshu.ledger.models import Registered


class MinorWork(Registered):
    """A work below the limit of building permits (小散工程, 零星作业): filed with the street before it begins."""

    class Kind(models.TextChoices):
        DECORATION = "decoration", _("decoration and refurbishment")
        INSTALLATION = "installation", _("installation of equipment")
        DEMOLITION = "demolition", _("demolition")
        FACADE = "facade", _("outer walls and billboards")
        WELDING = "welding", _("welding and hot work")
        DIGGING = "digging", _("digging")
        CONFINED = "confined", _("work in a confined space")
        PIPES = "pipes", _("pipes and wiring")
        OTHER = "other", _("other work")

    class Scale(models.TextChoices):
        PROJECT = "project", _("small project")
        SPORADIC = "sporadic", _("sporadic work")

    class State(models.TextChoices):
        FILED = "filed", _("filed, to be inspected")
        INSPECTED = "inspected", _("inspected, may begin")
        IN_PROGRESS = "in_progress", _("in progress")
        STOPPED = "stopped", _("stopped")
        FINISHED = "finished", pgettext_lazy("work", "finished")
        WITHDRAWN = "withdrawn", pgettext_lazy("work", "withdrawn")

    name = models.CharField(_("what is done"), max_length=120)
    kind = models.CharField(pgettext_lazy("work", "kind"), max_length=14, choices=Kind)
    scale = models.CharField(pgettext_lazy("work", "scale"), max_length=10, choices=Scale, default=Scale.SPORADIC)
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("filed by")
    )
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("site"))
    address = models.CharField(_("address"), max_length=200, blank=True)
    owner = models.CharField(_("owner of the place"), max_length=80, blank=True)
    contractor = models.CharField(_("who does the work"), max_length=80)
    foreman = models.CharField(_("foreman"), max_length=60, blank=True)
    phone = PersonalField(_("phone"), blank=True)
    workers = models.PositiveSmallIntegerField(_("workers"), default=1)
    starts_on = models.DateField(pgettext_lazy("span", "from"), db_index=True)
    ends_on = models.DateField(pgettext_lazy("span", "until"))
    unfiled = models.BooleanField(_("found without filing"), default=False, editable=False)
    inspection = models.TextField(_("what the inspection found"), blank=True)
    inspected_at = models.DateTimeField(_("inspected at"), null=True, editable=False)
    begun_at = models.DateTimeField(_("begun at"), null=True, editable=False)
    finished_at = models.DateTimeField(_("finished at"), null=True, editable=False)
    stops = models.PositiveSmallIntegerField(_("times stopped"), default=0, editable=False)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.FILED, editable=False)

    numbered = "XS"
    held_by = "enterprise__credit_code"
    belongs_to = "enterprise"
    searchable = ("number", "name", "address", "contractor")

    class Meta:
        verbose_name = _("minor work")
        verbose_name_plural = _("minor works")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="work_ends_after_start"
            ),
        )
        indexes = (
            models.Index(fields=("state", "territory"), name="work_by_state"),
            models.Index(fields=("territory", "unfiled", "exercise", "starts_on"), name="work_by_area"),
            models.Index(fields=("enterprise", "state"), name="work_by_enterprise"),
            *listed(
                "work", "created_at", "name", "kind", "state", "starts_on", "ends_on", "contractor", "unfiled", "scale"
            ),
        )

    def __str__(self) -> str:
        return self.name


class WorkPermit(Registered):
    """A permit for one dangerous work (作业票) at a place and time, by named people, with gas tested before it."""

    class Kind(models.TextChoices):
        HOT_WORK = "hot_work", _("hot work")
        CONFINED_SPACE = "confined_space", _("confined space entry")
        BLIND_PLATE = "blind_plate", _("blind plates")
        HEIGHT = "work_at_height", _("work at height")
        LIFTING = "lifting", _("lifting")
        TEMPORARY_POWER = "temporary_power", _("temporary power")
        EXCAVATION = "excavation", _("excavation")
        ROAD_CLOSURE = "road_closure", _("road closure")

    class Rank(models.TextChoices):
        SPECIAL = "special", pgettext_lazy("permit", "special")
        FIRST = "1", pgettext_lazy("permit", "level 1")
        SECOND = "2", pgettext_lazy("permit", "level 2")
        THIRD = "3", pgettext_lazy("permit", "level 3")
        FOURTH = "4", pgettext_lazy("permit", "level 4")
        NONE = "", pgettext_lazy("permit", "no levels")

    class State(models.TextChoices):
        APPLIED = "applied", pgettext_lazy("permit", "applied for")
        TESTED = "tested", _("gas tested, to be approved")
        APPROVED = "approved", pgettext_lazy("permit", "approved")
        WORKING = "working", _("work going on")
        INTERRUPTED = "interrupted", _("interrupted")
        FINISHED = "finished", pgettext_lazy("permit", "finished")
        EXPIRED = "expired", pgettext_lazy("permit", "expired")
        REVOKED = "revoked", pgettext_lazy("permit", "revoked")
        WITHDRAWN = "withdrawn", pgettext_lazy("permit", "withdrawn")

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="+", verbose_name=_("enterprise"))
    work = models.ForeignKey(
        MinorWork, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("minor work")
    )
    kind = models.CharField(pgettext_lazy("permit", "kind"), max_length=16, choices=Kind)
    rank = models.CharField(pgettext_lazy("permit", "level"), max_length=8, choices=Rank, blank=True, default=Rank.NONE)
    raised = models.CharField(_("why the level was raised"), max_length=200, blank=True, editable=False)
    size = models.FloatField(_("height (m) or weight (t)"), null=True, blank=True)
    summary = models.CharField(_("what is done"), max_length=200)
    place = models.CharField(_("where exactly"), max_length=120)
    measures = models.TextField(_("safety measures"))
    applicant = models.CharField(_("applied for by"), max_length=60)
    guardian = models.CharField(_("person on watch"), max_length=60)
    approver = models.CharField(_("approved by"), max_length=60, blank=True)
    workers = models.PositiveSmallIntegerField(_("workers"), default=1)
    starts_at = models.DateTimeField(pgettext_lazy("span", "from"))
    ends_at = models.DateTimeField(pgettext_lazy("span", "until"), db_index=True)
    tests = models.JSONField(_("gas tests"), default=list, blank=True, editable=False)
    tested_at = models.DateTimeField(_("last passed gas test"), null=True, editable=False)
    started_at = models.DateTimeField(_("begun at"), null=True, editable=False)
    valid_until = models.DateTimeField(_("valid until"), null=True, editable=False)
    interrupted_at = models.DateTimeField(_("interrupted at"), null=True, editable=False)
    ended_at = models.DateTimeField(_("ended at"), null=True, editable=False)
    basis = models.CharField(_("basis"), max_length=200, blank=True, editable=False)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.APPLIED, editable=False)

    numbered = "ZY"
    held_by = "enterprise__credit_code"
    belongs_to = "enterprise"
    searchable = ("number", "summary", "place")
    named_by = ("enterprise",)

    class Meta:
        verbose_name = _("work permit")
        verbose_name_plural = _("work permits")
        indexes = (
            models.Index(fields=("state", "territory"), name="permit_by_state"),
            models.Index(fields=("kind", "starts_at"), name="permit_by_kind"),
            models.Index(fields=("enterprise", "state"), name="permit_by_enterprise"),
            *listed("permit", "created_at", "kind", "rank", "place", "state", "starts_at", "ends_at"),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.place}"


class RatingRound(Registered):
    """A round in which the sites under construction were compared for their safety (在建工地评比), and its bulletin. It
    counts sites; which ones they are stands in the bulletin."""

    name = models.CharField(_("name"), max_length=120)
    rated_on = models.DateField(_("rated on"))
    sites_rated = models.PositiveIntegerField(_("sites compared"))
    sites_good = models.PositiveIntegerField(_("of which praised"), default=0)
    sites_poor = models.PositiveIntegerField(_("of which criticised"), default=0)
    document_number = models.CharField(_("number of the bulletin"), max_length=60, blank=True)
    note = models.TextField(pgettext_lazy("remark", "note"), blank=True)

    numbered = "PB"
    searchable = ("number", "name", "document_number")

    class Meta:
        verbose_name = _("rating round of construction sites")
        verbose_name_plural = pgettext_lazy("register", "rating rounds of construction sites")
        indexes = (models.Index(fields=("rated_on",), name="rating_round_newest"),)

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """No more sites are praised and criticised than were compared."""
        super().clean()
        if (self.sites_good or 0) + (self.sites_poor or 0) > (self.sites_rated or 0):
            raise ValidationError({"sites_rated": _("more were praised or criticised than compared")})
