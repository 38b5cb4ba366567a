"""What an address asks for: entity sets, keys, links from one to the next, an attribute, its bare value."""

import re
from dataclasses import dataclass

from anshu.gateways.sensorthings.refusals import NotOffered, NotUnderstood

MOST_STEPS = 6
STEP = re.compile(r"(?P<name>\$?[A-Za-z_]\w*)(?:\((?P<key>'(?:[^'/]|'')*'|[^'()/]*)\))?")


@dataclass(frozen=True, slots=True)
class Step:
    """A name, and the key in brackets behind it."""

    name: str
    key: str | None


@dataclass(frozen=True, slots=True)
class Address:
    """Steps from an entity set on; `attribute` when only that is asked for, and whether bare (`$value`)."""

    steps: tuple[Step, ...]
    attribute: str = ""
    bare: bool = False


def read_address(text: str) -> Address:
    """The address in the part of a path behind the version. A key may stand in quotes or without."""
    parts = [part for part in text.strip("/").split("/") if part]
    if not 0 < len(parts) <= MOST_STEPS:
        raise NotUnderstood("an address has 1 to %(most)s steps", most=MOST_STEPS)
    steps = []
    for part in parts:
        found = STEP.fullmatch(part)
        if found is None:
            raise NotUnderstood("%(part)r is no step of an address", part=part[:60])
        key = found["key"]
        if key is not None and key.startswith("'"):
            key = key[1:-1].replace("''", "'")
        steps.append(Step(found["name"], key))
    if steps[-1].name == "$ref":
        raise NotOffered("$ref is not offered")
    bare = steps[-1].name == "$value"
    steps = steps[:-1] if bare else steps
    # The names of entities begin with a capital, those of attributes do not.
    attribute = steps.pop().name if steps and steps[-1].name[:1].islower() else ""
    if not steps or (bare and not attribute) or any(not step.name[:1].isupper() for step in steps):
        raise NotUnderstood("%(text)r is no address", text=text[:60])
    return Address(tuple(steps), attribute, bare)
