"""Numbers of official documents (发文字号): （深龙）应急罚〔2026〕15号."""

import re
from dataclasses import dataclass
from typing import Self

from anshu.kernel.errors import Invalid

_WRITTEN = re.compile(
    r"(?P<sign>.*\S)\s*[〔\[(（【［](?P<year>\d{4})[〕\])）】］]\s*第?0*(?P<serial>[1-9]\d*)\s*号", re.DOTALL
)
_YEARS = range(1949, 2200)
_FORBIDDEN = set("〔〕[]【】［］号\n\r\t")


@dataclass(frozen=True, slots=True, order=True)
class DocumentNumber:
    """Sign of the authority and kind (机关代字), year, and serial number within both.

    Written with 〔〕 round the year, without 第 and without leading zeros (GB/T 9704-2012, 7.2.5).
    """

    sign: str
    year: int
    serial: int

    def __post_init__(self) -> None:
        if not self.sign.strip() or self.sign != self.sign.strip() or set(self.sign) & _FORBIDDEN:
            raise _wrong(self.sign)
        if self.year not in _YEARS or self.serial < 1:
            raise _wrong(f"{self.sign}〔{self.year}〕{self.serial}号")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a number, also one typed with other brackets, 第 or leading zeros.

        Invalid (field document_number) when it is none.
        """
        match = _WRITTEN.fullmatch(text.strip())
        if match is None:
            raise _wrong(text)
        return cls(match["sign"], int(match["year"]), int(match["serial"]))

    def __str__(self) -> str:
        return f"{self.sign}〔{self.year}〕{self.serial}号"


def _wrong(text: str) -> Invalid:
    return Invalid(
        "%(text)r is not a document number: write it like （深龙）应急罚〔2026〕15号",
        field="document_number",
        code="document_number_wrong",
        text=text,
    )
