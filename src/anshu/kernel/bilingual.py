"""A text in the two languages of the product, for data that people read: titles, notes, words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from anshu.kernel.errors import Invalid


@dataclass(frozen=True, slots=True)
class Bilingual:
    """What a text says in Chinese and in English; untrue where neither says anything."""

    zh: str = ""
    en: str = ""

    @classmethod
    def read(cls, value: object) -> Self:
        """From `{zh: ..., en: ...}`, either of which may be absent, or from one text for every reader.

        Nothing (None) is an empty text. Invalid (field text) when it is anything else.
        """
        if value is None:
            return cls()
        if isinstance(value, str):
            return cls(value, value)
        if not isinstance(value, Mapping) or not value or not value.keys() <= {"zh", "en"}:
            raise _wrong()
        if not all(isinstance(text, str) and text for text in value.values()):
            raise _wrong()
        return cls(**value)

    def told(self, language: str | None) -> str:
        """The text for a reader of that language (such as zh-hans or en), or the only one there is."""
        first, second = (self.zh, self.en) if (language or "").startswith("zh") else (self.en, self.zh)
        return first or second

    def __bool__(self) -> bool:
        return bool(self.zh or self.en)


def _wrong() -> Invalid:
    return Invalid("must be a text, or {zh: a text, en: a text}", field="text", code="text_not_bilingual")
