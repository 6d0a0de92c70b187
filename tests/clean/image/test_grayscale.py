import numpy as np

from datastork.clean.image.grayscale import grayscale
from datastork.media.image import Image


def test_luma_follows_bt_601() -> None:
    pixels = np.array([[[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]]], np.uint8)
    out = grayscale(Image(pixels, "jpeg"))
    assert out.pixels.tolist() == [[76, 150, 29, 255]]
    assert (out.colour, out.format) == ("grey", "jpeg")


def test_grey_comes_back_as_it_is() -> None:
    image = Image(np.zeros((2, 2), np.uint8))
    assert grayscale(image) is image
