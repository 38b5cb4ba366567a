"""How long filling in takes, by role, form and day. No row knows who typed, nor what."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class FormTime(models.Model):
    """One day's uses of one form by people of one role: times sent, and seconds in all from first key to sending."""

    day = models.DateField(_("day"))
    role = models.CharField(_("role"), max_length=40)
    form = models.CharField(_("form"), max_length=80)
    times = models.PositiveIntegerField(default=0)
    seconds = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("time with a form")
        verbose_name_plural = _("times with forms")
        constraints = (models.UniqueConstraint(fields=("day", "role", "form"), name="form_time_once"),)

    def __str__(self) -> str:
        return f"{self.day} {self.role} {self.form}"


class RoleDay(models.Model):
    """How many people of a role filled in anything on a day; who they were is not kept."""

    day = models.DateField(_("day"))
    role = models.CharField(_("role"), max_length=40)
    people = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("day of a role")
        verbose_name_plural = _("days of roles")
        constraints = (models.UniqueConstraint(fields=("day", "role"), name="role_day_once"),)

    def __str__(self) -> str:
        return f"{self.day} {self.role}"
