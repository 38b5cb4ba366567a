"""What each background process does, round after round."""

from collections.abc import Callable

from anshu.domains.devices.queries import store
from anshu.domains.warnings.tasks.sense import Sense
from anshu.gateways.cap import tasks as cap
from anshu.gateways.mqtt import server
from anshu.gateways.simulator import tasks as simulator
from anshu.gateways.sms import tasks as sms
from anshu.gateways.voice import tasks as voice
from anshu.ledger.exchange import running
from anshu.project.processes import Every, Rounds, beat
from anshu.workflow import clocks, outbox

# Seconds between looks at the simulated telephones, the folder of warnings, their feeds, interrupted imports.
SIMULATOR_S, FOLDER_S, FEEDS_S, IMPORTS_S = 0.3, 2.0, 60.0, 10.0


def sense() -> None:
    """Readings → alarms."""
    Rounds("sense", [Sense(store()).turn]).run()


def work() -> None:
    """Clocks, reactions and webhooks, calls to be placed, warnings to be fetched."""
    steps: list[Callable[[], bool]] = [clocks.step, outbox.step, voice.step, sms.step]
    Rounds(
        "work",
        [
            *steps,
            Every(SIMULATOR_S, simulator.step),
            Every(FOLDER_S, cap.watch_folder),
            Every(FEEDS_S, cap.poll_feeds),
            Every(IMPORTS_S, running.go_on),
        ],
    ).run()


def mqtt() -> None:
    """Readings over MQTT."""
    server.run(lambda: beat("mqtt"))
