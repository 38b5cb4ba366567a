"""Letters that get graver (提醒函 → 督办函 → 警示函 → 通报 → 约谈 → 移送), and score cards."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anshu.access.models import Account
from anshu.domains.people.models import Organisation
from anshu.ledger.models import Registered


class LetterKind(models.TextChoices):
    """The rungs, from the mildest to the gravest; their order is the rule pack's (`escalation/letters`)."""

    REMINDER = "reminder_letter", _("reminder letter")
    SUPERVISION = "supervision_letter", _("supervision letter")
    CAUTION = "caution_letter", _("caution letter")
    BULLETIN = "bulletin", _("bulletin")
    TALK = "formal_talk", _("formal talk")
    TRANSFER = "transfer", _("transfer for accountability")


class Letter(Registered):
    """One rung of the ladder on one matter, to one unit: drafted, signed, served, answered, closed."""

    class State(models.TextChoices):
        DRAFTED = "drafted", pgettext_lazy("letter", "drafted, to be signed")
        SIGNED = "signed", pgettext_lazy("letter", "signed, to be served")
        SERVED = "served", pgettext_lazy("letter", "served, to be answered")
        ANSWERED = "answered", pgettext_lazy("letter", "answered, to be closed")
        CLOSED = "closed", pgettext_lazy("letter", "closed")
        WITHDRAWN = "withdrawn", pgettext_lazy("letter", "withdrawn")

    kind = models.CharField(pgettext_lazy("letter", "kind"), max_length=18, choices=LetterKind)
    unit = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=pgettext_lazy("letter", "to"))
    about = models.CharField(_("about"), max_length=200)
    subject = models.CharField(max_length=60, blank=True, editable=False)
    subject_id = models.UUIDField(null=True, editable=False, db_index=True)
    text = models.TextField(pgettext_lazy("letter", "facts"), blank=True)
    demand = models.TextField(_("what is asked"))
    answer_due_on = models.DateField(_("answer by"))
    skipped = models.CharField(_("why a rung was skipped"), max_length=200, blank=True, editable=False)
    earlier = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("letter before")
    )
    document_number = models.CharField(_("document number"), max_length=40, blank=True, editable=False)
    signer = models.ForeignKey(
        Account, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("signed by")
    )
    signed_at = models.DateTimeField(_("signed at"), null=True, editable=False)
    served_at = models.DateTimeField(_("served at"), null=True, editable=False)
    received_by = models.CharField(_("received by"), max_length=60, blank=True)
    answer = models.TextField(pgettext_lazy("reply", "answer"), blank=True)
    answered_at = models.DateTimeField(pgettext_lazy("reply", "answered at"), null=True, editable=False)
    conclusion = models.TextField(_("conclusion"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFTED, editable=False)

    numbered = "HJ"
    searchable = ("number", "about", "document_number")

    class Meta:
        verbose_name = pgettext_lazy("supervision", "letter")
        verbose_name_plural = pgettext_lazy("register", "letters")
        indexes = (
            models.Index(fields=("state", "answer_due_on"), name="letter_by_state"),
            models.Index(fields=("kind", "served_at"), name="letter_by_kind"),
            models.Index(fields=("unit", "state"), name="letter_by_unit"),
            models.Index(fields=("created_at",), name="letter_newest"),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.about}"


"""What a score card deducts for; how much is the rule pack's (`supervision/score.each`)."""
SCORED = (
    ("overdue_tasks", _("tasks overdue")),
    ("unfinished_tasks", _("tasks not finished")),
    ("returned_reports", _("reports returned")),
    ("unanswered_letters", _("letters not answered in time")),
    ("overdue_listings", _("listings overdue")),
)


class ScoreCard(Registered):
    """A unit's score over a span, reckoned from the rows and published with them; it may be appealed against."""

    class State(models.TextChoices):
        PUBLISHED = "published", pgettext_lazy("score", "published")
        APPEALED = "appealed", pgettext_lazy("score", "appealed, to be settled")
        SETTLED = "settled", pgettext_lazy("score", "settled")

    unit = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("unit"))
    first_on = models.DateField(pgettext_lazy("span", "from"))
    last_on = models.DateField(pgettext_lazy("span", "until"))
    items = models.JSONField(_("items"), default=list, blank=True, editable=False)
    total = models.DecimalField(_("score"), max_digits=5, decimal_places=1)
    appeal = models.TextField(_("appeal"), blank=True)
    corrected = models.DecimalField(_("score after the appeal"), max_digits=5, decimal_places=1, null=True, blank=True)
    answer = models.TextField(pgettext_lazy("reply", "answer"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PUBLISHED, editable=False)

    numbered = "JF"
    searchable = ("number",)
    named_by = ("unit",)

    class Meta:
        verbose_name = _("score card")
        verbose_name_plural = pgettext_lazy("register", "score cards")
        constraints = (models.UniqueConstraint(fields=("unit", "first_on", "last_on"), name="score_card_once"),)

    def __str__(self) -> str:
        return f"{self.unit} {self.first_on} – {self.last_on}"

    @property
    def reckoning(self) -> str:
        """Each deduction: how many, at how much, of what."""
        words = dict(SCORED)
        return "；".join(f"{words.get(row['key'], row['key'])} {row['count']} × {row['each']}" for row in self.items)

    reckoning.fget.short_description = _("reckoning")  # type: ignore[attr-defined]
