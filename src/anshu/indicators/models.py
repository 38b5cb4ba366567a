"""Figures as they were on the day somebody answered for them."""

import zlib
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anshu.ledger.models import Registered

KEY_BYTES = 16


class Statement(Registered):
    """Every figure of an area over some days, frozen with the rows behind it. It is never changed: another one restates
    it, and says why."""

    title = models.CharField(_("title"), max_length=120)
    first_on = models.DateField(pgettext_lazy("span", "from"))
    last_on = models.DateField(pgettext_lazy("span", "until"))
    earlier = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name=_("restates")
    )
    reason = models.CharField(_("why it was restated"), max_length=300, blank=True, editable=False)

    numbered = "TJ"
    searchable = ("number", "title", "reason")
    unlogged = ("taken",)  # the figures stand with the statement

    class Meta:
        verbose_name = _("frozen figures")
        verbose_name_plural = pgettext_lazy("register", "frozen figures")
        constraints = (models.UniqueConstraint(fields=("earlier",), name="statement_restated_once"),)
        indexes = (models.Index(fields=("territory", "created_at"), name="statement_newest"),)

    def __str__(self) -> str:
        return self.title


class FrozenFigure(models.Model):
    """One figure of a statement: its number (none: of nothing), and the keys of the rows that it counted."""

    statement = models.ForeignKey(Statement, models.CASCADE, related_name="figures")
    key = models.CharField(max_length=60)
    value = models.DecimalField(max_digits=26, decimal_places=6, null=True)
    count = models.PositiveIntegerField()
    packed = models.BinaryField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("statement", "key"), name="frozen_figure_once"),)

    def __str__(self) -> str:
        return f"{self.key} {self.value}"

    @property
    def keys(self) -> set[UUID]:
        """The keys of its rows."""
        raw = zlib.decompress(bytes(self.packed))
        return {UUID(bytes=raw[at : at + KEY_BYTES]) for at in range(0, len(raw), KEY_BYTES)}

    @staticmethod
    def pack(keys: Iterable[Any]) -> bytes:
        """Keys as `keys` reads them: sixteen bytes each, in order, compressed."""
        return zlib.compress(b"".join(sorted(key.bytes for key in keys)))
