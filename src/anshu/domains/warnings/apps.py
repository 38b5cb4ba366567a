"""The Django application of `warnings`."""

from django.apps import AppConfig


class WarningsConfig(AppConfig):
    name = "anshu.domains.warnings"
    label = "warnings"
