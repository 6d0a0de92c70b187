"""Sizes of images for formats that do not keep them: as given, else from the head of the image itself."""

from pathlib import Path

from datastork.core.errors import DataError
from datastork.formats.format import Options
from datastork.media.image.header import read_header

SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff", ".gif", ".avif", ".heic")
_HEAD = 1 << 18  # bytes; enough for all but images with large previews before them


def size_of(name: str, image: Path | None, options: Options) -> tuple[int, int] | None:
    """Return (width, height) in pixels as the image is shown, or None where it is nowhere to be had."""
    if options.sizes is not None and name in options.sizes:
        return options.sizes[name]
    if image is None or not image.is_file():
        return None
    with image.open("rb") as file:
        data = file.read(_HEAD)
        try:
            header = read_header(data)
        except DataError:
            header = read_header(data + file.read())
    turned = header.orientation >= 5
    return (header.height, header.width) if turned else (header.width, header.height)
