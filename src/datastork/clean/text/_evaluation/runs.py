"""Evaluation sets as runs of words: read once for a process, and looked up quickly."""

import os
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
    """All runs of `size` words of some files: a table of the first bits of their hashes, and by path all hashes."""

    size: int
    shift: int
    table: "np.ndarray"
    files: "list[tuple[str, np.ndarray]]"

    def places(self, runs: "np.ndarray") -> "dict[str, np.ndarray]":
        """Return where runs begin that a file has, for each file with any, from the numbers of all runs of a text."""
        import numpy as np

        maybe = np.flatnonzero(self.table.take((runs >> np.uint64(self.shift)).view(np.int64)))
        found = {}
        if len(maybe):
            runs = runs[maybe]
            for path, known in self.files:
                nearest = known.take(known.searchsorted(runs), mode="clip")
                if (there := nearest == runs).any():
                    found[path] = maybe[there]
        return found


def evaluation_runs(paths: list[str], fields: list[str], size: int) -> list[Runs]:
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
def _known(marks: Marks, fields: tuple[str, ...], size: int) -> list[Runs] | RecipeError:
    """Return the runs, or what is wrong with the files: neither is found out twice."""
    try:
        return _runs(marks, fields, size)
    except RecipeError as error:
        return error.with_traceback(None)


def _runs(marks: Marks, fields: tuple[str, ...], size: int) -> list[Runs]:
    import numpy as np

    by_size: dict[int, list[tuple[str, np.ndarray]]] = {}
    for path, _, _ in marks:
        held: dict[int, list[np.ndarray]] = {}
        for text in texts(Path(path), fields):
            words = fold(text)
            if len(words) >= min(size, SHORTEST):
                reach = min(size, len(words))
                held.setdefault(reach, []).append(ngram_hashes(hashed(words), reach))
        if not held:
            raise RecipeError([f"against: no text in {Path(path).name} has {min(size, SHORTEST)} words or more"])
        for reach, parts in held.items():
            by_size.setdefault(reach, []).append((path, np.unique(np.concatenate(parts))))
    return [_table(reach, files) for reach, files in sorted(by_size.items())]


def _table(size: int, files: "list[tuple[str, np.ndarray]]") -> Runs:
    import numpy as np

    count = sum(len(hashes) for _, hashes in files)
    shift = 64 - min(_BITS, max(16, (256 * count).bit_length()))
    table = np.zeros(1 << (64 - shift), bool)
    for _, hashes in files:
        table[hashes >> np.uint64(shift)] = True
    return Runs(size, shift, table, files)
