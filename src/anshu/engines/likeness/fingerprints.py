"""Marks of pictures as 64-bit integers, and the comparison of one with many."""

import numpy as np
from numpy.typing import NDArray

ROWS, COLUMNS = 8, 9
"""Fewer cells than this brighter, or darker, than their neighbour by a visible step: there is nothing to recognise."""
FEWEST_STEPS = 6
VISIBLE_STEP = 2.0
"""Marks that are compared with those before them in one go."""
BLOCK = 512

Marks = NDArray[np.int64]


def _cells(grey: NDArray[np.uint8]) -> NDArray[np.float64]:
    """A grey picture (height × width, each at least as many as the cells) averaged down to 8 × 9 cells."""
    rows = np.array_split(np.arange(grey.shape[0]), ROWS)
    columns = np.array_split(np.arange(grey.shape[1]), COLUMNS)
    by_row = np.stack([grey[part].mean(axis=0) for part in rows])
    return np.stack([by_row[:, part].mean(axis=1) for part in columns], axis=1)


def fingerprint(grey: NDArray[np.uint8]) -> int:
    """The mark of a grey picture, as a signed 64-bit integer (what a database column holds)."""
    cells = _cells(grey)
    bits = np.packbits((cells[:, :-1] > cells[:, 1:]).ravel())
    return int(bits.view(np.dtype(">i8"))[0])


def plain(grey: NDArray[np.uint8]) -> bool:
    """Whether the picture has too little structure to be recognised by its mark."""
    return int((np.abs(np.diff(_cells(grey), axis=1)) > VISIBLE_STEP).sum()) < FEWEST_STEPS


def distance(one: int, other: int) -> int:
    """In how many of the 64 bits two marks differ."""
    return ((one ^ other) & 0xFFFF_FFFF_FFFF_FFFF).bit_count()


def alike(mark: int, marks: Marks, within: int) -> NDArray[np.intp]:
    """Indices of the marks that differ from `mark` in at most `within` bits, nearest first."""
    apart = np.bitwise_count((marks ^ np.int64(mark)).view(np.uint64))
    near = np.flatnonzero(apart <= within)
    found: NDArray[np.intp] = near[np.argsort(apart[near], kind="stable")]
    return found


def earlier_like(marks: Marks, owners: NDArray[np.intp], within: int) -> NDArray[np.intp]:
    """For each mark the index of the first one before it that differs in at most `within` bits and has another owner;
    -1 where there is none.

    Cut into one part more than bits may differ, two such marks are the same in one part at least: only those that share
    a part are compared, which for marks of real pictures is one comparison in some hundreds.
    """
    none = len(marks)
    first = np.full(none, none, np.intp)
    for bits in np.array_split(np.arange(64), within + 1):
        part = (marks.view(np.uint64) >> np.uint64(bits[0])) & np.uint64((1 << len(bits)) - 1)
        order = np.argsort(part, kind="stable")
        for group in np.split(order, np.flatnonzero(np.diff(part[order])) + 1):
            for start in range(0, len(group), BLOCK):
                ours, before = group[start : start + BLOCK], group[: start + BLOCK]
                apart = np.bitwise_count((marks[ours][:, None] ^ marks[before]).view(np.uint64))
                near = (apart <= within) & (owners[ours][:, None] != owners[before]) & (before < ours[:, None])
                found = np.where(near.any(axis=1), before[near.argmax(axis=1)], none)
                first[ours] = np.minimum(first[ours], found)
    return np.where(first == none, -1, first)
