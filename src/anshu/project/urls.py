"""Every address of the installation."""

from django.urls import URLPattern, URLResolver, include, path

from anshu.project.health import healthz

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz),
    # Before the API, which answers every address under api/ that nobody else has taken.
    path("", include("anshu.gateways.cap.urls")),
    path("", include("anshu.gateways.thingsboard.urls")),
    path("", include("anshu.gateways.alertmanager.urls")),
    path("", include("anshu.gateways.sensorthings.urls")),
    path("", include("anshu.gateways.openrosa.urls")),
    path("api/", include("anshu.api.urls")),
    path("gateways/simulator/", include("anshu.gateways.simulator.urls")),
    path("gateways/sms/", include("anshu.gateways.sms.urls")),
    path("gateways/voice/", include("anshu.gateways.voice.urls")),
    path("", include("anshu.web.urls")),
]
