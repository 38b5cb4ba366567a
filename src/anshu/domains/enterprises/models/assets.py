"""What an enterprise has that can hurt people: equipment, rooms, chemicals; and what it has changed for safety."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anshu.domains.enterprises.models.files import Enterprise
from anshu.domains.places.models import Site
from anshu.ledger.indexes import listed
from anshu.ledger.models import Registered


class Asset(Registered):
    """Equipment or a room with a danger of its own. Until when it is inspected is told by its certificate."""

    class Kind(models.TextChoices):
        BOILER = "boiler", _("boiler")
        PRESSURE_VESSEL = "pressure_vessel", _("pressure vessel")
        PRESSURE_PIPE = "pressure_pipe", _("pressure pipe")
        LIFT = "lift", _("lift")
        CRANE = "crane", _("lifting machinery")
        FORKLIFT = "forklift", _("forklift or works vehicle")
        OTHER_SPECIAL = "other_special", _("other special equipment")
        TANK = "tank", _("tank")
        CONFINED_SPACE = "confined_space", _("confined space")
        DUST_SYSTEM = "dust_system", _("explosive dust system")
        AMMONIA_COLD = "ammonia_cold", _("ammonia refrigeration")
        LABORATORY = "laboratory", _("laboratory")
        FIRE_EQUIPMENT = "fire_equipment", _("fire equipment")

    """Special equipment by the law (特种设备安全法 2): what needs a use certificate and periodic inspection."""
    SPECIAL = (
        Kind.BOILER,
        Kind.PRESSURE_VESSEL,
        Kind.PRESSURE_PIPE,
        Kind.LIFT,
        Kind.CRANE,
        Kind.FORKLIFT,
        Kind.OTHER_SPECIAL,
    )

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="+", verbose_name=_("enterprise"))
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("site"))
    kind = models.CharField(pgettext_lazy("asset", "kind"), max_length=16, choices=Kind)
    name = models.CharField(_("name"), max_length=120)
    place = models.CharField(_("where exactly"), max_length=120, blank=True)
    quantity = models.FloatField(_("size or quantity"), null=True, blank=True)
    unit = models.CharField(
        pgettext_lazy("measure", "unit"), max_length=12, blank=True, help_text=_("such as t, m³, pieces")
    )
    people_count = models.PositiveIntegerField(_("people inside at most"), null=True, blank=True)
    with_chemicals = models.BooleanField(_("uses hazardous chemicals"), default=False)
    in_use = models.BooleanField(_("in use"), default=True)

    held_by = "enterprise__credit_code"
    belongs_to = "enterprise"
    searchable = ("number", "name", "place")

    class Meta:
        verbose_name = _("equipment or room")
        verbose_name_plural = _("equipment and rooms")
        constraints = (models.UniqueConstraint(fields=("number",), name="asset_number_once"),)
        indexes = (
            models.Index(fields=("kind", "number"), name="asset_of_kind_in_order"),
            models.Index(fields=("enterprise", "kind"), name="asset_by_enterprise"),
            *listed("asset", "number", "name", "quantity", "unit", "in_use", "with_chemicals"),
        )

    def __str__(self) -> str:
        return self.name


class StorageUnit(Registered):
    """A unit as GB 18218 takes it: the production or storage place whose chemicals are reckoned together."""

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="+", verbose_name=_("enterprise"))
    name = models.CharField(_("name"), max_length=120)
    exposed_people = models.PositiveIntegerField(
        _("people exposed within 500 m"), default=0, help_text=_("permanent residents and workers outside the plant")
    )
    filed_on = models.DateField(_("filed with the bureau on"), null=True, blank=True)

    held_by = "enterprise__credit_code"
    belongs_to = "enterprise"
    searchable = ("number", "name")
    named_by = ("enterprise",)

    class Meta:
        verbose_name = _("chemical unit")
        verbose_name_plural = _("chemical units")
        constraints = (models.UniqueConstraint(fields=("number",), name="storage_unit_number_once"),)

    def __str__(self) -> str:
        return f"{self.enterprise} · {self.name}"


class Chemical(Registered):
    """A hazardous chemical that an enterprise makes, keeps or uses, with the most that may be there at once."""

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="+", verbose_name=_("enterprise"))
    storage_unit = models.ForeignKey(
        StorageUnit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("chemical unit")
    )
    name = models.CharField(_("name"), max_length=120)
    cas = models.CharField(_("CAS number"), max_length=14, blank=True, db_index=True)
    quantity_t = models.FloatField(_("most kept (t)"))
    critical_t = models.FloatField(
        _("critical quantity (t)"),
        null=True,
        blank=True,
        help_text=_("left empty: by the rule pack"),
    )
    use = models.CharField(_("use"), max_length=60, blank=True)

    held_by = "enterprise__credit_code"
    belongs_to = "enterprise"
    searchable = ("number", "name", "cas")

    class Meta:
        verbose_name = _("chemical")
        verbose_name_plural = _("chemicals")
        constraints = (
            models.UniqueConstraint(fields=("number",), name="chemical_number_once"),
            models.CheckConstraint(condition=models.Q(quantity_t__gte=0), name="chemical_quantity_not_negative"),
            models.CheckConstraint(
                condition=models.Q(critical_t=None) | models.Q(critical_t__gt=0), name="critical_quantity_positive"
            ),
        )
        indexes = (*listed("chemical", "number", "name", "cas", "quantity_t", "use"),)

    def __str__(self) -> str:
        return self.name


class Improvement(Registered):
    """Something put in, taken out or rebuilt for safety, counted when it is done: gas, alarms, extinguishers, plant."""

    class Kind(models.TextChoices):
        UPGRADE = "upgrade", _("technical upgrade")
        BOTTLE_TO_PIPE = "bottle_to_pipe", _("bottled gas replaced by piped gas")
        GAS_METER = "gas_meter", _("smart gas meter")
        FIRE_ALARM = "fire_alarm", _("networked fire alarm")
        EXTINGUISHER = "extinguisher", _("fire extinguisher")
        WIRING = "wiring", _("wiring renewed")
        DUST_REMOVAL = "dust_removal", _("dust removal rebuilt")

    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("enterprise")
    )
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("site"))
    kind = models.CharField(pgettext_lazy("improvement", "kind"), max_length=16, choices=Kind)
    household = models.BooleanField(_("in a household"), default=False)
    quantity = models.PositiveIntegerField(_("pieces"), default=1)
    done_on = models.DateField(_("done on"), null=True, blank=True, db_index=True, help_text=_("empty while under way"))
    note = models.CharField(_("note"), max_length=200, blank=True)

    numbered = "GZ"
    held_by = "enterprise__credit_code"
    belongs_to = "enterprise"
    searchable = ("number", "note")

    class Meta:
        verbose_name = _("improvement")
        verbose_name_plural = _("improvements")
        indexes = (
            models.Index(fields=("kind", "done_on"), name="improvement_by_kind"),
            *listed("improvement", "created_at", "kind", "quantity", "household", "done_on"),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} × {self.quantity}"
