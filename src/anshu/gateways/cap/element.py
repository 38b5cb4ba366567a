"""One element of a message, read by child name, with the path and line that a finding or a refusal shows."""

from datetime import datetime
from typing import Literal

from lxml import etree

from anshu.gateways.cap.document import line_of
from anshu.gateways.cap.signal import Finding
from anshu.gateways.cap.written import read_instant
from anshu.kernel.errors import Invalid

MAX_PROBLEMS = 100
WRITE_TIME = "Write it as 2024-05-21T13:45:00+08:00."
# Empty, these have findings of their own.
_REQUIRED_BY_CHECK = frozenset({"urgency", "severity", "certainty", "event", "scope"})


class Problems:
    """What a reading had to forgive, at most MAX_PROBLEMS of them."""

    def __init__(self) -> None:
        self._found: list[Finding] = []

    def add(self, finding: Finding) -> None:
        """Keep it, unless the list is full already."""
        if len(self._found) < MAX_PROBLEMS:
            self._found.append(finding)

    def found(self) -> tuple[Finding, ...]:
        """All that were kept, in document order."""
        return tuple(self._found)


class Element:
    """Children in the same namespace by local name; others (signatures, extensions) are not looked at."""

    def __init__(self, element: etree._Element, path: str, problems: Problems) -> None:
        self.path = path
        self.problems = problems
        self.line = line_of(element)
        self._children: dict[str, list[etree._Element]] = {}
        namespace = etree.QName(element).namespace
        for child in element:
            name = etree.QName(child)
            if name.namespace == namespace:
                self._children.setdefault(name.localname, []).append(child)
        self.value = (element.text or "").strip()

    def has(self, name: str) -> bool:
        """Whether there is such a child, empty or not."""
        return name in self._children

    def children(self, name: str) -> list["Element"]:
        """The children of that name, each with its own path (numbered where there are several)."""
        same = self._children.get(name, [])
        return [
            Element(child, f"{self.path}/{name}[{number}]" if len(same) > 1 else f"{self.path}/{name}", self.problems)
            for number, child in enumerate(same, start=1)
        ]

    def texts(self, name: str) -> tuple[str, ...]:
        """The text of each child of that name, empty ones included."""
        return tuple((child.text or "").strip() for child in self._children.get(name, ()))

    def text(self, name: str) -> str:
        """The text of the first child of that name; empty when there is none."""
        texts = self.texts(name)
        return texts[0] if texts else ""

    def required(self, name: str) -> str:
        """The text of a child without which there is no message. Raises Invalid when missing or empty."""
        text = self.text(name)
        if not text:
            message = "%(path)s (line %(line)s) is missing or empty. Write it; no message goes without."
            raise Invalid(message, field=name, code="missing_element", path=f"{self.path}/{name}", line=self.line)
        return text

    def required_instant(self, name: str, national: bool) -> datetime:
        """The instant in a child without which there is no message. Raises Invalid when missing or unreadable."""
        self.required(name)
        instant = self.instant(name, national)
        if instant is None:
            path = f"{self.path}/{name}"
            message = (
                "%(path)s (line %(line)s) holds '%(value)s', which is not a time. "
                "Write it as 2024-05-21T13:45:00+08:00."
            )
            where = {"path": path, "line": self.line_of(name), "value": self.text(name)[:40]}
            raise Invalid(message, field=name, code="unreadable_time", **where)
        return instant

    def instant(self, name: str, national: bool) -> datetime | None:
        """The instant in a child; None, with a problem noted, when unreadable. Without a zone it is read as +08:00."""
        text = self.text(name)
        if not text:
            return None
        try:
            instant, zone = read_instant(text)
        except ValueError:
            self.note("error", "unreadable_time", name, f"'{text[:40]}' is not a time.", WRITE_TIME)
            return None
        if not zone:
            self.note("error", "time_without_zone", name, f"'{text}' has no zone; it was read as +08:00.", WRITE_TIME)
        elif not national and (zone == "Z" or " " in text or ":" not in zone):
            self.note("warning", "time_form", name, f"'{text}' is not in the form CAP prescribes.", WRITE_TIME)
        return instant

    def line_of(self, name: str) -> int:
        """The line of the first child of that name, or of this element."""
        same = self._children.get(name)
        return line_of(same[0]) if same else self.line

    def note(self, severity: Literal["error", "warning"], code: str, name: str, message: str, mend: str) -> None:
        """Note a problem of the child of that name, or of this element when the name is empty."""
        path = f"{self.path}/{name}" if name else self.path
        self.problems.add(Finding(severity, code, path, message, mend, self.line_of(name)))

    def note_empty_children(self) -> None:
        """Warn of optional children that are there but empty: CAP wants them left out."""
        for name, same in self._children.items():
            for child in same:
                if not (child.text or "").strip() and not len(child) and name not in _REQUIRED_BY_CHECK:
                    path = f"{self.path}/{name}"
                    self.problems.add(
                        Finding(
                            "warning",
                            "empty_element",
                            path,
                            f"The element {name} is empty.",
                            "Leave the element out when there is nothing to say.",
                            line_of(child),
                        )
                    )
