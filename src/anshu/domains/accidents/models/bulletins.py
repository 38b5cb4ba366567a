"""Bulletins that warn everybody of an accident (事故警示通报)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anshu.domains.accidents.models.accidents import Accident
from anshu.ledger.models import Registered


class AccidentBulletin(Registered):
    """One issue of the accident warnings: what happened here or elsewhere, and what everybody is to learn from it. A
    bulletin that names one unit at fault is a letter of supervision instead."""

    title = models.CharField(_("title"), max_length=160)
    document_number = models.CharField(_("document number"), max_length=60, blank=True)
    issued_on = models.DateField(pgettext_lazy("bulletin", "issued on"))
    accident = models.ForeignKey(
        Accident,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=pgettext_lazy("register", "accident"),
        help_text=_("empty: it happened elsewhere"),
    )
    audience = models.CharField(_("sent to"), max_length=200, blank=True)
    text = models.TextField(_("lessons and demands"), blank=True)

    numbered = "JT"
    searchable = ("number", "title", "document_number")

    class Meta:
        verbose_name = _("accident bulletin")
        verbose_name_plural = pgettext_lazy("register", "accident bulletins")
        indexes = (models.Index(fields=("issued_on",), name="accident_bulletin_newest"),)

    def __str__(self) -> str:
        return self.title
