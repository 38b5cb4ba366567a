"""Cards of the bypass radar (疑点卡): a sign that loops were closed on paper only, with the rows behind it, for a
person to judge. A card is a question; it accuses nobody, and the innocent reason for its sign stands beside it."""

from typing import Any, ClassVar, Self

from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anshu.access.models import Account
from anshu.access.policy import Actor, account_of, under
from anshu.domains.enterprises.models import Enterprise
from anshu.domains.people.models import Organisation
from anshu.domains.people.queries import units_of
from anshu.domains.supervision.models.bypass_words import FIGURES, INNOCENT
from anshu.ledger.models import Records, Registered


class BypassCards(Records["BypassCard"]):
    """Rows of the register of cards."""

    def visible_to(self, actor: Actor) -> Self:
        """Whoever looks into cards sees those of their area, but never one that points at themselves, at their unit or
        at an enterprise they act for."""
        rows = super().visible_to(actor).filter(under(actor.reach("supervision.look_into_card")))
        account = account_of(actor)
        return rows.exclude(pointing_at(account)) if account is not None else rows


def pointing_at(account: Account) -> models.Q:
    """The cards that point at somebody: at the account, at a unit it belongs to, or at an enterprise it acts for."""
    holders = [holder for _role, holder in account.own_rows]
    return (
        models.Q(account=account.pk)
        | models.Q(unit__in=units_of(account))
        | models.Q(enterprise__credit_code__in=holders)
    )


class BypassCard(Registered):
    """One sign about one person, enterprise or unit. Further rows of the same sign come onto the same card."""

    class State(models.TextChoices):
        NEW = "new", pgettext_lazy("bypass card", "new, to be looked into")
        LOOKED_INTO = "looked_into", pgettext_lazy("bypass card", "looked into, to be judged")
        EXPLAINED = "explained", pgettext_lazy("bypass card", "explained, in order")
        CONFIRMED = "confirmed", pgettext_lazy("bypass card", "holds true, dealt with")

    class Sign(models.TextChoices):
        """The values are those of `engines.bypass.Sign`."""

        SELF_VERIFIED = "self_verified", _("rechecked by the finder or the fixer")
        BULK = "bulk", _("many rechecks within minutes")
        NIGHT = "night", _("rechecks at night")
        SECONDS = "seconds", _("done within seconds")
        REUSED_PICTURE = "reused_picture", _("picture used before")
        MOVED_DATES = "moved_dates", _("dates moved again and again")
        COPIED_TEXT = "copied_text", _("the same words everywhere")
        MONTH_END = "month_end", _("closed at the end of the month")
        NO_FINDING = "no_finding", _("visits that find nothing")

    sign = models.CharField(pgettext_lazy("bypass card", "sign"), max_length=16, choices=Sign)
    key = models.CharField(max_length=60, editable=False, help_text=_("whom it points at, as one word"))
    account = models.ForeignKey(
        Account, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("about the work of")
    )
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("about the enterprise")
    )
    unit = models.ForeignKey(
        Organisation, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("about the unit")
    )
    seen = models.PositiveIntegerField(_("times seen"), editable=False)
    of = models.PositiveIntegerField(pgettext_lazy("bypass card", "out of"), editable=False)
    expected = models.FloatField(
        _("times expected by the share of all others"),
        null=True,
        editable=False,
        help_text=_("empty: each counts"),
    )
    first_on = models.DateField(pgettext_lazy("span", "from"), editable=False)
    last_on = models.DateField(pgettext_lazy("span", "until"), editable=False)
    found_at = models.DateTimeField(pgettext_lazy("bypass card", "found at"), editable=False)
    explanation = models.TextField(_("why it is in order"), blank=True, editable=False)
    deed = models.TextField(_("what was done about it"), blank=True, editable=False)
    judge = models.ForeignKey(
        Account,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=pgettext_lazy("bypass card", "judged by"),
    )
    judged_at = models.DateTimeField(pgettext_lazy("bypass card", "judged at"), null=True, editable=False)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.NEW, editable=False)

    objects: ClassVar[Any] = BypassCards.as_manager()
    numbered = "YD"
    confidential = True
    unlogged = ("finding",)  # the rows stand behind the card, not in the log

    class Meta:
        verbose_name = _("bypass card")
        verbose_name_plural = pgettext_lazy("register", "bypass cards")
        constraints = (models.UniqueConstraint(fields=("sign", "key"), name="bypass_card_once"),)
        indexes = (
            models.Index(fields=("state", "territory"), name="bypass_card_by_state"),
            models.Index(fields=("created_at",), name="bypass_card_newest"),
        )

    def __str__(self) -> str:
        """Sign and number; never a name, because names of records stand in the log."""
        return f"{self.get_sign_display()} {self.number}"

    @property
    def figure(self) -> str:
        """How often it was seen, of how many, and how often it would be expected, in a sentence."""
        words = FIGURES[self.sign]
        days = (self.last_on - self.first_on).days
        told = str(words) % {"seen": self.seen, "of": self.of, "days": days}
        if self.expected is None:
            return told
        number = f"{self.expected:.1f}".removesuffix(".0")
        return told + _now("; by the share of all others it would be about %(expected)s") % {"expected": number}

    figure.fget.short_description = _("what was seen")  # type: ignore[attr-defined]

    @property
    def innocent(self) -> str:
        """How the same sign comes about in all honesty."""
        return str(INNOCENT[self.sign])

    innocent.fget.short_description = _("how it may be in order")  # type: ignore[attr-defined]


class BypassRow(models.Model):
    """One row behind a card: a hazard, a visit or a picture, by kind and id. Who may not see it there does not here."""

    card = models.ForeignKey(BypassCard, models.CASCADE, related_name="rows")
    subject = models.CharField(max_length=60)
    subject_id = models.UUIDField()
    at = models.DateTimeField()
    added_at = models.DateTimeField()

    class Meta:
        verbose_name = _("row behind a bypass card")
        verbose_name_plural = _("rows behind bypass cards")
        constraints = (models.UniqueConstraint(fields=("card", "subject_id"), name="bypass_row_once"),)
        indexes = (models.Index(fields=("card", "at"), name="bypass_row_by_time"),)

    def __str__(self) -> str:
        return f"{self.subject} {self.subject_id}"
