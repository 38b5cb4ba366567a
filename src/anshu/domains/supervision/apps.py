"""The Django application of `supervision`."""

from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    name = "anshu.domains.supervision"
    label = "supervision"
