"""Who somebody is, kept apart from what they told (举报人身份保密库): sealed to a key that no single person, no copy of
the database and no secret of this installation holds. Two officers open it together, and every opening is on record."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anshu.access.models import Account
from anshu.kernel import clock
from anshu.kernel.identifiers import uuid7
from anshu.ledger.models import Registered


class Keyholder(models.Model):
    """A vault officer's own key pair. The private half is locked by a passphrase that is kept nowhere."""

    account = models.OneToOneField(Account, models.PROTECT, related_name="+")
    public = models.BinaryField(max_length=32)
    locked = models.BinaryField(max_length=200)
    enrolled_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("keyholder")
        verbose_name_plural = _("keyholders")

    def __str__(self) -> str:
        return str(self.account)


class VaultKey(models.Model):
    """The public half to which identities are sealed. The private half exists in shares alone; a later key seals what
    comes after it, and what was sealed before stays with the officers of its own."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    public = models.BinaryField(max_length=32)
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("vault key")
        verbose_name_plural = _("vault keys")

    def __str__(self) -> str:
        return f"{self.made_at:%F}"


class Share(models.Model):
    """One officer's share of the private half, sealed to that officer."""

    key = models.ForeignKey(VaultKey, models.PROTECT, related_name="+")
    holder = models.ForeignKey(Keyholder, models.PROTECT, related_name="+")
    sealed = models.BinaryField(max_length=300)

    class Meta:
        verbose_name = _("share")
        verbose_name_plural = _("shares")
        constraints = (models.UniqueConstraint(fields=("key", "holder"), name="share_once"),)

    def __str__(self) -> str:
        return f"{self.key} · {self.holder}"


class Identity(models.Model):
    """Who stands behind a record, sealed. The record is known by kind and id alone; it does not know of this row."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    subject = models.CharField(max_length=60)
    subject_id = models.UUIDField(unique=True)
    key = models.ForeignKey(VaultKey, models.PROTECT, related_name="+")
    sealed = models.BinaryField(max_length=4000)
    kept_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("identity")
        verbose_name_plural = _("identities")

    def __str__(self) -> str:
        return str(self.id)


class Opening(Registered):
    """One opening of an identity: asked for with a reason, countersigned by a second officer, read once, looked at
    afterwards by the audit administrator."""

    class State(models.TextChoices):
        ASKED = "asked", _("asked for, to be countersigned")
        COUNTERSIGNED = "countersigned", _("countersigned, to be read")
        READ = "read", _("read, to be looked at by audit")
        REVIEWED = "reviewed", _("looked at by audit")
        REFUSED = "refused", _("refused")
        LAPSED = "lapsed", _("lapsed unread")

    subject = models.CharField(max_length=60, editable=False)
    subject_id = models.UUIDField(editable=False, db_index=True)
    about = models.CharField(_("identity behind"), max_length=60, help_text=_("number of the record"))
    why = models.TextField(_("why it has to be opened"))
    asked_by = models.ForeignKey(
        Account, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("asked for by")
    )
    second = models.ForeignKey(
        Account, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("countersigned by")
    )
    refusal = models.TextField(_("why it was refused"), blank=True)
    read_at = models.DateTimeField(pgettext_lazy("vault", "read at"), null=True, editable=False)
    opinion = models.TextField(_("opinion of audit"), blank=True)
    state = models.CharField(_("state"), max_length=14, choices=State, default=State.ASKED, editable=False)

    numbered = "KX"
    confidential = True
    searchable = ("number", "about")

    class Meta:
        verbose_name = pgettext_lazy("vault", "opening")
        verbose_name_plural = pgettext_lazy("register", "openings of the vault")
        constraints = (
            models.UniqueConstraint(
                fields=("subject_id",),
                condition=models.Q(state__in=("asked", "countersigned")),
                name="one_opening_at_a_time",
            ),
        )
        indexes = (models.Index(fields=("state", "territory"), name="opening_by_state"),)

    def __str__(self) -> str:
        return f"{self.about} · {self.number}"


class HeldShare(models.Model):
    """The second officer's share, from countersigning until the identity is read or the window has passed."""

    opening = models.OneToOneField(Opening, models.CASCADE, related_name="+")
    sealed = models.BinaryField(max_length=300)

    class Meta:
        verbose_name = _("held share")
        verbose_name_plural = _("held shares")

    def __str__(self) -> str:
        return str(self.opening)
