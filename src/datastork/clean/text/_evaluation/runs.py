"""Evaluation sets as runs of words: read once for a process, and looked up quickly."""

import os
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from datastork.clean.text._evaluation.files import texts
from datastork.core.errors import RecipeError
from datastork.media.text.measures.folded import fold, hashed, ngram_hashes

if TYPE_CHECKING:
    import numpy as np

SHORTEST = 8  # words of an evaluation text that is looked for as a whole
_BITS = 26  # of the table by which most runs are told to be nowhere: 64 MiB at most


class Runs(NamedTuple):
    """All runs of words of some files. `table` says for the first bits of a hash whether a run may begin with the
    `head` words that have it; `known` holds the hashes of whole runs, sorted, with their path and number of words.
    """

    head: int
    shift: int
    table: "np.ndarray"
    known: "list[tuple[str, int, np.ndarray]]"

    def within(self, hashes: "np.ndarray") -> "Iterator[tuple[str, int, np.ndarray]]":
        """Yield path, number of words and places of the runs that a text has, from the hashes of its words."""
        import numpy as np

        heads = (ngram_hashes(hashes, self.head) >> np.uint64(self.shift)).view(np.int64)
        maybe = np.flatnonzero(self.table.take(heads))
        if not len(maybe):
            return
        for path, size, known in self.known:
            places = maybe[: maybe.searchsorted(len(hashes) - size, side="right")]
            runs = ngram_hashes(hashes, size).take(places)
            there = known.take(known.searchsorted(runs), mode="clip") == runs
            if there.any():
                yield path, size, places[there]


def evaluation_runs(paths: list[str], fields: list[str], size: int) -> Runs:
    """Return the runs of `size` words in some files, and the whole of shorter texts. A changed file is read again.

    Raises RecipeError for a file of another kind, a field it does not have, or no text that is long enough.
    """
    marks = tuple((path, (state := os.stat(path)).st_size, state.st_mtime_ns) for path in paths)
    with _READING:
        found = _known(marks, tuple(fields), size)
    if isinstance(found, RecipeError):
        raise RecipeError(found.problems)
    return found


_READING = Lock()
Marks = tuple[tuple[str, int, int], ...]  # path, size and time of change of each file


@lru_cache(maxsize=8)
def _known(marks: Marks, fields: tuple[str, ...], size: int) -> Runs | RecipeError:
    """Return the runs, or what is wrong with the files: neither is found out twice."""
    try:
        return _runs(marks, fields, size)
    except RecipeError as error:
        return error.with_traceback(None)


def _runs(marks: Marks, fields: tuple[str, ...], size: int) -> Runs:
    import numpy as np

    head = min(size, SHORTEST)
    heads: list[np.ndarray] = []
    known: list[tuple[str, int, np.ndarray]] = []
    for path, _, _ in marks:
        held: dict[int, list[np.ndarray]] = {}
        for text in texts(Path(path), fields):
            words = hashed(fold(text))
            if len(words) >= head:
                reach = min(size, len(words))
                held.setdefault(reach, []).append(ngram_hashes(words, reach))
                heads.append(ngram_hashes(words, head)[: len(words) - reach + 1])
        if not held:
            raise RecipeError([f"against: no text in {Path(path).name} has {head} words or more"])
        known += [(path, reach, np.unique(np.concatenate(parts))) for reach, parts in sorted(held.items())]
    count = sum(map(len, heads))
    shift = 64 - min(_BITS, max(16, (256 * count).bit_length()))
    table = np.zeros(1 << (64 - shift), bool)
    for part in heads:
        table[part >> np.uint64(shift)] = True
    return Runs(head, shift, table, known)
