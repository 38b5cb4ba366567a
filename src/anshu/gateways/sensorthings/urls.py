"""The addresses of SensorThings 1.1."""

from django.urls import path

from anshu.gateways.sensorthings.doors import create_observations, entities, index

urlpatterns = [
    path("sta/v1.1", index, name="sensorthings"),
    path("sta/v1.1/", index),
    path("sta/v1.1/CreateObservations", create_observations, name="sensorthings-create-observations"),
    path("sta/v1.1/<path:address>", entities, name="sensorthings-entities"),
]
