"""The Django application of `indicators`."""

from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    name = "anshu.indicators"
    label = "indicators"
