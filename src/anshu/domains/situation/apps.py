"""The Django application of `situation`."""

from django.apps import AppConfig


class SituationConfig(AppConfig):
    name = "anshu.domains.situation"
    label = "situation"
