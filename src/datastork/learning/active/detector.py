"""The adaptive detector: what rows that were looked at say of which others are wrong, and in which cells."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from datastork.learning.active.flags import Flags
from datastork.learning.active.state import State

if TYPE_CHECKING:
    import numpy as np

EACH = 3  # answered rows in which a column was corrected, and in which it was not, before it is learned
OUTSIDE = 20  # answered rows that no detector had flagged, before others like them are judged
TREES = 100
LEAST = 0.5  # precision on answered rows, from which the learned detector is believed


@dataclass(frozen=True, slots=True)
class Quality:
    """How well a column's errors are found, on answered rows that the detector was not fitted on.

    `column`, `detector` ("rules" or "learned"), `precision` and `recall` (nan where nothing is flagged or wrong),
    `wrong`: answered rows in which the column was corrected; `answered`: answered rows; `used`: whether it counts.
    """

    column: str
    detector: str
    precision: float
    recall: float
    wrong: int
    answered: int
    used: bool


def adapted(state: State, *, also: "np.ndarray | None" = None, seed: int = 0) -> tuple[State, list[Quality]]:
    """Return the state with flags as answered rows teach them, and how good each detector is.

    For each column that was corrected in three answered rows and left alone in three, a random forest learns from the
    row as it was: its values, how rare each is, and the flags of the rules. Its word counts where it finds the errors
    of the answered rows better than the rules do (F1, out of bag), and is right half of the time. Rows that no rule
    flags are judged once twenty such rows were answered.

    Only rows for training are judged, and those of `also` (bool[n]), which must not be rows for testing: the label is
    one of the values that are looked at, where rows for testing are set apart.
    """
    import numpy as np

    flags, names = state.flags, state.before.names
    asked = np.flatnonzero(state.answered & state.train)
    qualities, cells = [], {name: flags.of_column(name) for name in flags.columns}
    outside = (~flags.rows[asked]).sum() >= OUTSIDE
    scope = state.train if also is None else state.train | also
    judged = np.flatnonzero(scope & (flags.rows | outside))
    matrix: np.ndarray | None = None
    for place, name in enumerate(names):
        wrong = state.changed[asked, place]
        had = flags.of_column(name)
        if had[asked].any() or wrong.any():
            qualities.append(_quality(name, "rules", had[asked], wrong))
        if min(wrong.sum(), (~wrong).sum()) < EACH:
            continue
        matrix = _features(state) if matrix is None else matrix
        found, seen = _learned(matrix, asked, wrong, judged, seed)
        ours = _quality(name, "learned", seen, wrong)
        rules = qualities[-1]
        better = ours.precision >= LEAST and _f1(ours) > _f1(rules)
        qualities[-1:] = [replace(rules, used=not better), replace(ours, used=better)]
        if better:
            cells[name] = had.copy()
            cells[name][judged], cells[name][asked] = found, seen
    if not any(one.used for one in qualities if one.detector == "learned"):
        return state, qualities
    whole = flags.rows & ~flags.cells.any(axis=1)
    return replace(state, flags=Flags.of(len(flags.rows), cells, whole)), qualities


def _quality(column: str, detector: str, flagged: "np.ndarray", wrong: "np.ndarray") -> Quality:
    hits, flagged_count, wrong_count = int((flagged & wrong).sum()), int(flagged.sum()), int(wrong.sum())
    precision = hits / flagged_count if flagged_count else float("nan")
    recall = hits / wrong_count if wrong_count else float("nan")
    return Quality(column, detector, precision, recall, wrong_count, len(wrong), used=detector == "rules")


def _f1(one: Quality) -> float:
    total = one.precision + one.recall
    return 2 * one.precision * one.recall / total if total > 0 else 0.0


def _features(state: State) -> "np.ndarray":
    """Return float64[n, d]: the rows as they were, how rare each value is, and what is flagged."""
    import numpy as np

    from datastork.learning.encode import encode

    rows = np.flatnonzero(state.train)
    hidden = () if state.apart else (state.label,)
    codes = encode(state.before, state.kinds, rows, form="codes", ignore=hidden).matrix(state.before)
    counts = [np.append(one.counts, 0)[one.codes] for one in state.before.columns if one.name not in hidden]
    return np.column_stack([codes, np.log1p(np.column_stack(counts)), state.flags.cells])


def _learned(
    matrix: "np.ndarray", asked: "np.ndarray", wrong: "np.ndarray", judged: "np.ndarray", seed: int
) -> "tuple[np.ndarray, np.ndarray]":
    """Return what a forest fitted on answered rows says of the judged ones, and of the answered ones out of bag."""
    import numpy as np
    from sklearn.ensemble import RandomForestClassifier

    forest = RandomForestClassifier(
        TREES, min_samples_leaf=2, oob_score=True, random_state=seed % 2**32, max_features=0.5
    )
    forest.fit(matrix[asked], wrong)
    seen = np.nan_to_num(forest.oob_decision_function_[:, 1]) > 0.5
    return forest.predict_proba(matrix[judged])[:, 1] > 0.5, seen
