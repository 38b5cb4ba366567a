"""Self-checks: what an enterprise looks at by itself, period after period."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anshu.domains.enterprises.models.files import Enterprise
from anshu.ledger.indexes import listed
from anshu.ledger.models import Registered


class SelfCheck(Registered):
    """One period's self-check. `items` is [{key, text, kind, result, note}]: result `pass`, `fail` or `none` (not
    applicable), empty until answered; kind is that of the hazard which a failed item becomes."""

    class State(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("self-check", "to be done")
        DONE = "done", pgettext_lazy("self-check", "done")
        MISSED = "missed", pgettext_lazy("self-check", "missed")

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="+", verbose_name=_("enterprise"))
    from_on = models.DateField(pgettext_lazy("span", "from"))
    due_on = models.DateField(_("due on"), db_index=True)
    items = models.JSONField(_("items"), default=list, blank=True, editable=False)
    findings = models.PositiveSmallIntegerField(_("findings"), null=True, editable=False)
    checker = models.CharField(_("checked by"), max_length=60, blank=True)
    done_at = models.DateTimeField(_("done at"), null=True, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PLANNED, editable=False)

    numbered = "ZC"
    held_by = "enterprise__credit_code"
    belongs_to = "enterprise"
    found_from = "done_at"
    searchable = ("number", "checker")
    named_by = ("enterprise",)

    class Meta:
        verbose_name = _("self-check")
        verbose_name_plural = _("self-checks")
        constraints = (
            models.UniqueConstraint(fields=("enterprise", "from_on"), name="self_check_once_a_period"),
            models.UniqueConstraint(
                fields=("enterprise",), condition=models.Q(state="planned"), name="one_self_check_at_a_time"
            ),
        )
        indexes = (
            models.Index(fields=("state", "due_on"), name="self_check_by_state"),
            models.Index(fields=("enterprise", "due_on"), name="self_check_by_enterprise"),
            *listed("self_check", "due_on", "from_on", "findings", "checker", "done_at"),
        )

    def __str__(self) -> str:
        return f"{self.enterprise} {self.from_on} – {self.due_on}"
