"""What could happen where: risk points and areas, the yearly declaration by which an enterprise names its own, and what
studies of all of them came to."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anshu.domains.enterprises.models.files import Enterprise
from anshu.domains.people.models import Organisation, Person
from anshu.domains.places.models import Site
from anshu.ledger.indexes import listed
from anshu.ledger.models import Registered


class Method(models.TextChoices):
    """How a risk is graded: three factors multiplied, or likelihood times severity (rules of grading)."""

    LEC = "lec", _("LEC (likelihood × exposure × consequence)")
    LS = "ls", _("LS matrix (likelihood × severity)")


class Threat(models.TextChoices):
    """What may happen, as GB 6441 names accidents, the usual ones."""

    FIRE = "fire", _("fire")
    EXPLOSION = "explosion", _("explosion")
    POISONING = "poisoning", _("poisoning and suffocation")
    ELECTRIC = "electric", _("electric shock")
    FALL = "fall", _("fall from height")
    MACHINERY = "machinery", _("injury by machinery")
    LIFTING = "lifting", _("injury by lifting")
    VEHICLE = "vehicle", _("injury by vehicles")
    COLLAPSE = "collapse", _("collapse")
    FLOOD = "flood", _("flooding")
    CROWD = "crowd", _("crush of a crowd")
    OTHER = "other", _("other harm")


class RiskArea(Registered):
    """A high-risk area or point (高风险区域和点位) that a leader answers for until it is taken off the list."""

    class State(models.TextChoices):
        LISTED = "listed", _("listed, without a leader")
        SPONSORED = "sponsored", _("under rectification with a leader")
        DELISTED = "delisted", pgettext_lazy("risk area", "taken off the list")

    name = models.CharField(_("name"), max_length=120)
    threat = models.CharField(_("danger"), max_length=12, choices=Threat, default=Threat.FIRE)
    point = models.BooleanField(_("a single point"), default=False, help_text=_("not set: an area"))
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("site"))
    risk_color = models.CharField(
        _("risk colour"), max_length=1, choices=Site.Color, blank=True, default=Site.Color.NONE, editable=False
    )
    color_reason = models.CharField(_("why this colour"), max_length=200, blank=True, editable=False)
    sponsor = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("leader who answers for it")
    )
    unit = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("answerable unit")
    )
    measures = models.TextField(_("measures"), blank=True)
    visited_at = models.DateTimeField(_("leader last there"), null=True, editable=False)
    outcome = models.TextField(_("how it ended"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.LISTED, editable=False)

    numbered = "FQ"
    searchable = ("number", "name")

    class Meta:
        verbose_name = _("high-risk area")
        verbose_name_plural = _("high-risk areas and points")
        indexes = (models.Index(fields=("state", "territory"), name="risk_area_by_state"),)

    def __str__(self) -> str:
        return self.name


class RiskPoint(Registered):
    """One danger at one place, graded, with what keeps it in check and who answers for it."""

    class State(models.TextChoices):
        IDENTIFIED = "identified", _("identified, to be controlled")
        CONTROLLED = "controlled", _("measures in place")
        REMOVED = "removed", pgettext_lazy("risk point", "removed")

    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("enterprise")
    )
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("site"))
    area = models.ForeignKey(
        RiskArea, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("high-risk area")
    )
    name = models.CharField(_("name"), max_length=120)
    place = models.CharField(_("where exactly"), max_length=120, blank=True)
    threat = models.CharField(_("danger"), max_length=12, choices=Threat)
    method = models.CharField(_("graded by"), max_length=3, choices=Method, default=Method.LS)
    likelihood = models.FloatField(_("likelihood (L)"))
    exposure = models.FloatField(_("exposure (E)"), null=True, blank=True, help_text=_("LEC alone"))
    severity = models.FloatField(_("severity or consequence (S, C)"))
    score = models.FloatField(_("risk value"), editable=False, default=0)
    risk_color = models.CharField(
        _("risk colour"), max_length=1, choices=Site.Color, blank=True, default=Site.Color.NONE, editable=False
    )
    basis = models.CharField(_("basis"), max_length=200, blank=True, editable=False)
    measures = models.TextField(_("measures"), blank=True)
    responsible = models.CharField(_("person in charge"), max_length=60, blank=True)
    assessed_on = models.DateField(_("assessed on"), null=True, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.IDENTIFIED, editable=False)

    numbered = "FX"
    held_by = "enterprise__credit_code"
    belongs_to = "enterprise"
    searchable = ("number", "name", "place")

    class Meta:
        verbose_name = _("risk point")
        verbose_name_plural = _("risk points")
        indexes = (
            models.Index(fields=("state", "territory", "exercise"), name="risk_point_by_state"),
            models.Index(fields=("risk_color", "state"), name="risk_point_by_color"),
            models.Index(fields=("enterprise", "state"), name="risk_point_by_enterprise"),
            *listed("risk_point", "created_at", "name", "threat", "risk_color", "score", "state", "responsible"),
        )

    def __str__(self) -> str:
        return self.name


class RiskDeclaration(Registered):
    """An enterprise names its risks; the street reviews them, and with them the grade of the enterprise."""

    class State(models.TextChoices):
        DRAFT = "draft", _("being filled in")
        SUBMITTED = "submitted", _("submitted, to be reviewed")
        RETURNED = "returned", _("returned for completion")
        REVIEWED = "reviewed", _("reviewed")
        SUPERSEDED = "superseded", _("replaced by a later one")
        VOID = "void", pgettext_lazy("declaration", "withdrawn")

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="+", verbose_name=_("enterprise"))
    risks = models.JSONField(_("risks declared"), default=list, blank=True, editable=False)
    nothing_to_declare = models.BooleanField(_("nothing beyond ordinary office or shop risk"), default=False)
    risk_color = models.CharField(
        _("grade given"), max_length=1, choices=Site.Color, blank=True, default=Site.Color.NONE, editable=False
    )
    opinion = models.TextField(_("opinion of the reviewer"), blank=True)
    submitted_at = models.DateTimeField(_("submitted at"), null=True, editable=False, db_index=True)
    reviewed_at = models.DateTimeField(_("reviewed at"), null=True, editable=False)
    again_on = models.DateField(_("to be declared again by"), null=True, editable=False, db_index=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT, editable=False)

    numbered = "SB"
    held_by = "enterprise__credit_code"
    belongs_to = "enterprise"
    searchable = ("number",)
    named_by = ("enterprise",)

    class Meta:
        verbose_name = _("risk declaration")
        verbose_name_plural = _("risk declarations")
        constraints = (
            models.UniqueConstraint(
                fields=("enterprise",),
                condition=models.Q(state__in=("draft", "submitted", "returned")),
                name="one_declaration_at_a_time",
            ),
        )
        indexes = (
            models.Index(fields=("state", "territory"), name="declaration_by_state"),
            models.Index(fields=("territory", "submitted_at", "reviewed_at", "exercise"), name="declaration_by_area"),
            models.Index(fields=("enterprise", "state"), name="declaration_by_enterprise"),
            *listed("declaration", "created_at", "state", "risk_color", "submitted_at", "reviewed_at", "again_on"),
        )

    def __str__(self) -> str:
        return f"{self.enterprise} {self.number}"


class RiskStudy(Registered):
    """A study of the risks of one field (重点领域风险研判), or a map of its points; the paper is attached."""

    class Kind(models.TextChoices):
        ANALYSIS = "analysis", pgettext_lazy("risk study", "analysis")
        MAP = "map", pgettext_lazy("risk study", "distribution map")

    title = models.CharField(_("title"), max_length=160)
    kind = models.CharField(pgettext_lazy("risk study", "kind"), max_length=8, choices=Kind)
    field = models.CharField(
        pgettext_lazy("risk study", "field"), max_length=40, help_text=_("written the same way each time")
    )
    made_on = models.DateField(pgettext_lazy("risk study", "made on"))
    unit = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("answerable unit")
    )
    points = models.PositiveIntegerField(_("points of risk in it"), null=True, blank=True)
    conclusion = models.TextField(pgettext_lazy("risk study", "conclusion"), blank=True)

    numbered = "YP"
    searchable = ("number", "title", "field")

    class Meta:
        verbose_name = _("risk study")
        verbose_name_plural = pgettext_lazy("register", "risk studies and maps")
        indexes = (models.Index(fields=("kind", "made_on"), name="risk_study_by_kind"),)

    def __str__(self) -> str:
        return self.title
