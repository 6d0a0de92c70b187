"""The words of many texts at once, as 64-bit hashes.

A word is a run of letters, marks and digits, whatever their case; in scripts written without spaces each character is
one. All else, punctuation above all, only parts words. A word's hash is a polynomial of its characters modulo 2^64:
a difference of two prefix sums, so that the cost does not depend on how many words there are.
"""

import unicodedata
from collections.abc import Collection, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from datastork.media.text.near.letters import ALONE, LETTER, SPACE, ascii_table, looked_up

if TYPE_CHECKING:
    import numpy as np

BLOCK = 1 << 18  # characters worked on at a time: what fits the cache of a core
_ASCII = ascii_table()
_BASE = 0x9E3779B97F4A7C17  # odd, so that it has an inverse
_INVERSE = pow(_BASE, -1, 1 << 64)
_MIX = 0xD6E8FEB86659FD93


class Words(NamedTuple):
    """The words of some texts, one text after the other."""

    rows: list[int]  # which texts
    hashes: "np.ndarray"  # of all their words (uint64)
    counts: "np.ndarray"  # words of each text


def words(contents: Sequence[str]) -> Iterator[Words]:
    """Yield the words of texts, some texts at a time; in which order depends on the texts alone."""
    import numpy as np

    waiting: dict[bool, dict[int, str]] = {True: {}, False: {}}
    filled = {True: 0, False: 0}
    for row, content in enumerate(contents):
        plain = content.isascii()
        if not plain and not unicodedata.is_normalized("NFC", content):
            content = unicodedata.normalize("NFC", content)
        if len(content) >= BLOCK:
            hashes = np.concatenate([_hashed([piece], plain=plain)[0] for piece in _pieces(content)])
            yield Words([row], hashes, np.array([len(hashes)]))
            continue
        if filled[plain] + len(content) >= BLOCK:
            yield Words(list(waiting[plain]), *_hashed(waiting[plain].values(), plain=plain))
            waiting[plain], filled[plain] = {}, 0
        waiting[plain][row] = content
        filled[plain] += len(content) + 1
    for plain, some in waiting.items():
        if some:
            yield Words(list(some), *_hashed(some.values(), plain=plain))


def _pieces(content: str) -> Iterator[str]:
    """Yield a long text in pieces shorter than a block, cut at a space or the end of a line where there is one."""
    start, most = 0, BLOCK - 1
    while len(content) - start > most:
        end = start + most
        cut = max(content.rfind(" ", start + 1, end), content.rfind("\n", start + 1, end))
        end = cut if cut > 0 else end
        yield content[start:end]
        start = end
    yield content[start:]


def _hashed(contents: Collection[str], *, plain: bool) -> tuple["np.ndarray", "np.ndarray"]:
    """Return the hashes of the words of texts in at most a block of characters, and how many each has."""
    import numpy as np

    joined = f" {' '.join(contents)} "
    if plain:
        codes = np.frombuffer(joined.encode("ascii").translate(_ASCII), np.uint8)
        inside = codes != SPACE
        turns = np.flatnonzero(inside[1:] != inside[:-1])
        starts, ends = turns[::2] + 1, turns[1::2] + 1
    else:
        found = looked_up(np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32))
        letter, alone = found & np.uint32(LETTER) != 0, found & np.uint32(ALONE) != 0
        starts = np.flatnonzero(alone[1:] | (letter[1:] & ~letter[:-1])) + 1
        ends = np.flatnonzero(alone[:-1] | (letter[:-1] & ~letter[1:])) + 1
        codes = found & np.uint32(LETTER - 1)
    lengths = np.fromiter(map(len, contents), np.int64, len(contents))
    bounds = np.concatenate([np.ones(1, np.int64), 1 + np.cumsum(lengths + 1)])
    counts = np.diff(np.searchsorted(starts, bounds))
    up, down = _powers(_BASE), _powers(_INVERSE)
    sums = np.zeros(len(codes) + 1, np.uint64)
    np.cumsum(codes * up[: len(codes)], out=sums[1:])
    hashes = (sums[ends] - sums[starts]) * down[starts]
    return mixed(hashes), counts


@cache
def _powers(base: int) -> "np.ndarray":
    import numpy as np

    powers = np.full(BLOCK + 2, base, np.uint64)  # with the spaces around
    powers[0] = 1
    return np.multiply.accumulate(powers)


def mixed(hashes: "np.ndarray") -> "np.ndarray":
    """Return 64-bit hashes so mixed that every bit depends on all; in place."""
    import numpy as np

    hashes ^= hashes >> np.uint64(32)
    hashes *= np.uint64(_MIX)
    hashes ^= hashes >> np.uint64(29)
    hashes *= np.uint64(_MIX)
    hashes ^= hashes >> np.uint64(32)
    return hashes
