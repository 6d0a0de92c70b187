"""The spectrogram of a sound as a picture: time from left to right, frequency from below, level as colour."""

import math
from typing import TYPE_CHECKING, Literal

from datastork.core.errors import DataError
from datastork.media.audio.blocks import Opened, mixed, opened
from datastork.media.audio.colours import colours

if TYPE_CHECKING:
    import numpy as np

WINDOW = 0.046  # seconds, about: the next power of two in frames
MOST_WINDOWS = 4  # averaged in one column
MOST_SIDE = 8192  # pixels
RANGE = 80.0  # dB from the darkest to the brightest colour
BATCH = 256  # windows transformed at once


def spectrogram_png(
    data: bytes,
    *,
    width: int,
    height: int,
    low: float = 0.0,
    high: float | None = None,
    scale: Literal["mel", "linear"] = "mel",
    start: float | None = None,
    end: float | None = None,
    top: float | None = None,
) -> bytes:
    """Return a spectrogram of a file of sound as a PNG of `width` × `height` pixels.

    Power of the mean of all channels in Hann windows of 32 to 64 ms, up to four averaged in a column, in dB; each row
    is the mean over its band of frequencies. What lies beyond the end of the sound is darkest. The file is decoded
    in blocks and memory does not grow with its length.

    low, high: the frequencies of the lower and the upper edge (Hz); by default 0 and half the rate, which is the most
    scale: "mel" (2595 log10(1 + f / 700), O'Shaughnessy 1987) or "linear"
    start, end: the part shown (seconds); by default all
    top: the level of the brightest colour (dB of full scale; 80 dB below is the darkest), by default the loudest here

    Raises DataError for a sound that cannot be decoded, and for settings that cannot be.
    """
    import numpy as np

    from datastork.media.image.codec import to_png

    if not (1 <= width <= MOST_SIDE and 1 <= height <= MOST_SIDE):
        raise DataError(f"a picture of {width}×{height} pixels cannot be made; 1 to {MOST_SIDE} a side can")
    if end is None:
        end = _seconds(data)
    with opened(data) as found:
        first, last = round((start or 0.0) * found.rate), round(end * found.rate)
        if not 0 <= first < last:
            raise DataError(f"there is nothing between {start or 0:g} s and {end:g} s")
        size = 1 << max(5, round(WINDOW * found.rate) - 1).bit_length()
        bank = _bank(size, found.rate, height, low, found.rate / 2 if high is None else high, scale)
        power = _columns(found, first, last, width, size) @ bank.T
    level = 10 * np.log10(np.maximum(power, 1e-20))
    brightest = float(level.max()) if top is None else top
    shade = np.rint((level - brightest + RANGE) * (255 / RANGE)).clip(0, 255).astype(np.uint8)
    return to_png(np.ascontiguousarray(colours()[shade.T[::-1]]))


def _seconds(data: bytes) -> float:
    with opened(data) as found:
        return sum(len(block) for block in found.blocks) / found.rate


def _bank(size: int, rate: int, rows: int, low: float, high: float, scale: str) -> "np.ndarray":
    """Return weights (rows, size / 2 + 1) that take the mean of the bins around the middle of each row."""
    import numpy as np

    high = min(high, rate / 2)
    if not 0 <= low < high:
        raise DataError(f"there are no frequencies between {low:g} Hz and {high:g} Hz")
    if scale == "mel":
        bottom, upper = (2595 * math.log10(1 + edge / 700) for edge in (low, high))
        edges = 700 * (10 ** (np.linspace(bottom, upper, rows + 1) / 2595) - 1)
    elif scale == "linear":
        edges = np.linspace(low, high, rows + 1)
    else:
        raise DataError(f"the scale is {scale!r}; it can be 'mel' or 'linear'")
    at = edges * size / rate  # in bins
    middle, reach = (at[:-1] + at[1:]) / 2, np.maximum(np.diff(at), 1.0)
    bins = np.arange(size // 2 + 1)
    # at least a triangle of one bin to each side, so that rows finer than the bins are interpolated
    weights = np.maximum(1 - np.abs(bins - middle[:, None]) / reach[:, None], 0)
    return np.asarray((weights / weights.sum(axis=1, keepdims=True)).astype(np.float32))


def _columns(found: Opened, first: int, last: int, width: int, size: int) -> "np.ndarray":
    """Return the mean power (width, size / 2 + 1) of each column between two frames; 1 is a sine of full scale."""
    import numpy as np

    step = (last - first) / width
    many = int(min(max(round(2 * step / size), 1), MOST_WINDOWS))
    middles = first + (np.arange(width * many) + 0.5) * (step / many)
    starts = np.rint(middles).astype(np.int64) - size // 2
    window = np.hanning(size + 1)[:-1].astype(np.float32)
    scale = np.float32(2 / window.sum())
    power = np.zeros((width, size // 2 + 1), np.float32)
    held, at, done = np.zeros(size, np.float32), -size, 0  # zeros before the beginning

    def take(upto: int) -> None:
        nonlocal done
        while done < len(starts) and starts[done] + size <= upto:
            stop = min(done + BATCH, int(np.searchsorted(starts, upto - size, side="right")))
            places = starts[done:stop] - at
            pieces = np.lib.stride_tricks.sliding_window_view(held, size)[places]
            spectrum = np.fft.rfft(pieces * window) * scale
            np.add.at(power, np.arange(done, stop) // many, spectrum.real**2 + spectrum.imag**2)
            done = stop

    end = 0
    for block in found.blocks:
        mono = mixed(block)
        end += len(mono)
        if end < starts[0]:
            continue
        held = np.concatenate([held, mono]) if at + len(held) == end - len(mono) else mono
        at = end - len(held)
        take(end)
        if done == len(starts):
            break
        keep = max(int(starts[done]) - at, 0)
        held, at = held[keep:], at + min(keep, len(held))
    if done < len(starts):
        held = np.concatenate([held, np.zeros(max(int(starts[-1]) + size - end, 0), np.float32)])
        take(int(starts[-1]) + size)
    return power / np.float32(many)
