"""Facts about images: known values, and what they must not depend on."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from image_files import photo

from datastork.core.facts import Facts, is_facts
from datastork.media.image import Image
from datastork.media.image.codec import decode
from datastork.media.image.facts import Exposure, Information, Sharpness, Size

ALL = (Size, Sharpness, Exposure, Information)


def blurred(pixels: np.ndarray, sigma: float) -> np.ndarray:
    return cv2.GaussianBlur(pixels, (0, 0), sigma)


@pytest.mark.parametrize("kind", ALL)
def test_facts_are_plain_numbers(kind: type[Facts]) -> None:
    assert is_facts(kind)
    for value in kind.of(Image(photo())):
        assert type(value) in (int, float)


@given(st.integers(1, 40), st.integers(1, 40), st.booleans(), st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_facts_are_finite_for_every_shape(width: int, height: int, grey: bool, seed: int) -> None:
    shape = (height, width) if grey else (height, width, 3)
    image = Image(np.random.default_rng(seed).integers(0, 256, shape, np.uint8))
    for kind in ALL:
        values = kind.of(image)
        assert np.all(np.isfinite(values))
        assert min(values) >= 0
        assert values == kind.of(image)


def test_size_is_that_of_the_pixels() -> None:
    assert Size.of(Image(np.zeros((3, 7), np.uint8))) == (7, 3)


def test_sharpness_of_a_known_pattern() -> None:
    """Stripes one pixel wide, 0 and 100: the Laplacian is ±200, the luma ±50 about its mean, so 100 × 4²."""
    stripes = np.tile(np.array([0, 100], np.uint8), (64, 32))
    assert Sharpness.of(Image(stripes)).sharpness == pytest.approx(1600, rel=0.02)
    assert Sharpness.of(Image(np.full((9, 9), 7, np.uint8))).sharpness == 0


def test_sharpness_falls_with_blur_and_only_with_it() -> None:
    pixels = photo(500, 333)
    levels = [Sharpness.of(Image(blurred(pixels, sigma))).sharpness for sigma in (0.5, 1, 2, 3, 4, 6, 9)]
    assert levels == sorted(levels, reverse=True)
    plain = Sharpness.of(Image(pixels)).sharpness
    dim = Sharpness.of(Image((pixels * 0.3 + 40).astype(np.uint8))).sharpness
    assert dim == pytest.approx(plain, rel=0.1)


def test_sharpness_compares_across_sizes() -> None:
    large = photo(640, 426)
    at_half = Sharpness.of(Image(cv2.resize(large, (320, 213), interpolation=cv2.INTER_AREA))).sharpness
    assert Sharpness.of(Image(large)).sharpness == pytest.approx(at_half, rel=0.2)


def test_exposure_is_what_numpy_says() -> None:
    grey = cv2.cvtColor(photo(), cv2.COLOR_RGB2GRAY)
    found = Exposure.of(Image(photo()))
    assert found.brightness == pytest.approx(grey.mean())
    assert found.contrast == pytest.approx(grey.std())
    assert found.shadow == np.percentile(grey, 1, method="inverted_cdf")
    assert found.highlight == np.percentile(grey, 99, method="inverted_cdf")


def test_information_counts_bits() -> None:
    assert Information.of(Image(np.full((50, 50), 9, np.uint8))).information == 0
    halves = np.repeat(np.array([[10, 200]], np.uint8), 32, axis=1)
    assert Information.of(Image(np.repeat(halves, 64, axis=0))).information == pytest.approx(1)
    every = np.repeat(np.arange(64, dtype=np.uint8)[None] * 4, 64, axis=0)
    assert Information.of(Image(every)).information == pytest.approx(6, abs=0.05)


@pytest.mark.parametrize("level", [2, 126, 127.9, 128, 240, 254])
def test_grain_on_a_blank_page_is_no_information(level: float) -> None:
    grain = np.random.default_rng(0).normal(level, 3, (400, 300)).clip(0, 255).astype(np.uint8)
    assert Information.of(Image(grain)).information < 0.1


@pytest.mark.real
def test_photographs_and_spoiled_ones_lie_apart(real_data: Path) -> None:
    files = sorted((real_data / "detection" / "coco" / "images").rglob("*.jpg"))
    assert files
    for file in files:
        image = decode(file.read_bytes())
        scaled = cv2.resize(image.pixels, None, fx=500 / max(Size.of(image)), fy=500 / max(Size.of(image)))
        assert Sharpness.of(image).sharpness > 2.0 > Sharpness.of(Image(blurred(scaled, 4))).sharpness
        assert Exposure.of(image).highlight > 40 > Exposure.of(Image((image.pixels * 0.1).astype(np.uint8))).highlight
        assert Information.of(image).information > 3
