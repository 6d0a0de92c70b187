"""What answers gained a model, in words and numbers."""

from collections.abc import Sequence
from math import isfinite
from typing import TYPE_CHECKING

from datastork.core.findings import Cell, Findings, Table, plural
from datastork.learning.active.curve import ENOUGH, Point, enough

if TYPE_CHECKING:
    from datastork.learning.active.detector import Quality
    from datastork.learning.active.standing import Standing


def findings(now: "Standing", points: "Sequence[Point]", validating: int, own_split: bool) -> Findings:
    """Return what stands after the answers so far: accuracy as they came in, detectors, and whether to go on.

    validating: how many rows the accuracy is measured on; own_split: whether the split has some for that
    """
    state, last = now.state, points[-1]
    asked = int((state.answered & state.train).sum())
    pool, answered = int(state.pool.sum()), int((state.pool & state.answered).sum())
    inside = state.changed[state.pool & state.answered].any(axis=1)
    outside = state.changed[state.trusted & state.answered].any(axis=1)
    rows = int(state.train.sum())
    sentences = [
        f"{pool:,} of {plural(rows, 'row')} for training {'is' if pool == 1 else 'are'} flagged, {answered:,} of them"
        " answered; "
        f"{int(inside.sum()):,} of these {'was' if inside.sum() == 1 else 'were'} wrong.",
        f"The model gets {last.accuracy:.4f} of the validation rows right"
        f" (± {last.error:.4f}, {plural(validating, 'row')}).",
        _advice(points, pool - answered),
    ]
    if len(outside):
        sentences.insert(
            1,
            f"Of {plural(len(outside), 'answered row')} that nothing flagged, {int(outside.sum()):,}"
            f" {'was' if outside.sum() == 1 else 'were'} wrong.",
        )
    warnings = []
    if not state.apart:
        warnings.append(
            "The samples have no split: every row counts as one for training. Put a split before this step."
        )
    if not own_split:
        warnings.append("No row has the split 'validation': a fifth of those for training measured the gain.")
    numbers: dict[str, Cell] = {
        "flagged": pool,
        "answered": asked,
        "answered_flagged": answered,
        "wrong_of_answered_flagged": int(inside.sum()),
        "wrong_of_answered_others": int(outside.sum()),
        "accuracy": round(last.accuracy, 6),
        "accuracy_error": round(last.error, 6),
        "trust": round(now.weights.trust, 4),
        "stop": enough(points),
    }
    return Findings(
        "Cleaning for a model",
        sentences,
        warnings,
        numbers,
        [_curve(points), *_classes(now), *_detectors(now.qualities)],
    )


def _advice(points: "Sequence[Point]", open_rows: int) -> str:
    last = points[-1]
    if not open_rows:
        return "Every flagged row is answered: there is nobody left to ask about."
    if not isfinite(last.gain):
        return f"Nothing is answered yet; stork clean-next proposes rows. {ENOUGH} answers tell what more would gain."
    step = f"From {points[-2].answered:,} to {last.answered:,} answers it gained {last.gain:+.4f} ± {last.noise:.4f}"
    if enough(points):
        return f"Stop here: {step[0].lower()}{step[1:]}, which is within noise."
    if last.answered < ENOUGH:
        return f"{step}. {ENOUGH} answers tell whether more would help."
    return f"Go on: {step[0].lower()}{step[1:]}, which is more than noise."


def _curve(points: "Sequence[Point]") -> Table:
    rows = [
        (one.answered, round(one.accuracy, 5), round(one.accuracy - one.error, 5), round(one.accuracy + one.error, 5))
        for one in points
    ]
    columns = ("answered", "accuracy", "less one standard error", "and one more")
    return Table("Accuracy on validation rows by answered rows", columns, rows, chart="curve")


def _classes(now: "Standing") -> list[Table]:
    """Return the classes of errors: how many rows, how many answered, how many of these wrong."""
    state = now.state
    code, columns = state.flags.classes
    rows = []
    for place, names in enumerate(columns):
        mine = state.train & (code == place)
        asked = mine & state.answered
        wrong = int(state.changed[asked].any(axis=1).sum())
        rows.append((", ".join(names) or "the whole row", int(mine.sum()), int(asked.sum()), wrong))
    columns_told = ("flagged", "rows", "answered", "wrong")
    return [Table("Classes of errors", columns_told, rows, bar="rows")] if rows else []


def _detectors(qualities: "Sequence[Quality]") -> list[Table]:
    rows = [
        (
            one.column,
            one.detector,
            round(one.precision, 3) if isfinite(one.precision) else None,
            round(one.recall, 3) if isfinite(one.recall) else None,
            one.wrong,
            one.answered,
            one.used,
        )
        for one in qualities
    ]
    columns = ("column", "detector", "precision", "recall", "wrong", "answered", "used")
    caption = "Detectors, on answered rows; the learned one is judged on rows it did not learn from"
    return [Table(caption, columns, rows)] if rows else []
