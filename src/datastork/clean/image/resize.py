"""Images to one size."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Literal

from datastork.core import Range, step
from datastork.media.image import Image

if TYPE_CHECKING:
    import numpy as np

Side = Annotated[int, Range(1, 16384)]
Level = Annotated[int, Range(0, 255)]


@step
def resize(
    image: Image,
    *,
    width: Side,
    height: Side,
    fit: Literal["stretch", "pad", "crop"] = "pad",
    padding: tuple[Level, Level, Level] = (0, 0, 0),
    enlarge: bool = True,
) -> Image:
    """Bring an image to `width` × `height`.

    Shrinking averages all pixels, so fine patterns do not turn into false ones; enlarging is cubic.

    Settings:
        width: the new width (pixels)
        height: the new height (pixels)
        fit: "stretch" changes the shape; "pad" keeps it whole and fills the rest; "crop" cuts the middle out
        padding: the colour that fills the rest, as red, green, blue (0 to 255 each)
        enlarge: whether a smaller image is enlarged; if not it is padded, also where `fit` says otherwise

    Example:
        >>> import numpy as np
        >>> resize(Image(np.zeros((30, 60, 3), np.uint8)), width=20, height=20).pixels.shape
        (20, 20, 3)
    """
    from datastork.media.image.scale import scale

    across, down = width / image.width, height / image.height
    if fit == "pad":
        across = down = min(across, down)
    elif fit == "crop":
        across = down = max(across, down)
    if not enlarge:
        across, down = min(across, 1.0), min(down, 1.0)
    wide, high = max(1, round(image.width * across)), max(1, round(image.height * down))
    pixels = _cut(image.pixels, round(width / across), round(height / down))
    pixels = scale(pixels, min(wide, width), min(high, height))
    return replace(image, pixels=_fill(pixels, width, height, padding))


def _cut(pixels: "np.ndarray", width: int, height: int) -> "np.ndarray":
    """Return at most `width` × `height` pixels from the middle."""
    rows, columns = pixels.shape[:2]
    top, left = max(0, rows - height) // 2, max(0, columns - width) // 2
    return pixels[top : top + max(1, height), left : left + max(1, width)]


def _fill(pixels: "np.ndarray", width: int, height: int, padding: tuple[int, int, int]) -> "np.ndarray":
    """Return pixels in the middle of `width` × `height`, on the colour `padding`."""
    import cv2
    import numpy as np

    if not all(0 <= level <= 255 for level in padding):
        raise ValueError(f"padding: levels lie between 0 and 255, got {tuple(padding)}")
    rows, columns = pixels.shape[:2]
    if (columns, rows) == (width, height):
        return np.ascontiguousarray(pixels)
    red, green, blue = padding
    colour = (red, green, blue) if pixels.ndim == 3 else (round(0.299 * red + 0.587 * green + 0.114 * blue),)
    top, left = (height - rows) // 2, (width - columns) // 2
    sides = (top, height - rows - top, left, width - columns - left)
    filled: np.ndarray = cv2.copyMakeBorder(pixels, *sides, cv2.BORDER_CONSTANT, value=colour)
    return filled
