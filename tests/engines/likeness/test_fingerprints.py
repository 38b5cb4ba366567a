"""The same picture is found again after what telephones do to it; another is not."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anshu.engines.likeness import alike, distance, earlier_like, fingerprint, plain


def scene(seed: int, height: int = 480, width: int = 640) -> np.ndarray:
    """A picture with soft shapes, like a photograph: noise blurred over an eighth of its width."""
    coarse = np.random.default_rng(seed).uniform(0, 255, (9, 12))
    rows = np.interp(np.linspace(0, 8, height), np.arange(9), np.arange(9))
    down = np.stack([np.interp(rows, np.arange(9), coarse[:, c]) for c in range(12)], axis=1)
    across = np.linspace(0, 11, width)
    return np.stack([np.interp(across, np.arange(12), line) for line in down]).astype(np.uint8)


def test_scaling_light_and_noise_leave_the_mark():
    strayed = 0
    for seed in range(300):
        picture = scene(seed)
        noise = np.random.default_rng(seed).normal(0, 6, picture.shape)
        mark = fingerprint(picture)
        treated = (
            picture[::2, ::2],
            (picture * 0.8).astype(np.uint8),
            np.clip(picture + noise, 0, 255).astype(np.uint8),
        )
        strayed += any(distance(mark, fingerprint(other)) > 6 for other in treated)
    assert strayed <= 3  # of 300


def test_other_pictures_are_rarely_near():
    marks = np.array([fingerprint(scene(seed)) for seed in range(400)], dtype=np.int64)
    near = sum(len(alike(int(mark), marks, within=6)) - 1 for mark in marks)
    assert near <= 4  # of 159,600 pairs


def test_the_nearest_comes_first():
    mark = fingerprint(scene(1))
    marks = np.array([mark ^ 0b111, fingerprint(scene(2)), mark, mark ^ 0b1], dtype=np.int64)
    assert alike(mark, marks, within=6).tolist() == [2, 3, 0]


@given(st.integers(-(2**63), 2**63 - 1), st.integers(-(2**63), 2**63 - 1))
def test_distance_is_symmetric_and_of_64_bits(one, other):
    assert distance(one, other) == distance(other, one) <= 64
    assert distance(one, one) == 0


@pytest.mark.parametrize("picture", [np.zeros((100, 100), np.uint8), np.full((50, 90), 200, np.uint8)])
def test_a_covered_lens_is_plain(picture):
    assert plain(picture)
    assert not plain(scene(3))


@settings(max_examples=60, deadline=None)
@given(
    marks=st.lists(st.integers(0, 2**10 - 1).map(lambda n: n * 0x0040_1004_0100_4011 % 2**64), max_size=60),
    owners=st.integers(1, 5),
)
def test_the_first_before_it_is_found_as_by_comparing_all(marks: list[int], owners: int) -> None:
    signed = np.array(marks, np.uint64).view(np.int64)
    whose = np.arange(len(marks)) % owners
    expected = [
        next((j for j in range(i) if whose[j] != whose[i] and distance(int(signed[i]), int(signed[j])) <= 6), -1)
        for i in range(len(marks))
    ]
    assert earlier_like(signed, whose, within=6).tolist() == expected
