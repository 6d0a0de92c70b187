"""What answers say of each class of errors: which columns are wrong in it, and how labels are confused."""

from typing import TYPE_CHECKING

from datastork.learning.active.state import State

if TYPE_CHECKING:
    import numpy as np

ENOUGH = 5  # answers on a class of errors before they are believed more than its flags
WRONG = 0.3  # share of a class's rows in which a column is corrected, from which it counts as wrong


def wrong_columns(state: State) -> list[tuple[str, ...]]:
    """Return the columns that cannot be believed, for each class of errors.

    Those flagged, until five rows of the class are answered; then those that were corrected in 30 % of them or more.
    """
    code, flagged = state.flags.classes
    names = state.before.names
    found = []
    for place, columns in enumerate(flagged):
        mine = state.answered & state.train & (code == place)
        if mine.sum() >= ENOUGH:
            share = state.changed[mine].mean(axis=0)
            found.append(tuple(name for name, one in zip(names, share.tolist(), strict=True) if one >= WRONG))
        else:
            found.append(columns)
    return found


def likely_labels(state: State, rows: "np.ndarray", chances: "np.ndarray") -> "np.ndarray":
    """Return a likely label for rows (int64[m], of one class of errors) whose own label cannot be believed: int64[m].

    chances: float64[n, classes], what a model fitted on trusted rows gives for each row. They are multiplied with how
    often a label is corrected to each other in the answered rows of the class, over how often the model would have
    given that, and one label is drawn for each row.
    """
    import numpy as np

    from datastork.tables.grid import NULL

    classes = state.target.classes
    places = {value: place for place, value in enumerate(classes)}
    column = state.before[state.label]
    given = np.array([*(places.get(value, NULL) for value in column.values), NULL])[column.codes]
    asked = rows[state.answered[rows] & (state.target.codes[rows] >= 0)]
    found = np.empty(len(rows), np.int64)
    for value in np.unique(given[rows]).tolist():
        mine = given[rows] == value
        seen = asked[given[asked] == value]
        true = np.bincount(state.target.codes[seen], minlength=len(classes)) + 0.5
        model = chances[seen].sum(axis=0) + chances[rows[mine]].mean(axis=0)
        likely = chances[rows[mine]] * (true / true.sum()) / np.maximum(model / model.sum(), 1e-6)
        likely /= likely.sum(axis=1, keepdims=True)
        drawn = (likely.cumsum(axis=1) < state.chance[rows[mine], None]).sum(axis=1)
        found[mine] = np.minimum(drawn, len(classes) - 1)
    return found
