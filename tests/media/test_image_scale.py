"""Scaling is as smooth as the slow ways, shifts nothing, and is quick."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from image_files import photo
from PIL import Image as Pillow

from datastork.media.image.scale import scale, within

SIZES = [(224, 168), (224, 224), (320, 240), (96, 64), (64, 64), (400, 300), (33, 47)]


def by_pillow(pixels: np.ndarray, size: tuple[int, int], way: Pillow.Resampling) -> np.ndarray:
    return np.asarray(Pillow.fromarray(pixels).resize(size, way)).astype(int)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("source", [(640, 427), (500, 375), (641, 480)])
def test_shrinking_is_about_as_good_as_pillows(source: tuple[int, int], size: tuple[int, int]) -> None:
    pixels = photo(*source)
    ours = scale(pixels, *size).astype(int)
    best = by_pillow(pixels, size, Pillow.Resampling.LANCZOS)
    mean = by_pillow(pixels, size, Pillow.Resampling.BOX)
    soft = by_pillow(pixels, size, Pillow.Resampling.BILINEAR)

    usual = max(np.abs(soft - best).mean(), np.abs(mean - best).mean())
    assert np.abs(ours - best).mean() <= 1.25 * usual
    assert abs((ours - best).mean()) < 0.75


@given(st.integers(20, 400), st.integers(20, 400), st.integers(1, 400), st.integers(1, 400))
@settings(max_examples=150, deadline=None, derandomize=True)
def test_a_slope_stays_where_it_is(columns: int, rows: int, width: int, height: int) -> None:
    across = np.linspace(20, 220, columns)[None]
    down = np.linspace(-20, 20, rows)[:, None]
    scaled = scale(np.rint(across + down).astype(np.uint8), width, height)

    x = np.clip((np.arange(width) + 0.5) * columns / width - 0.5, 0, columns - 1)
    y = np.clip((np.arange(height) + 0.5) * rows / height - 0.5, 0, rows - 1)
    expected = (20 + 200 * x / (columns - 1))[None] + (-20 + 40 * y / (rows - 1))[:, None]
    inside = (slice(min(2, height // 4), height - min(2, height // 4)), slice(width // 8, width - width // 8))
    step = 200 / (columns - 1) + 40 / (rows - 1)  # one pixel of the source
    assert scaled.shape == (height, width)
    assert np.abs(scaled[inside] - expected[inside]).max() <= 1.5 + 0.25 * step * max(1, columns / width / 8)


@given(
    st.integers(1, 70),
    st.integers(1, 70),
    st.integers(1, 70),
    st.integers(1, 70),
    st.booleans(),
    st.integers(0, 255),
)
@settings(max_examples=150, deadline=None, derandomize=True)
def test_one_colour_stays_one_colour(columns: int, rows: int, width: int, height: int, grey: bool, level: int) -> None:
    shape = (rows, columns) if grey else (rows, columns, 3)
    scaled = scale(np.full(shape, level, np.uint8), width, height)
    assert scaled.shape == ((height, width) if grey else (height, width, 3))
    assert scaled.dtype == np.uint8
    assert scaled.flags.c_contiguous
    assert np.all(scaled == level)


@pytest.mark.parametrize("source", [(499, 375), (333, 251), (1000, 667), (71, 53)])
def test_mirroring_and_scaling_commute(source: tuple[int, int]) -> None:
    pixels = photo(*source)
    there = scale(np.ascontiguousarray(pixels[::-1, ::-1]), 64, 48)[::-1, ::-1].astype(int)
    assert np.abs(there - scale(pixels, 64, 48)).mean() < 3


def test_a_fine_chequerboard_becomes_grey() -> None:
    board = (np.indices((300, 300)).sum(axis=0) % 2 * 255).astype(np.uint8)
    for size in (149, 100, 75, 40):
        assert np.abs(scale(board, size, size)[2:-2, 2:-2].astype(int) - 127).max() <= 64


def test_the_same_size_costs_nothing() -> None:
    pixels = photo()
    assert scale(pixels, 120, 90) is pixels


def test_nothing_is_written_into_the_source() -> None:
    pixels = photo(121, 91)
    before = pixels.copy()
    pixels.setflags(write=False)
    scale(pixels, 40, 30)
    assert np.array_equal(pixels, before)


def test_within_never_enlarges_and_never_vanishes() -> None:
    assert within(photo(120, 90), 60) == (60, 45)
    assert within(photo(120, 90), 500) == (120, 90)
    assert within(np.zeros((1, 5000), np.uint8), 64) == (64, 1)
