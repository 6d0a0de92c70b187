"""The filters: what they say at, below and above their thresholds, and how good images fare."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from datastork.clean.image.blurry import blurry
from datastork.clean.image.bright import bright
from datastork.clean.image.dark import dark
from datastork.clean.image.flat import flat
from datastork.clean.image.odd_shape import odd_shape
from datastork.clean.image.too_small import too_small
from datastork.core import Drop
from datastork.core.step import mark_of
from datastork.media.image import Image
from datastork.media.image.codec import decode
from datastork.media.image.facts import Exposure, Information, Sharpness, Size

JUDGES = {blurry: Sharpness, dark: Exposure, bright: Exposure, flat: Information}


def verdicts(image: Image) -> set[str]:
    return {judge.__name__ for judge, facts in JUDGES.items() if judge(facts.of(image)) is not None}


@pytest.mark.parametrize("judge", [*JUDGES, too_small, odd_shape])
def test_every_filter_is_a_step(judge: object) -> None:
    assert mark_of(judge) is not None


def test_too_small() -> None:
    assert too_small(Size(32, 32)) is None
    assert too_small(Size(31, 500)) == Drop("width 31 < 32", 31)
    assert too_small(Size(500, 31)) == Drop("height 31 < 32", 31)
    assert too_small(Size(20, 20), width=10, height=21) == Drop("height 20 < 21", 20)


def test_odd_shape() -> None:
    assert odd_shape(Size(300, 100)) is None
    assert odd_shape(Size(301, 100)) == Drop("sides 3.01 : 1 > 3", 3.01)
    assert odd_shape(Size(100, 301)) == Drop("sides 3.01 : 1 > 3", 3.01)
    assert odd_shape(Size(150, 100), ratio=1.2) == Drop("sides 1.50 : 1 > 1.2", 1.5)


def test_thresholds_are_the_first_value_kept() -> None:
    assert blurry(Sharpness(2.0)) is None
    assert blurry(Sharpness(1.999), below=2.0) == Drop("sharpness 2.00 < 2", 1.999)
    assert dark(Exposure(0, 0, 0, 40.0)) is None
    assert dark(Exposure(0, 0, 0, 39.0)) == Drop("highlight 39 < 40", 39.0)
    assert bright(Exposure(0, 0, 200.0, 0)) is None
    assert bright(Exposure(0, 0, 201.0, 0)) == Drop("shadow 201 > 200", 201.0)
    assert flat(Information(0.3)) is None
    assert flat(Information(0.2)) == Drop("information 0.20 < 0.3 bits", 0.2)


def test_blank_pages_are_flat() -> None:
    for level in (0, 128, 255):
        assert "flat" in verdicts(Image(np.full((300, 200), level, np.uint8)))


def test_handwritten_digits_are_kept() -> None:
    from sklearn.datasets import load_digits

    digits = (load_digits().images * 255 / 16).astype(np.uint8)
    assert all(verdicts(Image(digit)) == set() for digit in digits)


@pytest.mark.real
@pytest.mark.parametrize(
    "folder", ["detection/coco/images", "detection/raccoon", "detection/bccd", "images/cifar10/train"]
)
def test_good_photographs_are_kept(real_data: Path, folder: str) -> None:
    files = sorted((real_data / folder).rglob("*.jpg"))
    assert files
    dropped = [file for file in files if verdicts(decode(file.read_bytes()))]
    assert len(dropped) <= 0.002 * len(files)


@pytest.mark.real
@pytest.mark.parametrize("folder", ["detection/coco/images", "detection/raccoon", "detection/bccd"])
def test_spoiled_photographs_are_dropped(real_data: Path, folder: str) -> None:
    for file in sorted((real_data / folder).rglob("*.jpg")):
        pixels = decode(file.read_bytes()).pixels
        factor = 500 / max(pixels.shape[:2])
        scaled = cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
        assert "blurry" in verdicts(Image(cv2.GaussianBlur(scaled, (0, 0), 4)))
        assert "dark" in verdicts(Image((scaled * 0.1).astype(np.uint8)))
        assert "bright" in verdicts(Image((255 - (255 - scaled) * 0.15).astype(np.uint8)))
