"""From evidence to probabilities, and the shares of the classes that they start from."""

from typing import TYPE_CHECKING, Literal

from datastork.core.errors import DataError

if TYPE_CHECKING:
    import numpy as np

    from datastork.consensus.fitting.incidence import Incidence

Shares = Literal["learned", "uniform", "damped"]
"""Where class shares come from: found in each round; all equal; or half way (geometric mean) between what is found and
what a vote weighted by agreement (Wawa) gives, which keeps a fit from running off into one class."""

FEW = 32  # so many columns are quicker one by one
SAFE = 500.0  # logarithms within this neither overflow nor vanish
PIECE = 65_536  # so many numbers stay in the cache of a processor


def probabilities(logs: "np.ndarray", share: "np.ndarray") -> "tuple[np.ndarray, np.ndarray, np.ndarray]":
    """Return rows that sum to 1: `share` times the exponential of `logs` (float64[n, k], overwritten).

    Also returns, for each row, a sum and a peak: the logarithm of the sum plus the peak is the log of the row's total.
    Works in pieces that stay in the cache, and column by column where there are few, all in the kind of number that
    `logs` has; not by matrix products, whose threads cost more than they bring on narrow tables.
    """
    import numpy as np

    count, width = logs.shape
    sums, peaks = np.empty(count, dtype=logs.dtype), np.zeros(count)
    share = share.astype(logs.dtype, copy=False)
    safe = logs.min(initial=0.0) > -SAFE and logs.max(initial=0.0) < SAFE
    size = max(1, PIECE // width)
    shares = np.tile(share, (min(size, count), 1))
    for low in range(0, count, size):
        piece, total = logs[low : low + size], sums[low : low + size]
        if not safe:
            peak = piece.max(axis=1)
            piece -= peak[:, None]
            peaks[low : low + size] = peak
        np.exp(piece, out=piece)
        piece *= shares[: len(piece)]  # as long lines
        if width <= FEW:
            total[:] = piece[:, 0]
            for at in range(1, width):
                total += piece[:, at]
            inverse = 1.0 / total
            for at in range(width):
                piece[:, at] *= inverse
        else:
            np.sum(piece, axis=1, out=total)
            piece /= total[:, None]
    return logs, sums, peaks


def column_sums(rows: "np.ndarray", weights: "np.ndarray | None") -> "np.ndarray":
    """Return the sum of each column, with a weight for each row or (None) all alike."""
    import numpy as np

    if weights is not None:
        return np.asarray(np.einsum("i,ij->j", weights, rows))
    width, whole = rows.shape[1], len(rows) // 64 * 64  # long lines are added quicker than narrow ones
    long = rows[:whole].reshape(-1, 64 * width).sum(axis=0).reshape(64, width).sum(axis=0)
    return np.asarray(long + rows[whole:].sum(axis=0))


def clamp(rows: "np.ndarray", gold: "np.ndarray") -> "np.ndarray":
    """Return rows with the known class (`gold`, -1 where unknown) set to 1, in place."""
    known = gold >= 0
    if known.any():
        rows[known] = 0.0
        rows[known, gold[known]] = 1.0
    return rows


def start(votes: "Incidence") -> "np.ndarray":
    """Return float64[rows, classes]: the share of the votes for each class; all equal where there are none."""
    import numpy as np

    rows = votes.by_class(np.ones(len(votes.answer)))
    silent = votes.total <= 0
    each = 1.0 / np.where(silent, 1.0, votes.total)
    for low in range(0, len(rows), PIECE):
        rows[low : low + PIECE] *= each[low : low + PIECE, None]
    if silent.any():
        rows[silent] = 1.0 / votes.n_classes
    return clamp(rows, votes.gold)


def weighed(votes: "Incidence") -> "np.ndarray":
    """Return float64[rows, classes]: votes weighted by the annotator's agreement with the majority (Wawa)."""
    import numpy as np

    first = start(votes)
    most = first >= first.max(axis=1, keepdims=True) - 1e-9
    right = votes.of @ votes.agreement(most / most.sum(axis=1, keepdims=True))
    cast = votes.of @ votes.used
    share = np.divide(right, cast, out=np.zeros_like(right), where=cast > 0)
    rows = votes.by_class(share[votes.annotator])
    sums = rows.sum(axis=1)
    rows[sums > 0] /= sums[sums > 0, None]
    rows[sums <= 0] = first[sums <= 0]
    return clamp(rows, votes.gold)


class ClassShares:
    """The class shares of a fit: given once, or found anew in every round."""

    def __init__(self, votes: "Incidence", prior: "np.ndarray | Shares | None") -> None:
        import numpy as np

        count = votes.n_classes
        covered = votes.times * (votes.total > 0)
        self.weights = None if (covered == 1.0).all() else covered
        self.fixed: np.ndarray | None = None
        self.middle: np.ndarray | None = None
        if isinstance(prior, str) and prior not in ("learned", "uniform", "damped"):
            raise DataError(f"prior must be numbers, 'learned', 'uniform' or 'damped', not {prior!r}")
        if isinstance(prior, str) or prior is None:
            if prior == "uniform":
                self.fixed = np.full(count, 1.0 / count)
            if prior == "damped":
                self.middle = self._found(weighed(votes))
            return
        given = np.asarray(prior, dtype=np.float64)
        if given.shape != (count,) or not (np.isfinite(given).all() and given.min() >= 0 and given.sum() > 0):
            raise DataError(f"prior must be {count} numbers, one per class, none below 0, not all 0; it is {prior!r}")
        self.fixed = np.maximum(given / given.sum(), 1e-300)  # as good as impossible; 0 would leave rows without any

    def of(self, rows: "np.ndarray") -> "np.ndarray":
        """Return float64[classes] for the posterior `rows` of this round."""
        import numpy as np

        if self.fixed is not None:
            return self.fixed
        found = self._found(rows)
        if self.middle is None:
            return found
        mean = np.sqrt(found * self.middle)
        return np.asarray(mean / mean.sum())

    def _found(self, rows: "np.ndarray") -> "np.ndarray":
        import numpy as np

        counts = column_sums(rows, self.weights) + 1.0  # one item more of each class: none is impossible
        return np.asarray(counts / counts.sum())
