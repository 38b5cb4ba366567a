"""Who there is: organisations, the people who hold their posts, what they answer for, and who is called first."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anshu.access.models import Account
from anshu.access.secrets import PersonalField
from anshu.domains.places.models import Site
from anshu.ledger.models import Registered


class Organisation(Registered):
    """A unit: the bureau, a department, a street, a community, an enterprise."""

    class Kind(models.TextChoices):
        BUREAU = "bureau", _("emergency management bureau")
        SECTOR_DEPT = "sector_dept", _("sector department")
        STREET = "street", _("street")
        COMMUNITY = "community", _("community")
        ENTERPRISE = "enterprise", _("enterprise")
        RESCUE = "rescue", _("rescue force")

    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    sector = models.CharField(_("sector"), max_length=40, blank=True)
    superior = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("superior")
    )

    searchable = ("number", "name")

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        constraints = (models.UniqueConstraint(fields=("number",), name="organisation_number_once"),)

    def __str__(self) -> str:
        return self.name


class Person(Registered):
    """Somebody with a post, and how to reach them."""

    class GridService(models.TextChoices):
        """As whom somebody works in the grid."""

        FULL_TIME = "full_time", _("full-time grid safety officer")
        VILLAGE = "village", _("village or community safety officer")

    class GridRank(models.TextChoices):
        """The posts of a grid, the highest first."""

        CAPTAIN = "captain", _("grid captain")
        OWNER = "owner", _("grid owner")
        OFFICER = "officer", pgettext_lazy("post", "grid safety officer")

    class PhoneState(models.TextChoices):
        UNTESTED = "untested", _("not yet tested")
        WORKING = "working", _("working")
        DEAD = "dead", _("does not work")

    name = models.CharField(pgettext_lazy("person", "name"), max_length=60)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation"))
    post = models.CharField(_("post"), max_length=80, blank=True)
    rank = models.PositiveSmallIntegerField(
        _("rank"), default=3, help_text=_("1 head, 2 deputy, 3 duty officer, 4 member")
    )
    phone = PersonalField(_("phone"), blank=True)
    phone_state = models.CharField(_("phone state"), max_length=10, choices=PhoneState, default=PhoneState.UNTESTED)
    leave_from = models.DateField(_("on leave from"), null=True, blank=True)
    leave_until = models.DateField(_("on leave until"), null=True, blank=True)
    grid_service = models.CharField(_("service in the grid"), max_length=10, choices=GridService, blank=True)
    grid_rank = models.CharField(_("post in the grid"), max_length=8, choices=GridRank, blank=True)
    monthly_allowance_yuan = models.DecimalField(
        _("monthly allowance (yuan)"), max_digits=8, decimal_places=2, null=True, blank=True
    )
    account = models.OneToOneField(
        Account, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("account")
    )

    searchable = ("number", "name", "post")

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = pgettext_lazy("register", "people")
        constraints = (models.UniqueConstraint(fields=("number",), name="person_number_once"),)
        indexes = (models.Index(fields=("grid_service", "territory"), name="person_of_grid"),)

    def __str__(self) -> str:
        return self.name


class GridTeam(Registered):
    """The people who look after one grid together (一网格一团队); its area is the code of the grid."""

    name = models.CharField(_("name"), max_length=120)
    leader = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=pgettext_lazy("team", "leader")
    )
    members = models.PositiveIntegerField(_("members"), default=0)
    parts = models.CharField(
        pgettext_lazy("team", "who belongs to it"), max_length=200, blank=True, help_text=_("units and posts, no names")
    )
    founded_on = models.DateField(_("founded on"), null=True, blank=True)

    numbered = "WT"
    searchable = ("number", "name")

    class Meta:
        verbose_name = _("grid team")
        verbose_name_plural = pgettext_lazy("register", "grid teams")

    def __str__(self) -> str:
        return self.name


class Responsibility(Registered):
    """A person answerable for a site (三防责任人 and the like), or, without a site, for an area."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+", verbose_name=_("person"))
    site = models.ForeignKey(Site, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("site"))
    duty = models.CharField(_("duty"), max_length=40, default="defence_owner")
    order = models.PositiveSmallIntegerField(_("order of calling"), default=1)

    searchable = ("number", "duty")
    named_by = ("person", "site")

    class Meta:
        verbose_name = _("responsibility")
        verbose_name_plural = _("responsibilities")
        indexes = (models.Index(fields=("territory", "order"), name="responsibility_by_area"),)

    def __str__(self) -> str:
        return f"{self.person} · {self.site or self.territory}"


class ExpertGroup(Registered):
    """A group of experts who advise on one field of safety (专家组)."""

    class Field(models.TextChoices):
        LABORATORY = "laboratory", pgettext_lazy("experts", "laboratories")
        CHEMICAL = "chemical", pgettext_lazy("experts", "hazardous chemicals")
        TRADE = "trade", pgettext_lazy("experts", "industry and trade")
        FIRE = "fire", pgettext_lazy("experts", "fire safety")
        CONSTRUCTION = "construction", pgettext_lazy("experts", "construction")
        GEOLOGY = "geology", pgettext_lazy("experts", "slopes and geology")
        FLOOD = "flood", pgettext_lazy("experts", "floods, drought and wind")
        RESCUE = "rescue", pgettext_lazy("experts", "emergency rescue")
        OTHER = "other", pgettext_lazy("experts", "another field")

    name = models.CharField(_("name"), max_length=120)
    field = models.CharField(pgettext_lazy("experts", "field"), max_length=14, choices=Field)
    founded_on = models.DateField(_("founded on"), null=True, blank=True)
    note = models.CharField(pgettext_lazy("remark", "note"), max_length=200, blank=True)

    numbered = "ZU"
    searchable = ("number", "name")

    class Meta:
        verbose_name = _("expert group")
        verbose_name_plural = pgettext_lazy("register", "expert groups")

    def __str__(self) -> str:
        return self.name


class Expert(Registered):
    """Somebody of a group of experts, where they work and what they know."""

    group = models.ForeignKey(ExpertGroup, models.PROTECT, related_name="+", verbose_name=_("expert group"))
    name = models.CharField(pgettext_lazy("person", "name"), max_length=60)
    employer = models.CharField(_("employer"), max_length=120, blank=True)
    title = models.CharField(_("professional title"), max_length=60, blank=True)
    speciality = models.CharField(_("speciality"), max_length=120, blank=True)
    phone = PersonalField(_("phone"), blank=True)
    appointed_on = models.DateField(_("appointed on"), null=True, blank=True)
    left_on = models.DateField(_("left on"), null=True, blank=True)

    numbered = "ZJ"
    belongs_to = "group"
    searchable = ("number", "name", "employer", "speciality")

    class Meta:
        verbose_name = _("expert of a group")
        verbose_name_plural = pgettext_lazy("register", "experts")

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Nobody leaves before being appointed."""
        super().clean()
        if self.appointed_on and self.left_on and self.left_on < self.appointed_on:
            raise ValidationError({"left_on": _("it ends before it begins")})
