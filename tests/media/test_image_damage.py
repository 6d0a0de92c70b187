"""Broken, cut and hostile files give a DataError: no crash, no repair, no noise."""

import struct
import time
import zlib

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from image_files import chunk, every_format, huge_png, photo, png_with, save
from PIL import Image as Pillow

from datastork.core.errors import DataError, TooLargeError
from datastork.media.image import header
from datastork.media.image.codec import decode
from datastork.media.image.header import MAX_PIXELS, read_header, sniff
from datastork.media.image.private import strip_private

FORMATS = every_format()
CUTS = [*range(1, 11), -2, -1]  # elevenths, then all but two bytes and all but one


def cut(data: bytes, where: int) -> bytes:
    return data[:where] if where < 0 else data[: len(data) * where // 11]


@pytest.mark.parametrize("where", CUTS)
@pytest.mark.parametrize("name", FORMATS)
def test_a_cut_file_is_an_error(name: str, where: int, capfd: pytest.CaptureFixture[str]) -> None:
    short = cut(FORMATS[name], where)
    with pytest.raises(DataError, match=r"cut short|no image"):
        decode(short)
    with pytest.raises(DataError, match=r"cut short|no image"):
        strip_private(short)
    assert capfd.readouterr() == ("", "")


def test_the_message_says_what_is_missing() -> None:
    with pytest.raises(DataError, match=r"^the JPEG is cut short: no end marker$"):
        decode(FORMATS["jpeg"][:-2])
    with pytest.raises(DataError, match=r"^the PNG is cut short: no IEND chunk$"):
        decode(FORMATS["png"][:-12])
    with pytest.raises(DataError, match=r"^the file is empty$"):
        decode(b"")
    with pytest.raises(DataError, match="no image we know"):
        decode(b"Dear reader, this is a text that was called photo.png\n" * 3)


@pytest.mark.parametrize("seed", range(20))
def test_any_flipped_bit_of_a_png_is_found(seed: int) -> None:
    data = bytearray(FORMATS["png"])
    random = np.random.default_rng(seed)
    data[random.integers(8, len(data))] ^= 1 << random.integers(8)
    with pytest.raises(DataError, match=r"the PNG is (damaged|cut short)"):
        decode(bytes(data))


def test_pixels_behind_right_check_sums_but_wrong_are_found() -> None:
    head = struct.pack(">IIBBBBB", 40, 30, 8, 2, 0, 0, 0)
    start = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head)
    for pixels in (b"", b"no deflate stream", zlib.compress(b"\0" * 100)):
        with pytest.raises(DataError, match="its pixels cannot be decoded"):
            decode(start + chunk(b"IDAT", pixels) + chunk(b"IEND", b""))
    with pytest.raises(DataError, match="no image in it"):
        decode(start + chunk(b"IEND", b""))


def test_a_damaged_webp_does_not_read_on_behind_its_pixels() -> None:
    data = bytearray(FORMATS["webp-lossless"])
    size = int.from_bytes(data[16:20], "little")
    data = data[: 20 + size * 9 // 10 // 2 * 2]
    data[16:20] = struct.pack("<I", len(data) - 20)
    rest = FORMATS["webp-lossless"][len(data) :]
    rest += bytes(len(rest) % 2)
    for behind in (b"", b"EXIF" + struct.pack("<I", len(rest)) + rest):
        file = bytearray(data + behind)
        file[4:8] = struct.pack("<I", len(file) - 8)
        with pytest.raises(DataError, match="its pixels cannot be decoded"):
            decode(bytes(file) + rest)


def test_a_jpeg_without_a_picture_is_an_error() -> None:
    with pytest.raises(DataError, match="no image in it"):
        decode(b"\xff\xd8\xff\xd9")
    with pytest.raises(DataError, match="no marker at byte 2"):
        decode(b"\xff\xd8\xff\x00" + bytes(100))


def test_garbage_between_the_parts_of_a_jpeg_is_an_error() -> None:
    data = FORMATS["jpeg"]
    with pytest.raises(DataError, match="no marker at byte 20"):
        decode(data[:20] + b"junk" + data[20:])


def test_bytes_lost_from_the_middle_of_a_jpeg_header_are_found() -> None:
    data = FORMATS["jpeg"]
    with pytest.raises(DataError, match="JPEG"):
        decode(data[:100] + data[300:])


@pytest.mark.parametrize("name", ["png", "jpeg", "gif", "bmp", "tiff", "webp"])
def test_a_bomb_is_refused_before_it_is_decoded(name: str) -> None:
    size = (60_000, 60_000)
    gif = b"GIF89a" + struct.pack("<HHBBB", *size, 0x80, 0, 0) + bytes(6) + b",\0\0\0\0\1\0\1\0\0\2\2D\1\0;"
    jpeg = bytearray(FORMATS["jpeg"])
    at = jpeg.index(b"\xff\xc0") + 5
    jpeg[at : at + 4] = struct.pack(">HH", *size)
    tiff = bytearray(save(Pillow.new("1", (8, 8)), "TIFF"))
    for tag in (256, 257):
        at = tiff.index(struct.pack("<H", tag) + b"\4\0" if tag == 0 else struct.pack("<H", tag), 8)
        kind = struct.unpack_from("<H", tiff, at + 2)[0]
        tiff[at + 8 : at + 12] = struct.pack("<H2x" if kind == 3 else "<I", 60_000)
    webp = b"VP8X" + struct.pack("<IB3x", 10, 0) + (59_999).to_bytes(3, "little") * 2 + b"VP8L\5\0\0\0/\0\0\0\0\0"
    bombs = {
        "png": huge_png(*size),
        "jpeg": bytes(jpeg),
        "gif": gif,
        "bmp": b"BM"
        + struct.pack("<IHHI", 200, 0, 0, 54)
        + struct.pack("<IiiHHII", 40, *size, 1, 8, 1, 10)
        + bytes(99),
        "tiff": bytes(tiff),
        "webp": b"RIFF" + struct.pack("<I", len(webp) + 4) + b"WEBP" + webp,
    }
    begin = time.process_time()
    with pytest.raises(TooLargeError, match="60000×60000 pixels; the limit is 100 million"):
        decode(bombs[name])
    assert time.process_time() - begin < 1  # reading so many pixels takes far longer


def test_an_avif_beyond_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(header, "MAX_PIXELS", 5000)
    with pytest.raises(TooLargeError, match="the AVIF declares 120×90 pixels"):
        decode(FORMATS["avif"])


def test_the_limit_itself_is_allowed() -> None:
    assert read_header(huge_png(10_000, 10_000))[1:3] == (10_000, 10_000)
    assert MAX_PIXELS == 100_000_000
    with pytest.raises(TooLargeError):
        read_header(huge_png(10_000, 10_001))


def test_an_image_of_no_pixels_is_an_error() -> None:
    with pytest.raises(DataError, match="it declares 0×5 pixels"):
        decode(huge_png(0, 5))


def test_packed_text_that_swells_does_no_harm() -> None:
    bomb = b"Comment\0\0" + zlib.compress(bytes(200 << 20), 9)
    profile = b"icc\0\0" + zlib.compress(bytes(200 << 20), 9)
    begin = time.process_time()
    for kind, body in ((b"zTXt", bomb), (b"iCCP", profile)):
        for name in ("png", "png-palette"):
            plain = decode(FORMATS[name]).pixels
            assert np.array_equal(decode(png_with(FORMATS[name], kind, body)).pixels, plain)
    assert time.process_time() - begin < 15


def test_a_jpeg_of_a_thousand_scans_is_refused() -> None:
    data = FORMATS["jpeg-progressive"]
    at = data.rindex(b"\xff\xda")
    with pytest.raises(DataError, match="more than 100 scans"):
        decode(data[:at] + data[at:-2] * 1000 + b"\xff\xd9")


def test_a_tiff_whose_pages_go_in_a_circle_ends() -> None:
    data = bytearray(save(Pillow.new("L", (8, 8), 7), "TIFF"))
    start = struct.unpack_from("<I", data, 4)[0]
    count = struct.unpack_from("<H", data, start)[0]
    data[start + 2 + 12 * count : start + 6 + 12 * count] = struct.pack("<I", start)
    assert np.all(decode(bytes(data)).pixels == 7)


def test_the_content_decides_not_the_name() -> None:
    assert sniff(FORMATS["jpeg"][:64]) == "jpeg"
    for text in (
        b"",
        b"BM is how this text begins, and it is no picture",
        b"GIF89",
        b"RIFF1234WAVEfmt ",
        b"<svg></svg>",
    ):
        assert sniff(text) is None
    for name, data in FORMATS.items():
        assert sniff(data[:64]) == name.split("-")[0]
    assert sniff(b"\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf") == "avif"
    assert sniff(b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic") == "heic"
    assert sniff(b"\0\0\0\x14ftypisom\0\0\0\0mp42") is None


def test_warnings_of_others_are_left_alone(recwarn: pytest.WarningsRecorder) -> None:
    import warnings

    before = list(warnings.filters)
    decode(FORMATS["gif"])
    with pytest.raises(DataError):
        decode(FORMATS["gif"][:-1])
    assert warnings.filters == before
    assert not recwarn


def test_threads_do_not_disturb_each_other() -> None:
    import warnings
    from concurrent.futures import ThreadPoolExecutor

    before = list(warnings.filters)
    jobs = [data for name in ("gif", "tiff", "png-palette", "jpeg") for data in (FORMATS[name], FORMATS[name][:-1])]

    def outcome(data: bytes) -> bytes | str:
        try:
            return decode(data).pixels.tobytes()
        except DataError as error:
            return str(error)

    expected = [outcome(data) for data in jobs]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(outcome, jobs * 10)) == expected * 10
    assert warnings.filters == before


only_data_errors = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
SMALL = {name: save(photo(24, 16), name) for name in ("PNG", "BMP", "GIF", "TIFF", "WEBP", "AVIF", "JPEG")}


def only_data_error(data: bytes) -> None:
    """Read the data; anything but a DataError, or an impossible image, fails."""
    message = "fine"
    try:
        image = decode(data)
        assert image.pixels.dtype == np.uint8
        assert image.pixels.ndim == 2 or image.pixels.shape[2] == 3
        assert 0 < image.width * image.height <= MAX_PIXELS
        strip_private(data)
    except DataError as error:
        message = str(error)
    assert message
    assert "0x" not in message


@only_data_errors
@given(st.sampled_from([data[:12] for data in SMALL.values()]), st.binary(max_size=300))
def test_random_bytes_only_ever_raise_data_error(head: bytes, tail: bytes) -> None:
    only_data_error(head + tail)
    only_data_error(tail)


@pytest.mark.parametrize("name", SMALL)
@only_data_errors
@given(data=st.data())
def test_mutated_files_only_ever_raise_data_error(name: str, data: st.DataObject) -> None:
    file = bytearray(SMALL[name])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(file) - 1))
        kind = data.draw(st.sampled_from(["set", "drop", "insert", "ones"]))
        if kind == "set":
            file[at] = data.draw(st.integers(0, 255))
        elif kind == "drop":
            del file[at : at + data.draw(st.integers(1, 20))]
        elif kind == "insert":
            file[at:at] = data.draw(st.binary(min_size=1, max_size=20))
        else:
            file[at : at + 4] = b"\xff\xff\xff\xff"
        if not file:
            break
    if name == "PNG" and data.draw(st.booleans()):
        file = bytearray(with_right_sums(bytes(file)))
    only_data_error(bytes(file))


def with_right_sums(data: bytes) -> bytes:
    """A mutated PNG whose check sums agree again, so that the mutation reaches the decoder."""
    out, at = data[:8], 8
    while at + 12 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        if at + 12 + size > len(data):
            break
        out += chunk(data[at + 4 : at + 8], data[at + 8 : at + 8 + size])
        at += 12 + size
    return out + data[at:]


def test_opencv_keeps_to_one_thread() -> None:
    decode(FORMATS["jpeg"])
    assert cv2.getNumThreads() == 1
