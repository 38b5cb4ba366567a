"""The addresses of OpenRosa."""

from django.urls import path

from anshu.gateways.openrosa.doors import form_list, one_form, submit

urlpatterns = [
    path("openrosa/formList", form_list),
    path("openrosa/forms/<str:number>.xml", one_form),
    path("openrosa/submission", submit),
]
