"""Colour made one: profiles to sRGB, transparency onto white, 16 bits to 8, and the way up."""

import io
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from PIL.Image import Image as PillowImage
    from PIL.ImageCms import ImageCmsTransform

SAME = 2  # a profile that moves no colour by more than this many of 255 steps is taken as sRGB


def grey(pixels: "np.ndarray") -> "np.ndarray":
    """Return the luma of pixels, shape (height, width): 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601)."""
    import cv2

    return pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)


def to_8_bits(deep: "np.ndarray") -> "np.ndarray":
    """Return 16-bit samples as 8-bit ones: the full range onto the full range, rounded to the nearest."""
    import numpy as np

    return ((deep.astype(np.uint32) + 128) // 257).astype(np.uint8)


def on_white(colours: "np.ndarray", alpha: "np.ndarray") -> "np.ndarray":
    """Return 8-bit pixels laid over white by `alpha` (height, width), rounded to the nearest."""
    import numpy as np

    cover = alpha.astype(np.uint16)
    if colours.ndim == 3:
        cover = cover[:, :, None]
    mixed = colours * cover + 255 * (255 - cover) + 127
    return (mixed // 255).astype(np.uint8)


def upright(pixels: "np.ndarray", orientation: int) -> "np.ndarray":
    """Return pixels turned and mirrored so that EXIF `orientation` (1 to 8) becomes 1. Exif 3.0, 0x0112."""
    import numpy as np

    if orientation == 1:
        return pixels
    if orientation >= 5:
        pixels = pixels.swapaxes(0, 1)
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    return np.ascontiguousarray(pixels)


def to_srgb(pixels: "np.ndarray", icc: bytes | None) -> "np.ndarray":
    """Return 8-bit pixels of the profile `icc` in sRGB; grey ones through the grey curve of the profile.

    A profile that cannot be read, or is made for another kind of pixels, is ignored: the values are kept as
    they are and taken as sRGB. The same file always gives the same pixels.
    """
    import numpy as np
    from PIL import Image

    if icc is None:
        return pixels
    if pixels.ndim == 2:
        curve = _grey_curve(icc)
        return pixels if curve is None else curve[pixels]
    transform = _transform(icc, "RGB")
    if transform is None:
        return pixels
    return np.asarray(transform.apply(Image.fromarray(pixels)))


def cmyk_to_rgb(image: "PillowImage", icc: bytes | None) -> "PillowImage":
    """Return a CMYK image as RGB, by its profile where there is one, else by (255-C)(255-K)/255."""
    transform = _transform(icc, "CMYK") if icc else None
    return image.convert("RGB") if transform is None else transform.apply(image)


def lab_to_rgb(image: "PillowImage") -> "PillowImage":
    """Return a CIE L*a*b* image (white point D50) as sRGB."""
    from PIL import ImageCms

    lab, srgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
    return ImageCms.buildTransform(lab, srgb, "LAB", "RGB").apply(image)


@lru_cache(maxsize=64)
def _transform(icc: bytes, mode: str) -> "ImageCmsTransform | None":
    """Return the way from a profile to sRGB, or None where there is nothing to do or no profile to read."""
    import numpy as np
    from PIL import Image, ImageCms

    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(icc))
        target = ImageCms.createProfile("sRGB")
        transform = ImageCms.buildTransform(source, target, mode, "RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None
    if mode == "RGB":
        steps = np.array([0, 16, 32, 64, 96, 128, 160, 192, 224, 255], np.uint8)
        colours = np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(1, -1, 3)
        moved = np.asarray(transform.apply(Image.fromarray(colours)))
        if np.abs(moved.astype(int) - colours).max() <= SAME:
            return None
    return transform


@lru_cache(maxsize=64)
def _grey_curve(icc: bytes) -> "np.ndarray | None":
    import numpy as np
    from PIL import Image

    transform = _transform(icc, "L")
    if transform is None:
        return None
    levels = np.arange(256, dtype=np.uint8)
    curve = np.asarray(transform.apply(Image.fromarray(levels[None])))[0, :, 1].copy()
    return None if np.abs(curve.astype(int) - levels).max() <= SAME else curve
