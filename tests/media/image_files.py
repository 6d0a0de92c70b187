"""Image files made for the tests: every format, and every kind of trouble."""

import io
import struct
import zlib
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from PIL import Image as Pillow
from PIL import ImageCms, TiffImagePlugin

PLACE = ("Lisbon", "Ada Lovelace", "SN-4711", "secret comment")  # words that must not survive


def photo(width: int = 120, height: int = 90) -> np.ndarray:
    """A part of a photograph that ships with scikit-learn."""
    import sklearn.datasets

    path = Path(sklearn.datasets.__file__).parent / "images" / "china.jpg"
    whole = cv2.imread(str(path))[:, :, ::-1]
    return cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA)


def save(pixels: np.ndarray | Pillow.Image, name: str, **options: object) -> bytes:
    image = pixels if isinstance(pixels, Pillow.Image) else Pillow.fromarray(pixels)
    out = io.BytesIO()
    image.save(out, name, **options)
    return out.getvalue()


def opened(data: bytes) -> Pillow.Image:
    return Pillow.open(io.BytesIO(data))


def every_format() -> dict[str, bytes]:
    p = photo()
    return {
        "jpeg": save(p, "JPEG", quality=90),
        "jpeg-progressive": save(p, "JPEG", quality=90, progressive=True),
        "jpeg-restarts": save(p, "JPEG", quality=90, restart_marker_blocks=5),
        "jpeg-grey": save(Pillow.fromarray(p).convert("L"), "JPEG"),
        "png": save(p, "PNG"),
        "png-grey": save(Pillow.fromarray(p).convert("L"), "PNG"),
        "png-palette": save(Pillow.fromarray(p).quantize(64), "PNG"),
        "webp": save(p, "WEBP"),
        "webp-lossless": save(p, "WEBP", lossless=True),
        "bmp": save(p, "BMP"),
        "bmp-palette": save(Pillow.fromarray(p).quantize(64), "BMP"),
        "gif": save(p, "GIF"),
        "tiff": save(p, "TIFF"),
        "tiff-lzw": save(p, "TIFF", compression="tiff_lzw"),
        "tiff-deflate": save(p, "TIFF", compression="tiff_adobe_deflate"),
        "avif": save(p, "AVIF"),
    }


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_with(data: bytes, kind: bytes, body: bytes) -> bytes:
    """A PNG with one more chunk behind its header."""
    return data[:33] + chunk(kind, body) + data[33:]


def huge_png(width: int, height: int) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = chunk(b"IDAT", zlib.compress(bytes(1000)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + pixels + chunk(b"IEND", b"")


def exif(orientation: int | None = None) -> Pillow.Exif:
    """EXIF with a place, an owner, a serial number and, where wanted, an orientation."""
    found = Pillow.Exif()
    if orientation:
        found[0x0112] = orientation
    found[0x013B] = PLACE[1]
    found[0x010E] = PLACE[3]
    found.get_ifd(0x8769).update({0xA431: PLACE[2], 0x927C: b"maker " + PLACE[0].encode()})
    found.get_ifd(0x8825).update({1: "N", 2: (38.0, 42.0, 0.0), 27: b"ASCII\0\0\0" + PLACE[0].encode()})
    return found


def private_tiff(pixels: np.ndarray, *, orientation: int = 1, big: bool = False) -> bytes:
    info = TiffImagePlugin.ImageFileDirectory_v2()
    info[315] = PLACE[1]
    info[270] = PLACE[3]
    info[700] = f"<x:xmpmeta>{PLACE[0]}</x:xmpmeta>".encode()
    info[274] = orientation
    found = exif(orientation)
    for tag, value in info.items():
        found[tag] = value
    return save(pixels, "TIFF", exif=found, compression="tiff_lzw", big_tiff=big)


@cache
def srgb() -> bytes:
    """The profile of sRGB; made once, for it holds the time of its making."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def swapped_profile() -> bytes:
    """sRGB with red and green exchanged: what it calls red is green."""
    profile = bytearray(srgb())
    for at in range(132, 132 + 12 * int.from_bytes(profile[128:132], "big"), 12):
        name = bytes(profile[at : at + 4])
        profile[at : at + 4] = {b"rXYZ": b"gXYZ", b"gXYZ": b"rXYZ"}.get(name, name)
    return bytes(profile)


def linear_grey_profile() -> bytes:
    """A grey profile with a straight curve (gamma 1)."""
    tags = {
        b"desc": b"desc\0\0\0\0" + struct.pack(">I", 5) + b"grey\0" + bytes(80),
        b"wtpt": b"XYZ \0\0\0\0" + struct.pack(">iii", 63190, 65536, 54061),
        b"kTRC": b"curv\0\0\0\0" + struct.pack(">I", 0),
    }
    table, body, at = b"", b"", 128 + 4 + 12 * len(tags)
    for name, content in tags.items():
        content += bytes(-len(content) % 4)
        table += name + struct.pack(">II", at, len(content))
        body, at = body + content, at + len(content)
    head = bytearray(128)
    head[0:4] = struct.pack(">I", at)
    head[8:12] = b"\x02\x10\0\0"
    head[12:24] = b"mntrGRAYXYZ "
    head[36:40] = b"acsp"
    head[68:80] = struct.pack(">iii", 63190, 65536, 54061)
    return bytes(head) + struct.pack(">I", len(tags)) + table + body
