"""The Django application of `hazards`."""

from django.apps import AppConfig


class HazardsConfig(AppConfig):
    name = "anshu.domains.hazards"
    label = "hazards"
