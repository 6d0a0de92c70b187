"""The fingerprint of an image: small grey thumbnails, enough to find its near-duplicates without the pixels.

Layout: a thumbnail of `SIDE` × `SIDE` uint8 grey values, row by row. Where the picture has uniform borders it shows
what lies within, and is followed by a thumbnail of the whole frame and by four bytes, what was cut away at the left,
top, right and bottom in 255ths of the side.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from datastork.core.errors import DataError
from datastork.media.image import Image

if TYPE_CHECKING:
    import numpy as np

SIDE = 32  # pixels of a thumbnail's side
THUMBNAIL = SIDE * SIDE  # bytes of one thumbnail

ENOUGH = 128  # pixels each side: four for each pixel of the thumbnail
TINY = 16  # pixels: smaller pictures are enlarged in squares, larger ones smoothly
UNIFORM = 16  # grey levels: a line of pixels that varies no more is part of a border (JPEG noise stays below)
KEEP = 0.25  # at least this part of each side is kept, however uniform the rest
TRIMMED = 0.02  # a cut of less than this part of a side is a matter of alignment: no second thumbnail

Box = tuple[int, int, int, int]  # left, top, right, bottom


def fingerprint(image: Image) -> bytes:
    """Return the fingerprint of `image`: 1 or 2 kB that depend on its pixels alone.

    Raises DataError for an image without pixels.
    """
    import cv2

    if image.pixels.size == 0:
        raise DataError(f"the image has no pixels ({image.width} × {image.height})")
    pixels = shrink(image.pixels)
    if pixels is image.pixels:
        grey = image.luma
    else:
        grey = pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    height, width = grey.shape
    left, top, right, bottom = content_box(grey)
    inner = thumbnail(grey[top:bottom, left:right])
    if max(left, width - right) <= TRIMMED * width and max(top, height - bottom) <= TRIMMED * height:
        return inner
    cut = (left / width, top / height, 1 - right / width, 1 - bottom / height)
    return inner + thumbnail(grey) + bytes(round(255 * part) for part in cut)


def shrink(pixels: "np.ndarray") -> "np.ndarray":
    """Return `pixels` shrunk by the whole number that leaves at least `ENOUGH` each side: means over square blocks.

    Up to one block at the sides is left out. It is what makes a fingerprint of a large image cheap.
    """
    import cv2
    import numpy as np

    height, width = pixels.shape[:2]
    block = min(height, width) // ENOUGH
    if block < 2:
        return pixels
    rows, columns = height // block, width // block
    top, left = (height - rows * block) // 2, (width - columns * block) // 2
    part = pixels[top : top + rows * block, left : left + columns * block]
    return np.asarray(cv2.resize(part, (columns, rows), interpolation=cv2.INTER_AREA))


def thumbnail(grey: "np.ndarray") -> bytes:
    """Return a grey picture shrunk (each value a mean over an area) or enlarged to `SIDE` × `SIDE`."""
    import cv2

    height, width = grey.shape
    if min(height, width) >= SIDE:
        return bytes(cv2.resize(grey, (SIDE, SIDE), interpolation=cv2.INTER_AREA).data)
    small = cv2.resize(grey, (min(width, SIDE), min(height, SIDE)), interpolation=cv2.INTER_AREA)
    way = cv2.INTER_NEAREST if max(height, width) <= TINY else cv2.INTER_LINEAR
    return bytes(cv2.resize(small, (SIDE, SIDE), interpolation=way).data)


def content_box(grey: "np.ndarray") -> Box:
    """Return the box left when uniform borders are cut away, one within the other, of any colour on any side.

    A picture uniform throughout keeps its whole frame.
    """
    height, width = grey.shape
    box = (0, 0, width, height)
    for _ in range(3):  # a frame within a frame within a frame
        inner = cut_borders(grey, box, keep=(round(KEEP * width), round(KEEP * height)))
        if inner == box:
            break
        box = inner
    return box


def cut_borders(grey: "np.ndarray", box: Box, *, keep: tuple[int, int]) -> Box:
    """Return `box` less the uniform lines along its four sides, or `box` where less than `keep` would remain."""
    left, top, right, bottom = box
    part = grey[top:bottom, left:right]
    above, below = uniform_lines(part)
    before, after = uniform_lines(part.T)
    height, width = part.shape
    if height - above - below < max(1, keep[1]) or width - before - after < max(1, keep[0]):
        return box
    return (left + before, top + above, right - after, bottom - below)


def uniform_lines(grey: "np.ndarray") -> tuple[int, int]:
    """Return how many rows at the top and at the bottom have one grey value each side, give or take noise."""
    import numpy as np

    ends = (grey[0], grey[-1])
    levels = [(int(end.min()), int(end.max())) for end in ends]
    if min(high - low for low, high in levels) > UNIFORM:
        return (0, 0)
    lowest, highest = grey.min(axis=1).astype(int), grey.max(axis=1).astype(int)
    counts = []
    for (low, high), darkest, brightest in zip(levels, (lowest, lowest[::-1]), (highest, highest[::-1]), strict=True):
        middle = (low + high) // 2
        within = (darkest + UNIFORM >= middle) & (brightest <= middle + UNIFORM)
        found = len(within) if within.all() else int(np.argmin(within))
        counts.append(found if high - low <= UNIFORM else 0)
    return counts[0], counts[1]


def vectors(fingerprints: Sequence[bytes]) -> "np.ndarray":
    """Return fingerprints as vectors (n, 256), float32: the content in 16 × 16 pixels, less its mean, of unit length.

    A picture without any contrast is the null vector. The scalar product of two is their correlation.
    """
    import numpy as np

    thumbnails = np.frombuffer(b"".join(f[:THUMBNAIL] for f in fingerprints), np.uint8).astype(np.float32)
    half = SIDE // 2
    small = thumbnails.reshape(-1, half, 2, half, 2).mean(axis=(2, 4)).reshape(-1, half * half)
    small -= small.mean(axis=1, keepdims=True)
    length = np.linalg.norm(small, axis=1, keepdims=True)
    return np.asarray(small / np.where(length > 0, length, 1))
