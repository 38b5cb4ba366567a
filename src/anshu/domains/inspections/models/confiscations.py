"""What was taken away where somebody looked (收缴台账)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anshu.domains.inspections.models.visits import Visit
from anshu.ledger.models import Registered


class Confiscation(Registered):
    """Things of one kind taken away on one day at one place, and what became of them."""

    class Kind(models.TextChoices):
        FIRE_SOURCE = "fire_source", _("sources of fire")
        FIREWORKS = "fireworks", _("fireworks and firecrackers")
        FUEL = "fuel", pgettext_lazy("confiscation", "fuel")
        CHEMICALS = "chemicals", pgettext_lazy("confiscation", "hazardous chemicals")
        CYLINDERS = "cylinders", _("gas cylinders")
        EQUIPMENT = "equipment", _("forbidden equipment")
        OTHER = "other", pgettext_lazy("confiscation", "other things")

    class Unit(models.TextChoices):
        PIECES = "pieces", pgettext_lazy("unit of things", "pieces")
        BOXES = "boxes", pgettext_lazy("unit of things", "boxes")
        KILOGRAMS = "kg", pgettext_lazy("unit of things", "kilograms")
        LITRES = "l", pgettext_lazy("unit of things", "litres")

    kind = models.CharField(pgettext_lazy("confiscation", "kind"), max_length=12, choices=Kind)
    what = models.CharField(pgettext_lazy("confiscation", "what exactly"), max_length=120, blank=True)
    quantity = models.FloatField(pgettext_lazy("confiscation", "quantity"))
    unit = models.CharField(_("counted in"), max_length=6, choices=Unit, default=Unit.PIECES)
    taken_on = models.DateField(_("taken on"))
    place = models.CharField(_("place"), max_length=200, blank=True)
    visit = models.ForeignKey(
        Visit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("visit"),
        help_text=_("empty: taken at a checkpoint or on a round"),
    )
    receipt = models.CharField(_("number of the list handed over"), max_length=60, blank=True)
    disposal = models.CharField(_("what became of it"), max_length=200, blank=True)

    numbered = "SK"
    belongs_to = "visit"
    searchable = ("number", "what", "place", "receipt")

    class Meta:
        verbose_name = _("confiscation")
        verbose_name_plural = pgettext_lazy("register", "confiscations")
        indexes = (models.Index(fields=("kind", "taken_on"), name="confiscation_by_kind"),)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.quantity:g} {self.get_unit_display()}"
