"""Chance that is the same on every machine: SHA-256 over a key and a counter."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias, TypeVar

Plain: TypeAlias = "str | int | Sequence[Plain] | Mapping[str, Plain]"
Item = TypeVar("Item")

BLOCK = 1 << 256


def canonical(value: Plain) -> bytes:
    """The one way of writing a value: JSON in ASCII, names sorted, without spaces; no floating point ever."""
    return json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode("ascii")


def digest(value: Plain) -> str:
    """SHA-256 of the canonical writing, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical(value)).hexdigest()


class Chance:
    """Numbers that depend on nothing but a key: block k is SHA-256(key ‖ k), k counted from 0 in eight bytes."""

    def __init__(self, key: str) -> None:
        self._key = bytes.fromhex(key)
        self._next = 0

    def below(self, count: int) -> int:
        """A whole number from 0 to count − 1, each exactly as likely as any other (count at least 1)."""
        whole = BLOCK - BLOCK % count
        while True:
            block = hashlib.sha256(self._key + self._next.to_bytes(8, "big")).digest()
            self._next += 1
            number = int.from_bytes(block, "big")
            if number < whole:
                return number % count

    def shuffled(self, items: Iterable[Item]) -> list[Item]:
        """The items in an order of which each is equally likely (Fisher and Yates, from the end)."""
        order = list(items)
        for place in range(len(order) - 1, 0, -1):
            other = self.below(place + 1)
            order[place], order[other] = order[other], order[place]
        return order
