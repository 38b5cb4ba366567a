"""Rules and alarms of devices, warnings of authorities, and the calls that make sure somebody heard."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anshu.domains.devices.models import Channel
from anshu.domains.people.models import Organisation, Person
from anshu.domains.places.models import Site
from anshu.domains.warnings.models.watching import Watching
from anshu.engines.sensing import Direction as Side
from anshu.engines.sensing import LadderRule, Quantity, Signal, Step, compile_rules
from anshu.engines.sensing import Level as Grade
from anshu.engines.sensing.rules import WINDOWED
from anshu.kernel.errors import Invalid
from anshu.ledger.models import Registered

"""A window is parted into at most so many panes: a day into half hours."""
MOST_PANES = 48


class Level(models.TextChoices):
    """Warning levels (突发事件应对法 63): one is the gravest."""

    RED = "1", _("red")
    ORANGE = "2", _("orange")
    YELLOW = "3", _("yellow")
    BLUE = "4", _("blue")


class Rule(Watching):
    """A ladder of thresholds for one channel, or for every channel of a quantity at a kind of site."""

    class Direction(models.TextChoices):
        ABOVE = "above", _("above")
        BELOW = "below", _("below")

    class Judged(models.TextChoices):
        """What of the channel is judged; the engine's docstring defines each."""

        VALUE = "value", _("the value itself")
        RATE = "rate", _("its change per hour")
        SUM = "sum", _("the sum over a window")
        MEAN = "mean", _("the mean over a window")
        LOWEST = "lowest", _("the lowest in a window")
        HIGHEST = "highest", _("the highest in a window")
        CHANGE = "change", _("the change over a window")
        TREND = "trend", _("the trend over a window, per hour")
        UNUSUAL = "unusual", _("how unusual it is for the channel")
        UNSEASONABLE = "unseasonable", _("how unusual it is for this hour of the day")
        UNCHANGED = "unchanged", _("for how long it has not changed")
        SILENCE = "silence", _("for how long nothing has come")

    name = models.CharField(_("name"), max_length=120)
    channel = models.ForeignKey(
        Channel, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("channel")
    )
    quantity = models.CharField(_("quantity"), max_length=30, blank=True)
    site_kind = models.CharField(_("kind of site"), max_length=24, choices=Site.Kind, blank=True)
    judged = models.CharField(_("what is judged"), max_length=12, choices=Judged, default=Judged.VALUE)
    window_min = models.PositiveIntegerField(
        _("window (min)"), null=True, blank=True, help_text=_("for sums, means, extremes, changes and trends")
    )
    direction = models.CharField(_("direction"), max_length=6, choices=Direction, default=Direction.ABOVE)
    steps = models.JSONField(
        _("steps"), help_text=_("per level: raise, clear, hold_up_s, hold_down_s, in the channel's unit and seconds")
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    active = models.BooleanField(_("active"), default=True)
    basis = models.CharField(_("basis"), max_length=200, blank=True)
    verified = models.BooleanField(
        _("verified"), default=False, help_text=_("checked against an authority, not our default")
    )

    downward = True  # a rule of the district watches its streets, who may read it
    searchable = ("number", "name")

    class Meta:
        verbose_name = _("sensing rule")
        verbose_name_plural = _("sensing rules")

    def __str__(self) -> str:
        return self.name

    def ladder(self, slot: int, stale_after_s: float | None) -> LadderRule:
        """The rule as the engine reads it, for the channel at `slot`; steps in order, mildest first."""
        steps = sorted(self.steps, key=lambda step: -int(step["level"]))
        return LadderRule(
            key=f"{self.pk}/{slot}",
            channel=slot,
            steps=tuple(
                Step(
                    Grade(int(step["level"])),
                    float(step["raise"]),
                    float(step["clear"]),
                    float(step.get("hold_up_s", 0)),
                    float(step.get("hold_down_s", 0)),
                )
                for step in steps
            ),
            direction=Side(self.direction),
            stale_after_s=stale_after_s,
            of=self.of(),
            when=self.when(),
        )

    def of(self) -> Quantity:
        """What the engine derives from the channel; a window moves on by the smallest pane that parts it evenly."""
        signal = Signal[self.judged.upper()]
        if signal not in WINDOWED:
            return Quantity(signal)
        seconds = 60 * (self.window_min or 0)
        panes = next((n for n in range(MOST_PANES, 0, -1) if seconds % n == 0), 1)
        return Quantity(signal, float(seconds), panes)

    def unit(self, of_channel: str) -> str:
        """The unit of what is judged, by that of the channel."""
        if self.judged in (self.Judged.RATE, self.Judged.TREND):
            return f"{of_channel}/h"
        if self.judged in (self.Judged.UNUSUAL, self.Judged.UNSEASONABLE):
            return "σ"
        return "s" if self.judged in (self.Judged.UNCHANGED, self.Judged.SILENCE) else of_channel

    def clean(self) -> None:
        """The ladder must hold together; the engine's own words say what is wrong."""
        super().clean()
        if self.judged not in self.Judged.values or self.direction not in self.Direction.values:
            return  # which is said of the field itself
        if self.of().signal in WINDOWED and not self.window_min:
            raise ValidationError({"window_min": _("how long is the window?")})
        if self.backup_id and (not self.channel_id or self.backup_id == self.channel_id):
            raise ValidationError({"backup": _("only a rule on one channel has a backup, which is another one")})
        try:
            compile_rules([self.ladder(0, None)])
        except Invalid as error:
            raise ValidationError({"steps": str(error)}) from error
        except (KeyError, TypeError, ValueError) as error:
            raise ValidationError({"steps": _("each step has level (1 to 4), raise and clear as numbers")}) from error

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            self.version += 1
        super().save(*args, **kwargs)


class Alarm(Registered):
    """A device or model says that something is wrong. One open alarm per rule and channel, by constraint."""

    class State(models.TextChoices):
        RAISED = "raised", _("awaiting a verdict")
        CONFIRMED = "confirmed", _("true")
        FALSE = "false", _("false alarm")
        TEST = "test", _("test")
        DUPLICATE = "duplicate", _("duplicate")
        CLOSED = "closed", _("closed")

    rule = models.ForeignKey(Rule, models.PROTECT, related_name="+", verbose_name=_("rule"))
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="+", verbose_name=_("channel"))
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("site"))
    title = models.CharField(_("what"), max_length=200)
    level = models.CharField(_("level"), max_length=1, choices=Level)
    highest = models.CharField(_("highest level"), max_length=1, choices=Level)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.RAISED, editable=False)
    value = models.FloatField(_("value"))
    peak = models.FloatField(_("worst value"))
    sensed_at = models.DateTimeField(_("measured at"))
    raised_at = models.DateTimeField(_("raised at"))
    recovered_at = models.DateTimeField(_("recovered at"), null=True, blank=True)
    repeats = models.PositiveIntegerField(_("repeats"), default=0)
    blind = models.BooleanField(_("out of sight"), default=False, help_text=_("the channel has fallen silent"))
    why = models.JSONField(_("why"), default=dict, help_text=_("rule, threshold, hold and basis when it rose"))
    verdict_reason = models.CharField(_("reason of the verdict"), max_length=200, blank=True)
    judged_at = models.DateTimeField(_("judged at"), null=True, blank=True)
    judged_by = models.CharField(_("judged by"), max_length=60, blank=True)
    duplicate_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("duplicate of")
    )
    incident_id = models.UUIDField(null=True, editable=False, db_index=True)
    group = models.ForeignKey(
        "warnings.AlarmGroup", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("alarm group")
    )
    shown_at = models.DateTimeField(
        _("on the desk since"), null=True, blank=True, help_text=_("empty while silence or inhibition has kept it off")
    )
    silenced_by = models.ForeignKey(
        "warnings.Silence", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("silenced by")
    )
    inhibited_by = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("inhibited by")
    )

    numbered = "GJ"
    searchable = ("number", "title")

    class Meta:
        verbose_name = _("alarm")
        verbose_name_plural = _("alarms")
        constraints = (
            models.UniqueConstraint(
                fields=("rule", "channel"), condition=models.Q(state__in=("raised", "confirmed")), name="one_open_alarm"
            ),
        )
        indexes = (
            models.Index(fields=("state", "territory"), name="alarm_by_state"),
            models.Index(fields=("shown_at", "lon"), name="alarm_by_showing"),
            models.Index(fields=("raised_at", "rule"), name="alarm_by_raising"),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def muted(self) -> bool:
        """Whether it is kept off the desk: silenced by a person, or inhibited by its cause."""
        return self.silenced_by_id is not None or self.inhibited_by_id is not None

    @property
    def unit(self) -> str:
        """The unit of its values: of what its rule judges."""
        return self.rule.unit(self.channel.unit)


class Warning(Registered):  # the word of the trade
    """A warning issued by an authority and relayed here with its issuer and its own words; never issued by us."""

    class State(models.TextChoices):
        RECEIVED = "received", _("received, unread")
        IN_FORCE = "in_force", _("in force")
        SUPERSEDED = "superseded", _("replaced")
        LIFTED = "lifted", _("lifted")
        EXPIRED = "expired", _("expired")

    identifier = models.CharField(_("identifier"), max_length=200)
    issuer = models.CharField(_("issuer"), max_length=120)
    hazard = models.CharField(_("hazard"), max_length=60)
    event_code = models.CharField(_("event code"), max_length=20, blank=True)
    level = models.CharField(_("level"), max_length=1, choices=Level, blank=True)
    color = models.CharField(_("colour as issued"), max_length=20, blank=True)
    action = models.CharField(_("action"), max_length=20, blank=True)
    headline = models.CharField(_("headline"), max_length=300)
    text = models.TextField(_("original text"))
    instruction = models.TextField(_("what to do"), blank=True)
    areas = models.JSONField(_("areas"), default=list, blank=True)
    outline = models.JSONField(_("outline"), null=True, blank=True)
    sent_at = models.DateTimeField(_("issued at"))
    starts_at = models.DateTimeField(_("valid from"), null=True, blank=True)
    expires_at = models.DateTimeField(_("valid until"), null=True, blank=True)
    original = models.TextField(_("document as received"), blank=True)
    door = models.CharField(_("came by"), max_length=20)
    references = models.JSONField(default=list, blank=True)
    successor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("replaced by")
    )
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.RECEIVED, editable=False)

    numbered = "YJ"
    downward = True
    searchable = ("number", "headline", "text")

    class Meta:
        verbose_name = _("warning")
        verbose_name_plural = _("warnings")
        constraints = (models.UniqueConstraint(fields=("identifier", "issuer", "sent_at"), name="warning_once"),)

    def __str__(self) -> str:
        return self.headline


class CallOut(Registered):
    """One unit that must hear something now: person after person is called until one has heard and read back."""

    class State(models.TextChoices):
        CALLING = "calling", _("calling")
        ANSWERED = "answered", _("answered")
        UNANSWERED = "unanswered", _("nobody answered")
        KNOCKED = "knocked", _("told at the door")
        STOPPED = "stopped", _("no longer needed")

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    cause = models.CharField(_("cause"), max_length=60)
    cause_id = models.UUIDField(db_index=True)
    level = models.CharField(_("level"), max_length=1, choices=Level)
    place = models.CharField(_("place"), max_length=200)
    action = models.CharField(_("what to do"), max_length=200)
    message = models.TextField(_("message"))
    chain = models.JSONField(_("order of calling"), default=list, blank=True)
    gaps = models.JSONField(_("found before calling"), default=list, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.CALLING, editable=False)
    answered_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("answered by")
    )
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)

    numbered = "JY"
    searchable = ("number", "place")
    named_by = ("organisation",)

    class Meta:
        verbose_name = _("call-out")
        verbose_name_plural = _("call-outs")
        constraints = (
            models.UniqueConstraint(fields=("cause", "cause_id", "organisation", "level"), name="call_out_once"),
        )

    def __str__(self) -> str:
        return f"{self.organisation} · {self.place}"


class Call(Registered):
    """One ring at one person's telephone."""

    class State(models.TextChoices):
        WAITING = "waiting", _("about to ring")
        RINGING = "ringing", _("ringing")
        LISTENING = "listening", _("listening")
        HEARD = "heard", _("heard and read back")
        REFUSED = "refused", _("refused")
        CUT_SHORT = "cut_short", _("hung up before the end")
        NO_ANSWER = "no_answer", _("no answer")
        FAILED = "failed", _("could not be put through")
        STOPPED = "stopped", _("no longer needed")

    call_out = models.ForeignKey(CallOut, models.PROTECT, related_name="+", verbose_name=_("call-out"))
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("person"))
    attempt = models.PositiveSmallIntegerField(_("try"))
    step = models.PositiveSmallIntegerField(_("place in the order"))
    channel = models.CharField(pgettext_lazy("call", "channel"), max_length=10, default="voice")
    rings_at = models.DateTimeField(_("rings at"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING, editable=False)
    heard_s = models.FloatField(_("seconds heard"), null=True, blank=True)
    read_back = models.JSONField(_("read back"), default=dict, blank=True)
    outside_id = models.CharField(_("gateway's number"), max_length=80, blank=True)
    remark = models.CharField(_("remark"), max_length=200, blank=True)
    held_at = models.DateTimeField(_("in the gateway's hands since"), null=True, blank=True, editable=False)

    searchable = ("number",)
    named_by = ("person",)
    numbered = "TH"

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        constraints = (models.UniqueConstraint(fields=("call_out", "person", "attempt"), name="call_once"),)
        indexes = (models.Index(fields=("state", "rings_at"), name="call_by_state"),)

    def __str__(self) -> str:
        return f"{self.person} {self.attempt}"


def color(record: "Alarm | Warning | CallOut") -> str:
    """The variant of a limit that a record takes: red, orange, yellow or blue, as rule packs spell it."""
    return Level(record.level).name.lower() if record.level else "default"
