"""Votes as a sparse matrix: a line per different set of votes, a column per annotator and answer that occur."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from datastork.consensus.crowd import Crowd
from datastork.core.errors import DataError

if TYPE_CHECKING:
    import numpy as np

SAMPLE = 2000  # so many items are looked at to see whether many were answered alike
FEW = 16  # so many classes make a product with all of them quicker than picking one
NARROW = 250_000  # so many votes are added up in float32, in half the memory and time
ALIKE = 0.5  # items are merged where at most this share of a sample are different


@dataclass(frozen=True, slots=True, eq=False)
class Incidence:
    """Votes in the form that every fit works on. A *row* stands for all items with exactly the same votes.

    `votes`      scipy CSR float64[rows, codes]: weight of the votes with that code. A *code* is a pair of an annotator
                 and an answer that occurs; `annotator` and `answer` (int64[codes]) say which. From a quarter of a
                 million votes on, where no rows are merged, it is float32, and so are sums by row
    `of`         scipy CSR float64[annotators, codes]: 1 where the code is of the annotator; sums codes by annotator
    `naming`     scipy CSR float64[classes, codes]: 1 where the code's answer is the class; sums codes by answer
    `times`      float64[rows]: how many items the row stands for; `row` int64[n_items] says which row an item has
    `total`      float64[rows]: weight of all votes of the row
    `gold`       int64[rows]: the known class, or -1
    `used`       float64[codes]: weight of all votes with the code; `alone`: whether every row stands for one item
    `across`     `votes` transposed, scipy CSC [codes, rows]; made of it
    """

    votes: Any
    of: Any
    naming: Any
    annotator: "np.ndarray"
    answer: "np.ndarray"
    times: "np.ndarray"
    row: "np.ndarray"
    total: "np.ndarray"
    gold: "np.ndarray"
    used: "np.ndarray"
    alone: bool
    n_classes: int
    across: Any = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "across", self.votes.T)

    @property
    def cells(self) -> int:
        """Return the size of one table of codes by classes, which a confusion matrix per annotator needs."""
        return len(self.annotator) * self.n_classes

    def same(self) -> "np.ndarray":
        """Return bool[codes, classes]: whether the answer of the code is that class."""
        import numpy as np

        return np.asarray(np.equal.outer(self.answer, np.arange(self.n_classes)))

    def counts(self, rows: "np.ndarray") -> "np.ndarray":
        """Return float64[codes, k]: weight of the votes with each code, by the class (or state) of `rows`.

        Rows sum to 1: of two columns the first is what the other leaves of all votes.
        """
        import numpy as np

        weighted = rows if self.alone else rows * self.times[:, None]
        weighted = weighted.astype(self.votes.dtype, copy=False)
        if rows.shape[1] != 2:
            return np.asarray(self.across @ weighted).astype(np.float64, copy=False)
        second = (self.across @ np.ascontiguousarray(weighted[:, 1])).astype(np.float64, copy=False)
        return np.stack([np.maximum(self.used - second, 0.0), second], axis=1)

    def evidence(self, table: "np.ndarray") -> "np.ndarray":
        """Return float64[rows, k]: for each row the sum of the lines of `table` (float64[codes, k]) for its votes."""
        import numpy as np

        return np.asarray(self.votes @ table.astype(self.votes.dtype, copy=False))

    def by_class(self, amount: "np.ndarray") -> "np.ndarray":
        """Return float64[rows, classes]: the `amount` (float64[codes]) of each vote, added to the class it names."""
        import numpy as np
        from scipy import sparse

        if self.n_classes <= FEW:
            return self.evidence(np.where(self.same(), amount[:, None], 0.0))
        found = sparse.csr_matrix(
            (self.votes.data * amount[self.votes.indices], self.answer[self.votes.indices], self.votes.indptr),
            shape=(self.votes.shape[0], self.n_classes),
        )
        return np.asarray(found.toarray())

    def agreement(self, rows: "np.ndarray") -> "np.ndarray":
        """Return float64[codes]: of each code's votes, how much weight is on the class they name."""
        import numpy as np

        if self.n_classes <= FEW:
            return np.asarray(self.counts(rows)[np.arange(len(self.answer)), self.answer])
        lengths = np.diff(self.votes.indptr)
        line = np.repeat(np.arange(len(lengths)), lengths)
        share = rows[line, self.answer[self.votes.indices]] * self.votes.data * self.times[line]
        return np.bincount(self.votes.indices, weights=share, minlength=len(self.annotator))

    def spread(self, rows: "np.ndarray") -> "np.ndarray":
        """Return what belongs to rows as lines of items."""
        import numpy as np

        return rows if self.alone else np.asarray(rows[self.row])


def incidence(crowd: Crowd, gold: Mapping[int, int] | None = None) -> Incidence:
    """Return the votes of a crowd as sparse matrices; equal sets of votes become one row where there are many.

    gold: class by item, for items whose class is known

    Raises DataError where gold names an item or a class that is not there.
    """
    import numpy as np
    from scipy import sparse

    known = np.full(crowd.n_items, -1, dtype=np.int64)
    for item, label in (gold or {}).items():
        if not (0 <= item < crowd.n_items and 0 <= label < crowd.n_classes):
            raise DataError(
                f"gold says item {item} is of class {label}; there are {crowd.n_items} items, {crowd.n_classes} classes"
            )
        known[item] = label
    pair = crowd.annotators * crowd.n_classes
    pair += crowd.values
    codes, column = _numbered(pair, crowd.n_annotators * crowd.n_classes)
    weights, items = crowd.weights, crowd.items
    if (items[1:] < items[:-1]).any():
        order = np.argsort(items, kind="stable")
        weights, column = weights[order], column[order]
    ends = np.cumsum(np.bincount(items, minlength=crowd.n_items))
    matrix = sparse.csr_matrix((weights, column, np.concatenate([[0], ends])), shape=(crowd.n_items, len(codes)))
    annotator, answer = np.divmod(codes, crowd.n_classes)
    chosen, row, times = _different(matrix, known)
    if chosen is not None:
        matrix, known = matrix[chosen], known[chosen]
    total = np.asarray(matrix @ np.ones(len(codes)))
    used = np.asarray(matrix.T @ times)
    alone = chosen is None
    if alone and matrix.nnz >= NARROW:
        narrow = matrix.data.astype(np.float32)  # `matrix.astype` would look for repeated lines, which do no harm
        matrix = sparse.csr_matrix((narrow, matrix.indices, matrix.indptr), shape=matrix.shape)
    of, naming = _sums(annotator, crowd.n_annotators), _sums(answer, crowd.n_classes)
    kinds = crowd.n_classes
    return Incidence(matrix, of, naming, annotator, answer, times, row, total, known, used, alone, kinds)


def _sums(group: "np.ndarray", count: int) -> Any:
    """Return the scipy CSR float64[count, n] that sums lines by their group (int64[n])."""
    import numpy as np
    from scipy import sparse

    return sparse.csr_matrix((np.ones(len(group)), (group, np.arange(len(group)))), shape=(count, len(group)))


def _numbered(pair: "np.ndarray", size: int) -> "tuple[np.ndarray, np.ndarray]":
    """Return the pairs that occur, ascending, and for each vote the place of its pair among them."""
    import numpy as np

    if size > 4 * len(pair) + 1024:  # a table of all pairs would be larger than sorting the votes is slow
        codes, column = np.unique(pair, return_inverse=True)
        return codes, column.astype(np.int32)
    there = np.zeros(size, dtype=bool)
    there[pair] = True
    place = np.cumsum(there, dtype=np.int32) - np.int32(1)
    return np.flatnonzero(there), place[pair]


def _different(matrix: Any, known: "np.ndarray") -> "tuple[np.ndarray | None, np.ndarray, np.ndarray]":
    """Return an item for each different set of votes (None: all are kept), each item's row, and items by row."""
    import numpy as np

    count = matrix.shape[0]
    everyone = None, np.arange(count), np.ones(count)
    if count < 16:
        return everyone
    sample = np.linspace(0, count - 1, min(count, SAMPLE)).astype(np.int64)
    if len(np.unique(_marks(matrix[sample], known[sample]), axis=0)) > ALIKE * len(sample):
        return everyone
    marks = _marks(matrix, known)
    order = np.lexsort(marks.T)
    new = np.ones(count, dtype=bool)
    new[1:] = (np.diff(marks[order].astype(np.int64), axis=0) != 0).any(1)
    row = np.empty(count, dtype=np.int64)
    row[order] = np.cumsum(new) - 1
    return order[new], row, np.bincount(row).astype(np.float64)


def _marks(matrix: Any, known: "np.ndarray") -> "np.ndarray":
    """Return uint64[rows, 2]: numbers that are equal where votes and gold are; 128 bits, so that others differ."""
    import numpy as np

    draw = np.random.default_rng(0x5707)
    lines = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    marks = np.zeros((matrix.shape[0], 2), dtype=np.uint64)
    for at in range(2):
        of_code = draw.integers(1, 2**63, matrix.shape[1], dtype=np.uint64) | np.uint64(1)
        salt = draw.integers(1, 2**63, dtype=np.uint64)
        mixed = of_code[matrix.indices] * ((matrix.data + 1.0).view(np.uint64) ^ salt)
        mixed ^= mixed >> np.uint64(29)
        mixed *= np.uint64(0xBF58476D1CE4E5B9)
        mixed ^= mixed >> np.uint64(32)
        np.add.at(marks[:, at], lines, mixed)
        marks[:, at] += (known + 2).astype(np.uint64) * (salt | np.uint64(1))
    return marks
