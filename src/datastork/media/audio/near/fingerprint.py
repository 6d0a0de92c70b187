"""Fingerprints of sounds: 32 bits for every 16 ms, each whether the difference of two bands side by side rises.

After Haitsma and Kalker, A highly robust audio fingerprinting system, ISMIR 2002, with shorter windows, since our
sounds may be shorter than theirs, and logarithmic energies.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from datastork.core.errors import DataError
from datastork.media.audio import Audio, Stored

if TYPE_CHECKING:
    import numpy as np

HOP, WINDOW = 0.016, 0.128  # seconds
BANDS = 33
LOW, HIGH = 150.0, 3600.0  # Hz: what a telephone carries, so that a copy at 8 kHz is found
BACK = 4  # frames between which energies are compared
QUIET = 5.0  # bels below the loudest frame: what is quieter says nothing
LONGEST = 600.0  # seconds that are looked at
SUMMARY = 2 * BANDS * 2  # bytes
BATCH = 256  # frames transformed at once


class Marks(NamedTuple):
    """What a fingerprint holds: `words` uint32 (frames,), `heard` bool (frames,), `summary` float32 (66,)."""

    words: "np.ndarray"
    heard: "np.ndarray"
    summary: "np.ndarray"


def fingerprint(audio: Audio) -> bytes:
    """Return the fingerprint of a sound: some 260 bytes a second; of one longer than ten minutes, of the first ten."""
    import numpy as np

    levels = band_levels(audio)
    loud = np.log10((10**levels).sum(axis=1))
    heard = loud > max(float(loud.max()) - QUIET, -12.0)
    heard[:BACK] = False
    tilt = np.diff(levels, axis=1)
    rises = np.zeros(tilt.shape, bool)
    rises[BACK:] = tilt[BACK:] > tilt[:-BACK]
    words = np.packbits(rises, axis=1).view(">u4").ravel().astype("<u4")
    clear = levels[heard] if heard.any() else levels[:1]
    shape = clear.mean(axis=0)
    summary = np.concatenate([shape - shape.mean(), clear.std(axis=0)]).astype("<f2")
    return summary.tobytes() + words.tobytes() + np.packbits(heard).tobytes()


def marks(fingerprint: bytes) -> Marks:
    """Return what a fingerprint holds. Raises DataError for bytes that are none."""
    import numpy as np

    rest = len(fingerprint) - SUMMARY
    count = rest * 8 // 33
    while count > 0 and 4 * count + (count + 7) // 8 > rest:
        count -= 1
    if count < 1 or 4 * count + (count + 7) // 8 != rest:
        raise DataError(f"{len(fingerprint)} bytes are no fingerprint of a sound")
    words = np.frombuffer(fingerprint, "<u4", count, SUMMARY)
    bits = np.unpackbits(np.frombuffer(fingerprint, np.uint8, offset=SUMMARY + 4 * count), count=count)
    return Marks(words, bits.astype(bool), np.frombuffer(fingerprint, "<f2", 2 * BANDS).astype(np.float32))


def vectors(fingerprints: Sequence[bytes]) -> "np.ndarray":
    """Return sounds as unit vectors (n, 66): their mean spectrum from 150 to 3600 Hz, and how much it varies."""
    import numpy as np

    found = np.array([marks(one).summary for one in fingerprints], np.float32).reshape(-1, 2 * BANDS)
    length = np.linalg.norm(found, axis=1, keepdims=True)
    return np.asarray(found / np.where(length > 0, length, 1))


def band_levels(audio: Audio) -> "np.ndarray":
    """Return log10 of the energy in each band (frames, BANDS), one frame every HOP, never fewer than one."""
    import numpy as np

    rate = audio.rate
    size = max(int(WINDOW * rate), 2)
    points = 1 << (size - 1).bit_length()
    bank = _bank(points, rate)
    window = np.hanning(size + 1)[:-1].astype(np.float32)
    beside = np.zeros(size // 2, np.float32)  # so that a short sound has frames enough
    mono = np.concatenate([beside, *_beginning(audio), beside])
    count = max(int((len(mono) - size) / rate / HOP) + 1, 1)
    starts = np.rint(np.arange(count) * HOP * rate).astype(np.int64)
    missing = int(starts[-1]) + size - len(mono)
    if missing > 0:
        mono = np.concatenate([mono, np.zeros(missing, np.float32)])
    frames = np.lib.stride_tricks.sliding_window_view(mono, size)
    levels = np.empty((count, BANDS), np.float32)
    for at in range(0, count, BATCH):
        spectrum = np.fft.rfft(frames[starts[at : at + BATCH]] * window, points)[:, : bank.shape[0]]
        levels[at : at + BATCH] = (spectrum.real**2 + spectrum.imag**2) @ bank
    return np.asarray(np.log10(levels / np.float32(window.sum() ** 2) + np.float32(1e-14)))


def _beginning(audio: Audio) -> "Iterator[np.ndarray]":
    """Yield the mean of the channels, as far as it is looked at."""
    from datastork.media.audio.blocks import mixed, opened

    most = int(LONGEST * audio.rate)
    if audio.frames <= most or not isinstance(audio.source, Stored):
        yield audio.mono[:most]
        return
    done = 0
    with opened(audio.source.data) as found:
        for block in found.blocks:
            yield mixed(block[: most - done])
            done += len(block)
            if done >= most:
                return


def _bank(points: int, rate: int) -> "np.ndarray":
    """Return weights (bins, BANDS): the share of each bin that lies in each band."""
    import numpy as np

    edges = LOW * (HIGH / LOW) ** (np.arange(BANDS + 1) / BANDS) * points / rate  # in bins
    bins = np.arange(min(int(edges[-1]) + 2, points // 2 + 1))[:, None]
    share = np.minimum(bins + 0.5, edges[1:]) - np.maximum(bins - 0.5, edges[:-1])
    return np.asarray(np.clip(share, 0, None).astype(np.float32))
