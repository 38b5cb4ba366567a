"""The Django application of `places`."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "anshu.domains.places"
    label = "places"
