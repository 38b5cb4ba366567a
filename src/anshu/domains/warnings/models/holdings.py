"""How the conditions of compound rules stand on each channel: what an alarm says when somebody asks why."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from anshu.domains.devices.models import Channel
from anshu.domains.warnings.models.rules import Rule


class Holding(models.Model):
    """What one condition of a rule last did on one channel, written in the transaction in which the engine's memory of
    it is saved. `place` is that of the condition in its rule, from 0."""

    rule = models.ForeignKey(Rule, models.CASCADE, related_name="+")
    place = models.PositiveSmallIntegerField()
    channel = models.ForeignKey(Channel, models.CASCADE, related_name="+")
    value = models.FloatField()
    since_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("holding condition")
        verbose_name_plural = _("holding conditions")
        constraints = (models.UniqueConstraint(fields=("rule", "place", "channel"), name="holding_once"),)

    def __str__(self) -> str:
        return f"{self.rule} {self.place} {self.channel}"
