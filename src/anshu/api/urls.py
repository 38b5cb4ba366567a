"""Every address under /api/. What is not here is told as a problem, not as a page."""

from django.urls import URLPattern, re_path

from anshu.api.application import application
from anshu.api.problems import not_found, told

api = application()

urlpatterns: list[URLPattern] = [
    *(known for known in api.urls[0] if isinstance(known, URLPattern) and known.name != "api-root"),
    re_path("", not_found),
]
for pattern in urlpatterns:
    pattern.callback = told(pattern.callback)
