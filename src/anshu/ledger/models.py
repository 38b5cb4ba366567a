"""What every registered record carries, and how its number is given."""

from typing import Any, ClassVar, Self, TypeVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anshu.access.policy import Actor, over, under, visible_to
from anshu.kernel import clock
from anshu.kernel.crs import Crs
from anshu.kernel.geometry import Position
from anshu.kernel.identifiers import uuid7

Record = TypeVar("Record", bound=models.Model)


class Records(models.QuerySet[Record]):
    """Rows of a register."""

    def visible_to(self, actor: Actor) -> Self:
        """The rows the actor may see: the only way in which a surface gets rows."""
        code = f"{self.model._meta.app_label}.view"
        if getattr(self.model, "downward", False):
            reach = actor.reach(code)
            # A condition that holds everywhere vanishes beside another: whoever reaches everywhere is asked first.
            return self.all() if "" in reach else self.filter(under(reach) | over(reach))
        reach, owned = actor.reach(code), actor.owns(code) if self.model.held_by else []  # type: ignore[attr-defined]
        if owned and "" not in reach:
            return self.filter(under(reach) | models.Q(**{f"{self.model.held_by}__in": owned}))  # type: ignore[attr-defined]
        return visible_to(actor, self, code)  # type: ignore[return-value]

    def real(self) -> Self:
        """Without what was made in an exercise: what figures count and gateways send."""
        return self.filter(exercise=False)


class Registered(models.Model):
    """A record of a register: an id that can be made in the field, a number people say, a territory, a place."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(_("number"), max_length=60, blank=True, db_index=True)
    territory = models.CharField(_("area"), max_length=20, db_index=True, blank=True)
    lon = models.FloatField(_("longitude"), null=True, blank=True, help_text=_("degrees, WGS-84"))
    lat = models.FloatField(_("latitude"), null=True, blank=True, help_text=_("degrees, WGS-84"))
    created_at = models.DateTimeField(_("created at"), default=clock.now, editable=False)
    exercise = models.BooleanField(_("exercise"), default=False, editable=False)
    generated = models.BooleanField(_("generated data"), default=False, editable=False)
    flags = models.JSONField(_("doubts"), default=list, blank=True, editable=False)
    search_text = models.TextField(editable=False, default="", blank=True)

    objects = Records.as_manager()

    """Prefix of numbers given by us, such as `SJ` for incidents; empty when the number comes from outside."""
    numbered: ClassVar[str] = ""
    """Whether it concerns, and so is shown to, those inside its territory as well: a warning to the whole district."""
    downward: ClassVar[bool] = False
    """Where its holder's code stands, as a lookup path (`enterprise__credit_code`): whoever acts for that holder sees
    it and may do with it what their role allows. Empty: it has no holder."""
    held_by: ClassVar[str] = ""
    """The relation to the record it belongs to (`enterprise`): without an area of its own it lies where that lies."""
    belongs_to: ClassVar[str] = ""
    """The field that says from when on something can be found at it (`started_at` of a visit); empty: nothing is."""
    found_from: ClassVar[str] = ""
    """Fields whose words a search finds."""
    searchable: ClassVar[tuple[str, ...]] = ("number",)
    """Relations by which it may name records of the areas around as well: a street names the bureau above it."""
    naming_above: ClassVar[tuple[str, ...]] = ()
    """Whether where it lies does not settle who may know of it: what lists changes by area (Today, the event stream,
    webhooks) then leaves it out, and only its own pages tell of it."""
    confidential: ClassVar[bool] = False
    """Fields that the log does not repeat: somebody's own words, which may have to be forgotten, as the log may not."""
    unlogged: ClassVar[tuple[str, ...]] = ()
    """Relations that `__str__` reads, to be fetched with the rows wherever records of this kind are named."""
    named_by: ClassVar[tuple[str, ...]] = ()
    """Relations to many that a shown property reads, to be fetched with the rows of a list."""
    named_by_many: ClassVar[tuple[str, ...]] = ()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self._state.adding and clock.source().simulated:
            self.generated = True  # whatever happens in an invented hour is invented, over real gauges too
        self.settle()
        if not self.number and self.numbered:
            self.number = next_number(self.numbered)
        self.search_text = " ".join(str(getattr(self, name) or "") for name in self.searchable).lower()
        super().save(*args, **kwargs)

    def settle(self) -> None:
        """Take the area from the record it belongs to, where none was given; what belongs to an exercise is one."""
        owner = getattr(self, self.belongs_to) if self.belongs_to else None
        if owner is not None:
            self.territory = self.territory or owner.territory
            self.exercise = self.exercise or owner.exercise

    def clean(self) -> None:
        """A position is whole and on the globe."""
        super().clean()
        if (self.lon is None) != (self.lat is None):
            absent = "lon" if self.lon is None else "lat"
            raise ValidationError({absent: _("longitude and latitude belong together")})
        for name, most in (("lon", 180), ("lat", 90)):
            degrees = getattr(self, name)
            if degrees is not None and not -most <= degrees <= most:
                raise ValidationError({name: _("is not from -%(most)d to %(most)d degrees") % {"most": most}})

    @property
    def holder(self) -> str:
        """The code of whoever holds it; empty when nobody does."""
        found: Any = self if self.held_by else ""
        for name in self.held_by.split("__") if self.held_by else ():
            found = getattr(found, name, None) or ""
        return str(found)

    @property
    def position(self) -> Position | None:
        """Where it is, in WGS-84, or None when that is not known."""
        return Position(self.lon, self.lat, Crs.WGS84) if self.lon is not None and self.lat is not None else None


class Sequence(models.Model):
    """The last number given under a heading; a number is never given twice, even if its record is void."""

    heading = models.CharField(max_length=40, primary_key=True)
    last = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.heading} {self.last}"


def next_number(prefix: str) -> str:
    """The next number of the day, such as SJ20261121-0007."""
    heading = f"{prefix}{timezone.localtime(clock.now()):%Y%m%d}"
    with transaction.atomic():
        Sequence.objects.get_or_create(heading=heading)
        row = Sequence.objects.select_for_update().get(heading=heading)
        row.last += 1
        row.save()
    return f"{heading}-{row.last:04d}"


def next_of_year(heading: str, year: int) -> int:
    """The next serial number under a heading in a year, from one; what was given is never given again."""
    with transaction.atomic():
        key = f"{heading}{year}"
        Sequence.objects.get_or_create(heading=key)
        row = Sequence.objects.select_for_update().get(heading=key)
        row.last += 1
        row.save()
    return int(row.last)


class SavedView(models.Model):
    """A list as somebody likes it: its filters, order and columns under a name."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    account = models.ForeignKey("access.Account", models.CASCADE, related_name="+")
    ledger = models.CharField(max_length=40)
    name = models.CharField(_("name"), max_length=40)
    query = models.CharField(max_length=1000)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("account", "ledger", "name"), name="view_name_once"),)

    def __str__(self) -> str:
        return self.name


class Import(models.Model):
    """One file brought in: what was in it, how far it has got, and each row refused, in the file's own terms."""

    class State(models.TextChoices):
        CHECKED = "checked", _("checked")
        RUNNING = "running", _("running")
        DONE = "done", _("done")

    id = models.UUIDField(primary_key=True, default=uuid7)
    account = models.ForeignKey("access.Account", models.PROTECT, related_name="+", null=True)
    ledger = models.CharField(max_length=40)
    file_name = models.CharField(_("file"), max_length=200)
    digest = models.CharField(max_length=64)
    mapping = models.JSONField(default=dict)
    at = models.DateTimeField(default=clock.now)
    state = models.CharField(max_length=10, choices=State, default=State.CHECKED)
    rows = models.IntegerField(default=0)
    done_rows = models.IntegerField(default=0)
    added = models.IntegerField(default=0)
    changed = models.IntegerField(default=0)
    refused = models.IntegerField(default=0)
    errors = models.JSONField(default=list)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")

    def __str__(self) -> str:
        return f"{self.file_name} → {self.ledger}"


class Attachment(models.Model):
    """A photo or paper kept with a record: the file by its digest, and what the device that made it said of it.

    `made_at`, position and `claimed` (the digest computed when the shutter closed) are the device's own word; what was
    measured here stands beside it: `digest`, `uploaded_at`, and by how much the device's clock was wrong.
    """

    class Purpose(models.TextChoices):
        EVIDENCE = "evidence", _("evidence")
        BEFORE = "before", pgettext_lazy("picture", "before")
        AFTER = "after", pgettext_lazy("picture", "after")
        PAPER = "paper", _("paper")

    id = models.UUIDField(primary_key=True)
    subject = models.CharField(max_length=60)
    subject_id = models.UUIDField(db_index=True)
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose, default=Purpose.EVIDENCE)
    name = models.CharField(_("name"), max_length=200)
    media_type = models.CharField(max_length=60)
    digest = models.CharField(max_length=64, db_index=True)
    claimed = models.CharField(max_length=64, blank=True)
    fingerprint = models.BigIntegerField(null=True, help_text=_("mark of the picture; empty for what is no picture"))
    size = models.PositiveIntegerField()
    made_at = models.DateTimeField(_("made at"), null=True)
    clock_off_s = models.IntegerField(null=True, help_text=_("seconds by which the device's clock was ahead of ours"))
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    accuracy_m = models.FloatField(null=True)
    territory = models.CharField(max_length=20, blank=True)
    maker = models.ForeignKey("access.Account", models.PROTECT, related_name="+", null=True)
    uploaded_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, help_text=_("when somebody other than its maker first looked at it"))

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        indexes = (
            models.Index(fields=("uploaded_at", "subject", "purpose", "opened_at"), name="attachment_by_arrival"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def position(self) -> Position | None:
        """Where the device says that it was made, in WGS-84."""
        return Position(self.lon, self.lat, Crs.WGS84) if self.lon is not None and self.lat is not None else None


class Paper(models.Model):
    """A document made out for a record (文书): its kind, its number, and what stood in it on the day. It is never
    changed; a later one stands beside it."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    subject = models.CharField(max_length=60)
    subject_id = models.UUIDField(db_index=True)
    kind = models.CharField(_("kind of document"), max_length=40)
    title = models.CharField(_("title"), max_length=80)
    number = models.CharField(_("number"), max_length=80)
    values = models.JSONField(_("content"), default=dict)
    issued_at = models.DateTimeField(_("issued at"))
    maker = models.ForeignKey("access.Account", models.PROTECT, related_name="+", null=True)
    exercise = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")

    def __str__(self) -> str:
        return f"{self.title} {self.number}"
