"""Every kind of image gives the right pixels."""

import io

import cv2
import numpy as np
import pytest
from image_files import every_format, exif, linear_grey_profile, opened, photo, save, srgb, swapped_profile
from PIL import Image as Pillow

from datastork.core.errors import DataError
from datastork.media.image import Image
from datastork.media.image.codec import decode, encode, to_png
from datastork.media.image.colour import on_white, to_8_bits, upright

FORMATS = every_format()


@pytest.mark.parametrize("name", FORMATS)
def test_pixels_are_those_pillow_gives(name: str) -> None:
    data = FORMATS[name]
    image = decode(data)
    expected = opened(data).convert("L" if name.endswith("-grey") else "RGB")

    assert image.format == name.split("-")[0]
    assert image.pixels.dtype == np.uint8
    assert image.pixels.flags.c_contiguous
    assert np.array_equal(image.pixels, np.asarray(expected))


@pytest.mark.parametrize("name", ["jpeg-grey", "png-grey"])
def test_grey_stays_grey(name: str) -> None:
    assert decode(FORMATS[name]).colour == "grey"


def sides(orientation: int) -> np.ndarray:
    """What a viewer shows of the picture 1 2 / 3 4 under an orientation: the table of the Exif standard."""
    shown = {1: "1234", 2: "2143", 3: "4321", 4: "3412", 5: "1324", 6: "3142", 7: "4231", 8: "2413"}
    return np.array([int(c) for c in shown[orientation]]).reshape(2, 2)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_upright_follows_the_exif_table(orientation: int) -> None:
    assert np.array_equal(upright(np.array([[1, 2], [3, 4]]), orientation), sides(orientation))


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_is_applied_once(name: str, orientation: int) -> None:
    corners = np.repeat(np.repeat(np.array([[10, 80], [150, 220]], np.uint8), 32, 0), 48, 1)
    options = {"lossless": True} if name == "WEBP" else {}
    data = save(np.dstack([corners] * 3), name, exif=exif(orientation), **options)
    pixels = decode(data).pixels.astype(int)
    high, wide = pixels.shape[0] // 4, pixels.shape[1] // 4
    seen = pixels[[high, -high]][:, [wide, -wide], 0]
    levels = np.array([0, 10, 80, 150, 220])

    assert pixels.shape[:2] == ((64, 96) if orientation < 5 else (96, 64))
    assert np.abs(seen - levels[sides(orientation)]).max() <= 6


def test_orientation_of_broken_exif_is_ignored() -> None:
    data = save(photo(), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\x7f")
    assert np.array_equal(decode(data).pixels, np.asarray(opened(save(photo(), "JPEG"))))


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_a_foreign_profile_is_converted(name: str) -> None:
    red = np.zeros((32, 32, 3), np.uint8)
    red[:] = (250, 10, 10)
    options = {"lossless": True} if name == "WEBP" else {"quality": 100} if name == "AVIF" else {}
    data = save(red, name, icc_profile=swapped_profile(), **options)

    assert np.abs(decode(data).pixels.astype(int) - [10, 250, 10]).max() <= 4


def test_a_profile_that_says_srgb_changes_nothing() -> None:
    assert np.array_equal(decode(save(photo(), "PNG", icc_profile=srgb())).pixels, photo())


@pytest.mark.parametrize("profile", [b"not a profile", b"\0" * 3000, srgb()[:200], linear_grey_profile()])
def test_a_profile_that_cannot_serve_is_ignored(profile: bytes) -> None:
    data = save(photo(), "PNG", icc_profile=profile)
    assert np.array_equal(decode(data).pixels, photo())
    assert np.array_equal(decode(data).pixels, decode(data).pixels)


def test_an_absurdly_large_profile_is_ignored() -> None:
    data = save(photo(), "PNG", icc_profile=swapped_profile() + bytes(5 << 20))
    assert np.array_equal(decode(data).pixels, photo())


def test_grey_goes_through_the_curve_of_its_profile() -> None:
    grey = np.full((8, 8), 55, np.uint8)
    image = decode(save(grey, "PNG", icc_profile=linear_grey_profile()))

    assert image.colour == "grey"
    # linear light 55/255 is 0.5029 in sRGB: 1.055 x^(1/2.4) - 0.055
    assert abs(int(image.pixels[0, 0]) - 128) <= 2


def test_transparency_lies_on_white() -> None:
    pixels = np.zeros((1, 3, 4), np.uint8)
    pixels[0, :, 0] = 200
    pixels[0, :, 3] = (0, 128, 255)
    for name in ("PNG", "TIFF"):
        assert decode(save(pixels, name)).pixels.tolist() == [[[255, 255, 255], [227, 127, 127], [200, 0, 0]]]
    webp = decode(save(np.repeat(pixels, 16, 0), "WEBP", lossless=True, exact=True)).pixels
    assert webp[3].tolist() == [[255, 255, 255], [227, 127, 127], [200, 0, 0]]


def test_grey_with_transparency_stays_grey() -> None:
    pair = np.dstack([np.full((4, 4), 100, np.uint8), np.full((4, 4), 128, np.uint8)])
    image = decode(save(pair, "PNG"))
    assert image.colour == "grey"
    assert np.all(image.pixels == 177)


@pytest.mark.parametrize("name", ["PNG", "GIF"])
def test_a_transparent_colour_of_a_palette_becomes_white(name: str) -> None:
    image = Pillow.new("P", (8, 8), 1)
    image.putpalette([0, 0, 0, 9, 9, 9])
    image.putpixel((2, 1), 0)
    pixels = decode(save(image, name, transparency=1)).pixels
    assert pixels[1, 2].tolist() == [0, 0, 0]
    assert pixels[0, 0].tolist() == [255, 255, 255]


def test_a_transparent_colour_without_a_palette_becomes_white() -> None:
    colours = np.zeros((2, 2, 3), np.uint8)
    colours[0, 0] = (1, 2, 3)
    assert decode(save(colours, "PNG", transparency=(0, 0, 0))).pixels.tolist() == [
        [[1, 2, 3], [255] * 3],
        [[255] * 3, [255] * 3],
    ]
    grey = np.array([[7, 8], [8, 9]], np.uint8)
    assert decode(save(grey, "PNG", transparency=8)).pixels.tolist() == [[7, 255], [255, 9]]


def test_one_bit_becomes_black_and_white() -> None:
    bits = np.array([[True, False], [False, True]])
    for name in ("PNG", "TIFF", "BMP"):
        assert decode(save(Pillow.fromarray(bits), name)).pixels.tolist() == [[255, 0], [0, 255]]


def test_sixteen_bits_are_rounded_not_cut() -> None:
    deep = np.array([[0, 128, 129, 257, 32768, 65535]], np.uint16)
    expected = [0, 0, 1, 1, 128, 255]
    assert to_8_bits(deep)[0].tolist() == expected
    for name in ("PNG", "TIFF"):
        assert decode(save(Pillow.fromarray(deep), name)).pixels.tolist() == [expected]
    colours = np.dstack([deep, deep[:, ::-1], np.zeros_like(deep)])  # blue, green, red for OpenCV
    found = decode(cv2.imencode(".png", colours)[1].tobytes()).pixels
    assert found[0].tolist() == [[0, g, b] for b, g in zip(expected, expected[::-1], strict=True)]


def test_sixteen_bits_with_transparency() -> None:
    deep = np.zeros((1, 2, 4), np.uint16)
    deep[0, :, 2] = 65535
    deep[0, 0, 3] = 65535
    assert decode(cv2.imencode(".png", deep)[1].tobytes()).pixels.tolist() == [[[255, 0, 0], [255, 255, 255]]]


def test_samples_without_a_known_range_are_refused() -> None:
    floats = Pillow.fromarray(np.linspace(0, 1, 64, dtype=np.float32).reshape(8, 8))
    with pytest.raises(DataError, match="32-bit samples of unknown range"):
        decode(save(floats, "TIFF"))


@pytest.mark.parametrize("name", ["JPEG", "TIFF"])
def test_four_inks_become_colours(name: str) -> None:
    inks = Pillow.new("CMYK", (16, 16), (0, 255, 255, 0))
    pixels = decode(save(inks, name)).pixels.astype(int)
    assert np.abs(pixels - [255, 0, 0]).max() <= 3


def test_lab_becomes_colours() -> None:
    white = Pillow.new("LAB", (4, 4), (255, 128, 128))
    assert np.abs(decode(save(white, "TIFF")).pixels.astype(int) - 255).max() <= 2


@pytest.mark.parametrize("name", ["GIF", "PNG", "WEBP", "AVIF"])
def test_an_animation_gives_its_first_frame(name: str) -> None:
    frames = [Pillow.new("RGB", (32, 32), colour) for colour in ((0, 0, 0), (255, 255, 255), (90, 90, 90))]
    data = save(frames[0], name, save_all=True, append_images=frames[1:])
    assert np.all(decode(data).pixels <= 3)


def test_a_tiff_gives_its_first_page() -> None:
    pages = [Pillow.new("L", (8, 8), level) for level in (10, 200)]
    assert np.all(decode(save(pages[0], "TIFF", save_all=True, append_images=pages[1:])).pixels == 10)


def test_pages_of_a_big_tiff_are_read() -> None:
    assert np.array_equal(decode(save(photo(), "TIFF", big_tiff=True)).pixels, photo())


def test_bytes_behind_the_end_are_accepted() -> None:
    for name in ("jpeg", "png", "webp", "gif"):
        assert np.array_equal(decode(FORMATS[name] + b"more" * 99).pixels, decode(FORMATS[name]).pixels)


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 1), (37, 5, 3), (64, 64), (90, 120, 3)])
def test_png_gives_back_what_was_put_in(shape: tuple[int, ...]) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    stored = encode(Image(pixels, "webp"))
    assert stored.format == "png"
    assert np.array_equal(decode(stored.data).pixels, pixels)
    assert stored.data == encode(Image(pixels.copy(), "webp")).data


def test_jpeg_stays_jpeg_and_close() -> None:
    image = decode(FORMATS["jpeg"])
    stored = encode(image)
    again = decode(stored.data)
    assert stored.format == again.format == "jpeg"
    assert np.abs(again.pixels.astype(int) - image.pixels).mean() < 2
    assert stored.data == encode(image).data


def test_an_image_too_long_for_jpeg_becomes_png() -> None:
    long = np.zeros((1, 65_501), np.uint8)
    stored = encode(Image(long, "jpeg"))
    assert stored.format == "png"
    assert np.array_equal(decode(stored.data).pixels, long)


def test_views_are_encoded_as_what_they_show() -> None:
    pixels = photo()[::-1, ::2]
    assert np.array_equal(decode(to_png(pixels)).pixels, pixels)


def test_over_white_is_rounded_to_the_nearest() -> None:
    colours, alpha = np.meshgrid(np.arange(256, dtype=np.uint8), np.arange(256, dtype=np.uint8))
    exact = (colours.astype(float) * alpha + 255.0 * (255 - alpha.astype(float))) / 255
    assert np.abs(on_white(colours, alpha) - exact).max() <= 0.5


def test_heic_says_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    data = b"\0\0\0\x18ftypheic\0\0\0\0heicmif1" + b"\0\0\0\x0cmeta\0\0\0\0"
    with pytest.raises(DataError, match="HEIC needs the package pillow-heif"):
        decode(data)


def test_pillow_is_left_alone() -> None:
    before = Pillow.MAX_IMAGE_PIXELS
    decode(FORMATS["gif"])
    assert before == Pillow.MAX_IMAGE_PIXELS
    assert Pillow.open(io.BytesIO(FORMATS["gif"])).size == (120, 90)
