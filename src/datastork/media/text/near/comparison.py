"""Exact likeness of pairs of texts: the part of all their shingles that both have."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from datastork.media.text.codec import decode
from datastork.media.text.near.shingles import shingles

if TYPE_CHECKING:
    import numpy as np

LOADED = 4_000_000  # words of texts in memory at a time, unless two texts have more
COMPARED = 500_000  # of them compared at a time

Media = Callable[[Sequence[int]], Sequence[bytes]]


def likeness(first: "np.ndarray", second: "np.ndarray", sizes: "np.ndarray", media: Media) -> "np.ndarray":
    """Return the Jaccard similarity of pairs of texts, given by number; `media(numbers)` returns their bytes.

    `sizes` are the words of each text. Pairs that are side by side should have texts in common.
    """
    import numpy as np

    alike = np.zeros(len(first))
    weights = sizes[first] + sizes[second]
    for block in _blocks(weights, LOADED):
        rows, places = np.unique(np.concatenate([first[block], second[block]]), return_inverse=True)
        sets = _sets(media(rows.tolist()))
        half = len(places) // 2
        for part in _blocks(weights[block], COMPARED):
            left, right = places[:half][part], places[half:][part]
            alike[block][part] = _jaccard(*sets, left, right)
    return alike


def _blocks(weights: "np.ndarray", most: int) -> Iterator[slice]:
    """Yield slices of at least one each, and of at most `most` together where there are several."""
    import numpy as np

    ends = np.cumsum(weights)
    start = 0
    while start < len(weights):
        before = int(ends[start - 1]) if start else 0
        end = max(int(np.searchsorted(ends, before + most, side="right")), start + 1)
        yield slice(start, end)
        start = end


def _sets(media: Sequence[bytes]) -> tuple["np.ndarray", "np.ndarray"]:
    """Return the distinct shingles of texts, one after the other, and where each begins (and where the last ends)."""
    import numpy as np

    contents = [decode(data).content for data in media]
    hashes, owners = [], []
    for some in shingles(contents):
        owner = np.repeat(some.rows, np.diff(np.append(some.starts, len(some.hashes))))
        keys = np.sort(owner.astype(np.uint64) << np.uint64(32) | some.hashes)
        keys = keys[np.append(True, keys[1:] != keys[:-1])] if len(keys) else keys
        hashes.append(keys.astype(np.uint32))
        owners.append((keys >> np.uint64(32)).astype(np.int64))
    owner = np.concatenate([np.zeros(0, np.int64), *owners])
    order = np.argsort(owner, kind="stable")
    found = np.concatenate([np.zeros(0, np.uint32), *hashes])[order]
    return found, np.searchsorted(owner[order], np.arange(len(contents) + 1))


def _jaccard(hashes: "np.ndarray", starts: "np.ndarray", left: "np.ndarray", right: "np.ndarray") -> "np.ndarray":
    """Return for pairs of sets how much of what either holds both hold."""
    import numpy as np

    sizes = np.diff(starts)
    pairs = np.arange(len(left), dtype=np.uint64)
    taken = np.concatenate([left, right])
    lengths = sizes[taken]
    ends = np.cumsum(lengths)
    at = np.arange(int(ends[-1]) if len(ends) else 0) + np.repeat(starts[taken] - ends + lengths, lengths)
    keys = np.repeat(np.concatenate([pairs, pairs]) << np.uint64(32), lengths) | hashes[at]
    keys.sort()
    twice = (keys[1:][keys[1:] == keys[:-1]] >> np.uint64(32)).astype(np.int64)
    both = np.bincount(twice, minlength=len(left))
    found: np.ndarray = both / np.maximum(sizes[left] + sizes[right] - both, 1)
    return found
