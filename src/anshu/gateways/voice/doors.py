"""Where gateways report: signed, without log-in."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from anshu.gateways.voice.events import take
from anshu.gateways.voice.mapping import decode
from anshu.gateways.voice.signature import HEADER, genuine
from anshu.kernel.errors import Invalid


@csrf_exempt
@require_POST
def callback(request: HttpRequest, channel: str) -> JsonResponse:
    """One event of one call: 200 with what to do next, 403 unsigned, 422 unreadable, 404 not ours."""
    if not genuine(request.body, request.headers.get(HEADER, ""), channel):
        return JsonResponse({"error": "signature"}, status=403)
    try:
        return JsonResponse({"next": take(decode(request.body), channel)})
    except Invalid as error:
        status = 404 if error.code == "unknown_call" else 422
        return JsonResponse({"error": error.code, "message": str(error)}, status=status)
