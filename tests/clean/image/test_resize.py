import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datastork.clean.image.resize import resize
from datastork.media.image import Image

RED = (200, 10, 30)


def plain(width: int, height: int, colour: tuple[int, ...] = RED) -> Image:
    return Image(np.full((height, width, 3), colour, np.uint8), "jpeg")


@given(
    st.integers(1, 300),
    st.integers(1, 300),
    st.integers(1, 300),
    st.integers(1, 300),
    st.sampled_from(["stretch", "pad", "crop"]),
    st.booleans(),
    st.booleans(),
)
@settings(max_examples=200, deadline=None, derandomize=True)
def test_the_size_is_always_the_one_asked_for(
    columns: int, rows: int, width: int, height: int, fit: str, enlarge: bool, grey: bool
) -> None:
    pixels = np.full((rows, columns) if grey else (rows, columns, 3), 90, np.uint8)
    out = resize(Image(pixels, "webp"), width=width, height=height, fit=fit, enlarge=enlarge)
    assert (out.width, out.height, out.colour, out.format) == (
        width,
        height,
        "grey" if grey else "rgb",
        "webp",
    )
    assert set(np.unique(out.pixels)) <= {0, 90}
    assert out.pixels.flags.c_contiguous
    if enlarge and fit != "pad":
        assert np.all(out.pixels == 90)


def test_pad_keeps_the_whole_image_in_the_middle() -> None:
    out = resize(plain(400, 200), width=100, height=100, padding=(1, 2, 3)).pixels
    assert np.all(out[25:75] == RED)
    assert np.all(out[:25] == (1, 2, 3))
    assert np.all(out[75:] == (1, 2, 3))


def test_padding_of_grey_is_its_luma() -> None:
    out = resize(Image(np.full((10, 20), 9, np.uint8)), width=20, height=20, padding=(255, 0, 0)).pixels
    assert out[0, 0] == 76
    assert out[10, 10] == 9


def test_crop_keeps_the_middle_and_the_proportions() -> None:
    pixels = np.zeros((100, 300, 3), np.uint8)
    pixels[:, 100:200] = RED
    assert np.all(resize(Image(pixels), width=50, height=50, fit="crop").pixels == RED)


def test_stretch_shows_everything() -> None:
    pixels = np.zeros((100, 200), np.uint8)
    pixels[:, 100:] = 255
    out = resize(Image(pixels), width=100, height=100, fit="stretch").pixels
    assert out[:, 10].max() == 0
    assert out[:, 90].min() == 255


@pytest.mark.parametrize("fit", ["stretch", "pad", "crop"])
def test_small_images_stay_small_when_not_enlarged(fit: str) -> None:
    out = resize(plain(10, 20), width=40, height=40, fit=fit, enlarge=False).pixels
    assert (out == RED).all(axis=2).sum() == 200
    assert np.all(out[10:30, 15:25] == RED)


def test_wrong_padding_is_refused() -> None:
    with pytest.raises(ValueError, match=r"padding: levels lie between 0 and 255, got \(300, 0, 0\)"):
        resize(plain(3, 3), width=4, height=5, padding=(300, 0, 0))


def test_the_source_is_left_alone() -> None:
    image = plain(31, 17)
    image.pixels.setflags(write=False)
    for fit in ("stretch", "pad", "crop"):
        resize(image, width=10, height=10, fit=fit)
    assert np.all(image.pixels == RED)
