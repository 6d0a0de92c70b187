"""Exact likeness of pairs of texts: the part of all their shingles that both have."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from datastork.media.modality import MediaOf
from datastork.media.text.codec import decode
from datastork.media.text.near.shingles import shingles

if TYPE_CHECKING:
    import numpy as np

LOADED = 8_000_000  # words of texts in memory at a time, unless two texts have more
DECODED = 1024  # texts cut into words at a time


def likeness(first: "np.ndarray", second: "np.ndarray", sizes: "np.ndarray", media: MediaOf) -> "np.ndarray":
    """Return the Jaccard similarity of pairs of texts, given by number; `media(numbers)` returns their bytes.

    `sizes` are the words of each text. Pairs that are side by side should have texts in common.
    """
    import numpy as np

    found: list[float] = []
    for block in _blocks(sizes[first] + sizes[second]):
        rows = np.unique(np.concatenate([first[block], second[block]])).tolist()
        sets = dict(zip(rows, _sets(media(rows)), strict=True))
        pairs = zip(first[block].tolist(), second[block].tolist(), strict=True)
        found.extend(_jaccard(sets[one], sets[other]) for one, other in pairs)
    return np.array(found, np.float64)


def _blocks(weights: "np.ndarray") -> Iterator[slice]:
    """Yield slices of at least one pair each, and of at most `LOADED` words together where there are several."""
    import numpy as np

    ends = np.cumsum(weights)
    start = 0
    while start < len(weights):
        before = int(ends[start - 1]) if start else 0
        end = max(int(np.searchsorted(ends, before + LOADED, side="right")), start + 1)
        yield slice(start, end)
        start = end


def _sets(media: Sequence[bytes]) -> list["np.ndarray"]:
    """Return the distinct shingles of each text, in order; none for a text of few words."""
    import numpy as np

    found = [np.zeros(0, np.uint32)] * len(media)
    for start in range(0, len(media), DECODED):
        for some in shingles([decode(data).content for data in media[start : start + DECODED]]):
            for row, part in zip(some.rows.tolist(), np.split(some.hashes, some.starts)[1:], strict=True):
                part.sort()
                new = np.ones(len(part), bool)
                np.not_equal(part[1:], part[:-1], out=new[1:])
                found[start + row] = part[new]
    return found


def _jaccard(one: "np.ndarray", other: "np.ndarray") -> float:
    """Return how much of what either of two sets holds both hold. Sorting few numbers is quick, pair by pair."""
    import numpy as np

    either = np.concatenate([one, other])
    either.sort()
    both = int(np.count_nonzero(either[1:] == either[:-1]))
    return both / max(len(either) - both, 1)
