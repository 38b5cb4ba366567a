"""Who answers for what (责任清单, 职责矩阵), and the meetings and rounds at which it is looked into."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anshu.domains.hazards.models import Hazard
from anshu.domains.people.models import Organisation
from anshu.ledger.models import Registered


class DutyRule(Registered):
    """A row of the duty matrix: which unit answers for an industry, a kind of matter, or both."""

    class Role(models.TextChoices):
        COMPREHENSIVE = "comprehensive", _("comprehensive supervision")
        SECTOR = "sector", _("sector supervision")
        TERRITORIAL = "territorial", _("territorial supervision")
        ENTITY = "entity", _("entity responsibility")

    unit = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("unit"))
    role = models.CharField(_("supervision role"), max_length=14, choices=Role, default=Role.SECTOR)
    kind = models.CharField(_("kind of matter"), max_length=16, choices=Hazard.Kind, blank=True)
    industry = models.CharField(
        _("industry"), max_length=6, blank=True, help_text=_("code of GB/T 4754 or its beginning, such as C26")
    )
    basis = models.CharField(_("basis"), max_length=200, blank=True)

    searchable = ("number", "industry", "basis")
    named_by = ("unit",)

    class Meta:
        verbose_name = _("row of the duty matrix")
        verbose_name_plural = pgettext_lazy("register", "duty matrix")
        constraints = (models.UniqueConstraint(fields=("number",), name="duty_rule_number_once"),)

    def __str__(self) -> str:
        return f"{self.unit} · {self.get_kind_display() or self.industry}"

    def clean(self) -> None:
        """It says what it is about."""
        super().clean()
        if not self.kind and not self.industry:
            raise ValidationError({"kind": _("name a kind of matter, an industry, or both")})


class DutyItem(Registered):
    """One item of a responsibility list: what a leader or a unit has to do in a year, and the proof that it is done."""

    unit = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("unit"))
    answerable = models.CharField(_("who answers for it"), max_length=80, help_text=_("post and name of the leader"))
    year = models.PositiveSmallIntegerField(_("year"))
    text = models.TextField(_("duty"))
    due_on = models.DateField(pgettext_lazy("supervision", "due on"), null=True, blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    proof = models.CharField(_("proof"), max_length=200, blank=True)

    searchable = ("number", "answerable", "text")

    class Meta:
        verbose_name = _("item of a responsibility list")
        verbose_name_plural = pgettext_lazy("register", "responsibility lists")
        constraints = (models.UniqueConstraint(fields=("number",), name="duty_item_number_once"),)
        indexes = (models.Index(fields=("year", "unit"), name="duty_item_by_year"),)

    def __str__(self) -> str:
        return f"{self.answerable} · {self.text[:40]}"

    def clean(self) -> None:
        """What is done is proved."""
        super().clean()
        if self.done_on and not self.proof.strip():
            raise ValidationError({"proof": _("say how it is proved that it was done")})


class Meeting(Registered):
    """A meeting at which safety was dealt with; its decisions are supervised tasks that name it."""

    class Kind(models.TextChoices):
        DISPATCH = "dispatch", _("weekly dispatch meeting")
        ANALYSIS = "analysis", _("monthly analysis")
        SUMMARY = "summary", _("quarterly summary")
        PREVENTION = "prevention", _("quarterly meeting against major accidents")
        LEADERSHIP = "leadership", _("meeting of party committee or government")
        JOINT = "joint", _("joint meeting of departments")

    kind = models.CharField(pgettext_lazy("meeting", "kind"), max_length=12, choices=Kind)
    held_on = models.DateField(_("held on"))
    chair = models.CharField(_("chaired by"), max_length=80, blank=True)
    topic = models.CharField(_("topic"), max_length=200)
    minutes = models.TextField(_("minutes"), blank=True)

    numbered = "HY"
    searchable = ("number", "topic", "chair")

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = pgettext_lazy("register", "meetings")
        indexes = (models.Index(fields=("kind", "held_on"), name="meeting_by_kind"),)

    def __str__(self) -> str:
        return self.topic


class Round(Registered):
    """A round of supervision (督导检查, 明察暗访): how many teams went out, what they looked at and found."""

    class Kind(models.TextChoices):
        SPECIAL = "special", _("special supervision")
        COMPREHENSIVE = "comprehensive", _("comprehensive supervision round")
        COVERT = "covert", _("open and covert visits")

    name = models.CharField(_("name"), max_length=160)
    kind = models.CharField(pgettext_lazy("round", "kind"), max_length=14, choices=Kind)
    starts_on = models.DateField(pgettext_lazy("span", "from"))
    ends_on = models.DateField(pgettext_lazy("span", "until"))
    teams = models.PositiveSmallIntegerField(_("teams sent out"), default=1)
    checks = models.PositiveIntegerField(_("places checked"), default=0)
    problems = models.PositiveIntegerField(_("problems found"), default=0)
    problems_ordered = models.PositiveIntegerField(_("of which ordered to be put right"), default=0)
    note = models.TextField(pgettext_lazy("remark", "note"), blank=True)

    numbered = "DD"
    searchable = ("number", "name")

    class Meta:
        verbose_name = _("round of supervision")
        verbose_name_plural = pgettext_lazy("register", "rounds of supervision")
        indexes = (models.Index(fields=("kind", "starts_on"), name="round_by_kind"),)

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """It ends after it began, and no more was ordered than was found."""
        super().clean()
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": _("it ends before it begins")})
        if (self.problems_ordered or 0) > (self.problems or 0):
            raise ValidationError({"problems_ordered": _("more were ordered than found")})
