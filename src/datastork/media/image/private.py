"""What tells where or by whom a picture was taken is cut out of the file; the coded pixels are not touched.

Kept is only what decides how pixels look: colour profiles, gamma, transparency, animation, and which way is
up. All other parts go: EXIF (GPS, owner, serial numbers, a thumbnail of the uncropped picture), XMP, IPTC,
comments, maker's parts, and whatever lies behind the end of the image.
"""

import struct
import zlib
from collections.abc import Callable

from datastork.core.errors import DataError
from datastork.media.image import tiff
from datastork.media.image.containers import (
    Part,
    boxes,
    gif_parts,
    jpeg_parts,
    png_parts,
    webp_parts,
)
from datastork.media.image.header import read_header

_PNG_KEPT = frozenset(
    (
        b"IHDR",
        b"PLTE",
        b"IDAT",
        b"IEND",
        b"tRNS",
        b"gAMA",
        b"cHRM",
        b"sRGB",
        b"iCCP",
        b"sBIT",
        b"bKGD",
        b"pHYs",
        b"hIST",
        b"cICP",
        b"mDCV",
        b"cLLI",
        b"acTL",
        b"fcTL",
        b"fdAT",
    )
)
_WEBP_KEPT = frozenset((b"VP8 ", b"VP8L", b"VP8X", b"ICCP", b"ANIM", b"ANMF", b"ALPH"))
_GIF_KEPT = (b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012")
# The tags of TIFF 6.0 and its supplements that say how pixels are stored; GeoTIFF, EXIF, XMP, names are not.
# fmt: off
_TIFF_KEPT = frozenset((
    254, 255, 256, 257, 258, 259, 262, 263, 264, 265, 266, 273, 274, 277, 278, 279, 280, 281, 282, 283,
    284, 290, 291, 292, 293, 296, 297, 301, 317, 318, 319, 320, 321, 322, 323, 324, 325, 332, 334, 336,
    337, 338, 339, 340, 341, 342, 343, 347, 512, 513, 514, 515, 517, 518, 519, 520, 521, 529, 530, 531,
    532, 33421, 33422, 34675,
))
# fmt: on


def strip_private(data: bytes) -> bytes:
    """Return `data` without private parts; the pixels it decodes to stay the same.

    AVIF and HEIC, whose parts cannot be cut out without moving all others, become PNG when they hold
    metadata. Raises DataError for what is no whole image.
    """
    header = read_header(data)
    return _STRIPPERS[header.format](data, header.orientation)


def _jpeg(data: bytes, orientation: int) -> bytes:
    kept = [b"\xff\xd8"]
    exif = b""
    if orientation != 1:
        body = b"Exif\0\0" + tiff.exif_with(orientation)
        exif = b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body
    for part in jpeg_parts(data):
        marker = part.kind[0]
        if marker != 0xE0 and exif:  # behind JFIF, which must come first
            kept.append(exif)
            exif = b""
        if _jpeg_keeps(marker, data[part.body : part.body + 12]):
            kept.append(data[part.start : part.end])
    return b"".join(kept)


def _jpeg_keeps(marker: int, begins: bytes) -> bool:
    if marker == 0xE0:
        return begins.startswith(b"JFIF\0")
    if marker == 0xE2:
        return begins.startswith(b"ICC_PROFILE\0")
    if marker == 0xEE:
        return begins.startswith(b"Adobe")
    return not 0xE0 <= marker <= 0xEF and marker != 0xFE


def _png(data: bytes, orientation: int) -> bytes:
    kept = [data[:8]]
    for kind, start, _, end in png_parts(data):
        if kind in _PNG_KEPT:
            kept.append(data[start:end])
        if kind == b"IHDR" and orientation != 1:
            body = tiff.exif_with(orientation)
            check = struct.pack(">I", zlib.crc32(b"eXIf" + body))
            kept.append(struct.pack(">I", len(body)) + b"eXIf" + body + check)
    return b"".join(kept)


def _webp(data: bytes, orientation: int) -> bytes:
    kept = []
    for kind, start, body, end in webp_parts(data):
        if kind == b"VP8X":
            flags = data[body] & ~0x0C | (0x08 if orientation != 1 else 0)
            kept.append(data[start:body] + bytes((flags,)) + data[body + 1 : end])
        elif kind in _WEBP_KEPT:
            kept.append(data[start:end])
    if orientation != 1:
        exif = tiff.exif_with(orientation)
        kept.append(b"EXIF" + struct.pack("<I", len(exif)) + exif)
    inside = b"WEBP" + b"".join(kept)
    return b"RIFF" + struct.pack("<I", len(inside)) + inside


def _gif(data: bytes, orientation: int) -> bytes:
    del orientation  # GIF has none

    def keeps(part: Part) -> bool:
        if part.kind == b"!\xff":
            return data[part.body + 1 : part.body + 12] in _GIF_KEPT
        return part.kind not in (b"!\xfe", b"!\x01")

    return b"".join(data[part.start : part.end] for part in gif_parts(data) if keeps(part))


def _tiff(data: bytes, orientation: int) -> bytes:
    """Take entries out of every directory where they lie, and write zeros over them and their values."""
    del orientation  # its tag is kept
    layout, pages = tiff.directories(data)
    out = bytearray(data)
    inline = 8 if layout.big else 4
    for page in pages:
        removed = [entry for entry in page.entries if entry.tag not in _TIFF_KEPT]
        kept = b"".join(data[e.at : e.at + layout.entry_size] for e in page.entries if e.tag in _TIFF_KEPT)
        for entry in removed:
            _blank(out, data, layout, entry)
        number = struct.pack(layout.order + ("Q" if layout.big else "H"), len(page.entries) - len(removed))
        body = number + kept + data[page.end - inline : page.end]
        out[page.start : page.end] = body.ljust(page.end - page.start, b"\0")
    stripped = bytes(out)
    _same_pixels(data, stripped)
    return stripped


_SUB_DIRECTORIES = (330, 34665, 34853, 40965)


def _blank(out: bytearray, data: bytes, layout: tiff.Layout, entry: tiff.Entry, depth: int = 0) -> None:
    """Write zeros over the value of an entry, and over the directories it points to."""
    if entry.tag in _SUB_DIRECTORIES and depth < 3:
        for start in tiff.numbers_of(data, layout, entry)[:16]:
            try:
                page = tiff.directory_at(data, layout, start)
            except DataError:
                continue  # nothing readable there; the pointer itself goes
            for inner in page.entries[:512]:
                _blank(out, data, layout, inner, depth + 1)
            out[page.start : page.end] = bytes(page.end - page.start)
    out[entry.value_at : entry.value_at + entry.size] = bytes(entry.size)


def _same_pixels(before: bytes, after: bytes) -> None:
    """Raise where values and pixels shared bytes, which no sane file does."""
    import numpy as np

    from datastork.media.image.codec import decode

    if not np.array_equal(decode(before).pixels, decode(after).pixels):
        raise DataError("the TIFF keeps metadata among its pixels, so it cannot be taken out")


def _bmp(data: bytes, orientation: int) -> bytes:
    del orientation  # BMP has neither orientation nor metadata
    return data


def _iso(data: bytes, orientation: int) -> bytes:
    """Return the file as it is where it holds no metadata, else as PNG."""
    del orientation  # applied by decoding
    from datastork.media.image.codec import decode, to_png

    meta = b"".join(data[part.start : part.end] for part in boxes(data) if part.kind == b"meta")
    known = all(part.kind in (b"ftyp", b"meta", b"mdat", b"free") for part in boxes(data))
    if known and b"Exif" not in meta and b"mime" not in meta and b"uri " not in meta:
        return data
    return to_png(decode(data).pixels)


_STRIPPERS: dict[str, Callable[[bytes, int], bytes]] = {
    "jpeg": _jpeg,
    "png": _png,
    "webp": _webp,
    "gif": _gif,
    "tiff": _tiff,
    "bmp": _bmp,
    "avif": _iso,
    "heic": _iso,
}
