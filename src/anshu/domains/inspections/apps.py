"""The Django application of `inspections`."""

from django.apps import AppConfig


class InspectionsConfig(AppConfig):
    name = "anshu.domains.inspections"
    label = "inspections"
