"""The page of the field app, and what a telephone needs to keep it: the worker, and the manifest by which it is
installed."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from anshu.access.policy import actor_of, require
from anshu.web.templatetags.anshu import manifest

WORKER = "src/field/worker.ts"
ENTRIES = ("src/main.ts", "src/pages/field.ts")
BESIDE = ("built/icons.svg", "seal.svg")


@require_GET
def app(request: HttpRequest) -> HttpResponse:
    """The app. It holds nothing of anybody: what a person has is fetched, and kept on their telephone."""
    require(actor_of(request), "inspections.answer")
    return render(request, "field/app.html")


@require_GET
def to_app(request: HttpRequest) -> HttpResponse:
    """The worker answers for what lies below `/field/`."""
    return HttpResponseRedirect("/field/")


@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, with the list of what it keeps; another list is another version, and browsers notice."""
    made = manifest().get(WORKER)
    path = finders.find(f"built/{made['file']}") if made else None
    if path is None:
        raise Http404(WORKER)
    kept = sorted(set(assets()))
    script = Path(str(path)).read_text()
    version = hashlib.sha256(json.dumps([kept, script]).encode()).hexdigest()[:16]
    head = f"self.anshuVersion={json.dumps(version)};self.anshuAssets={json.dumps(kept)};\n"
    return HttpResponse(head + script, content_type="text/javascript", headers={"Cache-Control": "no-cache"})


def assets() -> Iterator[str]:
    """Everything the app's page is made of."""
    yield from map(static, BESIDE)
    for entry in ENTRIES:
        yield from _files(manifest().get(entry, {}))


def _files(part: dict[str, Any]) -> Iterator[str]:
    for file in (part.get("file"), *part.get("css", ())):
        if file:
            yield static(f"built/{file}")
    for name in part.get("imports", ()):
        yield from _files(manifest()[name])


@require_GET
def installing(_request: HttpRequest) -> JsonResponse:
    """What a telephone shows when the app is put on its first screen."""
    body = {
        "name": _("Anshu in the field"),
        "short_name": _("Anshu"),
        "start_url": "/field/",
        "scope": "/field/",
        "display": "standalone",
        "background_color": "#f4f2ec",
        "theme_color": "#1b1e22",
        "icons": [{"src": static("seal.svg"), "sizes": "any", "type": "image/svg+xml"}],
    }
    return JsonResponse(body, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False})
