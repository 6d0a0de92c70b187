"""A video as one small picture: some of its frames side by side."""

from typing import TYPE_CHECKING

from datastork.media.image.scale import scale, within
from datastork.media.video import Video

if TYPE_CHECKING:
    import numpy as np


def spread(frames: int, count: int) -> list[int]:
    """Return the numbers of `count` frames (fewer where there are fewer), evenly spaced, not the very first and last.

    Example:
        >>> spread(100, 4)
        [12, 37, 62, 87]
    """
    count = min(count, frames)
    return sorted({(2 * part + 1) * frames // (2 * count) for part in range(count)})


def contact(video: Video, side: int) -> "np.ndarray":
    """Return four frames in two rows as pixels, uint8 (height, width, 3), at most `side` pixels at its longest."""
    import numpy as np

    numbers = spread(video.frames, 4 if video.frames >= 4 else 1)
    across = 2 if len(numbers) == 4 else 1
    tiles = []
    for _, image in video.some(numbers):
        width, height = within(image.pixels, max(side // across, 1))
        tiles.append(scale(image.pixels, width, height))
    if across == 1:
        return tiles[0]
    tiles = [tile[: tiles[0].shape[0], : tiles[0].shape[1]] for tile in tiles]
    return np.vstack([np.hstack(tiles[:2]), np.hstack(tiles[2:])])
