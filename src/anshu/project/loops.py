"""What each background process does, round after round."""

from collections.abc import Callable

from anshu.domains.devices.queries import store
from anshu.domains.devices.tasks import tend_archive
from anshu.domains.enterprises import tasks as enterprises
from anshu.domains.hazards import tasks as hazards
from anshu.domains.supervision import tasks as supervision
from anshu.domains.warnings.tasks.cluster import ClusterSense
from anshu.domains.warnings.tasks.sense import Sense, begin_anew
from anshu.engines.sensing import warm_up
from anshu.gateways.alertmanager import tasks as alertmanager
from anshu.gateways.cap import tasks as cap
from anshu.gateways.frames import server as frame_server
from anshu.gateways.frames.codec import Codec
from anshu.gateways.gb26875 import FireUnits
from anshu.gateways.hj212 import Hj212
from anshu.gateways.modbus import server as modbus_server
from anshu.gateways.mqtt import server
from anshu.gateways.simulator import tasks as simulator
from anshu.gateways.sl651 import Sl651
from anshu.gateways.sms import tasks as sms
from anshu.gateways.voice import tasks as voice
from anshu.kernel import clock
from anshu.kernel.errors import Refused
from anshu.ledger.exchange import running
from anshu.project.driver import Driver
from anshu.project.processes import Every, Rounds, beat, keep_beating
from anshu.project.settings import settings
from anshu.workflow import clocks, outbox

# Seconds between looks at the simulated telephones, the folder of warnings, their feeds, interrupted imports, alerts of
# which nothing more is heard.
SIMULATOR_S, FOLDER_S, FEEDS_S, IMPORTS_S, ALERTS_S = 0.3, 2.0, 60.0, 10.0, 60.0
"""Grades that fade, and papers that were imported; while more of them wait, they are taken up again at once."""
FILES_S = 30.0
# Between looks at whether a month is over, whose closings are drawn from for a second look.
LOOKS_S = 60.0
# Between looks at the archive of readings when nothing is waiting there.
TENDING_S = 1.0
# Between asking whether the night's look for closings on paper only is due.
NIGHTLY_S = 60.0


def sense(engine: str | None = None, *, anew: bool = False) -> None:
    """Readings → alarms, judged here or by a cluster; raises Refused when it is not said where that meets."""
    here = settings()
    if anew:
        begin_anew()
    if (engine or here.sense_engine) == "embedded":
        warm_up()
        Rounds("sense", [Sense(store()).turn]).run()
        return
    if here.cluster_dir is None:
        raise Refused("sensing by a cluster needs the setting cluster_dir: a folder that all machines share")
    folder = here.cluster_dir.resolve()
    driver = Driver(folder, here.cluster_master, here.cluster_python, here.cluster_every_s)
    try:
        Rounds("sense", [driver.step, ClusterSense(store(), folder, here.cluster_buckets).turn]).run()
    finally:
        driver.stop()


def archive() -> None:
    """The log of readings → the archive; merging, settling and forgetting there. And what takes seconds once a night,
    for which no call may wait."""
    keep_beating("archive")  # to settle a large day takes longer than a beat may
    Rounds("archive", [Every(TENDING_S, tend_archive), Every(NIGHTLY_S, supervision.look_nightly)]).run()


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
            Every(ALERTS_S, alertmanager.end_unheard),
            Every(FILES_S, enterprises.keep_grades),
            Every(FILES_S, enterprises.wind_imported),
            Every(LOOKS_S, hazards.look_back),
        ],
    ).run()


def mqtt() -> None:
    """Readings over MQTT."""
    server.run(lambda: beat("mqtt"))


def frames() -> None:
    """Readings in frames of device protocols, each at its port."""
    here = settings()
    units = FireUnits(tells_time=lambda: not clock.source().simulated)
    doors: list[tuple[Codec, int, bool]] = [
        (Sl651(), here.sl651_port, True),
        (Hj212(), here.hj212_port, False),
        (units, here.gb26875_port, True),
    ]
    openings = [frame_server.Opening(codec, port, udp) for codec, port, udp in doors if port]
    frame_server.run(lambda: beat("frames"), openings, here.frames_host)


def modbus() -> None:
    """Readings fetched from Modbus devices."""
    modbus_server.run(lambda: beat("modbus"), settings().modbus_every_s)
