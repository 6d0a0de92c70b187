"""Texts as vectors: near where they use the same words."""

from typing import TYPE_CHECKING

from datastork.media.modality import MediaOf
from datastork.media.text.codec import decode
from datastork.media.text.near.words import words

if TYPE_CHECKING:
    import numpy as np

PLACES = 256
READ = 4096  # texts in memory at a time


def vectors(count: int, media: MediaOf) -> "np.ndarray":
    """Return `count` texts as unit vectors (count, 256).

    Each different word of a text adds 1 + ln(times) at a place, with a sign, both given by the word's hash (Weinberger
    and others, Feature hashing for large scale multitask learning, 2009); then each place is divided by its root mean
    square over all texts, so that what all texts have weighs little. A text without words is all zeros.
    """
    import numpy as np

    found = np.zeros((count, PLACES), np.float32)
    for start in range(0, count, READ):
        rows = range(start, min(start + READ, count))
        for some, hashes, counts in words([decode(data).content for data in media(rows)]):
            owner = np.repeat(start + np.array(some, np.int64), counts)
            order = np.lexsort((hashes, owner))
            owner, hashes = owner[order], hashes[order]
            new = np.append(True, (owner[1:] != owner[:-1]) | (hashes[1:] != hashes[:-1]))[: len(owner)]
            times = np.diff(np.append(np.flatnonzero(new), len(owner)))
            owner, hashes = owner[new], hashes[new]
            sign = np.where(hashes >> np.uint64(63), 1, -1)
            places = owner * PLACES + (hashes % np.uint64(PLACES)).astype(np.int64)
            low = int(owner[0]) * PLACES if len(owner) else 0
            added = np.bincount(places - low, sign * (1 + np.log(times)))
            found.reshape(-1)[low : low + len(added)] += added
    usual = np.sqrt(np.square(found).mean(axis=0)) if count else np.ones(PLACES, np.float32)
    found /= np.maximum(usual, np.finfo(np.float32).tiny)
    lengths = np.linalg.norm(found, axis=1, keepdims=True)
    np.divide(found, lengths, out=found, where=lengths > 0)
    return found
