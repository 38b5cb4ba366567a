"""The Django application of `enterprises`."""

from django.apps import AppConfig


class EnterprisesConfig(AppConfig):
    name = "anshu.domains.enterprises"
    label = "enterprises"
