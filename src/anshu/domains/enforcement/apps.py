"""The Django application of `enforcement`."""

from django.apps import AppConfig


class EnforcementConfig(AppConfig):
    name = "anshu.domains.enforcement"
    label = "enforcement"
