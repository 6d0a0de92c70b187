"""Descriptors of thumbnails: low cosine frequencies of windows of the picture, in whole numbers, and their signs.

A crop of a picture looks like a window of it, so each thumbnail is described through windows: the whole frame and
frames less 5 or 10 % (20 % when centred) of either side. A fixed linear map takes the frequencies of the whole
thumbnail to those of a window. All sums are of whole numbers below 2^24 (2^53 for the first map), so they are exact
in float32 (float64), whatever the order of summation.
"""

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from datastork.media.image.near.fingerprint import SIDE

if TYPE_CHECKING:
    import numpy as np

FREQUENCIES = 12  # kept of the whole thumbnail, each direction
SEEN = 8  # used of a window, each direction: their signs make its code
BITS = SEEN * SEEN  # of a code; the first, of the mean, is always 0
SPANS = (  # of one side of the picture: from, to
    (0.0, 1.0), (0.0, 0.95), (0.05, 1.0), (0.0, 0.9), (0.05, 0.95), (0.1, 1.0), (0.1, 0.9),
)  # fmt: skip


class Maps(NamedTuple):
    """The fixed tables: matrices of whole numbers."""

    whole: "np.ndarray"  # (FREQUENCIES, SIDE) float64
    spans: "np.ndarray"  # (len(SPANS) * SEEN, FREQUENCIES) float32


def cosines(frequencies: int, positions: "np.ndarray") -> "np.ndarray":
    """Return the orthonormal cosine basis of `SIDE` samples at `positions` (0 to 1): (positions, frequencies)."""
    import numpy as np

    k = np.arange(frequencies)
    scale = np.where(k == 0, np.sqrt(1 / SIDE), np.sqrt(2 / SIDE))
    return np.asarray(scale * np.cos(np.pi * k * positions[:, None]))


def centres() -> "np.ndarray":
    """Return the positions of the middles of a thumbnail's pixels, 0 to 1."""
    import numpy as np

    return (np.arange(SIDE) + 0.5) / SIDE


@cache
def maps() -> Maps:
    """Return the fixed tables."""
    import numpy as np

    forward = cosines(FREQUENCIES, centres()).T
    seen = cosines(SEEN, centres()).T
    spans = [seen @ cosines(FREQUENCIES, low + (high - low) * centres()) for low, high in SPANS]
    return Maps(np.rint(forward * 256), np.rint(np.concatenate(spans) * 128).astype(np.float32))


def frequencies(thumbnails: "np.ndarray") -> "np.ndarray":
    """Return the low frequencies of thumbnails (n, SIDE, SIDE) as whole numbers (n, FREQUENCIES, FREQUENCIES).

    The unit is a quarter of a grey level; the mean is left out.
    """
    import numpy as np

    whole = maps().whole
    exact = whole @ (thumbnails.astype(np.float64) - 128) @ whole.T
    exact[:, 0, 0] = 0
    return np.asarray(np.rint(exact / (65536 / 4)).astype(np.float32))


def window_codes(spectrum: "np.ndarray") -> "np.ndarray":
    """Return the codes (n, len(SPANS) ** 2) uint64 of every window, vertical span first, of spectra (n, F, F)."""
    import numpy as np

    spans = maps().spans
    across = np.rint(np.matmul(spectrum, spans.T) / 1024)  # (n, F, spans * SEEN)
    return codes(np.matmul(spans, across))


def whole_values(spectrum: "np.ndarray") -> "np.ndarray":
    """Return the values (n, SEEN, SEEN) whose signs are the code of the whole frame."""
    import numpy as np

    whole = maps().spans[:SEEN]
    return np.asarray(np.matmul(whole, np.rint(np.matmul(spectrum, whole.T) / 1024)))


def codes(values: "np.ndarray") -> "np.ndarray":
    """Return the signs of values (n, rows * SEEN, columns * SEEN) as uint64 (n, rows * columns).

    The highest bit stands for the mean and is 0; then come the frequencies of the first row, and so on.
    """
    import numpy as np

    n, rows, columns = values.shape
    packed = np.packbits(values > 0, axis=-1).reshape(n, rows // SEEN, SEEN, columns // SEEN)
    together = np.ascontiguousarray(packed.swapaxes(-1, -2)).view(">u8").reshape(n, -1)
    return together.astype(np.uint64) & np.uint64((1 << 63) - 1)


def turned(spectrum: "np.ndarray", turn: int) -> "np.ndarray":
    """Return the spectra of the pictures turned: bit 0 mirrors left to right, 1 top to bottom, 2 transposes first."""
    import numpy as np

    odd = np.where(np.arange(spectrum.shape[-1]) % 2, -1.0, 1.0)
    out = spectrum.swapaxes(-1, -2) if turn & 4 else spectrum
    if turn & 1:
        out = out * odd
    return out * odd[:, None] if turn & 2 else out
