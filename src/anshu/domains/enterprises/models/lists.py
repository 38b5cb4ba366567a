"""Red, black and white lists: why an enterprise stands on one, from when until when, and where that was published."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anshu.domains.enterprises.models.files import Enterprise
from anshu.ledger.models import Registered


class ListEntry(Registered):
    """One enterprise on one list, for a time and on a basis; proposed by one person and published by another."""

    class Kind(models.TextChoices):
        RED = "red", _("red list (praised)")
        BLACK = "black", _("black list (joint sanction)")
        WHITE = "white", _("white list")

    class State(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("list", "proposed")
        PUBLISHED = "published", pgettext_lazy("list", "published")
        ENDED = "ended", pgettext_lazy("list", "off the list")
        REJECTED = "rejected", pgettext_lazy("list", "not listed")

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="+", verbose_name=_("enterprise"))
    kind = models.CharField(pgettext_lazy("list", "list"), max_length=6, choices=Kind)
    basis = models.CharField(_("basis"), max_length=200)
    reason = models.TextField(_("reason"))
    from_on = models.DateField(pgettext_lazy("span", "from"))
    until_on = models.DateField(pgettext_lazy("span", "until"))
    people_count = models.PositiveIntegerField(_("people covered"), null=True, blank=True)
    published_at = models.DateTimeField(_("published at"), null=True, editable=False)
    published_in = models.CharField(_("published in"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PROPOSED, editable=False)

    numbered = "MD"
    held_by = "enterprise__credit_code"
    belongs_to = "enterprise"
    searchable = ("number", "basis", "reason")
    named_by = ("enterprise",)

    class Meta:
        verbose_name = _("list entry")
        verbose_name_plural = _("red, black and white lists")
        indexes = (
            models.Index(fields=("kind", "state", "until_on"), name="list_entry_by_kind"),
            models.Index(fields=("enterprise", "state"), name="list_entry_by_enterprise"),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.enterprise}"
