"""The Django application of `api`."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "anshu.api"
    label = "api"
