"""Eyes and ears: devices and what each of them measures."""

from django.db import models
from django.db.models import Max
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from anshu.access.models import Account
from anshu.access.secrets import PersonalField
from anshu.domains.places.models import Site
from anshu.kernel.errors import Invalid
from anshu.kernel.units import quantity_kind
from anshu.ledger.models import Registered


class Device(Registered):
    """A thing that reports: a gauge, a station, a gateway. `number` is the code it reports under."""

    class Protocol(models.TextChoices):
        """How it speaks. The values are what the doors call themselves."""

        HTTP = "http", "HTTP"
        MQTT = "mqtt", "MQTT"
        SL651 = "sl651", _("hydrology, SL 651")
        HJ212 = "hj212", _("environment, HJ 212")
        GB26875 = "gb26875", _("fire, GB/T 26875.3")
        MODBUS = "modbus", "Modbus TCP"
        PROMETHEUS = "prometheus", "Prometheus"

    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=40)
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("site"))
    protocol = models.CharField(_("protocol"), max_length=20, blank=True, choices=Protocol)
    address = models.CharField(
        _("address"),
        max_length=120,
        blank=True,
        help_text=_("what its protocol calls it: station code, MN, host:port/unit"),
    )
    passcode = PersonalField(
        _("passcode"), blank=True, help_text=_("what it must send to be believed; empty: not asked")
    )
    account = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("account")
    )
    attributes = models.JSONField(
        _("what it says of itself"), default=dict, blank=True, editable=False, help_text=_("as it sent them, by name")
    )

    searchable = ("number", "name")

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        constraints = (
            models.UniqueConstraint(fields=("number",), name="device_number_once"),
            models.UniqueConstraint(
                fields=("protocol", "address"), condition=~models.Q(address=""), name="device_address_once"
            ),
        )

    def __str__(self) -> str:
        return self.name


class Channel(Registered):
    """One measured quantity of a device. `number` is the code of readings; `slot` is its place in arrays and stores."""

    name = models.CharField(_("name"), max_length=120)
    device = models.ForeignKey(Device, models.PROTECT, related_name="+", verbose_name=_("device"))
    quantity = models.CharField(_("quantity"), max_length=30)
    point = models.CharField(
        _("point"), max_length=60, blank=True, help_text=_("what the device's protocol calls it: 39, LA-Rtd, holding:1")
    )
    unit = models.CharField(_("unit"), max_length=12)
    minimum = models.FloatField(_("smallest possible"), null=True, blank=True)
    maximum = models.FloatField(_("largest possible"), null=True, blank=True)
    stale_after_s = models.PositiveIntegerField(_("silent after (s)"), default=1800)
    slot = models.PositiveIntegerField(unique=True, editable=False)

    searchable = ("number", "name")

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        constraints = (models.UniqueConstraint(fields=("number",), name="channel_number_once"),)

    def __str__(self) -> str:
        return self.name

    @property
    def quantity_word(self) -> str:
        """What it measures, in the reader's language."""
        try:
            kind = quantity_kind(self.quantity)
        except Invalid:
            return self.quantity
        return kind.name_zh if (get_language() or "").startswith("zh") else kind.name_en

    quantity_word.fget.short_description = _("quantity")  # type: ignore[attr-defined]

    def save(self, *args: object, **kwargs: object) -> None:
        if self.slot is None:
            self.slot = (Channel.objects.aggregate(top=Max("slot"))["top"] or 0) + 1
        super().save(*args, **kwargs)
