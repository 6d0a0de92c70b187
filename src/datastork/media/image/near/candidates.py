"""Candidates: which pictures might be near-duplicates, found by sorting and never by comparing all with all.

The code of every window of every picture is looked up among the codes of whole frames. For each of `BANDS` fixed
choices of bits, equal choices meet in one bucket; what meets anywhere and differs in few of all bits is a candidate.
"""

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from datastork.core.errors import DataError
from datastork.media.image.near.descriptors import (
    BITS,
    SEEN,
    SPANS,
    codes,
    frequencies,
    turned,
    whole_values,
    window_codes,
)

if TYPE_CHECKING:
    import numpy as np

BANDS = 10  # choices of bits
PROBES = 1  # least certain bits of each band also tried the other way round, one at a time
DIFFER = 12  # bits of 63 by which candidates may differ
CROWD = 64  # a fuller bucket is searched by further bits of the code, this many neighbours around
BACKLOG = 1 << 21  # meetings kept before they are put in order
CHUNK = 1 << 18  # meetings looked at in one go
BLOCK = 1 << 20  # windows looked up in one go
VIEWS = len(SPANS) ** 2
WIDTH = 24  # bits for the number of a frame: 16 million


class Candidates(NamedTuple):
    """Frames that might show one picture: `whole`, turned by `turn`, looks like window `view` of `cut`."""

    whole: "np.ndarray"
    cut: "np.ndarray"
    turn: "np.ndarray"
    view: "np.ndarray"


def candidates(thumbnails: "np.ndarray", owners: "np.ndarray", turns: tuple[int, ...]) -> Candidates:
    """Return candidates among thumbnails (n, SIDE, SIDE) of different `owners`, each once, with its best window."""
    import numpy as np

    n = len(thumbnails)
    if n < 2:
        none = np.zeros(0, np.int64)
        return Candidates(none, none, none, none)
    if n >> WIDTH:
        raise DataError(f"{n} pictures are too many to compare at once; {(1 << WIDTH) - 1} is the most")
    depth = min(max(n.bit_length() + 3, 10), 22)
    windows = np.empty((n, VIEWS), np.uint64)
    wholes, doubts = np.empty((len(turns), n), np.uint64), np.empty((BANDS, PROBES, len(turns), n), np.uint8)
    for start in range(0, n, 2048):
        part = slice(start, start + 2048)
        spectrum = frequencies(thumbnails[part])
        windows[part] = window_codes(spectrum)
        for t, turn in enumerate(turns):
            values = whole_values(turned(spectrum, turn))
            wholes[t, part] = codes(values)[:, 0]
            doubts[:, :, t, part] = least_certain(values, depth)
    found = np.zeros(0, np.int64)
    for band in range(BANDS):
        bucket = Bucket.of(band, depth, wholes.reshape(-1), doubts[band].reshape(PROBES, -1))
        found = np.concatenate([found, meetings(bucket, wholes.reshape(-1), windows.reshape(-1), owners)])
        if len(found) > BACKLOG:
            found = best(found)
    found, mask = best(found), (1 << WIDTH) - 1
    low, high, swapped = found >> (15 + WIDTH), (found >> 15) & mask, (found >> 6) & 1 == 1
    turn = np.array(turns, np.int64)[(found >> 12) & 7]
    return Candidates(np.where(swapped, high, low), np.where(swapped, low, high), turn, found & 63)


@cache
def chosen_bits(band: int, depth: int) -> "np.ndarray":
    """Return the `depth` places (0 is the lowest frequency) that make up a band."""
    import numpy as np

    places = np.random.default_rng((band, 20)).permutation(BITS - 1) + 1  # not the mean
    return np.sort(places[:depth])


def least_certain(values: "np.ndarray", depth: int) -> "np.ndarray":
    """Return the places (BANDS, PROBES, n) of the values nearest to zero within each band."""
    import numpy as np

    along = np.arange(SEEN, dtype=np.float32)
    usual = np.hypot(along[:, None], along)  # natural pictures have amplitudes of about 1 / frequency
    certainty = np.abs(values * usual).reshape(-1, BITS)
    out = np.empty((BANDS, PROBES, len(values)), np.uint8)
    for band in range(BANDS):
        bits = chosen_bits(band, depth)
        within = certainty[:, bits]
        for probe in range(PROBES):
            smallest = within.argmin(axis=1)
            out[band, probe] = bits[smallest]
            within[np.arange(len(within)), smallest] = np.inf
    return out


class Bucket(NamedTuple):
    """One band of the codes of whole frames, sorted: slot -> run of entries."""

    mask: "np.uint64"
    shift: "np.uint64"
    starts: "np.ndarray"  # of each slot, and one more
    entries: "np.ndarray"  # numbers of codes
    keys: "np.ndarray"  # slot, then as many bits of the code as fit: sorted

    @staticmethod
    def of(band: int, depth: int, codes: "np.ndarray", doubts: "np.ndarray") -> "Bucket":
        """Sort `codes` into slots, once as they are and once for each doubtful bit turned."""
        import numpy as np

        one = np.uint64(1)
        places = chosen_bits(band, depth)
        mask = np.uint64(sum(1 << (63 - int(place)) for place in places))
        width = min(max(len(codes).bit_length() + 2, 10), 24)
        probes = [codes, *(codes ^ (one << (np.uint64(63) - doubt.astype(np.uint64))) for doubt in doubts)]
        tried = np.concatenate(probes)
        shift = np.uint64(64 - width)
        slot = spread(tried & mask, shift)
        keys = (slot << shift) | (np.tile(codes, len(probes)) >> np.uint64(width))
        order = np.argsort(keys, kind="stable")
        counts = np.bincount(slot.astype(np.int64), minlength=1 << width)
        starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
        return Bucket(mask, shift, starts, (order % len(codes)).astype(np.int32), keys[order])


def spread(bits: "np.ndarray", shift: "np.uint64") -> "np.ndarray":
    """Return masked codes spread evenly over slots (a multiplicative hash)."""
    import numpy as np

    return (bits * np.uint64(0x9E3779B97F4A7C15)) >> shift


def meetings(bucket: Bucket, codes: "np.ndarray", windows: "np.ndarray", owners: "np.ndarray") -> "np.ndarray":
    """Return what meets in a bucket and differs little, as numbers.

    The bits of a number: lower frame, higher frame, turn, difference, whether the higher one is whole, view.
    """
    import numpy as np

    out = [np.zeros(0, np.int64)]
    for start in range(0, len(windows), BLOCK):
        out += within_block(bucket, codes, windows[start : start + BLOCK], start, owners)
    return np.concatenate(out)


def within_block(
    bucket: Bucket, codes: "np.ndarray", windows: "np.ndarray", start: int, owners: "np.ndarray"
) -> Iterator["np.ndarray"]:
    """Give, a piece at a time, the numbers of what meets one block of windows, of which the first is number `start`."""
    import numpy as np

    n = len(owners)
    slot = spread(windows & bucket.mask, bucket.shift).astype(np.int32)
    first = bucket.starts[slot]
    count = bucket.starts[slot + 1] - first
    busy = np.flatnonzero(count)
    first, count = first[busy].astype(np.int64), count[busy].astype(np.int64)
    crowded = np.flatnonzero(count > CROWD)
    if len(crowded):
        width = np.uint64(64) - bucket.shift
        wanted = (slot[busy[crowded]].astype(np.uint64) << bucket.shift) | (windows[busy[crowded]] >> width)
        middle = np.searchsorted(bucket.keys, wanted)
        last = first[crowded] + count[crowded] - CROWD
        first[crowded] = np.clip(middle - CROWD // 2, first[crowded], last)
        count[crowded] = CROWD
    ends = np.cumsum(count)
    begin = 0
    while begin < len(busy):
        end = max(begin + 1, int(np.searchsorted(ends, (ends[begin - 1] if begin else 0) + CHUNK, side="right")))
        some = slice(begin, end)
        begin = end
        sizes = count[some]
        offsets = np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        entry = bucket.entries[np.repeat(first[some], sizes) + offsets]
        window = np.repeat(busy[some], sizes)
        differ = np.bitwise_count(codes[entry] ^ windows[window])
        near = np.flatnonzero(differ <= DIFFER)
        entry, window, differ = entry[near].astype(np.int64), window[near] + start, differ[near].astype(np.int64)
        whole, turn, cut, view = entry % n, entry // n, window // VIEWS, window % VIEWS
        apart = owners[whole] != owners[cut]
        low, high, swapped = np.minimum(whole, cut), np.maximum(whole, cut), (whole > cut).astype(np.int64)
        number = ((((low << WIDTH | high) << 3 | turn) << 5 | differ) << 1 | swapped) << 6 | view
        yield number[apart]


def best(numbers: "np.ndarray") -> "np.ndarray":
    """Return what `meetings` gave with each pair once for each turn, by the window that differs least, sorted."""
    import numpy as np

    numbers = np.sort(numbers)
    pair = numbers >> 12
    return numbers[np.concatenate([[True], pair[1:] != pair[:-1]])] if len(numbers) else numbers
