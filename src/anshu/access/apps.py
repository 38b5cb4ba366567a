"""The Django application of `access`."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "anshu.access"
    label = "access"
