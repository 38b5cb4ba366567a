"""What the work process does for the simulator: people act when it is time, and their acts are reported over HTTP."""

import httpx
from django.conf import settings

from anshu.gateways.simulator.exchange import Exchange
from anshu.gateways.voice.signature import HEADER, sign
from anshu.kernel import clock

TIMEOUT_S = 5.0


def exchange() -> Exchange:
    """The exchange of this installation."""
    folder = settings.ANSHU.state_dir.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    return Exchange(folder / "simulator.db")


def step() -> bool:
    """Let people act, and report one event; whether another may be waiting."""
    own, now = exchange(), clock.now().timestamp()
    own.tick(now)
    report = own.next_report(now)
    if report is None:
        return False
    headers = {"Content-Type": "application/json", HEADER: sign(report.body, report.channel)}
    try:
        response = httpx.post(report.address, content=report.body, headers=headers, timeout=TIMEOUT_S)
    except httpx.HTTPError:
        own.not_reported(report, now)
    else:
        if response.is_server_error:
            own.not_reported(report, now)
        else:
            own.reported(report, response.json().get("next", "") if response.is_success else "hang_up", now)
    return True
