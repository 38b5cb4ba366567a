"""The options of a question: $top, $skip, $count, $orderby, $select, $filter, $expand, the last with options inside."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from anshu.gateways.sensorthings.filters import Condition, read_filter
from anshu.gateways.sensorthings.refusals import NotOffered, NotUnderstood

TOP, MOST_TOP, MOST_SKIP = 100, 1_000, 100_000
MOST_EXPANDED = 2
# In an answer with others inside it, each list inside is shorter.
TOP_INSIDE = 25
MOST_NAMES = 30
ATTRIBUTE = re.compile(r"@?[A-Za-z_][\w.@]*(?:/@?[A-Za-z_][\w.@]*)*")
KNOWN = ("$top", "$skip", "$count", "$orderby", "$select", "$filter", "$expand", "$skiptoken")
NOT_OFFERED = ("$resultFormat", "$apply", "$search", "$compute", "$format", "$levels")


@dataclass(frozen=True, slots=True)
class Expand:
    """Put what a link leads to into the answer."""

    name: str
    options: "Options"


@dataclass(frozen=True, slots=True)
class Options:
    """What is asked of a list. `select` is empty for everything; `order` has (attribute, whether falling).

    `said` is the options as they were written, for the link to the next page.
    """

    top: int = TOP
    skip: int = 0
    count: bool = False
    order: tuple[tuple[str, bool], ...] = ()
    select: tuple[str, ...] = ()
    filter: Condition | None = None
    expand: tuple[Expand, ...] = ()
    token: int | None = None
    said: tuple[tuple[str, str], ...] = ()


def read_options(pairs: Iterable[tuple[str, str]], *, depth: int = 0) -> Options:
    """The options in names and texts; NotUnderstood or NotOffered names the one that is wrong.

    What does not begin with $ is none of ours and is passed over.
    """
    found: dict[str, str] = {}
    for name, text in pairs:
        if name in NOT_OFFERED:
            raise NotOffered("%(name)s is not offered", field=name, name=name)
        if name.startswith("$") and name not in KNOWN:
            raise NotUnderstood("%(name)s is not an option", field=name[:40], name=name[:40])
        if name in found:
            raise NotUnderstood("%(name)s is said twice", field=name, name=name)
        if name.startswith("$"):
            found[name] = text
    return Options(
        top=min(_number(found, "$top", TOP_INSIDE if depth else TOP), MOST_TOP),
        skip=_number(found, "$skip", 0, most=MOST_SKIP),
        count=_truth(found, "$count"),
        order=tuple(_order(part) for part in _names(found, "$orderby")),
        select=tuple(_attribute(part, "$select") for part in _names(found, "$select")),
        filter=read_filter(found["$filter"]) if "$filter" in found else None,
        expand=_merged(_expand(found.get("$expand", ""), depth)),
        token=_number(found, "$skiptoken", 0) if "$skiptoken" in found else None,
        said=tuple(found.items()),
    )


def _number(found: dict[str, str], name: str, otherwise: int, most: int | None = None) -> int:
    text = found.get(name, "").strip()
    if name not in found:
        return otherwise
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        raise NotUnderstood("%(name)s is a number from 0 on", field=name, name=name)
    if most is not None and int(text) > most:
        raise NotOffered(
            "%(name)s of more than %(most)s is not offered: narrow with $filter", field=name, name=name, most=most
        )
    return int(text)


def _truth(found: dict[str, str], name: str) -> bool:
    text = found.get(name, "false").strip().lower()
    if text not in ("true", "false"):
        raise NotUnderstood("%(name)s is true or false", field=name, name=name)
    return text == "true"


def _names(found: dict[str, str], name: str) -> list[str]:
    parts = [part.strip() for part in found.get(name, "").split(",") if part.strip()]
    if len(parts) > MOST_NAMES:
        raise NotUnderstood("%(name)s has more than %(most)s names", field=name, name=name, most=MOST_NAMES)
    return parts


def _order(part: str) -> tuple[str, bool]:
    words = part.split()
    way = words[1].lower() if len(words) == 2 else "asc"
    if len(words) > 2 or way not in ("asc", "desc"):
        raise NotUnderstood("$orderby: %(part)r is not ATTRIBUTE asc or desc", field="$orderby", part=part[:40])
    return _attribute(words[0], "$orderby"), way == "desc"


def _attribute(text: str, name: str) -> str:
    if not ATTRIBUTE.fullmatch(text):
        raise NotUnderstood("%(name)s: %(text)r is no attribute", field=name, name=name, text=text[:40])
    return text


def _expand(text: str, depth: int) -> Iterator[Expand]:
    if text.strip() and depth >= MOST_EXPANDED:
        raise NotOffered("$expand deeper than %(most)s is not offered", field="$expand", most=MOST_EXPANDED)
    for part in split_outside(text, ","):
        name, bracket, inside = part.strip().partition("(")
        if bracket and not inside.endswith(")"):
            raise NotUnderstood("$expand: a bracket is missing in %(part)r", field="$expand", part=part[:40])
        pairs = [each.strip().partition("=")[::2] for each in split_outside(inside[:-1], ";")] if bracket else []
        first, slash, rest = _attribute(name.strip(), "$expand").partition("/")
        if slash:  # A/B expands B inside A; options belong to the last
            if depth + 1 >= MOST_EXPANDED or "/" in rest:
                raise NotOffered("$expand deeper than %(most)s is not offered", field="$expand", most=MOST_EXPANDED)
            inner = Expand(rest, read_options(pairs, depth=depth + 2))
            yield Expand(first, Options(top=TOP_INSIDE, expand=(inner,)))
        else:
            yield Expand(first, read_options(pairs, depth=depth + 1))


def _merged(found: Iterable[Expand]) -> tuple[Expand, ...]:
    """`A,A/B` is one expansion of A with B in it."""
    merged: dict[str, Expand] = {}
    for each in found:
        before = merged.get(each.name)
        if before is None:
            merged[each.name] = each
        else:
            richer = each.options if each.options.expand and not before.options.expand else before.options
            inner = (*before.options.expand, *each.options.expand)
            merged[each.name] = Expand(each.name, replace(richer, expand=inner))
        if len(merged) > MOST_NAMES:
            raise NotUnderstood("$expand has more than %(most)s names", field="$expand", most=MOST_NAMES)
    return tuple(merged.values())


def split_outside(text: str, sign: str) -> Iterator[str]:
    """The parts of a text between signs that stand outside brackets and quotes; none for an empty text."""
    depth, quoted, begin = 0, False, 0
    for at, each in enumerate(text):
        if each == "'":
            quoted = not quoted
        elif quoted:
            continue
        elif each in "()":
            depth += 1 if each == "(" else -1
        elif each == sign and depth == 0:
            yield text[begin:at]
            begin = at + 1
    if text[begin:].strip():
        yield text[begin:]
