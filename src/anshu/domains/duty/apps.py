"""The Django application of `duty`."""

from django.apps import AppConfig


class DutyConfig(AppConfig):
    name = "anshu.domains.duty"
    label = "duty"
