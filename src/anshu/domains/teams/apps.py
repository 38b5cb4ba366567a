"""The Django application of `teams`."""

from django.apps import AppConfig


class TeamsConfig(AppConfig):
    name = "anshu.domains.teams"
    label = "teams"
