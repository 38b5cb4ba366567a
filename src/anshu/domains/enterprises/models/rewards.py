"""What enterprises pay to their own people for telling of hazards (企业内部报告奖励)."""

import re

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from anshu.domains.enterprises.models.files import Enterprise
from anshu.kernel import clock
from anshu.ledger.models import Registered

"""A code that an enterprise gives its people: letters, digits and dashes, too short to be a telephone or identity."""
WORKER = re.compile(r"[A-Za-z0-9-]{1,10}")


class WorkerReward(Registered):
    """One reward that an enterprise paid to one of its own people for telling of a hazard. Whom it paid stands there by
    the enterprise's own code, never by name."""

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="+", verbose_name=_("enterprise"))
    paid_on = models.DateField(_("paid on"))
    worker = models.CharField(
        _("worker's code"), max_length=20, help_text=_("a code of your own, such as A7; no name")
    )
    found = models.CharField(_("hazard told of"), max_length=200)
    paid_yuan = models.DecimalField(_("paid (yuan)"), max_digits=10, decimal_places=2)

    numbered = "NJ"
    held_by = "enterprise__credit_code"
    belongs_to = "enterprise"
    searchable = ("number", "found")
    named_by = ("enterprise",)

    class Meta:
        verbose_name = _("reward paid to a worker")
        verbose_name_plural = _("rewards paid to workers")
        indexes = (models.Index(fields=("enterprise", "paid_on"), name="worker_reward_of_firm"),)

    def __str__(self) -> str:
        return f"{self.found[:40]} · {self.worker}"

    def clean(self) -> None:
        """Something was paid, by today, for something, to somebody who is not named."""
        super().clean()
        if not WORKER.fullmatch(self.worker):
            wrong = _("give a code of up to 10 letters and digits, not a name, telephone or identity number")
            raise ValidationError({"worker": wrong})
        if not self.found.strip():
            raise ValidationError({"found": _("say which hazard was told of")})
        if self.paid_yuan is not None and self.paid_yuan <= 0:
            raise ValidationError({"paid_yuan": _("an amount in yuan, more than nothing")})
        if self.paid_on and self.paid_on > timezone.localdate(clock.now()):
            raise ValidationError({"paid_on": _("it cannot have been paid in the future")})
