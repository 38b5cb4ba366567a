"""Addresses under `gateways/voice/`."""

from django.urls import path

from anshu.gateways.voice.doors import callback

urlpatterns = [path("callback", callback, {"channel": "voice"}, name="voice-callback")]
