"""Addresses under `gateways/sms/`."""

from django.urls import path

from anshu.gateways.voice.doors import callback

urlpatterns = [path("callback", callback, {"channel": "sms"}, name="sms-callback")]
