"""The rules as plain Python, one reading after the other: what a library without rules of its own is given to run.

Standard library only, for it runs in the environments of peers as well.
"""

from collections import deque

from beside.rules import BY_NAME, PERIOD_S, SITE

LEVEL, HELD, RATE, SUM, MEAN, SILENCE, TWO = (
    BY_NAME[name] for name in ("level", "held", "rate", "sum", "mean", "silence", "two")
)
LADDERS = (LEVEL, RATE, SUM, MEAN)
Found = list[tuple[str, int, int, bool]]


class Window:
    """The readings of the last while in whole hundredths, so that the running sum is exact."""

    __slots__ = ("held", "length_ms", "total")

    def __init__(self, periods: int) -> None:
        self.length_ms, self.total = periods * PERIOD_S * 1000, 0
        self.held: deque[tuple[int, int]] = deque()

    def take(self, at: int, value: float) -> None:
        """A reading comes in, old ones go."""
        whole, held = round(value * 100), self.held
        held.append((at, whole))
        self.total += whole
        while held[0][0] <= at - self.length_ms:
            self.total -= held.popleft()[1]


class Channel:
    """What is kept of one channel."""

    __slots__ = ("at", "half_hour", "held", "hour", "on", "silent", "since", "value")

    def __init__(self) -> None:
        self.at, self.value = 0, 0.0
        self.on = [False] * len(LADDERS)
        self.held, self.silent = False, False
        self.since: int | None = None
        self.half_hour, self.hour = Window(SUM.window), Window(MEAN.window)

    def take(self, place: int, at: int, value: float, found: Found) -> None:
        """A reading."""
        first, step = not self.at, at - self.at
        if self.silent:
            self.silent = False
            found.append(("silence", place, at, False))
        self.half_hour.take(at, value)
        self.hour.take(at, value)
        signals = (
            value,
            None if first else (value - self.value) * 3_600_000 / step,
            self.half_hour.total / 100,
            self.hour.total / 100 / len(self.hour.held),
        )
        on = self.on
        for index, signal in enumerate(signals):
            if signal is None:
                continue
            rule = LADDERS[index]
            if signal < rule.clear_at if on[index] else signal >= rule.raise_at:
                on[index] = not on[index]
                found.append((rule.name, place, at, on[index]))
        self.hold(place, at, value, found)
        self.at, self.value = at, value

    def hold(self, place: int, at: int, value: float, found: Found) -> None:
        """The rule that must last, both ways; anew after a hole."""
        if not (value < HELD.clear_at if self.held else value >= HELD.raise_at):
            self.since = None
            return
        if self.since is None or at - self.at > HELD.whole_s * 1000:
            self.since = at
        if at - self.since >= HELD.hold_s * 1000:
            self.held, self.since = not self.held, None
            found.append(("held", place, at, self.held))

    def pass_time(self, place: int, at: int, found: Found) -> None:
        """No reading at this instant."""
        if not self.silent and at - self.at >= SILENCE.raise_at * 1000:
            self.silent = True
            found.append(("silence", place, at, True))


class Shard:
    """Neighbouring sites, from channel `first` on, which is the first of a site."""

    def __init__(self, first: int, channels: int) -> None:
        self.first = first
        self.channels = [Channel() for _ in range(channels)]
        self.two = [False] * (channels // SITE)

    def take(self, at: int, values: list[float | None]) -> Found:
        """What all channels said at an instant, None for nothing; the moves."""
        found: Found = []
        first = self.first
        for place, (channel, value) in enumerate(zip(self.channels, values, strict=True)):
            if value is None:
                channel.pass_time(first + place, at, found)
            else:
                channel.take(first + place, at, value, found)
        for site in {(place - first) // SITE for rule, place, _, _ in found if rule == "level"}:
            stands = sum(channel.on[0] for channel in self.channels[site * SITE : (site + 1) * SITE])
            if site < len(self.two) and (stands >= TWO.raise_at) != self.two[site]:
                self.two[site] = not self.two[site]
                found.append(("two", first // SITE + site, at, self.two[site]))
        return found
