"""The Django application of `incidents`."""

from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    name = "anshu.domains.incidents"
    label = "incidents"
