"""The outline of a waveform: least and greatest sample of each small stretch of time."""

from typing import TYPE_CHECKING, NamedTuple

from datastork.core.errors import DataError
from datastork.media.audio.blocks import mixed, opened

if TYPE_CHECKING:
    import numpy as np

FULL = 32767  # what a sample of 1 becomes; beyond is cut off


class Peaks(NamedTuple):
    """The outline of a sound, as int16 with 32767 for a sample of 1.

    `mono`      (bins, 2): least and greatest of the mean of all channels
    `channels`  (channels, bins, 2): the same of each channel
    `per_second` bins a second: bin k covers the frames from ceil(k * rate / per_second) to before the next
    `seconds`   duration of the sound; `rate` its frames a second
    """

    mono: "np.ndarray"
    channels: "np.ndarray"
    per_second: int
    seconds: float
    rate: int


def peaks(data: bytes, per_second: int = 100) -> Peaks:
    """Return the outline of a file of sound with `per_second` bins a second (fewer where its rate is lower).

    The file is decoded in blocks, so memory does not grow with its length but by 4 bytes a bin and channel.
    Raises DataError where it cannot be decoded.

    per_second: bins a second, at least 1
    """
    import numpy as np

    if per_second < 1:
        raise DataError(f"per_second is {per_second}; it must be 1 or more")
    with opened(data) as found:
        rate, per = found.rate, min(per_second, found.rate)
        lows: list[np.ndarray] = []
        highs: list[np.ndarray] = []
        at = 0
        for block in found.blocks:
            rows = np.ascontiguousarray(block.T)
            wide = np.vstack([mixed(block), rows]) if found.channels > 1 else rows
            first = at * per // rate
            last = (at + len(block) - 1) * per // rate
            starts = np.maximum(-(-np.arange(first, last + 1) * rate // per) - at, 0)
            low, high = (_whole(how.reduceat(wide, starts, axis=1).T) for how in (np.minimum, np.maximum))
            if lows and first == (at - 1) * per // rate:  # the bin the last block ended in
                np.minimum(lows[-1][-1], low[0], out=lows[-1][-1])
                np.maximum(highs[-1][-1], high[0], out=highs[-1][-1])
                low, high = low[1:], high[1:]
            if len(low):
                lows.append(low)
                highs.append(high)
            at += len(block)
    both = np.stack([np.concatenate(lows), np.concatenate(highs)], axis=-1)  # (bins, 1 or 1 + channels, 2)
    each = both[:, 1:] if found.channels > 1 else both
    return Peaks(both[:, 0], np.ascontiguousarray(each.swapaxes(0, 1)), per, at / rate, rate)


def _whole(values: "np.ndarray") -> "np.ndarray":
    import numpy as np

    return np.asarray(np.rint(np.clip(values, -1, 1) * FULL).astype(np.int16))
