"""The three ways in which Anshu says no. Each door maps them once: 409, 403, 422."""

from collections.abc import Callable
from typing import Any, ClassVar

"""Puts a plain text into the language of whoever reads it. An installation sets its own; without it all is English."""
translate: Callable[[str], str] = str


class Words:
    """A text with `%(name)s` places that is put into the reader's language, and filled, each time it is read.

    The text may itself be a lazy translation, and a value may be Words again.
    """

    def __init__(self, text: object, /, **params: Any) -> None:
        self.text = text
        self.params = params

    def __str__(self) -> str:
        text = translate(self.text) if type(self.text) is str else str(self.text)
        return text % self.params if self.params else text


class AnshuError(Exception):
    """A refusal meant for a reader: what is wrong, where, and how to mend it, told as `Words` are.

    `code` is stable and meant for programs.
    """

    status: ClassVar[int] = 500
    default_code: ClassVar[str] = "error"

    def __init__(self, message: object, *, field: str | None = None, code: str | None = None, **params: Any) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.code = code or self.default_code
        self.params = params

    def __str__(self) -> str:
        return str(Words(self.message, **self.params))


class Refused(AnshuError):
    """Not in this state, or a rule of the trade says no (409)."""

    status = 409
    default_code = "refused"


class Forbidden(AnshuError):
    """This person may not do this here (403)."""

    status = 403
    default_code = "forbidden"


class Invalid(AnshuError):
    """What was given cannot be used; `field` names it (422)."""

    status = 422
    default_code = "invalid"
