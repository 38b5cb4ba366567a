"""The Django application of `tipoffs`."""

from django.apps import AppConfig


class TipoffsConfig(AppConfig):
    name = "anshu.domains.tipoffs"
    label = "tipoffs"
