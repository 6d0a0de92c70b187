"""Near-duplicate sounds: the pairs of fingerprints of which most of one lies in the other."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from datastork.media.audio.near.fingerprint import Marks, marks
from datastork.media.modality import Pairs
from datastork.media.ties import grouped, spread_out

if TYPE_CHECKING:
    import numpy as np

CHOICES = 4  # of bits by which frames are looked up
DEPTHS = 16, 24  # least and most bits of a choice: the more frames there are, the more
BESIDE = 12  # frames of other sounds that a frame is paired with in a crowded bucket
HITS = 2  # frames that must meet at one shift
SHIFTS = 3  # of a pair that are compared
SHARE = 0.7  # of the frames heard of the shorter sound that must lie in the other
LEAST = 8  # frames compared
DEPENDENT = 8.0  # bits that go together, so that so many count as one
SURE = 5.5  # standard deviations from chance


def near_pairs(fingerprints: Sequence[bytes], *, threshold: float) -> Pairs:
    """Return every pair of sounds of which one is, for the most part, in the other, each pair once, in order.

    Found are copies that were encoded anew, resampled, louder or softer, mixed to one channel, cut at the ends, or with
    silence added; not faster or slower ones. Likeness is 1 - 2 b, where b is the share of bits of the fingerprints that
    differ at the best shift in time, among frames heard in both: 1 for a copy, about 0 for others. At least 70 % of the
    frames heard of the shorter must lie in the longer. Sounds too short to be told from chance are never alike, unless
    their fingerprints are equal.

    Frames are looked up by choices of their bits and never all compared with all; in a crowd each is compared with its
    neighbours alone, so that crowds stay connected without a number of pairs in the square of theirs.

    threshold: likeness, 0 to 1, that makes a pair

    Raises DataError for bytes that are no fingerprint of a sound.
    """
    import numpy as np

    distinct, members = grouped(fingerprints)
    sounds = [marks(one) for one in distinct]
    first: list[int] = []
    second: list[int] = []
    alike: list[float] = []
    for one, other, shifts in candidates(sounds):
        value = max(likeness(sounds[one], sounds[other], shift) for shift in shifts)
        if value >= threshold and value > 0:
            first.append(one)
            second.append(other)
            alike.append(round(value, 4))
    return spread_out(np.array(first, np.int64), np.array(second, np.int64), np.array(alike), members)


def likeness(one: Marks, other: Marks, shift: int) -> float:
    """Return how alike two sounds are where frame k + `shift` of the first meets frame k of the second."""
    import numpy as np

    start, stop = max(shift, 0), min(len(one.words), len(other.words) + shift)
    if stop - start < LEAST:
        return 0.0
    here, there = slice(start, stop), slice(start - shift, stop - shift)
    both = one.heard[here] & other.heard[there]
    count = int(both.sum())
    if count < max(LEAST, SHARE * min(int(one.heard.sum()), int(other.heard.sum()))):
        return 0.0
    differ = int(np.bitwise_count(one.words[here][both] ^ other.words[there][both]).sum())
    value = 1 - 2 * differ / (32 * count)
    return value if value * (32 * count / DEPENDENT) ** 0.5 >= SURE else 0.0


def candidates(sounds: Sequence[Marks]) -> "Iterator[tuple[int, int, list[int]]]":
    """Yield (lower, higher, shifts) of sounds that might be alike, the likeliest shifts in frames first."""
    import numpy as np

    if len(sounds) < 2:
        return
    owner = np.repeat(np.arange(len(sounds)), [int(one.heard.sum()) for one in sounds])
    place = np.concatenate([np.flatnonzero(one.heard) for one in sounds])
    words = np.concatenate([one.words[one.heard] for one in sounds]).astype(np.uint32)
    depth = min(max(len(words).bit_length() + 4, DEPTHS[0]), DEPTHS[1])
    span = 2 * max(len(one.words) for one in sounds) + 1
    parts = []
    for choice in range(CHOICES):
        bits = np.random.default_rng((choice, 33)).permutation(32)[:depth]
        mask = np.uint32(sum(1 << int(bit) for bit in bits))
        parts.append(_meetings(words & mask, owner, place, len(sounds), span))
    met, hits = np.unique(np.concatenate(parts), return_counts=True)
    # hits at one shift, or the next: a copy seldom falls on the same grid of frames
    near = np.zeros(len(met), np.int64)
    beside = (met[1:] - met[:-1] == 1) & (met[1:] // span == met[:-1] // span)
    near[1:][beside] += hits[:-1][beside]
    near[:-1][beside] += hits[1:][beside]
    enough = hits + near >= HITS
    met, hits = met[enough], hits[enough]
    pair, shift = met // span, met % span - span // 2
    order = np.lexsort((shift, -hits, pair))
    pair, shift = pair[order], shift[order]
    starts = np.flatnonzero(np.diff(pair, prepend=-1))
    for start, stop in pairwise([*starts.tolist(), len(pair)]):
        one, other = divmod(int(pair[start]), len(sounds))
        yield one, other, shift[start : min(stop, start + SHIFTS)].tolist()


def _meetings(keys: "np.ndarray", owner: "np.ndarray", place: "np.ndarray", count: int, span: int) -> "np.ndarray":
    """Return where frames with equal keys meet, each with a few of those beside it, as numbers.

    A number is (lower sound * `count` + higher sound) * `span` + shift + span // 2.
    """
    import numpy as np

    order = np.lexsort((owner, keys))
    keys, owner, place = keys[order], owner[order], place[order]
    parts = [np.zeros(0, np.int64)]
    for step in range(1, min(BESIDE, len(keys) - 1) + 1):
        meet = np.flatnonzero((keys[step:] == keys[:-step]) & (owner[step:] != owner[:-step]))
        shift = place[meet] - place[meet + step] + span // 2
        parts.append((owner[meet] * count + owner[meet + step]) * span + shift)
    return np.concatenate(parts)
