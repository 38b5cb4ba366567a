"""The Django application of `accidents`."""

from django.apps import AppConfig


class AccidentsConfig(AppConfig):
    name = "anshu.domains.accidents"
    label = "accidents"
