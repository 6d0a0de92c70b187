"""Pixels to another size, well smoothed and quick.

OpenCV's averaging by any factor (INTER_AREA) costs eight times as much as averaging 2×2 pixels followed by
linear interpolation. So an image is halved while it is at least twice too large; what is left is
interpolated, by way of twice the wanted size where plain interpolation would skip pixels. An odd side is
halved with its last row or column repeated, and the interpolation uses the true factor, so nothing is
shifted.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

_LONG = 128  # pixels
_SKIPS = 1.4  # linear interpolation looks at two pixels; beyond this factor it would miss too much of the others


def within(pixels: "np.ndarray", side: int) -> tuple[int, int]:
    """Return the width and height with the longest side shrunk to `side`; of a smaller image, its own."""
    height, width = pixels.shape[:2]
    factor = side / max(width, height)
    if factor >= 1:
        return width, height
    return max(1, round(width * factor)), max(1, round(height * factor))


def scale(pixels: "np.ndarray", width: int, height: int) -> "np.ndarray":
    """Return pixels as `width` × `height`: averaged where they shrink, cubic where they grow."""
    import cv2

    rows, columns = pixels.shape[:2]
    if (columns, rows) == (width, height):
        return pixels
    pixels = _shrink(pixels, min(columns, width), min(rows, height))
    if pixels.shape[:2] != (height, width):
        pixels = cv2.resize(pixels, (width, height), interpolation=cv2.INTER_CUBIC)
    return pixels


def _shrink(pixels: "np.ndarray", width: int, height: int) -> "np.ndarray":
    import cv2
    import numpy as np

    true_height, true_width = map(float, pixels.shape[:2])  # in pixels of the present size, fractions included
    while true_width >= 2 * width and true_height >= 2 * height and _halves_well(true_width, true_height):
        pixels = _halve(pixels)
        true_width, true_height = true_width / 2, true_height / 2
    if (true_width, true_height) == (width, height):
        return pixels
    across, down = _excess(true_width / width), _excess(true_height / height)
    if across != down and max(across, down) == 2:
        across = down = 2  # averaging 2×2 is far quicker than averaging 1×2
    wide, high = width * across, height * down
    fx, fy = wide / true_width, high / true_height
    pixels = cv2.resize(pixels, None, fx=fx, fy=fy, interpolation=cv2.INTER_LINEAR)[:high, :wide]
    if across > 1 or down > 1:
        pixels = cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(pixels)


def _halves_well(width: float, height: float) -> bool:
    """Say whether halving is exact, or the sides so long that half a pixel at the end is nothing."""
    return min(width, height) >= _LONG or (width % 2, height % 2) == (0, 0)


def _excess(factor: float) -> int:
    """Return the power of two by which to average after interpolation."""
    times = 1
    while factor > _SKIPS * times:
        times *= 2
    return times


def _halve(pixels: "np.ndarray") -> "np.ndarray":
    import cv2

    rows, columns = pixels.shape[:2]
    if rows % 2 or columns % 2:
        pixels = cv2.copyMakeBorder(pixels, 0, rows % 2, 0, columns % 2, cv2.BORDER_REPLICATE)
    size = ((columns + 1) // 2, (rows + 1) // 2)
    halved: np.ndarray = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    return halved
