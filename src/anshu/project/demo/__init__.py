"""Demonstrations: a district to look at (real data where there is some, else invented), and a storm to watch.

    anshu demo district   load it once; a second run changes nothing
    anshu demo storm      play the storm over it, through the same doors as real devices
    anshu demo real-time  set the clock of the installation back to real time

During a storm the whole installation runs at the storm's pace, and after it, however it ended, at a real pace from
where the storm had got to, so that nothing it left behind lies in the future. Screens mark such time as simulated.
"""

import argparse
import sys
from datetime import timedelta

import httpx

from anshu.engines import district as engine
from anshu.gateways.district_files import read_feed
from anshu.gateways.simulator.tasks import exchange
from anshu.kernel import clock
from anshu.kernel.clock import SharedTime
from anshu.project.demo import (
    accounts,
    closings,
    feed,
    firm_doors,
    firms,
    kept,
    loading,
    oversight,
    penalties,
    playing,
    rectifying,
    shenzhen,
    staging,
    visits,
)
from anshu.project.demo.hands import Hands
from anshu.project.settings import settings, state_path


def run(asked: argparse.Namespace) -> int:
    """`district`, `storm` or `real-time`, as asked on the command line."""
    match asked.what:
        case "district":
            return load(asked)
        case "storm":
            return play(asked)
    SharedTime(state_path("clock.json")).stop()
    return 0


def load(asked: argparse.Namespace) -> int:
    """Load the district that is to be shown; returns 0, also when all of it was there already."""
    data_dir = settings().data_dir
    invented = engine.generate(
        asked.seed, at=clock.now() - timedelta(days=7), sites=asked.sites or staging.DEFAULT_SITES
    )
    if data_dir.is_dir() and not asked.generated:
        scene = shenzhen.scene(data_dir, invented, sites=asked.sites or firms.MOST)
        for line in loading.load(scene):
            say(line)
        say(feed.play(read_feed(data_dir).content))
    else:
        scene = staging.scene(invented)
        for line in loading.load(scene):
            say(line)
    for line in accounts.open_all(scene):
        say(line)
    doings = (
        visits.play,
        firm_doors.fill,
        visits.plan_year,
        oversight.play,
        rectifying.play,
        penalties.play,
        closings.play,
        kept.fill,
    )
    for line in (told for play in doings for told in play(scene)):
        say(line)
    return 0


def play(asked: argparse.Namespace) -> int:
    """Play the storm against the running server of this installation; returns 0 when it was played to its end."""
    invented = engine.generate(asked.seed, at=clock.now(), sites=1)
    channels = playing.channels(invented, asked.seed)
    shared = SharedTime(state_path("clock.json"))
    start = clock.now()
    told = playing.told_area(invented, channels)
    requests = playing.requests(told, start=start, seed=asked.seed, channels=channels)
    # Whoever is called answers after a while, as people would; a hand on the simulator's page still comes first.
    exchange().set_option("behaviour", "auto")
    address = f"http://{settings().host}:{settings().port}"
    with httpx.Client(base_url=address, headers=playing.headers(state_path("demo-token")), timeout=30) as client:
        player = playing.Player(client, shared, Hands(asked.seed, hands_off=asked.hands_off), say)
        player.play(requests, start=start, speed=playing.speed(asked.minutes))
    return 0


def say(line: str) -> None:
    """One line of progress."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
