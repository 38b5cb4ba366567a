"""Who may look with the power of the law, and whom nobody may send where."""

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anshu.domains.enterprises.models import Enterprise
from anshu.domains.people.models import Person
from anshu.ledger.models import Registered


class OfficerLicence(Registered):
    """A certificate of administrative enforcement (行政执法证): whose, from when until when, for which fields."""

    person = models.ForeignKey(
        Person, models.PROTECT, related_name="+", verbose_name=pgettext_lazy("licence", "officer")
    )
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"))
    fields = models.JSONField(
        _("licensed fields"), default=list, blank=True, help_text=_("empty: every field of work safety")
    )
    issuer = models.CharField(_("issued by"), max_length=120, blank=True)

    searchable = ("number",)
    named_by = ("person",)

    class Meta:
        verbose_name = _("officer's licence")
        verbose_name_plural = pgettext_lazy("register", "officers' licences")
        constraints = (models.UniqueConstraint(fields=("number",), name="licence_number_once"),)
        indexes = (models.Index(fields=("person", "valid_until"), name="licence_of_person"),)

    def __str__(self) -> str:
        return f"{self.person} {self.number}"

    def covers(self, on: date, field: str = "") -> bool:
        """Whether it is good on that day for that field (any, when none is named)."""
        return self.valid_from <= on <= self.valid_until and (not self.fields or not field or field in self.fields)


class Recusal(Registered):
    """An officer who must not inspect an enterprise (回避), and why."""

    person = models.ForeignKey(
        Person, models.PROTECT, related_name="+", verbose_name=pgettext_lazy("licence", "officer")
    )
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="+", verbose_name=_("enterprise"))
    ground = models.CharField(_("reason"), max_length=200)
    since = models.DateField(_("since"))
    until = models.DateField(pgettext_lazy("recusal", "until"), null=True, blank=True)

    searchable = ("number", "ground")
    named_by = ("person", "enterprise")

    class Meta:
        verbose_name = _("recusal")
        verbose_name_plural = pgettext_lazy("register", "recusals")
        constraints = (models.UniqueConstraint(fields=("person", "enterprise", "since"), name="recusal_once"),)
        indexes = (models.Index(fields=("enterprise", "person"), name="recusal_of_enterprise"),)

    def __str__(self) -> str:
        return f"{self.person} · {self.enterprise}"
