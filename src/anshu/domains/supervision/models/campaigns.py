"""Campaigns as trees (治本攻坚三年行动): a campaign of years, its actions, their measures and sub-plans."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anshu.domains.hazards.models import Hazard
from anshu.domains.people.models import Organisation
from anshu.ledger.models import Registered


class Campaign(Registered):
    """One node of a campaign's tree. Tasks hang below any node; how many there are of each is counted, not written."""

    class Kind(models.TextChoices):
        CAMPAIGN = "campaign", _("campaign")
        ACTION = "action", pgettext_lazy("campaign", "action")
        MEASURE = "measure", pgettext_lazy("campaign", "measure")
        SUB_PLAN = "sub_plan", _("sub-plan")

    class Standing(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("campaign", "planned")
        RUNNING = "running", _("running")
        CLOSED = "closed", _("finished")

    name = models.CharField(_("name"), max_length=160)
    kind = models.CharField(pgettext_lazy("campaign", "kind"), max_length=10, choices=Kind)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("part of")
    )
    root = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("whole campaign")
    )
    lead = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("lead unit")
    )
    sector = models.CharField(_("sector"), max_length=40, blank=True)
    matter = models.CharField(_("kind of matter"), max_length=16, choices=Hazard.Kind, blank=True)
    small_cut = models.BooleanField(_("small-cut campaign"), default=False)
    starts_on = models.DateField(pgettext_lazy("span", "from"), null=True, blank=True)
    ends_on = models.DateField(pgettext_lazy("span", "until"), null=True, blank=True)
    standing = models.CharField(
        pgettext_lazy("campaign", "standing"), max_length=8, choices=Standing, default=Standing.RUNNING
    )
    goal = models.TextField(_("goal"), blank=True)

    searchable = ("number", "name", "goal")
    named_by = ("parent",)

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = pgettext_lazy("register", "campaigns")
        constraints = (models.UniqueConstraint(fields=("number",), name="campaign_number_once"),)
        indexes = (models.Index(fields=("root", "kind"), name="campaign_by_root"),)

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """A campaign stands alone, all else is part of something; nothing is part of itself; it ends after it began."""
        super().clean()
        if (self.kind == self.Kind.CAMPAIGN) != (self.parent_id is None):
            raise ValidationError({"parent": _("a campaign stands alone; its actions, measures and sub-plans do not")})
        above = self.parent
        while above is not None:
            if above.pk == self.pk:
                raise ValidationError({"parent": _("it would be part of itself")})
            above = above.parent
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": _("it ends before it begins")})

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.root_id = (self.parent.root_id or self.parent.pk) if self.parent else None
        super().save(*args, **kwargs)
