"""Cases of administrative penalty (行政处罚案件), and decisions that close an enterprise."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from anshu.access.models import Account
from anshu.access.secrets import PersonalField
from anshu.domains.enterprises.models import Enterprise
from anshu.domains.hazards.models import Hazard
from anshu.domains.inspections.models import Visit
from anshu.domains.people.models import Person
from anshu.kernel import clock
from anshu.ledger.models import Registered
from anshu.workflow import rules

"""Keys of the pack `discretion` that are no matters."""
NO_MATTERS = frozenset({"parting", "lighter", "heavier"})


def matters() -> list[tuple[str, str]]:
    """Every matter of the discretion standard in force today, with its title in the reader's language."""
    english = (get_language() or "").startswith("en")
    in_force = rules.packs()["discretion"].in_force(timezone.localdate(clock.now()))
    titles = ((rule.key, rule.title) for rule in in_force if rule.key not in NO_MATTERS)
    return [(key, title.en if english else title.zh) for key, title in titles]


class Case(Registered):
    """One breach of law by one party, from the first report to the archive."""

    class State(models.TextChoices):
        REPORTED = "reported", _("reported, to be opened")
        INVESTIGATING = "investigating", _("under investigation")
        UNDER_REVIEW = "under_review", _("before legal review")
        REVIEWED = "reviewed", _("reviewed, notice to be served")
        NOTIFIED = "notified", _("notice served")
        HEARING = "hearing", _("hearing to be held")
        HEARD = "heard", pgettext_lazy("case", "heard")
        DECIDED = "decided", _("decided, to be delivered")
        DELIVERED = "delivered", _("delivered, to be performed")
        OVERDUE = "overdue", _("overdue")
        BEFORE_COURT = "before_court", _("before the court")
        PERFORMED = "performed", _("performed, to be closed")
        CLOSED = "closed", _("closed, to be filed")
        ARCHIVED = "archived", _("filed")
        NOT_OPENED = "not_opened", _("not opened")
        NOT_PUNISHED = "not_punished", _("not punished")
        HANDED_OVER = "handed_over", _("handed to the police")
        REVOKED = "revoked", _("revoked")

    class Procedure(models.TextChoices):
        ORDINARY = "ordinary", _("ordinary procedure")
        SUMMARY = "summary", _("on the spot")

    class PartyKind(models.TextChoices):
        UNIT = "unit", pgettext_lazy("party", "unit")
        PERSON = "person", pgettext_lazy("party", "person")

    class Source(models.TextChoices):
        INSPECTION = "inspection", _("inspection")
        TIP_OFF = "tip_off", _("tip-off")
        ASSIGNED = "assigned", _("assigned by a superior")
        REFERRED = "referred", _("referred by another unit")
        ACCIDENT = "accident", _("accident investigation")
        OTHER = "other", _("otherwise")

    hazard = models.ForeignKey(
        Hazard,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=pgettext_lazy("register", "hazard"),
    )
    visit = models.ForeignKey(Visit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("visit"))
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("enterprise")
    )
    party = models.CharField(_("party"), max_length=120)
    party_kind = models.CharField(_("kind of party"), max_length=6, choices=PartyKind, default=PartyKind.UNIT)
    party_code = PersonalField(_("credit code or identity number"), blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    source = models.CharField(_("source of the case"), max_length=10, choices=Source, default=Source.INSPECTION)
    matter = models.CharField(_("matter"), max_length=40, choices=matters)
    facts = models.TextField(_("facts of the case"))
    evidence = models.TextField(_("evidence, one a line"), blank=True)
    occurred_on = models.DateField(_("breach on"))
    harmed = models.BooleanField(
        _("life or health was harmed"), default=False, help_text=_("then it can be punished for five years, else two")
    )
    procedure = models.CharField(_("procedure"), max_length=8, choices=Procedure, default=Procedure.ORDINARY)
    lead = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("first officer"))
    second = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("second officer"))
    opened_at = models.DateTimeField(_("opened at"), null=True, editable=False)
    excluded = models.JSONField(_("time not counted"), default=list, blank=True, editable=False)
    factors = models.JSONField(_("circumstances"), default=list, blank=True)
    band = models.JSONField(_("discretion band"), default=dict, blank=True, editable=False)
    fine_yuan = models.DecimalField(_("fine (yuan)"), max_digits=14, decimal_places=2, null=True, blank=True)
    other_penalty = models.CharField(_("other penalties"), max_length=200, blank=True)
    deviation = models.TextField(_("why outside the band"), blank=True)
    discussed = models.TextField(_("collective discussion"), blank=True)
    noticed_fine_yuan = models.DecimalField(
        _("fine in the notice (yuan)"), max_digits=14, decimal_places=2, null=True, editable=False
    )
    notified_at = models.DateTimeField(_("notice served at"), null=True, editable=False)
    waived = models.BooleanField(_("rights waived in writing"), default=False, editable=False)
    statement = models.TextField(_("statement of the party"), blank=True)
    hearing_at = models.DateTimeField(_("hearing at"), null=True, blank=True)
    host = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("host of the hearing")
    )
    hearing_report = models.TextField(_("report of the hearing"), blank=True)
    reviewer = models.ForeignKey(
        Account, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("legal reviewer")
    )
    decider = models.ForeignKey(
        Account, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, editable=False)
    delivered_at = models.DateTimeField(_("delivered at"), null=True, editable=False)
    pay_by = models.DateField(_("to be paid by"), null=True, editable=False)
    paid_yuan = models.DecimalField(_("paid (yuan)"), max_digits=14, decimal_places=2, default=0, editable=False)
    performed_at = models.DateTimeField(_("performed at"), null=True, editable=False)
    published_at = models.DateTimeField(_("published at"), null=True, editable=False)
    unpublished_at = models.DateTimeField(_("taken off publication at"), null=True, editable=False)
    closed_at = models.DateTimeField(_("closed at"), null=True, editable=False)
    state = models.CharField(_("state"), max_length=14, choices=State, default=State.REPORTED, editable=False)

    numbered = "AJ"
    searchable = ("number", "party", "facts")

    class Meta:
        verbose_name = _("penalty case")
        verbose_name_plural = pgettext_lazy("register", "penalty cases")
        indexes = (
            models.Index(fields=("state", "territory"), name="case_by_state"),
            models.Index(fields=("enterprise", "decided_at"), name="case_of_enterprise"),
            models.Index(fields=("decided_at",), name="case_decided"),
            models.Index(fields=("created_at",), name="case_newest"),
        )

    def __str__(self) -> str:
        return f"{self.party} · {self.facts[:40]}"

    @property
    def officers(self) -> tuple[Any, Any]:
        """Ids of the two officers of the case."""
        return self.lead_id, self.second_id


class Closure(Registered):
    """A decision that an enterprise ends (关闭取缔). A government closes it on the bureau's proposal, so that it is no
    step of the bureau's penalty case; what never had a licence is banned (安全生产法 63, 113)."""

    class Kind(models.TextChoices):
        CLOSED = "closed", pgettext_lazy("closure", "closed by the government")
        BANNED = "banned", pgettext_lazy("closure", "banned, without a licence")

    kind = models.CharField(pgettext_lazy("closure", "kind"), max_length=6, choices=Kind)
    party = models.CharField(_("party"), max_length=120)
    enterprise = models.ForeignKey(
        Enterprise,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("enterprise"),
        help_text=_("empty: it has no file"),
    )
    case = models.ForeignKey(
        Case, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("penalty case")
    )
    grounds = models.CharField(pgettext_lazy("closure", "why"), max_length=200)
    basis = models.CharField(_("basis"), max_length=200, blank=True)
    decided_on = models.DateField(_("decided on"))
    decider = models.CharField(pgettext_lazy("closure", "decided by"), max_length=120)
    document_number = models.CharField(_("document number"), max_length=60, blank=True)
    carried_out_on = models.DateField(_("carried out on"), null=True, blank=True)

    numbered = "GT"
    searchable = ("number", "party", "grounds", "document_number")

    class Meta:
        verbose_name = pgettext_lazy("enforcement", "closure")
        verbose_name_plural = pgettext_lazy("register", "closures")
        indexes = (models.Index(fields=("decided_on",), name="closure_newest"),)

    def __str__(self) -> str:
        return f"{self.party} · {self.get_kind_display()}"

    def clean(self) -> None:
        """It is carried out once it was decided."""
        super().clean()
        if self.decided_on and self.carried_out_on and self.carried_out_on < self.decided_on:
            raise ValidationError({"carried_out_on": _("it was carried out before it was decided")})
