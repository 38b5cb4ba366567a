"""Compound rules as the engine reads them: a ladder for each condition on each of its channels, and what counts them.

Where a condition looks at several channels, a count of those lies between. Keys: `rule.place/slot` of a condition on a
channel, `rule.place@scope` of that count, `rule/slot` of the rule at a place, like that of a rule on one channel.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from anshu.domains.devices.models import Channel
from anshu.domains.warnings.models import Rule
from anshu.domains.warnings.models.conditions import Condition
from anshu.domains.warnings.rules.surroundings import Sight, Surroundings
from anshu.engines.sensing import CompoundRule, LadderRule, Level, Step
from anshu.engines.sensing import Condition as Looks


class Key(NamedTuple):
    """What a key says: the rule, the place of one of its conditions (None: the rule itself), a channel."""

    rule: str
    place: int | None
    slot: int


def read_key(text: str) -> Key | None:
    """The key of a rule on a channel, or of a condition on one; None for that of a count in between."""
    name, _slash, slot = text.partition("/")
    rule, _dot, place = name.partition(".")
    return Key(rule, int(place) if place else None, int(slot)) if slot else None


@dataclass(frozen=True)
class Part:
    """One condition of a rule on one of its channels."""

    rule: Rule
    place: int
    channel: Channel

    @property
    def key(self) -> str:
        return f"{self.rule.pk}.{self.place}/{self.channel.slot}"


@dataclass(frozen=True)
class Place:
    """A compound rule at one channel, and which channels each of its conditions sees from there."""

    rule: Rule
    channel: Channel
    sights: tuple[tuple[Channel, ...], ...]

    @property
    def key(self) -> str:
        return f"{self.rule.pk}/{self.channel.slot}"


@dataclass
class Compounds:
    """Compound rules while they are put together; `parts` and `places` by key."""

    around: Surroundings
    ladders: dict[str, LadderRule] = field(default_factory=dict)
    counts: dict[str, CompoundRule] = field(default_factory=dict)
    parts: dict[str, Part] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)

    def add(self, rule: Rule, channels: Iterable[Channel]) -> None:
        """The rule at each of these channels; not where it has no condition that could be judged."""
        terms, rungs = rule.terms(), rule.rungs()
        for channel in channels:
            sights = [self.around.sight(term, channel) for term in terms]
            place = Place(rule, channel, tuple(sight.channels for sight in sights))
            looks = tuple(
                self._look(rule, at, term, sight)
                for at, (term, sight) in enumerate(zip(terms, sights, strict=True))
                if sight.channels
            )
            if looks:
                self.places[place.key] = place
                self.counts[place.key] = CompoundRule(place.key, channel.slot, looks, rungs)

    @property
    def rules(self) -> list[LadderRule | CompoundRule]:
        """What the engine compiles."""
        return [*self.ladders.values(), *self.counts.values()]

    @property
    def slots(self) -> set[int]:
        """Of every channel on which a condition looks."""
        return {part.channel.slot for part in self.parts.values()}

    def _look(self, rule: Rule, at: int, term: Condition, sight: Sight) -> Looks:
        """How the rule looks at what one of its conditions sees."""
        within_s = 60.0 * term.within_min
        keys = [self._part(Part(rule, at, one), term) for one in sight.channels]
        if len(keys) == 1 and term.least == 1:
            return Looks(keys[0], Level.BLUE, within_s, term.negated)
        count = f"{rule.pk}.{at}@{sight.scope}"
        if count not in self.counts:
            looks = tuple(Looks(key, Level.BLUE, within_s) for key in keys)
            step = Step(Level.BLUE, term.least, term.least)
            self.counts[count] = CompoundRule(count, sight.channels[0].slot, looks, (step,))
        return Looks(count, Level.BLUE, 0.0, term.negated)

    def _part(self, part: Part, term: Condition) -> str:
        key = part.key
        if key not in self.parts:
            ladder = term.ladder(key, part.channel.slot, part.channel.stale_after_s or None)
            self.parts[key] = part
            self.ladders[key] = replace(ladder, when=part.rule.when())  # outside of it no condition holds
        return key
