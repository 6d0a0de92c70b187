"""For those who mark videos frame by frame: when frames are shown, and frames as pictures."""

from typing import TYPE_CHECKING

from datastork.media.video.reading import decode

if TYPE_CHECKING:
    import numpy as np

QUALITY = 85  # of a JPEG


def frame_times(data: bytes) -> "np.ndarray":
    """Return when each frame of a video is shown: float64 (frames,), seconds from the beginning of the file, rising.

    The times are those a browser's `currentTime` has while the frame is shown. DataError for what is no video.
    """
    return decode(data).times


def frame_jpeg(data: bytes, number: int, *, side: int | None = None) -> bytes:
    """Return frame `number` (from 0) as JPEG, shrunk to `side` pixels at its longest where it is larger.

    Its pixels are those of the video as it is shown: upright, square. Raises DataError where there is no such frame.
    """
    from datastork.media.image.codec import to_jpeg
    from datastork.media.image.scale import scale, within

    pixels = next(image.pixels for _, image in decode(data).some([number]))
    if side is not None:
        pixels = scale(pixels, *within(pixels, side))
    return to_jpeg(pixels, QUALITY)
