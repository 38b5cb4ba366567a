"""Versioned rule packs: thresholds, deadlines and legal bases as data with a period, a source and an honest tag."""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self, TypeAlias

import yaml

from anshu.kernel.bilingual import Bilingual
from anshu.kernel.errors import Invalid, Words
from anshu.kernel.rule_shapes import Additions, falling, listed, shape, unfit
from anshu.kernel.working_days import Limit

SHIPPED_RULES = Path(__file__).parent / "data" / "rules"

RuleValue: TypeAlias = "str | int | float | bool | date | tuple[RuleValue, ...] | Mapping[str, RuleValue]"

_REQUIRED = frozenset({"key", "value", "effective_from", "source", "verified"})
_OPTIONAL = frozenset({"effective_to", "article", "tag", "title", "note", "new"})
_HEADER = frozenset({"pack", "jurisdiction", "rows"})
_HEADER_OPTIONAL = frozenset({"title", "note", "words", "additions"})
# Confidence tags: read in the source, read on a secondary page, from memory (high, medium, low), our own default.
_TAGS = {"V": True, "V:web": True, "MH": False, "MM": False, "ML": False, "D": False}


@dataclass(frozen=True, slots=True)
class Basis:
    """Why a rule says what it says (依据): where it holds, its source and article, and whether that was read."""

    jurisdiction: str
    source: str
    article: str
    verified: bool
    tag: str
    note: Bilingual


@dataclass(frozen=True, slots=True)
class Rule:
    """One value of one key in force from its first to its last day, both included; local when a bureau set it, new when
    it says that the shipped pack has no such key."""

    key: str
    title: Bilingual
    value: RuleValue
    basis: Basis
    effective_from: date
    effective_to: date
    origin: str
    local: bool = False
    new: bool = False

    def in_force(self, on: date) -> bool:
        """Whether the rule holds on the day."""
        return self.effective_from <= on <= self.effective_to

    def member(self, name: str) -> RuleValue:
        """One entry of a value that is a mapping; Invalid (field is the key) when it has none of that name."""
        if isinstance(self.value, Mapping) and name in self.value:
            return self.value[name]
        raise self._wrong(Words("has no %(name)s", name=name))

    def limit(self, name: str | None = None) -> Limit:
        """The value, or a member of it, as a limit."""
        return Limit.parse(self.text(name))

    def number(self, name: str | None = None) -> float:
        """The value, or a member of it, as a number."""
        value = self.value if name is None else self.member(name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self._wrong(Words("is not a number"))
        return float(value)

    def text(self, name: str | None = None) -> str:
        """The value, or a member of it, as text."""
        value = self.value if name is None else self.member(name)
        if not isinstance(value, str):
            raise self._wrong(Words("is not text"))
        return value

    def items(self) -> tuple[RuleValue, ...]:
        """The value as a sequence."""
        if not isinstance(self.value, tuple):
            raise self._wrong(Words("is not a list"))
        return self.value

    def _wrong(self, reason: Words) -> Invalid:
        return Invalid(
            "rule %(key)s (%(origin)s) %(reason)s",
            field=self.key,
            code="rule_value",
            key=self.key,
            origin=self.origin,
            reason=reason,
        )


Layer: TypeAlias = Mapping[str, tuple[Rule, ...]]


@dataclass(frozen=True, slots=True)
class RulePack:
    """Rules by key. Layers stand in order of precedence, the most local first.

    `words` says what the names mean that values are made of, such as district_leader or red; `additions`, whether local
    packs may add keys of their own.
    """

    pack: str
    jurisdiction: str
    title: Bilingual
    note: Bilingual
    words: Mapping[str, Bilingual]
    layers: tuple[Layer, ...]
    additions: Additions | None = None

    @classmethod
    def from_yaml(cls, text: str, origin: str) -> Self:
        """Read a pack; Invalid naming `origin`, line and key when anything about it is wrong."""
        head, rows = _document(text, origin)
        rules: dict[str, list[Rule]] = {}
        for row, line in rows:
            rule = _rule(row, str(head["jurisdiction"]), f"{origin}:{line}")
            rules.setdefault(rule.key, []).append(rule)
        layer = {key: _in_order(versions) for key, versions in rules.items()}
        return cls(
            pack=str(head["pack"]),
            jurisdiction=str(head["jurisdiction"]),
            title=_bilingual(head, "title", f"{origin}:1"),
            note=_bilingual(head, "note", f"{origin}:1"),
            words=_words(head.get("words") or {}, f"{origin}:1"),
            layers=(MappingProxyType(layer),),
            additions=_additions(head.get("additions"), layer, origin),
        )

    def keys(self) -> frozenset[str]:
        """Every key of the pack."""
        return frozenset().union(*self.layers)

    def __contains__(self, key: object) -> bool:
        return any(key in layer for layer in self.layers)

    def at(self, key: str, on: date) -> Rule:
        """The rule of that key in force on the day; Invalid (field is the key) when there is none."""
        found = self._find(key, on)
        if found is not None:
            return found
        if key in self:
            message, code = "no rule %(key)s of %(pack)s is in force on %(on)s", "rule_not_in_force"
        else:
            message, code = "there is no rule %(key)s in %(pack)s", "rule_unknown"
        raise Invalid(message, field=key, code=code, key=key, pack=self.pack, on=on)

    def under(self, prefix: str, on: date) -> Iterator[Rule]:
        """Rules in force on the day whose key is the prefix or begins with it and a full stop, in key order."""
        for key in sorted(self.keys()):
            if key == prefix or key.startswith(prefix + "."):
                found = self._find(key, on)
                if found is not None:
                    yield found

    def in_force(self, on: date) -> Iterator[Rule]:
        """Every rule in force on the day, in the order in which the shipped pack gives them, then those added to it."""
        for key in dict.fromkeys(key for layer in reversed(self.layers) for key in layer):
            found = self._find(key, on)
            if found is not None:
                yield found

    def overlay(self, local: "RulePack") -> "RulePack":
        """This pack with a local one over it: where and when the local one has a rule, that rule holds.

        What the local one does not name itself keeps its title.
        Invalid when the local pack is another pack, has a key this one lacks and does not mark it as new, or a value of
        another shape.
        """
        if local.pack != self.pack:
            raise _invalid(local.pack, Words("does not overlay %(pack)s", pack=self.pack), "rule_pack_differs")
        layers = tuple(
            MappingProxyType({key: tuple(map(self._laid_over, rules)) for key, rules in layer.items()})
            for layer in local.layers
        )
        return RulePack(
            pack=self.pack,
            jurisdiction=local.jurisdiction,
            title=local.title or self.title,
            note=local.note or self.note,
            words=MappingProxyType({**self.words, **local.words}),
            layers=layers + self.layers,
            additions=self.additions,
        )

    def shipped(self, key: str, on: date) -> Rule | None:
        """What would hold on the day if no local pack lay over this one; None when there is no such rule."""
        return next((rule for rule in self.layers[-1].get(key, ()) if rule.in_force(on)), None)

    def _find(self, key: str, on: date) -> Rule | None:
        versions = (rule for layer in self.layers for rule in layer.get(key, ()))
        return next((rule for rule in versions if rule.in_force(on)), None)

    def _laid_over(self, rule: Rule) -> Rule:
        """A rule of a local pack as it stands in this one; Invalid when it does not fit."""
        if rule.new:
            return self._added(rule)
        if rule.key not in self:
            close = difflib.get_close_matches(rule.key, self.keys(), 1)
            hint = Words("; did you mean %(key)s?", key=close[0]) if close else ""
            reason = Words("%(key)s: %(pack)s has no such key%(hint)s", key=rule.key, pack=self.pack, hint=hint)
            raise _invalid(rule.origin, reason, "rule_unknown")
        shipped = next(layer[rule.key][-1] for layer in self.layers if rule.key in layer)
        if str(shape(rule.value)) != str(shape(shipped.value)):
            must, given = shape(shipped.value), shape(rule.value)
            reason = Words("%(key)s: the value must be %(must)s, not %(given)s", key=rule.key, must=must, given=given)
            raise _invalid(rule.origin, reason, "rule_shape")
        for wrong in falling(rule.value, self.additions) if self.additions else ():
            raise _invalid(rule.origin, Words("%(key)s: %(wrong)s", key=rule.key, wrong=wrong), "rule_value")
        return replace(rule, title=rule.title or shipped.title, local=True)


    def _added(self, rule: Rule) -> Rule:
        """A rule that a local pack adds; Invalid when this pack takes none, has it already, or it says too little."""
        reasons = [Words("%(pack)s takes no new keys", pack=self.pack)]
        if self.additions is not None:
            model = self.layers[-1][self.additions.like][-1].value
            there = [Words("%(pack)s has this key already; leave out new", pack=self.pack)]
            reasons = there if rule.key in self else list(unfit(rule, model, self.additions))
        for reason in reasons:
            raise _invalid(rule.origin, Words("%(key)s: %(wrong)s", key=rule.key, wrong=reason), "rule_addition")
        return replace(rule, local=True)


def load_rule_packs(overlays: Iterable[Path] = ()) -> Mapping[str, RulePack]:
    """The shipped packs by name, each with the local pack files laid over it in the order given."""
    packs = dict(_shipped_packs())
    for path in overlays:
        local = RulePack.from_yaml(path.read_text(encoding="utf-8"), path.name)
        if local.pack not in packs:
            words = Words("there is no shipped pack %(pack)s to overlay", pack=local.pack)
            raise _invalid(path.name, words, "rule_pack_unknown")
        packs[local.pack] = packs[local.pack].overlay(local)
    return MappingProxyType(packs)


@cache
def _shipped_packs() -> Mapping[str, RulePack]:
    packs: dict[str, RulePack] = {}
    for path in sorted(SHIPPED_RULES.glob("*.yaml")):
        pack = RulePack.from_yaml(path.read_text(encoding="utf-8"), path.name)
        if pack.pack in packs:
            raise _invalid(path.name, Words("pack %(pack)s is given twice", pack=pack.pack), "rule_pack_twice")
        packs[pack.pack] = pack
    return MappingProxyType(packs)


"""The parser in C, where PyYAML was built with it: every process reads all packs when it starts, and it is ten times as
fast."""
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _StrictLoader(_Loader):  # type: ignore[misc]  # one of two classes
    """Safe YAML in which a key given twice in one mapping is an error instead of a silent loss."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[object] = set()
        for name in (name for name, _ in node.value if isinstance(name, yaml.ScalarNode)):
            if name.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"{name.value} is given twice", name.start_mark)
            seen.add(name.value)
        mapping: dict[Any, Any] = super().construct_mapping(node, deep)
        return mapping

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep)
        except ValueError as error:  # such as a date of 30 February
            raise yaml.constructor.ConstructorError(None, None, str(error), node.start_mark) from error


def _document(text: str, origin: str) -> tuple[dict[str, Any], list[tuple[dict[str, Any], int]]]:
    """The document, and each of its rows with the line it starts on."""
    try:
        loader = _StrictLoader(text)
        node = loader.get_single_node()
        document = loader.construct_document(node) if node is not None else None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise _invalid(f"{origin}:{line}", error.problem or str(error), "rule_yaml") from error
    except yaml.YAMLError as error:
        raise _invalid(f"{origin}:1", str(error), "rule_yaml") from error
    if node is None or not isinstance(document, dict) or not _HEADER <= set(document) <= _HEADER | _HEADER_OPTIONAL:
        words = Words("a pack has pack, jurisdiction and rows; it may have title, note, words and additions")
        raise _invalid(f"{origin}:1", words, "rule_pack_header")
    rows = document["rows"]
    if not isinstance(rows, list) or not rows:
        raise _invalid(f"{origin}:1", Words("rows must be a list with at least one rule"), "rule_pack_header")
    row_nodes = next(value for name, value in node.value if name.value == "rows").value
    return document, [(row, row_node.start_mark.line + 1) for row, row_node in zip(rows, row_nodes, strict=True)]


def _rule(row: Any, jurisdiction: str, origin: str) -> Rule:
    if not isinstance(row, dict):
        raise _invalid(origin, Words("a row must be a mapping"), "rule_row")
    key = str(row.get("key", "row without key"))
    missing, unknown = _REQUIRED - row.keys(), row.keys() - _REQUIRED - _OPTIONAL
    if missing:
        raise _invalid(origin, Words("%(key)s: lacks %(names)s", key=key, names=listed(missing)), "rule_row")
    if unknown:
        words = Words("%(key)s: has unknown entries %(names)s", key=key, names=listed(unknown))
        raise _invalid(origin, words, "rule_row")
    _refuse_false_tag(row, key, origin)
    first, last = row["effective_from"] or date.min, row.get("effective_to") or date.max
    if type(first) is not date or type(last) is not date or last < first:
        words = Words("%(key)s: effective_from and effective_to must be dates in order", key=key)
        raise _invalid(origin, words, "rule_period")
    return Rule(
        key=key,
        title=_bilingual(row, "title", origin),
        value=_frozen(row["value"], key, origin),
        basis=Basis(
            jurisdiction=jurisdiction,
            source=str(row["source"]),
            article=str(row.get("article") or ""),
            verified=row["verified"],
            tag=str(row.get("tag") or ""),
            note=_bilingual(row, "note", origin),
        ),
        effective_from=first,
        effective_to=last,
        origin=origin,
        new=row.get("new", False) is True,
    )


def _additions(given: Any, layer: Mapping[str, Any], origin: str) -> Additions | None:
    if given is None:
        return None
    if not isinstance(given, dict) or not {"like"} <= given.keys() <= {"like", "rising"} or given["like"] not in layer:
        words = Words("additions are {like: a key of the pack, rising: [members]}")
        raise _invalid(f"{origin}:1", words, "rule_pack_header")
    return Additions(given["like"], tuple(map(str, given.get("rising", ()))))


def _bilingual(entries: Mapping[Any, Any], name: str, origin: str) -> Bilingual:
    try:
        return Bilingual.read(entries.get(name))
    except Invalid as error:
        raise _invalid(f"{origin}: {name}", error, "rule_words") from error


def _words(entries: Any, origin: str) -> Mapping[str, Bilingual]:
    if not isinstance(entries, dict):
        raise _invalid(origin, Words("words must be a mapping"), "rule_words")
    return MappingProxyType({str(name): _bilingual(entries, name, origin) for name in entries})


def _refuse_false_tag(row: Mapping[str, Any], key: str, origin: str) -> None:
    verified, tag = row["verified"], row.get("tag")
    if not isinstance(verified, bool):
        raise _invalid(origin, Words("%(key)s: verified must be true or false", key=key), "rule_verified")
    if tag is not None and _TAGS.get(tag) is not verified:
        known = ", ".join(_TAGS)
        words = Words(
            "%(key)s: tag %(tag)s is not one of %(known)s, or contradicts verified", key=key, tag=tag, known=known
        )
        raise _invalid(origin, words, "rule_verified")


def _frozen(value: Any, key: str, origin: str) -> RuleValue:
    if isinstance(value, list):
        return tuple(_frozen(item, key, origin) for item in value)
    if isinstance(value, dict):
        return MappingProxyType({str(name): _frozen(item, key, origin) for name, item in value.items()})
    if isinstance(value, str | int | float | date):
        return value
    raise _invalid(origin, Words("%(key)s: the value is empty or of an unknown kind", key=key), "rule_value")


def _in_order(versions: list[Rule]) -> tuple[Rule, ...]:
    ordered = sorted(versions, key=lambda rule: rule.effective_from)
    for earlier, later in pairwise(ordered):
        if later.effective_from <= earlier.effective_to:
            words = Words("%(key)s: overlaps the period of %(other)s", key=later.key, other=earlier.origin)
            raise _invalid(later.origin, words, "rule_overlap")
    return tuple(ordered)


def _invalid(where: str, reason: object, code: str) -> Invalid:
    return Invalid("%(where)s: %(reason)s", field="rules", code=code, where=where, reason=reason)
