"""What exists: the area tree, sites and risk objects, and the base map they stand on."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anshu.kernel.identifiers import uuid7
from anshu.ledger.indexes import listed
from anshu.ledger.models import Registered


class Area(Registered):
    """A division: district, street, community or grid. Its number is its code, and the code is its territory."""

    class Level(models.TextChoices):
        PROVINCE = "province", _("province")
        CITY = "city", _("city")
        DISTRICT = "district", _("district")
        STREET = "street", _("street")
        COMMUNITY = "community", _("community")
        GRID = "grid", _("grid")

    name = models.CharField(_("name"), max_length=80)
    level = models.CharField(_("level"), max_length=12, choices=Level)
    outline = models.JSONField(_("outline"), null=True, blank=True, help_text=_("GeoJSON geometry, WGS-84"))

    searchable = ("number", "name")

    class Meta:
        verbose_name = pgettext_lazy("register", "area")
        verbose_name_plural = pgettext_lazy("register", "areas")
        constraints = (models.UniqueConstraint(fields=("number",), name="area_code_once"),)

    def __str__(self) -> str:
        return self.name


class Site(Registered):
    """A place that has an address and somebody answerable for it: an enterprise, a risk object, a shelter."""

    class Kind(models.TextChoices):
        WATERLOGGING_POINT = "waterlogging_point", _("waterlogging point")
        SLOPE = "slope", _("dangerous slope")
        RESERVOIR = "reservoir", _("reservoir")
        RIVER = "river", _("river section")
        UNDERGROUND_SPACE = "underground_space", _("underground space")
        OLD_BUILDING = "old_building", _("dilapidated building")
        HYDRANT = "hydrant", _("hydrant")
        SHELTER = "shelter", _("shelter")
        ENTERPRISE = "enterprise", _("enterprise premises")
        THREE_SMALL = "three_small_premises", _("three-small premises")
        SCHOOL = "school", _("school")
        HOSPITAL = "hospital", _("hospital")
        CONSTRUCTION_SITE = "construction_site", _("construction site")
        INDUSTRIAL_PARK = "industrial_park", _("industrial park")
        RAIN_STATION = "rain_station", _("rain station")
        OTHER = "other", _("other site")

    class Color(models.TextChoices):
        RED = "1", _("red")
        ORANGE = "2", _("orange")
        YELLOW = "3", _("yellow")
        BLUE = "4", _("blue")
        NONE = "", _("not graded")

    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=24, choices=Kind)
    address = models.CharField(_("address"), max_length=200, blank=True)
    sector = models.CharField(
        _("sector"), max_length=40, blank=True, help_text=_("department answerable for the industry")
    )
    risk_color = models.CharField(_("risk colour"), max_length=1, choices=Color, blank=True, default=Color.NONE)
    people_count = models.IntegerField(
        _("people"), null=True, blank=True, help_text=_("people usually there, or capacity of a shelter")
    )
    source = models.CharField(_("source"), max_length=200, blank=True)

    searchable = ("number", "name", "address")

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        constraints = (models.UniqueConstraint(fields=("number",), name="site_number_once"),)
        indexes = (
            models.Index(fields=("kind", "territory"), name="site_by_kind"),
            models.Index(fields=("kind", "number"), name="site_of_kind_in_order"),
            models.Index(fields=("lon", "lat"), name="site_by_place"),
            *listed("site", "number", "name", "address", "risk_color", "people_count", "sector", "source"),
        )

    def __str__(self) -> str:
        return self.name


class BaseLayer(models.Model):
    """A layer of the own base map, and the road graph for travel times: whole GeoJSON or arrays under a key."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    key = models.CharField(max_length=30, unique=True)
    content = models.JSONField()
    source = models.CharField(_("source"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("base layer")
        verbose_name_plural = _("base layers")

    def __str__(self) -> str:
        return self.key
