"""Sensing rules as YAML, for those who review them: written out, and read with the line of everything that is wrong."""

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml
from django.utils.translation import gettext as _

from anshu.domains.warnings.models import Level, Rule
from anshu.domains.warnings.models.conditions import CONDITION_FIELDS
from anshu.domains.warnings.rules.drafts import STEP_FIELDS, Fault
from anshu.kernel.errors import Invalid

"""Fields of a rule in the order in which they are written. Empty ones are left out; absent ones are empty."""
FIELDS = (
    "number",
    "name",
    "channel",
    "quantity",
    "site_kind",
    "judged",
    "window_min",
    "direction",
    "conditions",
    "steps",
    "season_from",
    "season_to",
    "weekdays",
    "hours_from",
    "hours_to",
    "low",
    "high",
    "jump",
    "stuck_after_s",
    "gap_after_s",
    "backup",
    "active",
    "basis",
    "verified",
    "territory",
)
HEAD = """# level: red, orange, yellow or blue; raise and clear in the unit of what is judged; holds in seconds.
# conditions: raise and clear in the unit of what is judged; where: here, channel, site, area, near. steps count them.
# A rule is known by its number: one that is there is changed, any other is added. What is left out is empty.
"""
YES_OR_NO = ("active", "verified", "negated")
MOST_BYTES = 2_000_000

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Written:
    """One rule of a file: what it says by field, and on which line each thing stands."""

    values: dict[str, Any]
    lines: dict[Path, int]

    @property
    def number(self) -> str:
        return str(self.values.get("number", ""))

    def line(self, fault: Fault) -> int:
        """Where the faulty thing stands, or the nearest that holds it."""
        path: Path = tuple(int(part) if part.isdigit() else part for part in fault.field.split(".") if part)
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines[path]


class Unreadable(Invalid):
    """A file of rules with faults, each of them in a line of words that names its line, rule and field."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("%(faults)s", field="file", code="rule_file", faults="\n".join(faults))
        self.faults = faults


def write(rules: Iterable[Rule]) -> str:
    """The rules as YAML, by number; what it says is what `read` gives back."""
    told = [_told(rule) for rule in sorted(rules, key=lambda rule: (rule.number, str(rule.pk)))]
    return HEAD + yaml.dump({"rules": told}, Dumper=_Plain, allow_unicode=True, sort_keys=False, width=200)


class _Plain(yaml.SafeDumper):
    """Each rule a block, each step and condition on a line of its own; hours and days of the year stand in quotes."""

    def represent_mapping(self, tag: str, mapping: Any, flow_style: bool | None = None) -> yaml.MappingNode:
        names = set(mapping)
        return super().represent_mapping(
            tag, mapping, flow_style=names <= set(STEP_FIELDS) or names <= set(CONDITION_FIELDS)
        )

    def represent_sequence(self, tag: str, sequence: Any, flow_style: bool | None = None) -> yaml.SequenceNode:
        return super().represent_sequence(tag, sequence, flow_style=False)


def _told(rule: Rule) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for name in FIELDS:
        value = getattr(rule, name)
        if name == "steps":
            told[name] = [_told_step(step) for step in sorted(rule.steps, key=lambda step: -int(step["level"]))]
        elif name == "conditions":
            ordered = [{part: one[part] for part in CONDITION_FIELDS if part in one} for one in rule.conditions]
            told |= {name: ordered} if ordered else {}
        elif name in ("channel", "backup"):
            told |= {name: value.number} if value is not None else {}
        elif value not in ("", None):
            told[name] = value if isinstance(value, (bool, int, float)) else str(value)
    return told


def _told_step(step: dict[str, Any]) -> dict[str, Any]:
    given = {name: step[name] for name in STEP_FIELDS if name in step}
    return given | {"level": Level(str(step["level"])).name.lower()}


def read(text: str) -> list[Written]:
    """The rules of a file as they are written; Unreadable when it is no such file. Values are not judged here."""
    if len(text.encode()) > MOST_BYTES:
        raise Unreadable([_("the file is larger than %(most)s MB") % {"most": MOST_BYTES // 1_000_000}])
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = _("line %(line)s") % {"line": mark.line + 1 if mark else 1}
        raise Unreadable([f"{where}: {_('is not YAML')}: {error.problem}"]) from error
    except yaml.YAMLError as error:
        raise Unreadable([f"{_('is not YAML')}: {error}"]) from error
    reading = Reading()
    found = list(reading.rules(root))
    if reading.faults:
        raise Unreadable([words for _line, words in sorted(reading.faults)])
    return found


@dataclass
class Reading:
    """A walk over the nodes of a file, noting what cannot be meant."""

    faults: list[tuple[int, str]] = field(default_factory=list)

    def rules(self, root: yaml.Node | None) -> Iterator[Written]:
        if not isinstance(root, yaml.MappingNode):
            self._fault(1, "", "", _("a file of rules begins with the line “rules:”"))
            return
        top = dict(self._pairs(root, ("rules",), "", _("the file")))
        if not isinstance(top.get("rules"), yaml.SequenceNode):
            self._fault(1, "", "rules", _("is a list of rules"))
            return
        seen: dict[str, int] = {}
        for node in top["rules"].value:
            line = node.start_mark.line + 1
            if not isinstance(node, yaml.MappingNode):
                self._fault(line, "", "", _("is not a rule: write its fields as name: value"))
                continue
            written = self._rule(node)
            if written.number in seen:
                words = _("is the number of the rule in line %(line)s too") % {"line": seen[written.number]}
                self._fault(line, written.number, "number", words)
            seen[written.number] = line
            yield written

    def _rule(self, node: yaml.MappingNode) -> Written:
        name = next((value.value for key, value in node.value if key.value == "number"), "")
        values: dict[str, Any] = {}
        lines: dict[Path, int] = {(): node.start_mark.line + 1}
        for key, value in self._pairs(node, FIELDS, str(name), _("a rule")):
            values[key] = self._plain(value, (key,), lines)
        if not values.get("number"):
            self._fault(lines[()], "", "number", _("is needed: a rule is known by it"))
        return Written(values, lines)

    def _pairs(
        self, node: yaml.MappingNode, known: tuple[str, ...], rule: str, where: str
    ) -> Iterator[tuple[str, yaml.Node]]:
        """The entries of a mapping that are known and stand once."""
        seen: set[str] = set()
        for key, value in node.value:
            line, name = key.start_mark.line + 1, str(key.value)
            if name in seen:
                self._fault(line, rule, name, _("stands twice"))
            elif name not in known:
                near = difflib.get_close_matches(name, known, 1)
                hint = _("; do you mean %(name)s?") % {"name": near[0]} if near else ""
                self._fault(line, rule, name, _("is no field of %(where)s") % {"where": where} + hint)
            else:
                seen.add(name)
                yield name, value

    def _plain(self, node: yaml.Node, path: Path, lines: dict[Path, int]) -> Any:
        """The value of a node; the line of it and of all that it holds is noted."""
        lines[path] = node.start_mark.line + 1
        if isinstance(node, yaml.SequenceNode):
            return [self._plain(each, (*path, place), lines) for place, each in enumerate(node.value)]
        if isinstance(node, yaml.MappingNode):
            return {str(key.value): self._plain(value, (*path, str(key.value)), lines) for key, value in node.value}
        if path[-1] in YES_OR_NO and node.tag == "tag:yaml.org,2002:bool":
            return yaml.SafeLoader.bool_values[node.value.lower()]
        # Text as it stands: fields know what they hold, and 07:30 or 04-15 must not become something else.
        return None if node.tag == "tag:yaml.org,2002:null" else node.value

    def _fault(self, line: int, rule: str, name: str, words: str) -> None:
        self.faults.append((line, told_fault(line, rule, Fault(name, words))))


def told_fault(line: int, rule: str, fault: Fault) -> str:
    """A fault with its line, rule and field in one line of words."""
    where = [_("line %(line)s") % {"line": line}]
    where += [_("rule %(number)s") % {"number": rule}] if rule else []
    where += [_("field %(name)s") % {"name": fault.field}] if fault.field else []
    return f"{', '.join(where)}: {fault.words}"
