"""What telephones brought out of the field: every operation as it came, and those a person must look at."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anshu.access.models import Account
from anshu.kernel.identifiers import uuid7
from anshu.ledger.models import Registered


class FieldOperation(models.Model):
    """One thing done on a telephone, whole and for good, whatever became of it. Its id was made there (UUIDv7)."""

    class Outcome(models.TextChoices):
        KEPT = "kept", pgettext_lazy("operation", "kept")
        WAITING = "waiting", _("waits for an earlier one")
        CONFLICT = "conflict", _("in conflict")
        REFUSED = "refused", pgettext_lazy("operation", "refused")

    id = models.UUIDField(primary_key=True, default=uuid7)
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    device = models.CharField(pgettext_lazy("operation", "telephone"), max_length=40)
    kind = models.CharField(max_length=20)
    subject_id = models.UUIDField(db_index=True)
    after = models.UUIDField(null=True, db_index=True)
    made_at = models.DateTimeField(pgettext_lazy("operation", "made at"))
    clock_off_s = models.IntegerField(default=0)
    payload = models.JSONField(default=dict)
    received_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome)
    told = models.TextField(blank=True)

    class Meta:
        verbose_name = _("field operation")
        verbose_name_plural = _("field operations")
        indexes = (models.Index(fields=("outcome", "received_at"), name="operation_by_outcome"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id}"


class FieldConflict(Registered):
    """Two that cannot both stand, or one that came too late or lacks what came before it. Nothing of it is lost: what
    stands and what was sent are side by side until a person settles it."""

    class State(models.TextChoices):
        OPEN = "open", _("to be settled")
        SETTLED = "settled", _("settled")

    class Kind(models.TextChoices):
        ANSWER = "answer", _("two answers to one item")
        LATE = "late", _("came after the visit was handed in")
        MOVED = "moved", _("the record had moved on")
        WAITING = "waiting", _("what came before it is missing")

    class Keep(models.TextChoices):
        STANDING = "standing", _("keep what stands")
        SENT = "sent", _("take what was sent")

    operation = models.UUIDField(default=uuid7, editable=False)
    kind = models.CharField(_("what is the matter"), max_length=10, choices=Kind)
    subject = models.CharField(_("register"), max_length=60, editable=False)
    subject_id = models.UUIDField(db_index=True, editable=False)
    label = models.CharField(_("record"), max_length=200)
    about = models.CharField(_("item"), max_length=200, blank=True)
    standing = models.JSONField(_("what stands"), default=dict, editable=False)
    sent = models.JSONField(_("what was sent"), default=dict, editable=False)
    sender = models.ForeignKey(
        Account, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("sent by")
    )
    made_at = models.DateTimeField(pgettext_lazy("operation", "made at"))
    kept = models.CharField(_("decision"), max_length=10, choices=Keep, blank=True)
    note = models.TextField(pgettext_lazy("conflict", "note"), blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OPEN, editable=False)

    numbered = "CT"
    searchable = ("number", "label", "about")

    class Meta:
        verbose_name = _("field conflict")
        verbose_name_plural = pgettext_lazy("register", "field conflicts")
        constraints = (models.UniqueConstraint(fields=("operation", "kind", "about"), name="conflict_once"),)
        indexes = (
            models.Index(fields=("state", "territory"), name="conflict_by_state"),
            models.Index(fields=("subject_id", "state"), name="conflict_of_record"),
        )

    def __str__(self) -> str:
        return f"{self.label} · {self.about}" if self.about else self.label
