"""Where and by whom a picture was taken leaves the file; its pixels do not change by a bit."""

import struct

import numpy as np
import pytest
from image_files import (
    PLACE,
    chunk,
    every_format,
    exif,
    opened,
    photo,
    png_with,
    private_tiff,
    save,
    srgb,
    swapped_profile,
)
from PIL import PngImagePlugin

from datastork.core.errors import DataError
from datastork.media.image.codec import decode
from datastork.media.image.private import strip_private

XMP = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{PLACE[0]} {PLACE[1]}</x:xmpmeta>".encode()
GPS, EXIF_IFD = 0x8825, 0x8769


def private_files(orientation: int) -> dict[str, bytes]:
    p = photo()
    found = exif(orientation)
    iptc = b"Photoshop 3.0\0" + b"8BIM\x04\x04\0\0" + struct.pack(">I", 12) + b"\x1c\x02\x5a\0\6" + PLACE[0].encode()
    jpeg = save(p, "JPEG", exif=found, xmp=XMP, comment=PLACE[3], icc_profile=swapped_profile())
    jpeg = jpeg[:2] + b"\xff\xed" + struct.pack(">H", len(iptc) + 2) + iptc + jpeg[2:]
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", PLACE[3])
    text.add_itxt("XML:com.adobe.xmp", XMP.decode(), zip=False)
    text.add_text("Author", PLACE[1])
    return {
        "jpeg": jpeg,
        "jpeg with a second picture behind it": jpeg + save(p, "JPEG", exif=found),
        "png": save(p, "PNG", exif=found, pnginfo=text, icc_profile=swapped_profile()),
        "webp": save(p, "WEBP", lossless=True, exif=found, xmp=XMP, icc_profile=swapped_profile()),
        "tiff": private_tiff(p, orientation=orientation),
        "big tiff": private_tiff(p, orientation=orientation, big=True),
        "avif": save(p, "AVIF", exif=found, xmp=XMP),
        "gif": save(p, "GIF", comment=PLACE[3].encode()),
    }


@pytest.mark.parametrize("orientation", [1, 6])
@pytest.mark.parametrize("name", private_files(1))
def test_private_words_go_and_pixels_stay(name: str, orientation: int) -> None:
    data = private_files(orientation)[name]
    clean = strip_private(data)
    again = opened(clean)

    assert any(word.encode() in data for word in PLACE)
    assert not any(word.encode() in clean for word in PLACE)
    assert b"GPS" not in clean
    assert not again.getexif().get_ifd(GPS)
    assert not again.getexif().get_ifd(EXIF_IFD)
    assert np.array_equal(decode(clean).pixels, decode(data).pixels)
    assert strip_private(clean) == clean


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("name", ["jpeg", "png", "webp"])
def test_only_the_orientation_stays(name: str, orientation: int) -> None:
    clean = strip_private(private_files(orientation)[name])
    left = dict(opened(clean).getexif())
    assert left == ({} if orientation == 1 else {0x0112: orientation})


@pytest.mark.parametrize("name", ["jpeg", "png", "webp"])
def test_the_colour_profile_stays(name: str) -> None:
    assert opened(strip_private(private_files(1)[name])).info["icc_profile"] == swapped_profile()


@pytest.mark.parametrize("name", every_format())
def test_a_file_without_private_parts_keeps_its_bytes(name: str) -> None:
    data = every_format()[name]
    assert strip_private(data) == data


def test_the_coded_pixels_are_not_written_anew() -> None:
    data = private_files(6)["jpeg"]
    scan = data[data.index(b"\xff\xdb") :]
    assert strip_private(data).endswith(scan)


def test_what_lies_behind_the_end_goes() -> None:
    for name in ("jpeg", "png", "webp", "gif"):
        data = every_format()[name]
        assert strip_private(data + PLACE[0].encode()) == data


def test_unknown_parts_go() -> None:
    jpeg, png = every_format()["jpeg"], every_format()["png"]
    body = b"DJI thermal at " + PLACE[0].encode()
    assert strip_private(jpeg[:2] + b"\xff\xe4" + struct.pack(">H", len(body) + 2) + body + jpeg[2:]) == jpeg
    assert strip_private(png_with(png, b"caBX", body)) == png


def test_what_decides_how_a_png_looks_stays() -> None:
    png = png_with(every_format()["png"], b"gAMA", struct.pack(">I", 45455))
    png = png_with(png, b"sRGB", b"\0")
    assert strip_private(png) == png
    assert chunk(b"sRGB", b"\0") in strip_private(png)


def test_an_animation_stays_one() -> None:
    from PIL import Image as Pillow

    frames = [Pillow.new("RGB", (32, 32), colour) for colour in ((0, 0, 0), (255, 255, 255), (90, 90, 90))]
    for name in ("GIF", "PNG", "WEBP"):
        data = save(frames[0], name, save_all=True, append_images=frames[1:], loop=0, exif=exif())
        assert opened(strip_private(data)).n_frames == 3


def test_a_tiff_whose_owner_lies_among_the_pixels_is_refused() -> None:
    data = bytearray(save(photo(), "TIFF", exif=exif()))
    order, start = "<", struct.unpack_from("<I", data, 4)[0]
    count = struct.unpack_from(order + "H", data, start)[0]
    entries = {struct.unpack_from("<H", data, at)[0]: at for at in range(start + 2, start + 2 + 12 * count, 12)}
    data[entries[315] + 8 : entries[315] + 12] = data[entries[273] + 8 : entries[273] + 12]
    with pytest.raises(DataError, match="metadata among its pixels"):
        strip_private(bytes(data))


def test_a_plain_srgb_profile_is_no_secret() -> None:
    data = save(photo(), "JPEG", icc_profile=srgb())
    assert strip_private(data) == data


def test_no_image_is_an_error() -> None:
    with pytest.raises(DataError, match="no image we know"):
        strip_private(b"name,place\nAda,Lisbon\n")
