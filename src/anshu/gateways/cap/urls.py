"""The address at which warnings are posted; it stands before the rest of `api/`."""

from django.urls import path

from anshu.gateways.cap.doors import post_signal

urlpatterns = [path("api/signals", post_signal, name="signals")]
