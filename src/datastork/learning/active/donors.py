"""Rows that stand for others: for each flagged row, trusted rows that are as it would be if it were right."""

from typing import TYPE_CHECKING, Any

from datastork.learning.active.learned import likely_labels, wrong_columns
from datastork.learning.active.state import State

if TYPE_CHECKING:
    import numpy as np

SHARED = 3  # rows that stand for one
ASKED = 4000  # trusted rows of each label that are compared, at most
BLOCK = 1024  # rows compared at a time
ALIKE = 0.01  # squared distances that differ by less are the same
FEW = 50  # trusted rows below which none can stand for others
NOBODY = -1


def donors(state: State, told: "list[tuple[str, ...]] | None" = None) -> "np.ndarray":
    """Return int64[n, 3]: the rows that stand for each row of the pool, NOBODY for other rows.

    They have its label and are the nearest in the columns that can be believed; where the label itself cannot be
    believed, a likely one. A row of a class without wrong columns stands for itself, once answers say so; before,
    nobody stands for a row that was flagged as a whole. told: the wrong columns of each class of errors; by default
    those that the answered rows speak of.
    """
    import numpy as np

    found = np.full((len(state.answered), SHARED), NOBODY, np.int64)
    trusted = np.flatnonzero(state.trusted & (state.target.codes >= 0))
    if len(trusted) < FEW:
        return found
    code, _ = state.flags.classes
    ordered = trusted[np.argsort(state.chance[trusted], kind="stable")]
    by_label = [ordered[state.target.codes[ordered] == k][:ASKED] for k in range(len(state.target.classes))]
    chances: np.ndarray | None = None
    for place, wrong in enumerate(wrong_columns(state) if told is None else told):
        rows = np.flatnonzero(state.pool & (code == place))
        if not wrong:
            if told is not None or state.answered[rows].any():
                found[rows] = rows[:, None]
            continue
        labels = _given(state)[rows]
        if state.label in wrong:
            chances = _chances(state, trusted) if chances is None else chances
            labels = likely_labels(state, rows, chances)
        kept = np.flatnonzero([name not in wrong for name in state.encoder.owners])
        for label in np.unique(labels[labels >= 0]).tolist():
            mine = rows[labels == label]
            if len(by_label[label]):
                found[mine] = _nearest(
                    state.dirty[mine][:, kept], state.matrix[by_label[label]][:, kept], by_label[label]
                )
    return found


def give(weight: "np.ndarray", stands: "np.ndarray", each: float = 1.0) -> None:
    """Add what each row gives away (float64[n] in all) to the weights of the rows that stand for it, in equal parts."""
    import numpy as np

    np.add.at(weight, stands[stands != NOBODY], each / SHARED)


def _given(state: State) -> "np.ndarray":
    """Return the labels before any answer, as places among the classes."""
    import numpy as np

    places = {value: place for place, value in enumerate(state.target.classes)}
    column = state.before[state.label]
    found: np.ndarray = np.array([*(places.get(value, NOBODY) for value in column.values), NOBODY])[column.codes]
    return found


def _chances(state: State, trusted: "np.ndarray") -> "np.ndarray":
    from datastork.learning.estimators import estimator_of, fitted, probabilities

    machine = fitted(estimator_of("logistic", state.encoder), state.matrix[trusted], state.target.codes[trusted])
    return probabilities(machine, state.dirty, len(state.target.classes))


def _nearest(rows: Any, others: Any, names: "np.ndarray") -> "np.ndarray":
    """Return the names of the nearest others of each row (sparse matrices of the same columns): int64[m, 3].

    Of others that are as near chance decides, so that no few of them stand for many.
    """
    import numpy as np

    draw = np.random.default_rng(0)

    count = min(SHARED, len(names))
    found = np.empty((rows.shape[0], SHARED), np.int64)
    second = others.toarray().astype(np.float32)
    length = (second**2).sum(axis=1)
    for start in range(0, rows.shape[0], BLOCK):
        block = rows[start : start + BLOCK].toarray().astype(np.float32)
        far = length[None] - 2 * block @ second.T
        far += ALIKE * draw.random(far.shape, np.float32)
        near = np.argpartition(far, count - 1, axis=1)[:, :count]
        found[start : start + BLOCK] = names[np.resize(near.T, (SHARED, len(block))).T]
    return found
