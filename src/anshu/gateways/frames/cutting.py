"""Cutting a stream of bytes into frames: find a beginning, measure, check, and after a fault begin anew."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from anshu.gateways.frames.codec import Piece

# A beginning inside a faulty frame is believed when a sound frame stands there; so many are looked at, since each costs
# a checksum and a sender of nothing but beginnings must not buy one for every byte.
LOOKS = 4
NO_FRAME = -1
MORE = 0


@dataclass(frozen=True, slots=True)
class Shape:
    """How frames of a protocol look.

    `heads`: how they begin. `measure(buffer, at)`: bytes of the frame that begins there, MORE when too few have come to
    tell or it is not whole, NO_FRAME when none can begin there. `fault(frame)`: what is wrong with it, or nothing.
    `between`: bytes that may stand between frames and are passed over in silence, such as line ends.
    """

    heads: Sequence[bytes]
    measure: Callable[[bytearray, int], int]
    fault: Callable[[bytes], str]
    between: bytes = b""


class _Heads:
    """Where frames may begin in a buffer. Asked for ever later places, it looks at each byte a few times at most."""

    def __init__(self, buffer: bytearray, heads: Sequence[bytes]) -> None:
        self.buffer, self.heads, self.places = buffer, heads, [-1] * len(heads)

    def next(self, at: int) -> int:
        """The first beginning from `at` on, the end of the buffer where there is none; one that the end of the buffer
        cuts off counts."""
        end = len(self.buffer)
        for number, head in enumerate(self.heads):
            if self.places[number] < at:
                found = self.buffer.find(head, at)
                self.places[number] = found if found >= 0 else self._cut_off(head, at, end)
        return min(self.places)

    def _cut_off(self, head: bytes, at: int, end: int) -> int:
        for length in range(min(len(head) - 1, end - at), 0, -1):
            if self.buffer.endswith(head[:length]):
                return end - length
        return end


def cut(buffer: bytearray, shape: Shape, *, stale: bool = False) -> list[Piece]:
    """Take frames and garbage off the front of the buffer, in a time that grows with its bytes and no faster."""
    heads = _Heads(buffer, shape.heads)
    spans: list[tuple[int, int, str]] = []
    at = 0
    while at < len(buffer):
        if buffer[at] in shape.between:
            at += 1
            continue
        begin = heads.next(at)
        if begin > at:
            spans.append((at, begin, "no frame begins here"))
            at = begin
            continue
        size = shape.measure(buffer, at)
        if size == MORE and not stale:
            break
        end, fault = heads.next(at + 1), "a frame that is not whole or cannot be"
        if size > 0:
            end, fault = at + size, shape.fault(bytes(buffer[at : at + size]))
            if fault:
                end = _inner(heads, at, end, shape)
        spans.append((at, end, fault))
        at = end
    pieces = [Piece(bytes(buffer[begin:end]), fault) for begin, end, fault in _joined(spans)]
    del buffer[:at]
    return pieces


def _inner(heads: _Heads, at: int, end: int, shape: Shape) -> int:
    """Where to go on after a faulty frame: at a sound frame, or one not yet whole, that begins inside it, or behind."""
    begin = at
    for _ in range(LOOKS):
        begin = heads.next(begin + 1)
        if begin >= end:
            return end
        size = shape.measure(heads.buffer, begin)
        if size == MORE or (size > 0 and not shape.fault(bytes(heads.buffer[begin : begin + size]))):
            return begin
    return end


def _joined(spans: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Neighbouring garbage of one fault as one span."""
    joined: list[tuple[int, int, str]] = []
    for begin, end, fault in spans:
        if fault and joined and joined[-1][1:] == (begin, fault):
            joined[-1] = (joined[-1][0], end, fault)
        else:
            joined.append((begin, end, fault))
    return joined
