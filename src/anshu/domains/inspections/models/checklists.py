"""The lists by which is looked (检查清单): each version for good once it is published."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anshu.ledger.models import Registered


class Checklist(Registered):
    """One version of a checklist. All who look (the enterprise itself, the grid, the officers) use the same one."""

    class State(models.TextChoices):
        DRAFT = "draft", _("being written")
        PUBLISHED = "published", pgettext_lazy("checklist", "in force")
        RETIRED = "retired", _("no longer used")

    class DomainClass(models.TextChoices):
        HIGH_RISK = "high_risk", _("high-risk field")
        FREQUENT = "accident_frequent", _("field of frequent accidents")
        OTHER = "", pgettext_lazy("field of trade", "other")

    code = models.CharField(
        pgettext_lazy("checklist", "code"), max_length=40, db_index=True, help_text=_("the same for all versions")
    )
    version = models.PositiveIntegerField(_("version"), default=1)
    title = models.CharField(pgettext_lazy("checklist", "title"), max_length=120)
    field = models.CharField(
        pgettext_lazy("checklist", "field"),
        max_length=40,
        blank=True,
        help_text=_("trade or danger it is about, such as dust"),
    )
    domain_class = models.CharField(
        _("class of field"), max_length=18, choices=DomainClass, blank=True, default="", help_text=_("“9+3” standard")
    )
    department = models.CharField(_("department"), max_length=60, blank=True)
    uses = models.JSONField(
        _("used for"),
        default=list,
        blank=True,
        help_text=_("patrol, enforcement, expert, covert, joint, announced, cross, self_check"),
    )
    licence_field = models.CharField(
        _("licence needed"), max_length=40, blank=True, help_text=_("field an enforcement officer must be licensed in")
    )
    source = models.CharField(_("source"), max_length=200, blank=True)
    content = models.JSONField(pgettext_lazy("checklist", "items"), default=dict, blank=True)
    item_count = models.PositiveIntegerField(pgettext_lazy("checklist", "items"), default=0, editable=False)
    digest = models.CharField(_("digest"), max_length=64, blank=True, editable=False)
    published_at = models.DateTimeField(pgettext_lazy("checklist", "published at"), null=True, editable=False)
    retired_at = models.DateTimeField(_("retired at"), null=True, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT, editable=False)

    searchable = ("number", "title", "field")

    class Meta:
        verbose_name = _("checklist")
        verbose_name_plural = pgettext_lazy("register", "checklists")
        constraints = (
            models.UniqueConstraint(fields=("code", "version"), name="checklist_version_once"),
            models.UniqueConstraint(
                fields=("code",), condition=models.Q(state="published"), name="one_published_version"
            ),
        )
        indexes = (models.Index(fields=("state", "code"), name="checklist_by_state"),)

    def __str__(self) -> str:
        return f"{self.title} v{self.version}"

    def clean(self) -> None:
        """A version that was published never changes again."""
        super().clean()
        before = Checklist.objects.filter(pk=self.pk).exclude(state=Checklist.State.DRAFT).first()
        for name in ("code", "version", "content", "uses", "licence_field"):
            if before is not None and getattr(before, name) != getattr(self, name):
                raise ValidationError({name: _("a published version never changes; write the next version")})
