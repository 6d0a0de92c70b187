"""Which pairs of rows are worth comparing: those that share something rare."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import TYPE_CHECKING

from datastork.tables.dependencies.pairs import joint_codes
from datastork.tables.entities.compared import Compared

if TYPE_CHECKING:
    import numpy as np
    from scipy.sparse import csr_matrix

BLOCK = 100  # rows that may share something for it to be a reason to compare them
NEAREST = 12  # rows each row is compared with, at most (and those that chose it)
JOINT = 10  # columns of which pairs of values count as one thing shared
WINDOW = 2  # places on, in the order of the alphabet, forward and backward
SORTED = 6  # columns put in that order
GRAM = 4  # letters that stand for a word with a slip further on
CHUNK = 4096  # rows at a time


def candidates(columns: Sequence[Compared], rows: int) -> "tuple[np.ndarray, np.ndarray]":
    """Return pairs of rows (first < second, int64) to compare; about `NEAREST` a row, never all pairs.

    Rows share a value, a word (in whatever column, so that swapped fields meet), the beginning or end of a word, or
    the values of two columns, or stand next to each other in the alphabetical order of a column, read forwards or
    backwards (sorted neighbourhood; Hernandez and Stolfo 1995). What more than `BLOCK` rows share is no reason. Of
    what is left each row keeps those rows with which it shares most, the rare counting more (as in meta-blocking;
    Papadakis and others 2014).
    """
    import numpy as np
    from scipy.sparse import hstack

    shared = hstack(
        [block for block in _blocks(columns, rows) if block.shape[1]] or [_onehot(np.full(rows, -1))], "csr"
    )
    size = np.bincount(shared.indices, minlength=shared.shape[1])
    useful = (size > 1) & (size <= BLOCK)
    shared = shared[:, useful]
    weight = np.log(rows / size[useful])
    scaled = shared.multiply(weight).tocsr()
    across = shared.T.tocsr()
    first, second = [], []
    for start in range(0, rows, CHUNK):
        alike = (scaled[start : start + CHUNK] @ across).tocoo()
        one, other = alike.row.astype(np.int64) + start, alike.col.astype(np.int64)
        apart = one != other
        one, other, much = one[apart], other[apart], alike.data[apart]
        order = np.lexsort((other, -np.round(much, 6), one))
        one, other = one[order], other[order]
        begins = np.searchsorted(one, one)
        near = np.arange(len(one)) - begins < NEAREST
        first.append(np.minimum(one[near], other[near]))
        second.append(np.maximum(one[near], other[near]))
    for low, high in _neighbours(columns):
        first.append(low)
        second.append(high)
    keys = np.unique(np.concatenate(first) * rows + np.concatenate(second))
    return keys // rows, keys % rows


def _blocks(columns: Sequence[Compared], rows: int) -> "Iterator[csr_matrix]":
    """Yield what rows share, as matrices rows × things."""
    for column in columns:
        yield _onehot(column.codes)
    yield _words([one for one in columns if one.how in ("words", "text")], rows)
    many = sorted(columns, key=lambda one: -len(one.values))[:JOINT]
    for one, other in combinations(many, 2):
        yield _onehot(joint_codes([one.codes, other.codes]))


def _onehot(codes: "np.ndarray") -> "csr_matrix":
    import numpy as np
    from scipy.sparse import csr_matrix

    given = codes >= 0
    starts = np.concatenate([[0], np.cumsum(given)])
    width = int(codes.max(initial=-1)) + 1
    return csr_matrix((np.ones(int(given.sum()), np.float32), codes[given], starts), (len(codes), width))


def _words(columns: Sequence[Compared], rows: int) -> "csr_matrix":
    """Return which rows hold which words, and which begin or end like them."""
    import numpy as np
    from scipy.sparse import csr_matrix

    known: dict[str, int] = {}
    parts = []
    for column in columns:
        place: list[int] = []
        starts = [0]
        for value in column.values:
            words = set(value.split()[:50])
            things = {word for word in words if len(word) > 1}
            things |= {f"{word[:GRAM]}…" for word in words if len(word) > GRAM}
            things |= {f"…{word[-GRAM:]}" for word in words if len(word) > GRAM}
            place += sorted(known.setdefault(thing, len(known)) for thing in sorted(things))
            starts.append(len(place))
        parts.append((column.codes, np.array(place, np.int64), np.array(starts, np.int64)))
    whole = csr_matrix((rows, len(known)), dtype=np.float32)
    for codes, held, ends in parts:
        of_value = csr_matrix((np.ones(len(held), np.float32), held, ends), (len(ends) - 1, len(known)))
        whole = whole + _wide(codes, len(ends) - 1) @ of_value
    whole.data[:] = 1
    return whole


def _wide(codes: "np.ndarray", width: int) -> "csr_matrix":
    matrix = _onehot(codes)
    matrix.resize(len(codes), width)
    return matrix


def _neighbours(columns: Sequence[Compared]) -> "Iterator[tuple[np.ndarray, np.ndarray]]":
    """Yield pairs of rows whose values stand close in the order of the alphabet, forwards and backwards.

    Of rows with the same value the first stands for all; those that share a value meet elsewhere.
    """
    import numpy as np

    spelt = sorted((one for one in columns if one.how in ("words", "text")), key=lambda one: -len(one.values))
    for column in spelt[:SORTED]:
        rows = np.full(len(column.values), -1, np.int64)
        given = np.flatnonzero(column.codes >= 0)[::-1]
        rows[column.codes[given]] = given
        for values in (column.values, [value[::-1] for value in column.values]):
            order = np.array(sorted(range(len(values)), key=values.__getitem__), np.int64)
            ordered = rows[order]
            ordered = ordered[ordered >= 0]
            for step in range(1, WINDOW + 1):
                one, other = ordered[:-step], ordered[step:]
                yield np.minimum(one, other), np.maximum(one, other)
