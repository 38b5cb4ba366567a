"""What the work process does for the voice gateway."""

from anshu.gateways.voice.delivery import deliver


def step() -> bool:
    """Place the call whose time has come; whether another may be waiting."""
    return deliver("voice")
