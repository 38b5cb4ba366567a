"""One door for every kind of file."""

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from anshu.kernel.errors import Invalid
from anshu.ledger.exchange.delimited import read_delimited
from anshu.ledger.exchange.features import read_features
from anshu.ledger.exchange.spreadsheet import OLD_OFFICE, read_spreadsheet
from anshu.ledger.exchange.table import Known, Table

LARGEST_FILE = 50_000_000


def read(content: bytes, name: str, known: Known) -> Table:
    """The file as a table. What it is, is told by its content first and its name second.

    `known` says whether a text is a heading of the register; Invalid (field file) says what is wrong with the file.
    """
    if len(content) > LARGEST_FILE:
        raise Invalid(
            _("The file is larger than %(most)d MB. Cut it in parts."),
            field="file",
            code="file_too_large",
            most=LARGEST_FILE // 1_000_000,
        )
    if not content.strip():
        raise Invalid(_("The file is empty."), field="file", code="file_empty")
    ending = Path(name).suffix.lower()
    if content[:2] == b"PK" or content[:8] == OLD_OFFICE or ending in (".xlsx", ".xlsm", ".xls"):
        return read_spreadsheet(content, known)
    if ending in (".geojson", ".json") or content.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"{":
        return read_features(content)
    return read_delimited(content, known)
