"""The Django application of `devices`."""

from django.apps import AppConfig


class DevicesConfig(AppConfig):
    name = "anshu.domains.devices"
    label = "devices"
