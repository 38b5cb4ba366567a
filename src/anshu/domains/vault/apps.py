"""The Django application of `vault`."""

from django.apps import AppConfig


class VaultConfig(AppConfig):
    name = "anshu.domains.vault"
    label = "vault"
