"""What happened and what is done about it: incidents, the tasks sent out, reports upward and instructions downward."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anshu.access.models import Account
from anshu.access.secrets import PersonalField
from anshu.domains.people.models import Organisation
from anshu.domains.places.models import Site
from anshu.domains.teams.models import Team
from anshu.domains.warnings.models import Level
from anshu.ledger.models import Registered


class Incident(Registered):
    """An emergency incident (突发事件), from the first word of it to its closing."""

    class State(models.TextChoices):
        OPENED = "opened", _("to be dispatched")
        DISPATCHED = "dispatched", _("dispatched")
        HANDLING = "handling", _("being handled")
        HANDLED = "handled", _("handled, to be checked")
        CLOSED = "closed", _("closed")
        MERGED = "merged", _("merged into another")

    class Category(models.TextChoices):
        NATURAL = "natural", _("natural disaster")
        ACCIDENT = "accident", _("accident disaster")
        HEALTH = "health", _("public health")
        SECURITY = "security", _("social security")

    class Source(models.TextChoices):
        ALARM = "alarm", _("device alarm")
        PHONE = "phone", _("telephone")
        STREET = "street", _("reported by a street")
        SPLIT = "split", _("split from another")

    title = models.CharField(_("title"), max_length=200)
    category = models.CharField(_("class"), max_length=10, choices=Category, default=Category.NATURAL)
    kind = models.CharField(_("kind"), max_length=40, blank=True)
    level = models.CharField(_("level"), max_length=1, choices=Level)
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("site"))
    place = models.CharField(_("place"), max_length=200, blank=True)
    source = models.CharField(_("source"), max_length=10, choices=Source)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.OPENED, editable=False)
    description = models.TextField(_("what is known"), blank=True)
    caller = PersonalField(_("caller"), blank=True)
    caller_phone = PersonalField(_("caller's phone"), blank=True)
    dead = models.PositiveIntegerField(_("dead"), default=0)
    missing = models.PositiveIntegerField(_("missing"), default=0)
    injured = models.PositiveIntegerField(_("injured"), default=0)
    trapped = models.PositiveIntegerField(_("trapped"), default=0)
    evacuated = models.PositiveIntegerField(_("evacuated"), default=0)
    impact = models.JSONField(_("inside the impact radius"), default=dict, editable=False)
    impact_m = models.PositiveIntegerField(_("impact radius (m)"), default=300)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("merged into")
    )
    split_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("split from")
    )
    occurred_at = models.DateTimeField(_("occurred at"), null=True, blank=True)
    discovered_at = models.DateTimeField(_("discovered at"), null=True, blank=True)
    received_at = models.DateTimeField(_("received at"), null=True, blank=True)
    reported_at = models.DateTimeField(_("reported at"), null=True, blank=True, editable=False)
    # The one clock of the chain; each link is written once, by the transition that ends it.
    sensed_at = models.DateTimeField(_("sensed"), null=True, blank=True, editable=False)
    warned_at = models.DateTimeField(_("warned"), null=True, blank=True, editable=False)
    answered_at = models.DateTimeField(
        pgettext_lazy("link of the chain", "answered"), null=True, blank=True, editable=False
    )
    departed_at = models.DateTimeField(_("set out"), null=True, blank=True, editable=False)
    arrived_at = models.DateTimeField(_("arrived"), null=True, blank=True, editable=False)
    cleared_at = models.DateTimeField(_("cleared"), null=True, blank=True, editable=False)

    numbered = "SJ"
    searchable = ("number", "title", "place")

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        indexes = (models.Index(fields=("state", "territory"), name="incident_by_state"),)

    def __str__(self) -> str:
        return self.title


class Task(Registered):
    """Something one unit or team was sent to do for an incident (分拨单)."""

    class State(models.TextChoices):
        ASSIGNED = "assigned", _("to be signed for")
        SIGNED = "signed", _("signed for")
        MOVING = "moving", _("on the way")
        ON_SCENE = "on_scene", _("on the scene")
        FINISHED = "finished", _("finished, to be checked")
        VERIFIED = "verified", _("verified")
        RETURNED = "returned", _("returned")
        STOOD_DOWN = "stood_down", _("stood down")

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="tasks", verbose_name=_("incident"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("team"))
    order_text = models.CharField(_("order"), max_length=300)
    level = models.CharField(_("level"), max_length=1, choices=Level)
    explanation = models.JSONField(_("why this one"), default=dict, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ASSIGNED, editable=False)
    handler = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("handler"), editable=False
    )
    result = models.TextField(_("result"), blank=True)
    eta_min = models.FloatField(_("minutes by road"), null=True, blank=True)

    numbered = "RW"
    searchable = ("number", "order_text")
    named_by = ("team", "organisation")

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        indexes = (models.Index(fields=("state", "territory"), name="task_by_state"),)

    def __str__(self) -> str:
        return f"{self.team or self.organisation}：{self.order_text}"


class Report(Registered):
    """A report upward on an incident (首报 / 续报 / 终报): numbered, signed off, then sent; never altered after."""

    class Kind(models.TextChoices):
        FIRST = "first", _("first report")
        FOLLOW_UP = "follow_up", _("follow-up report")
        FINAL = "final", _("final report")

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SIGNED = "signed", _("signed off")
        SENT = "sent", _("sent")
        VOID = "void", _("void")

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="reports", verbose_name=_("incident"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    ordinal = models.PositiveSmallIntegerField(_("which"), default=1)
    direct = models.BooleanField(_("30-minute direct report"), default=False)
    facts = models.JSONField(_("facts"), default=dict)
    text = models.TextField(_("text"))
    jump_reason = models.CharField(_("why figures jumped"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.DRAFT, editable=False)
    drafter = models.CharField(_("drafted by"), max_length=60, editable=False)
    signatory = models.CharField(_("signed off by"), max_length=60, blank=True, editable=False)
    signed_at = models.DateTimeField(_("signed at"), null=True, editable=False)
    sent_at = models.DateTimeField(_("sent at"), null=True, editable=False)

    numbered = "XX"
    searchable = ("number", "text")
    named_by = ("incident",)

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        constraints = (
            models.UniqueConstraint(
                fields=("incident", "kind", "ordinal"), condition=~models.Q(state="void"), name="report_ordinal_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.incident} {self.get_kind_display()}{self.ordinal if self.kind == 'follow_up' else ''}"


class Instruction(Registered):
    """A leader's instruction (批示), kept word for word, relayed, signed for, and fed back on."""

    class State(models.TextChoices):
        RECEIVED = "received", _("to be relayed")
        RELAYED = "relayed", _("relayed, to be signed for")
        SIGNED = "signed", _("signed for")
        FED_BACK = "fed_back", _("fed back")
        CLOSED = "closed", _("closed")

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="instructions", verbose_name=_("incident"))
    leader = models.CharField(pgettext_lazy("instruction", "leader"), max_length=60)
    words = models.TextField(_("instruction, word for word"))
    channel = models.CharField(_("came by"), max_length=40)
    given_at = models.DateTimeField(_("given at"))
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("unit"))
    feedback = models.TextField(_("feedback"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.RECEIVED, editable=False)

    numbered = "PS"
    searchable = ("number", "words")

    class Meta:
        verbose_name = _("instruction")
        verbose_name_plural = _("instructions")

    def __str__(self) -> str:
        return f"{self.leader}：{self.words[:40]}"
