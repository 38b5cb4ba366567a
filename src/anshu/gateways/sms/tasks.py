"""What the work process does for the text message gateway."""

from anshu.gateways.voice.delivery import deliver


def step() -> bool:
    """Send the message whose time has come; whether another may be waiting."""
    return deliver("sms")
