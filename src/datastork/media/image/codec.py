"""Bytes to pixels and back.

JPEG, PNG, WebP and BMP with plain 8-bit pixels go through OpenCV, which is quick; everything else (palettes,
transparency, CMYK, 16 bits, GIF, TIFF, AVIF, HEIC) through Pillow. Tests hold both decoders to the same
answer.

What is certain: a file that ends too early, a wrong PNG check sum and a wrong size are errors. What is not:
JPEG has no check sums, so bits flipped inside the coded pixels give wrong pixels, as in every viewer.
libjpeg, libpng and libtiff may then write a line to standard error, which cannot be silenced without
silencing the whole process.
"""

import io
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Any

from datastork.core.errors import DataError
from datastork.media.image import Image, colour
from datastork.media.image.containers import png_pixels, webp_pixels
from datastork.media.image.header import Header, check_size, read_header, title
from datastork.media.image.tiff import orientation_of
from datastork.media.modality import Encoded

if TYPE_CHECKING:
    import numpy as np

JPEG_QUALITY = 95
PREVIEW_QUALITY = 80
JPEG_SIDE = 65_500  # libjpeg's limit


def decode(data: bytes) -> Image:
    """Return the image in `data`: upright, sRGB, on white where it was transparent, 8 bits, grey kept grey.

    GIF, animated WebP and AVIF give their first frame, APNG its still image, TIFF its first page.
    Raises DataError for broken data, TooLargeError for more than `header.MAX_PIXELS`.
    """
    header = read_header(data)
    if header.extras:
        data = png_pixels(data) if header.format == "png" else webp_pixels(data)
    if header.layout:
        pixels = _with_opencv(data, header)
        orientation, icc = header.orientation, header.icc
    else:
        pixels, orientation, icc = _with_pillow(data, header)
    return Image(colour.upright(colour.to_srgb(pixels, icc), orientation), header.format)


def encode(image: Image) -> Encoded:
    """Return the image as JPEG (quality 95, 4:2:0) where it came as JPEG, else as PNG (lossless)."""
    if image.format == "jpeg" and max(image.pixels.shape[:2]) <= JPEG_SIDE:
        return Encoded(to_jpeg(image.pixels, JPEG_QUALITY), "jpeg")
    return Encoded(to_png(image.pixels), "png")


def to_jpeg(pixels: "np.ndarray", quality: int) -> bytes:
    """Return pixels as a JPEG file."""
    import cv2

    return _encoded(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])


def to_png(pixels: "np.ndarray") -> bytes:
    """Return pixels as a PNG file: run-length coding after the up filter, in half the usual time."""
    import cv2

    settings = [cv2.IMWRITE_PNG_COMPRESSION, 1, cv2.IMWRITE_PNG_STRATEGY, cv2.IMWRITE_PNG_STRATEGY_RLE]
    chosen = getattr(cv2, "IMWRITE_PNG_FILTER", None)  # OpenCV 4.10 has no such setting
    if chosen is not None:
        settings += [chosen, cv2.IMWRITE_PNG_FILTER_UP]
    return _encoded(".png", pixels, settings)


def _encoded(suffix: str, pixels: "np.ndarray", settings: list[int]) -> bytes:
    import cv2

    if pixels.ndim == 3:
        pixels = cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR)
    done, data = cv2.imencode(suffix, pixels, settings)
    if not done:
        raise DataError(f"the image cannot be written as {suffix[1:]}")
    return bytes(data)


def _with_opencv(data: bytes, header: Header) -> "np.ndarray":
    import cv2
    import numpy as np

    _one_thread(cv2.setNumThreads)
    flags = {"grey": cv2.IMREAD_GRAYSCALE, "rgb": cv2.IMREAD_COLOR_RGB, "deep": cv2.IMREAD_UNCHANGED}[header.layout]
    if header.layout != "deep":
        flags |= cv2.IMREAD_IGNORE_ORIENTATION
    try:
        found = cv2.imdecode(np.frombuffer(data, np.uint8), flags)
    except cv2.error:
        found = None
    if found is None:
        raise DataError(f"the {title(header.format)} is damaged: its pixels cannot be decoded")
    pixels: np.ndarray = found
    if pixels.shape[:2] != (header.height, header.width):
        raise DataError(f"the {title(header.format)} is damaged: it declares one size and holds another")
    if header.layout == "deep":
        return _from_deep(pixels, header.channels)
    return pixels


def _from_deep(pixels: "np.ndarray", channels: int) -> "np.ndarray":
    """Return OpenCV's 16-bit BGR or BGRA as 8-bit pixels on white; `channels` is what the file holds."""
    pixels = colour.to_8_bits(pixels)
    colours = pixels[:, :, 0] if channels == 2 else pixels[:, :, 2::-1]
    if pixels.shape[2] == 4:
        return colour.on_white(colours, pixels[:, :, 3])
    return colours.copy()


_threads_set = False


def _one_thread(limit: Callable[[int], None]) -> None:
    """Keep OpenCV from starting threads of its own: samples are decoded side by side already."""
    global _threads_set
    if not _threads_set:
        limit(1)
        _threads_set = True


def _with_pillow(data: bytes, header: Header) -> "tuple[np.ndarray, int, bytes | None]":
    """Return the pixels, what is left to turn, and the profile that still holds for them."""
    try:
        with _quiet():
            image = _reader(header.format)(io.BytesIO(data))
            check_size(header.format, *image.size)
            orientation, icc = header.orientation, header.icc
            if header.format in ("avif", "heic"):  # Pillow has read what our header does not
                icc = image.info.get("icc_profile")
                orientation = orientation_of(image.info.get("exif") or b"")
            elif header.format == "tiff":  # Pillow turns TIFF itself
                orientation = 1
            image.load()
            if image.mode == "CMYK":
                return _array(colour.cmyk_to_rgb(image, icc)), orientation, None
            if image.mode == "LAB":
                return _array(colour.lab_to_rgb(image)), orientation, None
            return _flat(image, header), orientation, icc
    except (DataError, MemoryError):
        raise
    except Exception as error:  # decoders of untrusted bytes raise whatever they trip over
        raise DataError(f"the {title(header.format)} is damaged: {_words(error)}") from error


def _flat(image: Any, header: Header) -> "np.ndarray":
    """Return the pixels of a decoded Pillow image: 8 bits, grey or RGB, on white."""
    mode = image.mode
    if mode.startswith("I;16"):
        deep = _array(image)
        pixels = colour.to_8_bits(deep)
        if isinstance(image.info.get("transparency"), int):
            pixels[deep == image.info["transparency"]] = 255
        return pixels
    if mode in ("I", "F"):
        raise DataError(f"the {title(header.format)} has 32-bit samples of unknown range: convert it to 8 or 16 bits")
    if mode in ("1", "L") and "transparency" not in image.info:
        return _array(image if mode == "L" else image.convert("L"))
    if mode in ("1", "L", "LA", "La"):
        pair = _array(image.convert("LA"))
        return colour.on_white(pair[:, :, 0], pair[:, :, 1])
    if mode in ("P", "PA", "RGBA", "RGBa") or "transparency" in image.info:
        four = _array(image.convert("RGBA"))
        return colour.on_white(four[:, :, :3], four[:, :, 3])
    return _array(image if mode == "RGB" else image.convert("RGB"))


def _array(image: Any) -> "np.ndarray":
    import numpy as np

    return np.array(image)


def _reader(name: str) -> Callable[[io.BytesIO], Any]:
    """Return Pillow's reader of a format, by name: Pillow's own size limits then do not speak first."""
    from importlib import import_module

    if name == "heic":
        try:
            heif = import_module("pillow_heif")
        except ImportError:
            raise DataError("HEIC needs the package pillow-heif, which is not installed") from None
        return heif.HeifImageFile  # type: ignore[no-any-return]
    plugin, reader = {
        "jpeg": ("JpegImagePlugin", "JpegImageFile"),
        "png": ("PngImagePlugin", "PngImageFile"),
        "webp": ("WebPImagePlugin", "WebPImageFile"),
        "bmp": ("BmpImagePlugin", "BmpImageFile"),
        "gif": ("GifImagePlugin", "GifImageFile"),
        "tiff": ("TiffImagePlugin", "TiffImageFile"),
        "avif": ("AvifImagePlugin", "AvifImageFile"),
    }[name]
    found: Callable[[io.BytesIO], Any] = getattr(import_module(f"PIL.{plugin}"), reader)
    return found


def _words(error: Exception) -> str:
    """Return a decoder's message without addresses in memory, so that one file always gives one message."""
    text = str(error).split("\n", 1)[0].strip()
    return text[:200] if text and " at 0x" not in text else f"its structure is broken ({type(error).__name__})"


_lock = Lock()
_inside = 0
_saved: Any = None


@contextmanager
def _quiet() -> Iterator[None]:
    """Ignore Pillow's warnings about metadata while any thread decodes; all other warnings are left alone."""
    global _inside, _saved
    with _lock:
        if _inside == 0:
            _saved = warnings.catch_warnings()
            _saved.__enter__()
            warnings.filterwarnings("ignore", module=r"PIL\.")
        _inside += 1
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if _inside == 0:
                _saved.__exit__(None, None, None)
