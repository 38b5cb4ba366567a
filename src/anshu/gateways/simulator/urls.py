"""Addresses under `gateways/simulator/`: `calls` for programs, the rest for people."""

from django.urls import path

from anshu.gateways.simulator import doors

urlpatterns = [
    path("calls", doors.accept, name="simulator-calls"),
    path("calls/<str:call>", doors.take_back, name="simulator-call"),
    path("", doors.page, name="simulator"),
    path("behaviour", doors.behave, name="simulator-behaviour"),
    path("phones/<str:call>/<str:act>", doors.act, name="simulator-act"),
]
