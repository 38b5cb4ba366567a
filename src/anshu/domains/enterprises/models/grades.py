"""What moves the living grade of an enterprise, and who has set it aside for a time."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anshu.domains.enterprises.models.files import Enterprise
from anshu.domains.places.models import Site
from anshu.ledger.indexes import listed
from anshu.ledger.models import Registered


class GradeEvent(Registered):
    """Something that happened to an enterprise and counts towards its grade. It begins; if it is of the kind that
    lasts, it ends; from then on its points fade."""

    class Kind(models.TextChoices):
        ALARM = "alarm", _("alarm confirmed")
        HAZARD_GENERAL = "hazard_general", _("general hazard open")
        HAZARD_MAJOR = "hazard_major", _("major hazard open")
        HAZARD_OVERDUE = "hazard_overdue", _("hazard overdue")
        DANGEROUS_WORK = "dangerous_work", _("dangerous work going on")
        WEATHER = "weather", _("weather warning in force")
        PENALTY = "penalty", _("administrative penalty")
        CHECK_FAILED = "check_failed", _("inspection with findings")
        CHECK_PASSED = "check_passed", _("inspection without findings")
        SELF_CHECK_MISSED = "self_check_missed", _("self-check missed")
        CERTIFICATE_EXPIRED = "certificate_expired", _("certificate expired")
        ACCIDENT = "accident", _("accident")

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="+", verbose_name=_("enterprise"))
    kind = models.CharField(pgettext_lazy("grade", "kind"), max_length=20, choices=Kind)
    summary = models.CharField(_("what happened"), max_length=200)
    weight = models.FloatField(_("weight"), default=1.0, help_text=_("1 is an ordinary case of its kind"))
    lasts = models.BooleanField(_("lasts until it is over"), default=False, editable=False)
    began_at = models.DateTimeField(_("since"))
    ended_at = models.DateTimeField(_("over since"), null=True, blank=True, editable=False)
    cause = models.CharField(max_length=60, blank=True, editable=False)
    cause_id = models.UUIDField(null=True, editable=False)

    numbered = "FJ"
    held_by = "enterprise__credit_code"
    belongs_to = "enterprise"
    searchable = ("number", "summary")
    named_by = ("enterprise",)

    class Meta:
        verbose_name = _("event of the living grade")
        verbose_name_plural = _("events of the living grade")
        constraints = (
            models.UniqueConstraint(
                fields=("enterprise", "kind", "cause_id"),
                condition=models.Q(cause_id__isnull=False),
                name="grade_event_once",
            ),
        )
        indexes = (
            models.Index(fields=("enterprise", "began_at"), name="grade_event_by_enterprise"),
            models.Index(fields=("cause_id", "kind"), name="grade_event_by_cause"),
            *listed("grade_event", "began_at", "kind", "summary", "ended_at"),
        )

    def __str__(self) -> str:
        return f"{self.enterprise} · {self.summary}"


class GradeOverride(Registered):
    """A person has set another colour than the reckoned one, with a reason and an end."""

    class State(models.TextChoices):
        IN_FORCE = "in_force", pgettext_lazy("override", "in force")
        ENDED = "ended", pgettext_lazy("override", "ended")

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="+", verbose_name=_("enterprise"))
    risk_color = models.CharField(_("risk colour"), max_length=1, choices=Site.Color)
    reason = models.TextField(_("reason"))
    until_on = models.DateField(pgettext_lazy("span", "until"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.IN_FORCE, editable=False)

    numbered = "TJ"
    held_by = "enterprise__credit_code"
    belongs_to = "enterprise"
    searchable = ("number", "reason")
    named_by = ("enterprise",)

    class Meta:
        verbose_name = _("grade set by hand")
        verbose_name_plural = _("grades set by hand")
        constraints = (
            models.UniqueConstraint(
                fields=("enterprise",), condition=models.Q(state="in_force"), name="one_override_at_a_time"
            ),
        )

    def __str__(self) -> str:
        return f"{self.enterprise} · {self.get_risk_color_display()}"
