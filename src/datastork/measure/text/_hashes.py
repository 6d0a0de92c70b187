"""Words, runs of words and lines of many texts at once, as 64-bit hashes, in numpy.

The hash of a run of bytes is a polynomial in a fixed odd number modulo 2^64, taken from sums over all bytes before it,
so that a run of any length costs two look-ups; it is mixed at the end, for its low bits are weak.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

CHUNK = 4 << 20  # bytes looked at together
_BASE = 0x9E3779B97F4A7C15
_INVERSE = pow(_BASE, -1, 1 << 64)


class Chunk(NamedTuple):
    """Texts that lie one after another in `data`.

    The words of text `i` are those from `words[i]` to `words[i + 1]`; word `w` lies from `starts[w]` to `ends[w]`;
    `lines` are the words that begin a line, `sums` the hash of all bytes before each.
    """

    data: "np.ndarray"
    words: "np.ndarray"
    starts: "np.ndarray"
    ends: "np.ndarray"
    lines: "np.ndarray"
    sums: "np.ndarray"

    def line_ends(self) -> "np.ndarray":
        """Return the last word of each line."""
        import numpy as np

        return np.append(self.lines, len(self.starts))[1:] - 1

    def hashes(self, first: "np.ndarray", last: "np.ndarray") -> "np.ndarray":
        """Return the hash of each run from word `first` to word `last`, both included."""
        start, end = self.starts[first], self.ends[last]
        return _mixed((self.sums[end] - self.sums[start]) * _powers(_INVERSE, CHUNK)[start])


def chunks(media: "pa.ChunkedArray") -> Iterator[tuple[int, Chunk]]:
    """Yield texts in the order of a column, some at a time, each with the row of the first one.

    A text longer than `CHUNK` bytes is cut into several, which then count as rows of the same number.
    """
    import numpy as np
    import pyarrow as pa

    row = 0
    for part in media.chunks:
        part = part.cast(pa.large_binary())
        sizes = pa.compute.fill_null(pa.compute.binary_length(part), 0).to_numpy()
        held, first = 0, 0
        for at, size in enumerate(sizes.tolist()):
            if held and held + size > CHUNK:
                yield row + first, _chunk(part[first:at], sizes[first:at])
                first, held = at, 0
            if size > CHUNK:
                data = np.frombuffer(part[at].as_py(), np.uint8)
                for start in range(0, size, CHUNK):
                    piece = data[start : start + CHUNK]
                    yield row + at, chunk_of(piece, np.zeros(1, np.int64))
                first, held = at + 1, 0
            else:
                held += size
        if held:
            yield row + first, _chunk(part[first:], sizes[first:])
        row += len(part)


def _chunk(part: "pa.Array", sizes: "np.ndarray") -> Chunk:
    import numpy as np

    data = np.frombuffer(b"".join(part.drop_null().to_pylist()), np.uint8)
    return chunk_of(data, np.concatenate([[0], np.cumsum(sizes)[:-1]]))


def chunk_of(data: "np.ndarray", heads: "np.ndarray") -> Chunk:
    """Return the words and lines of texts that begin at `heads`."""
    import numpy as np

    space = data <= 32
    blank_before = np.empty(len(data), bool)
    blank_before[:1] = True
    blank_before[1:] = space[:-1]
    blank_after = np.empty(len(data), bool)
    blank_after[-1:] = True
    blank_after[:-1] = space[1:]
    inner = heads[(heads > 0) & (heads < len(data))]
    blank_before[inner] = True
    blank_after[inner - 1] = True
    word = ~space
    starts = np.flatnonzero(word & blank_before)
    ends = np.flatnonzero(word & blank_after) + 1
    words = np.append(np.searchsorted(starts, heads), len(starts))
    breaks = np.searchsorted(starts, np.flatnonzero(data == 10))
    lines = np.unique(np.concatenate([words, breaks]))
    weighed = data.astype(np.uint64)
    weighed += np.uint64(1)
    weighed *= _powers(_BASE, CHUNK)[: len(data)]
    sums = np.zeros(len(data) + 1, np.uint64)
    np.cumsum(weighed, out=sums[1:])
    return Chunk(data, words, starts, ends, lines[lines < len(starts)], sums)


@lru_cache(maxsize=2)
def _powers(base: int, count: int) -> "np.ndarray":
    """Return the first powers of a number modulo 2^64."""
    import numpy as np

    powers = np.full(count, base, np.uint64)
    powers[0] = 1
    return np.cumprod(powers)


def _mixed(values: "np.ndarray") -> "np.ndarray":
    """Return hashes whose every bit depends on every bit of `values`."""
    import numpy as np

    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        values = (values ^ (values >> np.uint64(shift))) * np.uint64(factor)
    return np.asarray(values ^ (values >> np.uint64(31)))


class Seen:
    """Hashes with the texts they were seen in; of very many, those of every `every`-th different value."""

    def __init__(self, every: int = 1) -> None:
        self.every = every
        self._hashes: list[np.ndarray] = []
        self._texts: list[np.ndarray] = []

    def add(self, hashes: "np.ndarray", texts: "np.ndarray") -> "np.ndarray":
        """Note hashes and the numbers of their texts; return which of them were noted."""
        import numpy as np

        kept = np.flatnonzero(hashes % np.uint64(self.every) == 0) if self.every > 1 else np.arange(len(hashes))
        self._hashes.append(hashes[kept])
        self._texts.append(texts[kept].astype(np.int32))
        return kept

    def repeated(self) -> "Repeated":
        """Return what was seen in more than one text."""
        import numpy as np

        if not self._hashes or not sum(len(part) for part in self._hashes):
            nothing = np.empty(0, np.int64)
            return Repeated(nothing.astype(np.uint64), nothing, nothing, nothing, nothing)
        hashes, texts = np.concatenate(self._hashes), np.concatenate(self._texts)
        self._hashes.clear()
        self._texts.clear()
        order = np.argsort(hashes, kind="stable")
        hashes, texts = hashes[order], texts[order]
        first = np.flatnonzero(np.concatenate([[True], hashes[1:] != hashes[:-1]]))
        times = np.diff(np.append(first, len(hashes)))
        # the sort is stable and texts come in order, so those of one hash do too
        new = np.concatenate([[True], (hashes[1:] != hashes[:-1]) | (texts[1:] != texts[:-1])])
        different = np.add.reduceat(new.astype(np.int64), first)
        return Repeated(hashes[first], times, different, np.repeat(different > 1, times), texts)


class Repeated(NamedTuple):
    """Each different hash, how many `times` it was seen and in how many `texts`; and, for every sighting, whether
    its hash was seen in several texts (`again`), and in which text it was (`where`).
    """

    hashes: "np.ndarray"
    times: "np.ndarray"
    texts: "np.ndarray"
    again: "np.ndarray"
    where: "np.ndarray"
