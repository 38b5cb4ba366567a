"""Versioned code tables: small ones are shipped, official ones are loaded from a file the bureau supplies."""

import csv
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Self

from anshu.kernel.errors import Invalid, Words

SHIPPED_TABLES = Path(__file__).parent / "data" / "code_tables"

_HEADER = ["code", "name_zh", "name_en", "parent"]


@dataclass(frozen=True, slots=True)
class Code:
    """One entry; `parent` is None at the top."""

    code: str
    name_zh: str
    name_en: str
    parent: str | None


@dataclass(frozen=True, slots=True)
class CodeTable:
    """Entries by code in file order, with where they come from. Codes are text: leading zeros count."""

    name: str
    version: str
    source: str
    verified: bool
    codes: Mapping[str, Code]

    @classmethod
    def from_csv(cls, content: bytes, name: str) -> Self:
        """Read UTF-8 or GB 18030 with the header code,name_zh,name_en,parent; Invalid naming line and code.

        Lines `# version: ...`, `# source: ...`, `# verified: true` may stand before the header. Without a version
        the digest of the content is the version.
        """
        notes, rows = _split(_decoded(content, name), name)
        codes: dict[str, Code] = {}
        for line, row in rows:
            entry = _entry(row, f"{name}:{line}")
            if entry.code in codes:
                raise _wrong(f"{name}:{line}", Words("code %(code)s is given twice", code=entry.code))
            codes[entry.code] = entry
        table = cls(
            name=name,
            version=notes.get("version", "sha256:" + hashlib.sha256(content).hexdigest()[:12]),
            source=notes.get("source", ""),
            verified=notes.get("verified") == "true",
            codes=MappingProxyType(codes),
        )
        for entry in codes.values():
            table.ancestors(entry.code)
        return table

    def get(self, code: str) -> Code:
        """Entry of a code; Invalid (field is the name of the table) when unknown."""
        found = self.codes.get(code)
        if found is None:
            raise Invalid(
                "%(table)s has no code %(value)r", field=self.name, code="code_unknown", table=self.name, value=code
            )
        return found

    def __contains__(self, code: object) -> bool:
        return code in self.codes

    def children(self, code: str | None = None) -> tuple[Code, ...]:
        """Entries directly below a code, or the top entries."""
        return tuple(entry for entry in self.codes.values() if entry.parent == code)

    def ancestors(self, code: str) -> tuple[Code, ...]:
        """Entries above a code, the nearest first; Invalid when a parent is missing or a code is above itself."""
        above: dict[str, Code] = {}
        parent = self.get(code).parent
        while parent is not None:
            if parent not in self.codes:
                words = Words("the parent %(parent)s of %(code)s is not in the table", parent=parent, code=code)
                raise _wrong(self.name, words)
            if parent in above or parent == code:
                raise _wrong(self.name, Words("code %(code)s lies above itself", code=code))
            above[parent] = self.codes[parent]
            parent = above[parent].parent
        return tuple(above.values())


def load_code_table(name: str, override: Path | None = None) -> CodeTable:
    """The shipped table of that name, or the bureau's own file in its place."""
    path = override or SHIPPED_TABLES / f"{name}.csv"
    if override is None and path not in set(SHIPPED_TABLES.glob("*.csv")):
        raise Invalid("no code table %(name)r is shipped", field="code_table", code="code_table_unknown", name=name)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise _wrong(name, Words("cannot read %(file)s: %(reason)s", file=path.name, reason=error.strerror)) from error
    return CodeTable.from_csv(content, name)


def _decoded(content: bytes, name: str) -> str:
    for encoding in ("utf-8-sig", "gb18030"):  # spreadsheets in China save CSV as GB 18030
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _wrong(name, Words("the file is neither UTF-8 nor GB 18030"))


def _split(text: str, name: str) -> tuple[dict[str, str], list[tuple[int, list[str]]]]:
    """Notes before the header, and rows with their line numbers."""
    lines = text.splitlines()
    notes: dict[str, str] = {}
    start = 0
    while start < len(lines) and lines[start].startswith("#"):
        label, _, value = lines[start].lstrip("# ").partition(":")
        notes[label.strip()] = value.strip()
        start += 1
    reader = csv.reader(lines[start:], strict=True)
    try:
        header = next(reader, [])
        rows = [(start + reader.line_num, row) for row in reader if row]
    except csv.Error as error:
        raise _wrong(f"{name}:{start + reader.line_num}", str(error)) from error
    if header != _HEADER:
        raise _wrong(f"{name}:{start + 1}", Words("the header must be %(header)s", header=",".join(_HEADER)))
    return notes, rows


def _entry(row: list[str], where: str) -> Code:
    if len(row) != len(_HEADER):
        raise _wrong(where, Words("a row must have %(must)d columns, not %(given)d", must=len(_HEADER), given=len(row)))
    code, name_zh, name_en, parent = (text.strip() for text in row)
    if not code or not name_zh:
        raise _wrong(where, Words("code and name_zh must not be empty"))
    return Code(code, name_zh, name_en, parent or None)


def _wrong(where: str, reason: object) -> Invalid:
    return Invalid("%(where)s: %(reason)s", field="code_table", code="code_table_wrong", where=where, reason=reason)
