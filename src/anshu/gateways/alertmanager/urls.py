"""Alertmanager's addresses; they stand before the rest of `api/`."""

from django.urls import path

from anshu.gateways.alertmanager.doors import alerts, status

urlpatterns = [
    path("api/v2/alerts", alerts, name="alertmanager-alerts"),
    path("api/v2/status", status, name="alertmanager-status"),
]
