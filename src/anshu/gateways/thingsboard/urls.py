"""ThingsBoard's addresses, `/api/v1/{token}/…`; they stand before the rest of `api/`."""

from django.urls import path

from anshu.gateways.thingsboard.doors import attributes_of, telemetry

urlpatterns = [
    path("api/v1/<str:token>/telemetry", telemetry, name="thingsboard-telemetry"),
    path("api/v1/<str:token>/attributes", attributes_of, name="thingsboard-attributes"),
]
