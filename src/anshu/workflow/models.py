"""The one log, the clocks, and what still has to be told to others."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from anshu.access.secrets import PersonalField
from anshu.kernel import clock
from anshu.kernel.identifiers import uuid7


class Change(models.Model):
    """One row of the log: who changed what, when, from where to where, why, on what basis. Never altered or deleted.

    `id` follows the order of commitment, so that a reader who has seen row n has seen all rows before it.
    """

    id = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(_("at"), db_index=True)
    verb = models.CharField(_("verb"), max_length=80)
    subject = models.CharField(_("subject"), max_length=60)
    subject_id = models.UUIDField(null=True)
    label = models.CharField(_("record"), max_length=200, blank=True)
    actor_id = models.UUIDField(null=True, db_index=True)
    actor = models.CharField(_("who"), max_length=60)
    post = models.CharField(_("post"), max_length=80, blank=True)
    from_state = models.CharField(_("from"), max_length=30, blank=True)
    to_state = models.CharField(_("to"), max_length=30, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    basis = models.CharField(_("basis"), max_length=200, blank=True)
    details = models.JSONField(_("details"), default=dict)
    territory = models.CharField(_("territory"), max_length=20, blank=True)
    exercise = models.BooleanField(_("exercise"), default=False)
    seal = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        ordering = ("id",)
        indexes = (
            models.Index(fields=("subject", "subject_id", "id"), name="change_of_record"),
            models.Index(fields=("verb", "at"), name="change_by_verb"),
        )

    def __str__(self) -> str:
        return f"{self.id} {self.verb} {self.label}"


class Head(models.Model):
    """The end of the log: its last row and seal. The row everybody locks before writing, so that seals follow on."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    last = models.BigIntegerField(default=0)
    seal = models.CharField(max_length=64, blank=True)
    own_seal = models.CharField(max_length=64, blank=True)


class Clock(models.Model):
    """A limit that is running for a record. One open clock per record and name; what it does next is at `next_at`."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    subject = models.CharField(max_length=60)
    subject_id = models.UUIDField()
    name = models.CharField(_("clock"), max_length=40)
    """The deed that is waited for; null where the clock was wound before this was kept."""
    asks = models.CharField(max_length=40, blank=True, null=True)
    territory = models.CharField(max_length=20, blank=True)
    started_at = models.DateTimeField(_("started at"))
    due_at = models.DateTimeField(_("due at"))
    next_at = models.DateTimeField(null=True, db_index=True)
    stage = models.PositiveSmallIntegerField(_("stage"), default=0)
    basis = models.CharField(_("basis"), max_length=200, blank=True)
    stopped_at = models.DateTimeField(_("stopped at"), null=True)
    exercise = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("clock")
        verbose_name_plural = _("clocks")
        constraints = (
            models.UniqueConstraint(
                fields=("subject", "subject_id", "name"), condition=models.Q(stopped_at=None), name="one_open_clock"
            ),
        )
        indexes = (
            models.Index(
                fields=("asks", "started_at", "territory"), condition=models.Q(stopped_at=None), name="clock_in_hand"
            ),
            models.Index(
                fields=("due_at", "asks", "started_at", "territory"),
                condition=models.Q(stopped_at=None),
                name="clock_running",
            ),
        )

    def __str__(self) -> str:
        return f"{self.subject} {self.name} {self.due_at:%F %T}"


class Delivery(models.Model):
    """A change that somebody still has to hear of: a reaction of ours, or a webhook. Done exactly once inward, at
    least once outward."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    change = models.ForeignKey(Change, models.PROTECT, related_name="+")
    listener = models.CharField(max_length=120)
    next_at = models.DateTimeField(null=True, db_index=True, default=clock.now)
    attempts = models.PositiveIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = (models.UniqueConstraint(fields=("change", "listener"), name="deliver_once"),)

    def __str__(self) -> str:
        return f"{self.change_id} → {self.listener}"


class Webhook(models.Model):
    """A program elsewhere that hears of changes whose verb begins with `verbs`."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    address = models.URLField(_("address"))
    verbs = models.CharField(_("verbs"), max_length=200, help_text=_("patterns such as incidents.*, parted by spaces"))
    secret = PersonalField(_("secret"), blank=True)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")

    def __str__(self) -> str:
        return self.address


class Bookmark(models.Model):
    """How far a reader of a stream has got, saved in the same transaction as what it made of it."""

    name = models.CharField(max_length=60, primary_key=True)
    position = models.BigIntegerField(default=0)
    state = models.BinaryField(default=bytes)
    saved_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("bookmark")
        verbose_name_plural = _("bookmarks")

    def __str__(self) -> str:
        return f"{self.name} {self.position}"
