"""The Django application of `construction`."""

from django.apps import AppConfig


class ConstructionConfig(AppConfig):
    name = "anshu.domains.construction"
    label = "construction"
