"""What people tell us (举报), what became of it, and what their own enterprises pay for telling.

Nothing here says who told. A name, if one was given, lies sealed in the vault under the id of the record; the tracking
code is kept as a digest.
"""

from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anshu.access.models import Account
from anshu.access.policy import Actor, account_of, under
from anshu.domains.enterprises.models import Enterprise
from anshu.domains.hazards.models import Hazard
from anshu.domains.people.models import Organisation
from anshu.domains.people.queries import units_of
from anshu.ledger.indexes import listed
from anshu.ledger.models import Records, Registered


class Ground(models.TextChoices):
    """For what a reward is paid; each is reckoned in its own way."""

    GENERAL_HAZARD = "general", _("general hazard or violation")
    MAJOR_OR_UNLAWFUL = "major", _("major hazard or unlawful operation")
    CONCEALED_ACCIDENT = "concealed", _("accident concealed or misreported")


class AccidentGrade(models.TextChoices):
    """Grades of accidents (生产安全事故报告和调查处理条例 3)."""

    ORDINARY = "ordinary", _("ordinary accident")
    LARGER = "larger", _("larger accident")
    MAJOR = "major", _("major accident")
    EXTREME = "extreme", _("extremely serious accident")


class TipOffs(Records["TipOff"]):
    """Rows of the register of tip-offs."""

    def visible_to(self, actor: Actor) -> Self:
        """Whoever receives, rewards or pays sees all of their area; whoever verifies sees what their unit was given;
        what a unit is accused of does not exist for the people of that unit."""
        account = account_of(actor)
        units = units_of(account) if account else frozenset()
        whole = models.Q(unit__in=units)
        for verb in ("accept", "approve_reward", "pay"):
            whole |= under(actor.reach(f"tipoffs.{verb}"))
        rows = super().visible_to(actor).filter(whole)
        return rows.exclude(reported_unit__in=units) if units else rows


class TipOff(Registered):
    """Something somebody told us: received, verified, answered, and where it held, rewarded."""

    class State(models.TextChoices):
        RECEIVED = "received", pgettext_lazy("tip-off", "received, to be accepted")
        ACCEPTED = "accepted", pgettext_lazy("tip-off", "accepted, to be assigned")
        REJECTED = "rejected", pgettext_lazy("tip-off", "not accepted")
        TRANSFERRED = "transferred", _("transferred to another authority")
        JOINED = "joined", _("joined to an earlier one")
        VERIFYING = "verifying", pgettext_lazy("tip-off", "being verified")
        SUBSTANTIATED = "substantiated", _("substantiated, to be answered")
        UNSUBSTANTIATED = "unsubstantiated", _("not substantiated, to be answered")
        REPLIED = "replied", pgettext_lazy("tip-off", "answered")
        REWARD_DUE = "reward_due", _("answered, reward to be proposed")
        REWARD_PROPOSED = "reward_proposed", _("reward proposed, to be approved")
        APPROVED = "approved", _("reward approved, to be claimed")
        CLAIMED = "claimed", _("reward claimed, to be paid")
        PAID = "paid", _("reward paid")
        ARCHIVED = "archived", _("archived")

    class Way(models.TextChoices):
        WEB = "web", _("public page")
        HOTLINE = "hotline", _("hotline")
        LETTER = "letter", pgettext_lazy("by post", "letter")
        VISIT = "visit", _("visit in person")
        IN_HOUSE = "in_house", _("in-house")
        SUPERIOR = "superior", _("handed down")

    class Kind(models.TextChoices):
        FIRE = "fire", _("fire safety")
        ELECTRIC = "electric", _("electricity")
        GAS = "gas", _("gas")
        CHEMICAL = "chemical", _("hazardous chemicals")
        DUST = "dust", _("combustible dust")
        CONFINED_SPACE = "confined_space", _("confined space")
        MACHINERY = "machinery", _("machinery and special equipment")
        HEIGHT = "height", _("work at height")
        CONSTRUCTION = "construction", _("construction and minor works")
        EBIKE = "ebike", _("e-bikes")
        STRUCTURE = "structure", _("buildings and slopes")
        MANAGEMENT = "management", _("safety management")
        CONCEALED = "concealed", _("concealed accident")
        UNLICENSED = "unlicensed", _("unlicensed or unlawful operation")
        OTHER = "other", _("something else")

    class Outcome(models.TextChoices):
        NONE = "", _("not verified")
        TRUE = "true", _("substantiated")
        FALSE = "false", _("not substantiated")

    channel = models.CharField(_("came by"), max_length=10, choices=Way, default=Way.WEB)
    kind = models.CharField(pgettext_lazy("tip-off", "kind"), max_length=16, choices=Kind)
    text = models.TextField(_("what was told"), max_length=4000)
    place = models.CharField(_("where"), max_length=200, blank=True)
    reported_name = models.CharField(_("whom it is about"), max_length=120, blank=True)
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("enterprise")
    )
    reported_unit = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit reported")
    )
    named = models.BooleanField(_("real name given"), default=False, help_text=_("the name lies in the vault"))
    insider = models.BooleanField(_("told by somebody who works there"), default=False)
    deaths_alleged = models.BooleanField(_("deaths are said to have happened"), default=False)
    received_at = models.DateTimeField(pgettext_lazy("tip-off", "received at"))
    accepted_at = models.DateTimeField(_("accepted at"), null=True, editable=False)
    transferred_to = models.CharField(_("transferred to"), max_length=120, blank=True)
    earlier = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("joined to")
    )
    unit = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("verifying unit")
    )
    complex = models.BooleanField(_("term extended"), default=False)
    verifier = models.ForeignKey(
        Account, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("verified by")
    )
    verified_at = models.DateTimeField(_("verified at"), null=True, editable=False)
    outcome = models.CharField(_("outcome"), max_length=5, choices=Outcome, blank=True, default="", editable=False)
    finding = models.TextField(pgettext_lazy("tip-off", "finding"), blank=True)
    hazard = models.ForeignKey(
        Hazard,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=pgettext_lazy("defect", "hazard"),
    )
    answer = models.TextField(_("answer to the one who told"), blank=True)
    replied_at = models.DateTimeField(pgettext_lazy("reply", "answered at"), null=True, editable=False)
    satisfied = models.BooleanField(_("satisfied with the answer"), null=True, editable=False)
    reopened = models.PositiveSmallIntegerField(_("times opened again"), default=0, editable=False)
    complaint = models.TextField(_("what they said afterwards"), blank=True, editable=False)
    retaliation = models.BooleanField(_("retaliation reported"), default=False, editable=False)
    ground = models.CharField(_("ground of the reward"), max_length=10, choices=Ground, blank=True)
    fine_yuan = models.DecimalField(_("fine imposed (yuan)"), max_digits=14, decimal_places=2, null=True, blank=True)
    deaths = models.PositiveSmallIntegerField(_("hidden deaths proved"), null=True, blank=True)
    grade = models.CharField(_("grade of the accident"), max_length=10, choices=AccidentGrade, blank=True)
    reward_yuan = models.DecimalField(
        _("reward (yuan)"), max_digits=10, decimal_places=2, null=True, blank=True, editable=False
    )
    reckoning = models.CharField(_("how it was reckoned"), max_length=300, blank=True, editable=False)
    proposer = models.ForeignKey(
        Account, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("proposed by")
    )
    approver = models.ForeignKey(
        Account, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("approved by")
    )
    approved_at = models.DateTimeField(_("approved at"), null=True, editable=False)
    paid_at = models.DateTimeField(_("paid at"), null=True, editable=False)
    receipt = models.CharField(_("voucher of the payment"), max_length=60, blank=True)
    state = models.CharField(_("state"), max_length=16, choices=State, default=State.RECEIVED, editable=False)

    objects: ClassVar[Any] = TipOffs.as_manager()
    numbered = "JB"
    confidential = True
    found_from = "received_at"
    searchable = ("number", "place", "reported_name", "text")
    unlogged = ("text", "reported_name", "place", "complaint")

    class Meta:
        verbose_name = _("tip-off")
        verbose_name_plural = pgettext_lazy("register", "tip-offs")
        indexes = (
            models.Index(fields=("state", "territory"), name="tip_off_by_state"),
            models.Index(fields=("kind", "received_at"), name="tip_off_by_kind"),
            models.Index(fields=("received_at",), name="tip_off_by_receipt"),
            *listed(
                "tip_off",
                "created_at",
                "kind",
                "place",
                "reported_name",
                "state",
                "named",
                "channel",
                "outcome",
                "deaths_alleged",
                "retaliation",
            ),
        )

    def __str__(self) -> str:
        """Kind and number; never what was told, because names of records stand in the log."""
        return f"{self.get_kind_display()} {self.number}"


class Ticket(models.Model):
    """The digests of a tracking code and of the PIN under which a reward is claimed; the code is kept nowhere."""

    tip_off = models.OneToOneField(TipOff, models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    pin_digest = models.CharField(max_length=64, blank=True)
    proved_at = models.DateTimeField(null=True, help_text=_("when code and PIN were last shown at the counter"))

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")

    def __str__(self) -> str:
        return str(self.tip_off)


class InternalReward(Registered):
    """What an enterprise paid in a month to its own people for telling of hazards (企业内部报告奖励)."""

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="+", verbose_name=_("enterprise"))
    month = models.DateField(_("month"), help_text=_("its first day"))
    reports = models.PositiveIntegerField(_("hazards told"))
    rewarded = models.PositiveIntegerField(_("rewarded"))
    paid_yuan = models.DecimalField(_("paid (yuan)"), max_digits=12, decimal_places=2)
    note = models.CharField(pgettext_lazy("remark", "note"), max_length=200, blank=True)

    held_by = "enterprise__credit_code"
    searchable = ("number", "note")
    named_by = ("enterprise",)
    numbered = "NB"

    class Meta:
        verbose_name = _("in-house reward")
        verbose_name_plural = pgettext_lazy("register", "in-house rewards")
        constraints = (models.UniqueConstraint(fields=("enterprise", "month"), name="in_house_reward_once"),)
        indexes = (models.Index(fields=("month", "territory"), name="in_house_reward_by_month"),)

    def __str__(self) -> str:
        return f"{self.enterprise} {self.month:%Y-%m}"

    def clean(self) -> None:
        """A month is its first day; nobody is rewarded who has not told."""
        super().clean()
        if self.month:
            self.month = self.month.replace(day=1)
        if (self.rewarded or 0) > (self.reports or 0):
            raise ValidationError({"rewarded": _("more were rewarded than were told of")})


class HotlineNotice(Registered):
    """Notices with the telephone number for tip-offs, put up at one place on one day (举报电话张贴)."""

    place = models.CharField(_("place"), max_length=200)
    posted_on = models.DateField(_("put up on"))
    notices = models.PositiveIntegerField(_("notices put up"), default=1)
    hotline = models.CharField(_("number on it"), max_length=40, blank=True)
    unit = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("answerable unit")
    )
    removed_on = models.DateField(pgettext_lazy("notice", "taken down on"), null=True, blank=True)

    numbered = "RX"
    searchable = ("number", "place")

    class Meta:
        verbose_name = _("hotline notice")
        verbose_name_plural = pgettext_lazy("register", "hotline notices")
        indexes = (models.Index(fields=("posted_on",), name="hotline_notice_newest"),)

    def __str__(self) -> str:
        return self.place

    def clean(self) -> None:
        """It is taken down after it was put up."""
        super().clean()
        if self.posted_on and self.removed_on and self.removed_on < self.posted_on:
            raise ValidationError({"removed_on": _("it ends before it begins")})
