"""The Django application of `people`."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "anshu.domains.people"
    label = "people"
