"""What the web server runs: the event stream and plain readings on plain ASGI, everything else through Django."""

import gc
import os
import warnings

from django.core.asgi import get_asgi_application

# Static files are small and come from a cache; Django warns that it reads them in one go, which is what we want.
warnings.filterwarnings("ignore", "StreamingHttpResponse must consume synchronous iterators")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anshu.project.django_settings")
django_application = get_asgi_application()

import anshu.project.urls  # noqa: E402, F401  # every page and address, now rather than when the first visitor comes
from anshu.api import events, quick_readings, weight  # noqa: E402  # models can be loaded only after Django is set up


async def application(scope: events.Scope, receive: events.Receive, send: events.Send) -> None:
    """Route one connection."""
    if scope["type"] == "lifespan":
        await lifespan(receive, send)
    elif scope["type"] == "http" and scope["path"] == "/api/events":
        await events.stream(scope, receive, send)
    elif scope["type"] == "http" and scope["path"] == "/api/readings" and scope["method"] == "POST":
        await quick_readings.take(through_django, scope, receive, send)
    else:
        await through_django(scope, receive, send)


async def through_django(scope: events.Scope, receive: events.Receive, send: events.Send) -> None:
    """Everything that needs more than a glance."""
    await weight.weighed(django_application, scope, receive, send)


async def lifespan(receive: events.Receive, send: events.Send) -> None:
    """Start and stop, as the server asks."""
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            # What was loaded stays as long as we do. A collection that walks over all of it holds up everybody whose
            # request it falls into, by a fifth of a second.
            gc.collect()
            gc.freeze()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
