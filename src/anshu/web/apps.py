"""The Django application of `web`."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "anshu.web"
    label = "web"
