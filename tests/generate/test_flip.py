import numpy as np
import pytest

from datastork.generate.image.flip import flip
from datastork.media.image import Image


@pytest.mark.parametrize("shape", [(2, 3), (2, 3, 3)])
def test_one_mirrored_copy_is_added(shape: tuple[int, ...]) -> None:
    image = Image(np.arange(np.prod(shape), dtype=np.uint8).reshape(shape), "jpeg")
    (across,) = flip(image)
    (down,) = flip(image, axis="vertical")
    assert np.array_equal(across.pixels, np.flip(image.pixels, 1))
    assert np.array_equal(down.pixels, np.flip(image.pixels, 0))
    assert across.format == "jpeg"
    assert across.pixels.flags.c_contiguous
    assert not np.shares_memory(across.pixels, image.pixels)


def test_twice_is_once_there_and_back() -> None:
    image = Image(np.random.default_rng(0).integers(0, 256, (5, 7, 3), np.uint8))
    (once,) = flip(image)
    (twice,) = flip(once)
    assert np.array_equal(twice.pixels, image.pixels)
