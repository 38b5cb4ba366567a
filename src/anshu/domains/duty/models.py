"""Who watches: shifts, and their handovers."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anshu.domains.people.models import Person
from anshu.ledger.models import Registered


class Shift(Registered):
    """A turn at the desk: an officer and a leader, from one signed handover to the next."""

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        ON_DUTY = "on_duty", _("on duty")
        HANDING_OVER = "handing_over", _("handing over")
        HANDED_OVER = "handed_over", _("handed over")

    starts_at = models.DateTimeField(pgettext_lazy("shift", "from"))
    ends_at = models.DateTimeField(pgettext_lazy("shift", "until"))
    officer = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("duty officer"))
    leader = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("duty leader"))
    state = models.CharField(_("state"), max_length=14, choices=State, default=State.PLANNED, editable=False)
    sheet = models.JSONField(_("handover sheet"), default=dict, editable=False)
    remarks = models.TextField(_("remarks"), blank=True)
    signed_out_at = models.DateTimeField(_("signed by the one who leaves"), null=True, editable=False)
    signed_in_at = models.DateTimeField(_("signed by the one who comes"), null=True, editable=False)

    numbered = "ZB"
    named_by = ("officer",)

    class Meta:
        verbose_name = _("shift")
        verbose_name_plural = _("shifts")

    def __str__(self) -> str:
        return f"{self.number} {self.officer}"
