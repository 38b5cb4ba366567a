"""Makes official documents: one call for every kind, as a Word file or as PDF."""

from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeAlias

from anshu.kernel.errors import Invalid
from anshu.reports.forms.declaration import Form, forms
from anshu.reports.forms.filling import fill
from anshu.reports.paper.document import Document
from anshu.reports.pdf import pdf
from anshu.reports.word import word

Format: TypeAlias = Literal["docx", "pdf"]

_WRITERS: Mapping[str, Callable[[Document], bytes]] = {"docx": word, "pdf": pdf}
MEDIA_TYPES: Mapping[str, str] = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}


def make(kind: str, values: Mapping[str, Any], *, as_: Format, exercise: bool = False) -> bytes:
    """A document of that kind (a file name of `reports/forms`) with these values; a record of an exercise prints 演练.

    Invalid, naming the field, when a value is missing or wrong; Refused when PDF is asked for and its typefaces are not
    built.
    """
    return _WRITERS[as_](fill(form(kind), values, exercise=exercise))


def form(kind: str) -> Form:
    """The form of that kind: its fields, so that a screen can ask for them. Invalid (field kind) when there is none."""
    if kind not in forms():
        raise Invalid("there is no form %(kind)s", field="kind", code="form_unknown", kind=kind)
    return forms()[kind]
