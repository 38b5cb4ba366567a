"""What a rule of a local pack must keep to: the shape of a value, and what is asked of a key that it adds."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from anshu.kernel.errors import Invalid, Words
from anshu.kernel.working_days import Limit

KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True, slots=True)
class Additions:
    """That local packs may add keys to a pack: shaped `like` the value of a key of it, with members `rising` that are
    numbers from nothing up, none below the one before."""

    like: str
    rising: tuple[str, ...] = ()


def unfit(rule: Any, model: Any, additions: Additions) -> Iterator[Words]:
    """Everything wrong with a rule that a local pack adds beside `model`, the value it is to be like."""
    if not KEY.fullmatch(rule.key):
        yield Words("a new key is small letters, digits and _, 40 at most")
    if not rule.title.zh:
        yield Words("a new rule says in title what it is called in Chinese")
    if not rule.basis.source.strip() or not rule.basis.article.strip():
        yield Words("a new rule names its source and article")
    if str(shape(rule.value)) != str(shape(model)):
        yield Words("the value must be %(must)s, not %(given)s", must=shape(model), given=shape(rule.value))
        return
    for name, member in rule.value.items() if isinstance(rule.value, Mapping) else ():
        if str(shape(member)) != str(shape(model[name])) or member == "":
            yield Words("%(name)s must be %(must)s", name=name, must=shape(model[name]))
    yield from falling(rule.value, additions)


def falling(value: Any, additions: Additions) -> Iterator[Words]:
    """What is wrong with the members of a value that must rise; nothing where it does not have them."""
    found = [value[name] for name in additions.rising if isinstance(value, Mapping) and name in value]
    numbers = [each for each in found if isinstance(each, int | float) and not isinstance(each, bool)]
    if len(numbers) == len(found) and sorted([0, *numbers]) != [0, *numbers]:
        yield Words("%(names)s must be in order, from nothing up", names=" ≤ ".join(additions.rising))


def shape(value: object) -> Words:
    """What an overlay must keep: the kind of the value, and for text whether it is a limit."""
    if isinstance(value, bool):
        return Words("true or false")
    if isinstance(value, int | float):
        return Words("a number")
    if isinstance(value, tuple):
        return Words("a list")
    if isinstance(value, Mapping):
        return Words("a mapping of %(names)s", names=listed(value))
    if isinstance(value, date):
        return Words("a date")
    try:
        Limit.parse(str(value))
    except Invalid:
        return Words("plain text")
    return Words("a limit such as 30min")


def listed(names: Iterable[Any]) -> str:
    """Names in their order, parted by commas."""
    return ", ".join(sorted(map(str, names)))
