"""The shingles of texts: every run of five words, as a 32-bit hash."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from datastork.media.text.near.words import mixed, words

if TYPE_CHECKING:
    import numpy as np

SIZE = 5  # words
FEWEST = 20  # words: what two texts with fewer have in common says little, so they are compared exactly only
_FACTORS = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93, 0xA0761D6478BD642F)


class Shingles(NamedTuple):
    """The shingles of some texts, one text after the other."""

    rows: "np.ndarray"  # which texts; those of fewer than `FEWEST` words are not among them
    hashes: "np.ndarray"  # of all their shingles (uint32), in the order of the words
    starts: "np.ndarray"  # where those of each text begin
    words: "np.ndarray"  # how many words each has


def shingles(contents: Sequence[str]) -> Iterator[Shingles]:
    """Yield the shingles of texts of at least `FEWEST` words, some texts at a time."""
    import numpy as np

    for rows, hashes, counts in words(contents):
        count = max(len(hashes) - SIZE + 1, 0)
        runs = np.zeros(count, np.uint64)
        for place, factor in enumerate(_FACTORS):
            runs += hashes[place : place + count] * np.uint64(factor)
        short = np.zeros(len(hashes), bool)
        ends = np.cumsum(counts)
        for back in range(1, SIZE):  # runs that begin so late reach into the next text
            short[ends[counts >= back] - back] = True
        enough = counts >= FEWEST
        short[np.repeat(~enough, counts)] = True
        found = (mixed(runs[~short[:count]]) >> np.uint64(32)).astype(np.uint32)
        lengths = counts[enough] - SIZE + 1
        yield Shingles(np.array(rows)[enough], found, np.cumsum(lengths) - lengths, counts[enough])
