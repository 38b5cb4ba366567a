"""The Django application of `ledger`."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "anshu.ledger"
    label = "ledger"
