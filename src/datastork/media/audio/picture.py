"""A sound as a small picture: its waveform."""

from typing import TYPE_CHECKING

from datastork.media.audio.peaks import FULL, peaks

if TYPE_CHECKING:
    import numpy as np

BEHIND, AXIS, WAVE = (250, 250, 250), (190, 190, 190), (38, 70, 130)


def waveform(data: bytes, width: int, height: int) -> "np.ndarray":
    """Return the waveform of the mean of all channels as pixels, uint8 (height, width, 3).

    Each column spans the least to the greatest sample of its time; the height is that of full scale, or of the
    loudest sample where that is more than 6 dB below, so that a quiet sound can be seen.
    """
    import numpy as np

    outline = peaks(data)
    bins = outline.mono.astype(np.float32) / FULL
    if len(bins) < width:  # a short sound: finer bins, one a column where there are frames enough
        finer = peaks(data, max(1, round(width / max(outline.seconds, 1e-3))))
        bins = finer.mono.astype(np.float32) / FULL
    edges = np.arange(width) * len(bins) // width
    low, high = np.minimum.reduceat(bins[:, 0], edges), np.maximum.reduceat(bins[:, 1], edges)
    loudest = max(float(np.abs(bins).max()), 1e-6)
    scale = (height / 2 - 1) / (1.0 if loudest > 0.5 else 2 * loudest)
    middle = (height - 1) / 2
    above, below = np.floor(middle - high * scale), np.ceil(middle - low * scale)
    rows = np.arange(height)[:, None]
    pixels = np.full((height, width, 3), BEHIND, np.uint8)
    pixels[round(middle)] = AXIS
    pixels[(rows >= above) & (rows <= below) & (high - low > 0)] = WAVE
    return pixels
