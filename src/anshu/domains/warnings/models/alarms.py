"""Alarms of devices, warnings of authorities, and the calls that make sure somebody heard."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anshu.domains.devices.models import Channel
from anshu.domains.people.models import Organisation, Person
from anshu.domains.places.models import Site
from anshu.domains.warnings.models.rules import Level, Rule
from anshu.ledger.models import Registered


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
