"""The Django application of `reports`."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "anshu.reports"
    label = "reports"
