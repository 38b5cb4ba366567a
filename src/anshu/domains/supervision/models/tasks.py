"""Supervised tasks, and later dates asked for them."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anshu.domains.hazards.models import Hazard
from anshu.domains.people.models import Organisation
from anshu.domains.supervision.models.campaigns import Campaign
from anshu.ledger.models import Registered


class SupervisedTask(Registered):
    """Something that a leader, a meeting or a superior wants done: by whom, by when, and what counts as done."""

    class State(models.TextChoices):
        REGISTERED = "registered", pgettext_lazy("supervision", "registered, to be broken down")
        DECOMPOSED = "decomposed", pgettext_lazy("supervision", "broken down, to be assigned")
        ASSIGNED = "assigned", pgettext_lazy("supervision", "assigned, to be signed for")
        SIGNED = "signed", pgettext_lazy("supervision", "signed for, first feedback due")
        EXECUTING = "executing", pgettext_lazy("supervision", "being carried out")
        REPORTED = "reported", pgettext_lazy("supervision", "reported, to be reviewed")
        REVIEWED = "reviewed", pgettext_lazy("supervision", "reviewed, to be concluded")
        FINISHED = "finished", pgettext_lazy("supervision", "finished")
        UNFINISHED = "unfinished", pgettext_lazy("supervision", "not finished, to be accounted for")
        ACCOUNTED = "accounted", pgettext_lazy("supervision", "accounted for")

    class Source(models.TextChoices):
        INSTRUCTION = "instruction", _("leader's instruction")
        MEETING = "meeting", _("meeting")
        INSPECTION = "inspection", _("supervision visit")
        PETITION = "petition", _("petition")
        ACCIDENT = "accident", _("accident")
        SUPERIOR = "superior", _("superior's letter")
        CAMPAIGN = "campaign", _("campaign")
        LISTING = "listing", _("listed supervision")
        HAZARD_OVERDUE = "hazard_overdue", _("hazard overdue")

    title = models.CharField(_("what is to be done"), max_length=200)
    result = models.CharField(_("what counts as done"), max_length=300, help_text=_("a result that can be measured"))
    source = models.CharField(pgettext_lazy("task", "source"), max_length=16, choices=Source)
    reference = models.CharField(_("document or meeting"), max_length=120, blank=True)
    issuer = models.CharField(_("issued by"), max_length=80)
    issued_on = models.DateField(_("issued on"))
    kind = models.CharField(_("kind of matter"), max_length=16, choices=Hazard.Kind, blank=True)
    industry = models.CharField(_("industry"), max_length=6, blank=True, help_text=_("code of GB/T 4754"))
    campaign = models.ForeignKey(
        Campaign, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("campaign")
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("part of")
    )
    lead = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("lead unit")
    )
    supports = models.ManyToManyField(Organisation, blank=True, related_name="+", verbose_name=_("supporting units"))
    origin = models.CharField(_("arose from"), max_length=60, blank=True, editable=False)
    origin_id = models.UUIDField(null=True, editable=False, db_index=True)
    due_on = models.DateField(pgettext_lazy("supervision", "due on"), null=True, blank=True, db_index=True)
    first_due_on = models.DateField(_("first due on"), null=True, editable=False)
    plan = models.TextField(_("first feedback"), blank=True)
    percent = models.PositiveSmallIntegerField(_("done (%)"), default=0)
    report = models.TextField(_("report"), blank=True)
    reported_at = models.DateTimeField(pgettext_lazy("supervision", "reported at"), null=True, editable=False)
    returned = models.PositiveSmallIntegerField(_("times returned"), default=0, editable=False)
    opinion = models.TextField(_("opinion"), blank=True)
    concluded_at = models.DateTimeField(_("concluded at"), null=True, editable=False)
    consequence = models.TextField(_("how it was accounted for"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.REGISTERED, editable=False)

    numbered = "DB"
    named_by_many = ("supports",)
    searchable = ("number", "title", "reference", "issuer")

    class Meta:
        verbose_name = _("supervised task")
        verbose_name_plural = pgettext_lazy("register", "supervised tasks")
        indexes = (
            models.Index(fields=("state", "due_on"), name="supervised_by_state"),
            models.Index(fields=("lead", "state"), name="supervised_by_lead"),
            models.Index(fields=("created_at",), name="supervised_newest"),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def supporting(self) -> str:
        """The supporting units, in words."""
        return "、".join(unit.name for unit in sorted(self.supports.all(), key=lambda unit: unit.number))

    supporting.fget.short_description = _("supporting units")  # type: ignore[attr-defined]


class DateChange(Registered):
    """A later date asked for a supervised task: whoever issued the task approves it, every time."""

    class State(models.TextChoices):
        REQUESTED = "requested", _("asked for, to be decided")
        GRANTED = "granted", _("granted")
        REFUSED = "refused", _("refused")

    task = models.ForeignKey(SupervisedTask, models.PROTECT, related_name="+", verbose_name=_("supervised task"))
    was_due_on = models.DateField(_("was due on"))
    wanted_on = models.DateField(_("asked until"))
    why = models.TextField(_("reason"))
    answer = models.TextField(pgettext_lazy("reply", "answer"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.REQUESTED, editable=False)

    numbered = "GQ"
    searchable = ("number", "why")
    named_by = ("task",)

    class Meta:
        verbose_name = _("change of date")
        verbose_name_plural = pgettext_lazy("register", "changes of date")
        constraints = (
            models.UniqueConstraint(
                fields=("task",), condition=models.Q(state="requested"), name="one_date_change_at_a_time"
            ),
        )

    def __str__(self) -> str:
        return f"{self.task} → {self.wanted_on}"
