"""What makes of many alarms few: groups of alarms of one event, and silences that keep alarms off the desk."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anshu.access.models import Account
from anshu.domains.devices.models import Channel
from anshu.domains.places.models import Site
from anshu.domains.warnings.models.alarms import Alarm
from anshu.domains.warnings.models.rules import Level, Rule
from anshu.ledger.models import Registered


class AlarmGroup(Registered):
    """Alarms of one event, by place, time and family of causes: one line of the desk, and one verdict."""

    class State(models.TextChoices):
        WAITING = "waiting", _("awaiting a verdict")
        HELD = "held", _("acknowledged")
        SETTLED = "settled", _("judged")
        MERGED = "merged", _("part of another group")
        CLOSED = "closed", _("over")

    class Verdict(models.TextChoices):
        """The states of an alarm that one verdict gives to all alarms of a group."""

        CONFIRMED = Alarm.State.CONFIRMED.value, Alarm.State.CONFIRMED.label
        FALSE = Alarm.State.FALSE.value, Alarm.State.FALSE.label
        TEST = Alarm.State.TEST.value, Alarm.State.TEST.label

    title = models.CharField(_("what"), max_length=200)
    family = models.CharField(_("family of causes"), max_length=30)
    level = models.CharField(_("level"), max_length=1, choices=Level)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING, editable=False)
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("site"))
    head = models.ForeignKey(
        Alarm, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("gravest alarm")
    )
    count = models.PositiveIntegerField(_("alarms"), default=0)
    first_at = models.DateTimeField(_("first"))
    last_at = models.DateTimeField(_("last"))
    verdict = models.CharField(_("verdict"), max_length=10, choices=Verdict, blank=True)
    verdict_level = models.CharField(_("worst level when judged"), max_length=1, choices=Level, blank=True)
    verdict_reason = models.CharField(_("reason of the verdict"), max_length=200, blank=True)
    judged_at = models.DateTimeField(_("judged at"), null=True, blank=True)
    judged_by = models.CharField(_("judged by"), max_length=60, blank=True)
    acknowledged_at = models.DateTimeField(_("acknowledged at"), null=True, blank=True)
    acknowledged_by = models.CharField(_("acknowledged by"), max_length=60, blank=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("taken in by")
    )

    numbered = "GQ"
    searchable = ("number", "title")

    class Meta:
        verbose_name = _("alarm group")
        verbose_name_plural = _("alarm groups")
        indexes = (models.Index(fields=("state", "level", "first_at"), name="group_by_state"),)

    def __str__(self) -> str:
        return self.title


class Silence(Registered):
    """A person's order that alarms of a kind are kept off the desk until an hour. Its area is that of `territory`."""

    class State(models.TextChoices):
        IN_FORCE = "in_force", _("in force")
        LIFTED = "lifted", _("lifted")
        EXPIRED = "expired", _("expired")

    rule = models.ForeignKey(Rule, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("rule"))
    channel = models.ForeignKey(
        Channel, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("channel")
    )
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("site"))
    quantity = models.CharField(_("quantity"), max_length=30, blank=True)
    red_too = models.BooleanField(_("red ones too"), default=False)
    reason = models.CharField(_("reason"), max_length=200)
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+", verbose_name=_("owner"))
    owner = models.CharField(_("owner"), max_length=60)
    starts_at = models.DateTimeField(pgettext_lazy("span", "from"))
    ends_at = models.DateTimeField(pgettext_lazy("silence", "until"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.IN_FORCE, editable=False)

    numbered = "JM"
    searchable = ("number", "reason", "owner")
    named_by = ("rule", "channel", "site")

    class Meta:
        verbose_name = _("silence")
        verbose_name_plural = _("silences")
        indexes = (models.Index(fields=("state", "ends_at"), name="silence_by_state"),)

    def __str__(self) -> str:
        return " · ".join(str(part) for part in (self.site, self.channel, self.rule, self.quantity) if part)
