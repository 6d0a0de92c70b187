"""What a file says about its image before a pixel is decoded: format, size, colour, which way is up."""

import zlib
from typing import NamedTuple

from datastork.core.errors import DataError, TooLargeError
from datastork.media.image import tiff
from datastork.media.image.containers import (
    PNG_PIXELS,
    WEBP_PIXELS,
    boxes,
    gif_parts,
    jpeg_parts,
    png_parts,
    webp_parts,
)

MAX_PIXELS = 100_000_000
MAX_ICC = 4 << 20  # bytes; real profiles have up to 2 MB, and a larger one is ignored like a broken one

_ISO_BRANDS = {b"avif": "avif", b"avis": "avif"} | dict.fromkeys(
    (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"), "heic"
)
_TITLES = {"webp": "WebP"}  # all others in capitals
_BMP_HEADERS = (12, 16, 40, 52, 56, 64, 108, 124)


class Header(NamedTuple):
    """What a file says about its image.

    `layout` is how OpenCV may decode it: "grey", "rgb", "deep" (16 bits a channel), or "" where it may not;
    `channels` is what is stored (0 where unknown); `icc` is the colour profile, `orientation` as EXIF has it;
    `extras` says that a PNG or WebP holds more than its pixels.
    """

    format: str
    width: int
    height: int
    layout: str = ""
    channels: int = 0
    orientation: int = 1
    icc: bytes | None = None
    extras: bool = False


def sniff(head: bytes) -> str | None:
    """Return the format of an image that begins with `head`, or None; the name of the file plays no part."""
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    if head.startswith((b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")):
        return "tiff"
    if head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in _BMP_HEADERS:
        return "bmp"
    if head[4:8] == b"ftyp":
        size = max(16, min(int.from_bytes(head[:4], "big"), len(head)))
        brands = [head[8:12], *(head[at : at + 4] for at in range(16, size, 4))]
        return next((_ISO_BRANDS[brand] for brand in brands if brand in _ISO_BRANDS), None)
    return None


def read_header(data: bytes) -> Header:
    """Return what `data` says about its image.

    Raises DataError where it is no image or ends too early, TooLargeError beyond `MAX_PIXELS`.
    """
    name = sniff(data[:512])
    if name is None:
        raise DataError("the file is empty" if not data else "the content is no image we know")
    header = _READERS[name](data)
    check_size(header.format, header.width, header.height)
    return header


def title(name: str) -> str:
    """Return the name of a format as people write it."""
    return _TITLES.get(name, name.upper())


def check_size(name: str, width: int, height: int) -> None:
    """Raise where an image of this size cannot be, or must not be decoded."""
    if width < 1 or height < 1:
        raise DataError(f"the {title(name)} is damaged: it declares {width}×{height} pixels")
    if width * height > MAX_PIXELS:
        raise TooLargeError(
            f"the {title(name)} declares {width}×{height} pixels; the limit is {MAX_PIXELS / 1e6:g} million"
        )


def _jpeg(data: bytes) -> Header:
    frame: tuple[int, int, int, int] | None = None
    scanned, orientation, icc = False, 0, {}
    for part in jpeg_parts(data):
        marker, body, end = part.kind[0], part.body, part.end
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            if frame is not None or end - body < 6:
                raise DataError("the JPEG is damaged: its frame header is wrong")
            bits, channels = data[body], data[body + 5]
            height, width = (int.from_bytes(data[at : at + 2], "big") for at in (body + 1, body + 3))
            frame = (bits, height, width, channels)
        elif marker == 0xDA:
            scanned = True
        elif marker == 0xE1 and not orientation and data.startswith(b"Exif\0\0", body):
            orientation = tiff.orientation_of(data[body + 6 : end])
        elif marker == 0xE2 and data.startswith(b"ICC_PROFILE\0", body) and end - body > 14:
            icc[data[body + 12]] = data[body + 14 : end]
    if frame is None or not scanned:
        raise DataError("the JPEG is damaged: there is no image in it")
    bits, height, width, channels = frame
    layout = {1: "grey", 3: "rgb"}.get(channels, "") if bits == 8 else ""
    profile = b"".join(icc[number] for number in sorted(icc)) or None
    return Header("jpeg", width, height, layout, channels, orientation or 1, profile)


def _png(data: bytes) -> Header:
    width = height = bits = colour = 0
    plain, pixels, extras, orientation, icc = True, False, False, 1, None
    for number, (kind, _, body, end) in enumerate(png_parts(data)):
        extras = extras or kind not in PNG_PIXELS
        if (number == 0) != (kind == b"IHDR") or (number == 0 and end - body != 17):
            raise DataError("the PNG is damaged: its header is wrong")
        if number == 0:
            width, height = (int.from_bytes(data[at : at + 4], "big") for at in (body, body + 4))
            bits, colour = data[body + 8], data[body + 9]
        elif kind == b"IDAT":
            pixels = True
        elif kind == b"tRNS":
            plain = False
        elif kind == b"eXIf":
            orientation = tiff.orientation_of(data[body : end - 4])
        elif kind == b"iCCP" and icc is None:
            icc = _inflate(data[body : end - 4].partition(b"\0")[2][1:])
    if not pixels:
        raise DataError("the PNG is damaged: there is no image in it")
    layout = ""
    if plain:
        layout = {(8, 0): "grey", (8, 2): "rgb", (16, 2): "deep", (16, 4): "deep", (16, 6): "deep"}.get(
            (bits, colour), ""
        )
    channels = {0: 1, 2: 3, 4: 2, 6: 4}.get(colour, 0)
    return Header("png", width, height, layout, channels, orientation, icc, extras)


def _inflate(packed: bytes) -> bytes | None:
    try:
        profile = zlib.decompressobj().decompress(packed, MAX_ICC + 1)
    except zlib.error:
        return None
    return profile if 0 < len(profile) <= MAX_ICC else None


def _webp(data: bytes) -> Header:
    width = height = 0
    alpha = moving = pixels = False
    extras = len(data) > int.from_bytes(data[4:8], "little") + 8
    orientation, icc = 1, None
    for kind, _, body, end in webp_parts(data):
        extras = extras or kind not in WEBP_PIXELS
        if kind == b"VP8X" and end - body >= 10:
            alpha, moving = bool(data[body] & 0x10), bool(data[body] & 0x02)
            width, height = (int.from_bytes(data[at : at + 3], "little") + 1 for at in (body + 4, body + 7))
        elif kind == b"VP8 " and end - body >= 10:
            pixels = True
            if not width:
                width, height = (int.from_bytes(data[at : at + 2], "little") & 0x3FFF for at in (body + 6, body + 8))
        elif kind == b"VP8L" and end - body >= 5:
            pixels = True
            packed = int.from_bytes(data[body + 1 : body + 5], "little")
            alpha = alpha or bool(packed >> 28 & 1)
            if not width:
                width, height = (packed & 0x3FFF) + 1, (packed >> 14 & 0x3FFF) + 1
        elif kind == b"ANMF":
            pixels = True
        elif kind == b"EXIF":
            orientation = tiff.orientation_of(data[body:end])
        elif kind == b"ICCP" and end - body <= MAX_ICC:
            icc = data[body:end]
    if not pixels:
        raise DataError("the WebP is damaged: there is no image in it")
    layout = "" if alpha or moving else "rgb"
    return Header("webp", width, height, layout, 4 if alpha else 3, orientation, icc, extras)


def _bmp(data: bytes) -> Header:
    offset, size = (int.from_bytes(data[at : at + 4], "little") for at in (10, 14))
    if len(data) < 14 + size:
        raise DataError("the BMP is cut short: its header is incomplete")
    if size in (12, 16):
        width, height, bits = (int.from_bytes(data[at : at + 2], "little") for at in (18, 20, 24))
        packing = 0
    else:
        width, height = (int.from_bytes(data[at : at + 4], "little", signed=True) for at in (18, 22))
        bits = int.from_bytes(data[28:30], "little")
        packing = int.from_bytes(data[30:34], "little")
    rows = abs(height)
    if packing in (0, 3):
        needed = offset + (width * bits + 31) // 32 * 4 * rows
    else:
        needed = offset + int.from_bytes(data[34:38], "little")
    if width > 0 and needed > len(data):
        raise DataError(f"the BMP is cut short: {len(data)} of {needed} bytes")
    fast = bits == 24 and packing == 0 and size >= 40 and offset >= 14 + size
    return Header("bmp", width, rows, "rgb" if fast else "")


def _gif(data: bytes) -> Header:
    width = height = 0
    first = True
    for kind, start, _, _ in gif_parts(data):
        if kind == b"head":
            width, height = (int.from_bytes(data[at : at + 2], "little") for at in (6, 8))
        elif kind == b"," and first:
            first = False
            left, top, w, h = (int.from_bytes(data[start + at : start + at + 2], "little") for at in (1, 3, 5, 7))
            width, height = max(width, left + w), max(height, top + h)
    if first:
        raise DataError("the GIF is damaged: there is no image in it")
    return Header("gif", width, height)


def _tiff(data: bytes) -> Header:
    layout, pages = tiff.directories(data)
    width, height, orientation = (
        next(iter(tiff.numbers(data, layout, pages[0], tag)), 0) for tag in (tiff.WIDTH, tiff.HEIGHT, tiff.ORIENTATION)
    )
    icc = tiff.value(data, pages[0], tiff.ICC)
    if icc is not None and len(icc) > MAX_ICC:
        icc = None
    return Header("tiff", width, height, orientation=orientation if 1 <= orientation <= 8 else 1, icc=icc)


def _iso(data: bytes) -> Header:
    name = sniff(data[:512]) or "avif"
    kinds = [part.kind for part in boxes(data)]
    if b"meta" not in kinds:
        raise DataError(f"the {title(name)} is damaged: there is no image in it")
    return Header(name, 1, 1)  # the decoder tells the size before it decodes


_READERS = {
    "jpeg": _jpeg,
    "png": _png,
    "webp": _webp,
    "bmp": _bmp,
    "gif": _gif,
    "tiff": _tiff,
    "avif": _iso,
    "heic": _iso,
}
