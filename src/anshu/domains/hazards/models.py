"""Defects that somebody must put right by a date (隐患), and what beside them has a life of its own: a postponement
asked for, a listing for public supervision, a second look at what was closed."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anshu.access.models import Account
from anshu.domains.enterprises.models import Enterprise
from anshu.domains.people.models import Organisation
from anshu.domains.places.models import Site
from anshu.ledger.indexes import listed
from anshu.ledger.models import Registered


class Grade(models.TextChoices):
    """Of a hazard; a major one names the clause by which it was judged."""

    GENERAL = "general", _("general hazard")
    MAJOR = "major", _("major hazard")


class Hazard(Registered):
    """A defect found at a site that someone must put right by a date."""

    class State(models.TextChoices):
        FOUND = "found", _("found, to be graded")
        DISPUTED = "disputed", _("before the expert")
        GRADED = "graded", _("graded, to be ordered")
        ORDERED = "ordered", _("ordered, to be taken up")
        RECTIFYING = "rectifying", _("being rectified")
        SUBMITTED = "submitted", _("rectified, to be rechecked")
        PASSED = "passed", _("recheck passed, to be closed out")
        CLOSED = "closed", _("closed out")
        VOID = "void", _("not a hazard")

    class Source(models.TextChoices):
        PATROL = "patrol", _("grid patrol")
        SELF_CHECK = "self_check", _("self-check of the enterprise")
        ENFORCEMENT = "enforcement", _("inspection by officers")
        EXPERT = "expert", _("expert visit")
        INSURER = "insurer", _("prevention service of the insurer")
        TIP_OFF = "tip_off", _("tip-off")
        SENSOR = "sensor", _("monitoring")

    class Kind(models.TextChoices):
        FIRE = "fire", _("fire safety")
        ELECTRIC = "electric", _("electricity")
        GAS = "gas", _("gas")
        CHEMICAL = "chemical", _("hazardous chemicals")
        DUST = "dust", _("combustible dust")
        CONFINED_SPACE = "confined_space", _("confined space")
        MACHINERY = "machinery", _("machinery and special equipment")
        HEIGHT = "height", _("work at height")
        CONSTRUCTION = "construction", _("construction and minor works")
        EBIKE = "ebike", _("e-bikes")
        STRUCTURE = "structure", _("buildings and slopes")
        MANAGEMENT = "management", _("safety management")
        OTHER = "other", _("other hazard")

    site = models.ForeignKey(Site, models.PROTECT, related_name="+", verbose_name=_("site"))
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("enterprise")
    )
    summary = models.CharField(_("defect"), max_length=200)
    place = models.CharField(_("where exactly"), max_length=120, blank=True)
    kind = models.CharField(pgettext_lazy("hazard", "kind"), max_length=16, choices=Kind)
    clause = models.CharField(
        _("clause violated"), max_length=200, blank=True, help_text=_("item of the checklist or article of the law")
    )
    source = models.CharField(_("found by way of"), max_length=12, choices=Source)
    origin = models.CharField(_("found at"), max_length=60, blank=True, help_text=_("the visit, tip-off or alarm"))
    origin_id = models.UUIDField(null=True, blank=True, editable=False, db_index=True)
    found_at = models.DateTimeField(_("found on"))
    late_reason = models.CharField(_("why entered late"), max_length=200, blank=True, editable=False)
    finder = models.ForeignKey(
        Account, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("finder")
    )
    grade = models.CharField(_("grade"), max_length=8, choices=Grade, blank=True)
    judging_clause = models.CharField(_("judged by"), max_length=200, blank=True)
    opinion = models.TextField(_("expert's opinion"), blank=True)
    responsible = models.CharField(_("person in charge of rectification"), max_length=60, blank=True)
    measures = models.TextField(_("interim protection"), blank=True)
    suspended = models.BooleanField(_("work suspended until closed"), default=False)
    due_on = models.DateField(_("due on"), null=True, blank=True, db_index=True)
    ordered_due_on = models.DateField(_("first due on"), null=True, blank=True, editable=False)
    ordered_at = models.DateTimeField(_("ordered at"), null=True, editable=False)
    plan = models.JSONField(_("rectification plan"), default=dict, blank=True, editable=False)
    rectification = models.TextField(_("what was done"), blank=True)
    cause = models.TextField(_("cause"), blank=True)
    cost_yuan = models.DecimalField(_("money spent (yuan)"), max_digits=14, decimal_places=2, null=True, blank=True)
    fixer = models.ForeignKey(
        Account, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("rectified by")
    )
    submitted_at = models.DateTimeField(_("submitted at"), null=True, editable=False)
    verifier = models.ForeignKey(
        Account, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("rechecked by")
    )
    rechecked_at = models.DateTimeField(_("rechecked at"), null=True, editable=False)
    failures = models.PositiveSmallIntegerField(_("rechecks failed"), default=0, editable=False)
    closed_at = models.DateTimeField(_("closed at"), null=True, editable=False)
    earlier = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("recurrence of")
    )
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.FOUND, editable=False)

    numbered = "YH"
    held_by = "enterprise__credit_code"
    searchable = ("number", "summary", "place")

    class Meta:
        verbose_name = pgettext_lazy("register", "hazard")
        verbose_name_plural = pgettext_lazy("register", "hazards")
        indexes = (
            models.Index(fields=("state", "territory", "due_on", "exercise"), name="hazard_by_state"),
            models.Index(fields=("grade", "state"), name="hazard_by_grade"),
            models.Index(fields=("site", "kind", "found_at"), name="hazard_by_site"),
            models.Index(fields=("enterprise", "state"), name="hazard_by_enterprise"),
            # As for visits: what figures ask of the hazards of some days.
            models.Index(fields=("found_at", "state", "territory", "exercise", "grade"), name="hazard_counted"),
            *listed("hazard", "created_at", "summary", "kind", "grade", "state", "due_on", "found_at", "source"),
        )

    def __str__(self) -> str:
        return self.summary

    @property
    def major(self) -> bool:
        return self.grade == Grade.MAJOR


class Extension(Registered):
    """A later date asked for before the date has passed, with the reason and what protects people meanwhile."""

    class State(models.TextChoices):
        REQUESTED = "requested", _("asked for, to be decided")
        GRANTED = "granted", _("granted")
        REFUSED = "refused", _("refused")

    hazard = models.ForeignKey(
        Hazard, models.PROTECT, related_name="+", verbose_name=pgettext_lazy("register", "hazard")
    )
    was_due_on = models.DateField(_("was due on"))
    wanted_on = models.DateField(_("asked until"))
    why = models.TextField(_("reason"))
    measures = models.TextField(_("interim protection"))
    answer = models.TextField(_("answer"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.REQUESTED, editable=False)

    numbered = "YQ"
    held_by = "hazard__enterprise__credit_code"
    searchable = ("number", "why")
    named_by = ("hazard",)

    class Meta:
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        constraints = (
            models.UniqueConstraint(
                fields=("hazard",), condition=models.Q(state="requested"), name="one_extension_at_a_time"
            ),
        )
        indexes = (*listed("extension", "created_at", "was_due_on", "wanted_on", "state"),)

    def __str__(self) -> str:
        return f"{self.hazard} → {self.wanted_on}"


class Listing(Registered):
    """A major hazard, an enterprise or a whole area under listed supervision (挂牌督办): named, published, delisted."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        APPROVED = "approved", _("approved")
        NOTICE_SERVED = "notice_served", _("notice served")
        PUBLISHED = "published", _("published")
        PLAN_FILED = "plan_filed", _("plan filed")
        RECTIFYING = "rectifying", pgettext_lazy("listing", "under rectification")
        ACCEPTANCE_REQUESTED = "acceptance_requested", _("acceptance requested")
        ACCEPTED = "accepted", _("accepted")
        DELISTED = "delisted", _("delisted")
        DELISTING_PUBLISHED = "delisting_published", _("delisting published")
        REJECTED = "rejected", _("not listed")

    class Rank(models.TextChoices):
        STREET = "street", _("street")
        DISTRICT = "district", _("district")
        CITY = "city", _("city")

    hazard = models.ForeignKey(
        Hazard,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=pgettext_lazy("register", "hazard"),
    )
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("enterprise")
    )
    subject = models.CharField(_("listed for"), max_length=200)
    rank = models.CharField(_("listed by the"), max_length=8, choices=Rank, default=Rank.DISTRICT)
    clause = models.CharField(_("basis"), max_length=200)
    supervisor = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("supervising unit"))
    leader = models.CharField(_("leader in charge"), max_length=60)
    suspension = models.CharField(_("suspended"), max_length=200, blank=True)
    measures = models.TextField(_("interim protection"), blank=True)
    due_on = models.DateField(_("due on"))
    first_due_on = models.DateField(_("first due on"), editable=False)
    progress_every_d = models.PositiveSmallIntegerField(_("progress every (days)"), default=30)
    plan = models.TextField(_("plan"), blank=True)
    published_at = models.DateTimeField(_("published at"), null=True, editable=False)
    published_in = models.CharField(_("published in"), max_length=200, blank=True)
    postponed = models.JSONField(_("extensions"), default=list, blank=True, editable=False)
    refusal = models.TextField(_("why it failed"), blank=True)
    failures = models.PositiveSmallIntegerField(_("acceptances failed"), default=0, editable=False)
    delisted_at = models.DateTimeField(_("delisted at"), null=True, editable=False)
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.PROPOSED, editable=False)

    numbered = "GP"
    held_by = "enterprise__credit_code"
    searchable = ("number", "subject")
    naming_above = ("supervisor",)  # a street proposes, the bureau above it supervises

    class Meta:
        verbose_name = _("listing")
        verbose_name_plural = pgettext_lazy("register", "listed supervision")
        constraints = (
            models.UniqueConstraint(
                fields=("hazard",),
                condition=~models.Q(state__in=("delisted", "delisting_published", "rejected")),
                name="one_open_listing",
            ),
        )
        indexes = (models.Index(fields=("state", "territory"), name="listing_by_state"),)

    def __str__(self) -> str:
        return self.subject


class LookBackDraw(Registered):
    """The lot of a month: which of the hazards closed in it are looked at again, with all that is needed to repeat it.
    A major hazard and a general one are each drawn from among their own kind."""

    month = models.DateField(pgettext_lazy("look-back", "closed in"), help_text=_("first day of the month"))
    wanted = models.PositiveIntegerField(_("drawn"))
    frame_size = models.PositiveIntegerField(_("in the frame"))
    commitment = models.CharField(_("commitment"), max_length=64, editable=False)
    record = models.JSONField(default=dict, editable=False)

    numbered = "HC"
    unlogged = ("record",)

    class Meta:
        verbose_name = _("draw of look-backs")
        verbose_name_plural = pgettext_lazy("register", "draws of look-backs")
        constraints = (models.UniqueConstraint(fields=("month", "territory"), name="one_look_back_draw_a_month"),)

    def __str__(self) -> str:
        return f"{self.number} {self.month:%Y-%m}"


class LookBack(Registered):
    """A second look at a closed hazard drawn by lot (回头看): it holds, or the hazard is opened again."""

    class State(models.TextChoices):
        DRAWN = "drawn", _("drawn, to be looked at")
        HOLDS = "holds", _("still in order")
        FAILED = "failed", _("found again")

    hazard = models.ForeignKey(
        Hazard, models.PROTECT, related_name="+", verbose_name=pgettext_lazy("register", "hazard")
    )
    seed = models.CharField(_("drawn with"), max_length=64, editable=False)
    draw = models.ForeignKey(
        LookBackDraw, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("drawn in")
    )
    looker = models.ForeignKey(
        Account, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("who looks again")
    )
    finding = models.TextField(_("what was found"), blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.DRAWN, editable=False)

    numbered = "HK"
    searchable = ("number", "finding")
    named_by = ("hazard",)

    class Meta:
        verbose_name = _("look-back")
        verbose_name_plural = pgettext_lazy("register", "look-backs")
        constraints = (
            models.UniqueConstraint(fields=("hazard",), condition=models.Q(state="drawn"), name="one_look_back"),
        )

    def __str__(self) -> str:
        return str(self.hazard)


def territory_of(hazard: Hazard) -> dict[str, Any]:
    """What a record beside a hazard takes over from it: area, position, and the mark of an exercise."""
    return {
        "territory": hazard.territory,
        "lon": hazard.lon,
        "lat": hazard.lat,
        "exercise": hazard.exercise,
    }
