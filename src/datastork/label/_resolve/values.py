"""Answers that are texts, ratings, corrected cells or preferences."""

from typing import TYPE_CHECKING, Any

from datastork.core.answers import from_text, problems_of
from datastork.core.errors import BuildError, DataError
from datastork.core.questions import MAIN, Question
from datastork.label._resolve.ballots import voters
from datastork.label._resolve.outcome import Outcome

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

MOST = 1e12  # what a rating may be
Given = list[list[tuple[str, Any, float]]]  # for each row: annotator, answer, weight


def resolve_values(lines: "pa.Table", table: "pa.Table", *, name: str, kind: str) -> Outcome:
    """Return one text, rating or set of corrected cells for each row, or the strength of each sample compared."""
    import numpy as np
    import pyarrow as pa

    count = table.num_rows
    if kind == "preference":
        return _preferences(lines, table, name)
    given, problems = _given(lines, kind, count)
    voted = np.array([bool(one) for one in given], dtype=bool)
    column = kind if name == MAIN and kind != "text" else name
    outcome = {"rating": _ratings, "cells": _cells}.get(kind, _texts)(given, column)
    outcome.columns["annotators" if name == MAIN else f"{name}_annotators"] = voters(lines, count)
    outcome.labelled = voted
    outcome.unlabelled = np.full(count, "no votes")
    outcome.reason = pa.array(problems, pa.string())
    return outcome


def _given(lines: "pa.Table", kind: str, count: int) -> tuple[Given, list[str | None]]:
    """Return the answers about each row, and for each row in words which vote is none: it costs its own row.

    Raises BuildError where every vote is none.
    """
    found: Given = [[] for _ in range(count)]
    problems: list[str | None] = [None] * count
    bad = 0
    for line in lines.select(["row", "annotator", "value", "weight"]).to_pylist():
        row = line["row"]
        try:
            value = from_text(kind, line["value"])
            if not _RIGHT.get(kind, _text)(value):
                raise DataError(f"it is no {kind}: {line['value'][:80]!r}")
        except DataError as error:
            bad += 1
            problems[row] = problems[row] or f"the vote of {line['annotator']!r} cannot be used: {error.message}"
            if bad == lines.num_rows:
                raise BuildError(str(problems[row]), hint="is the question of the kind that was voted on?") from error
            continue
        found[row].append((line["annotator"], value, line["weight"]))
    return found, problems


def _texts(given: Given, column: str) -> Outcome:
    """Fill `<column>` with the text that the answers agree on best, and `<column>_probability` with how far they do."""
    import pyarrow as pa

    from datastork.consensus.structured.texts import Written, fuse

    texts: list[str | None] = []
    sure: list[float | None] = []
    for answers in given:
        found = fuse([Written(*answer) for answer in answers]) if len(answers) > 1 else None
        alone = answers[0] if answers else (None, None, None)
        texts.append(found.text if found else alone[1])
        sure.append(round(found.probability, 6) if found else alone[2])
    columns = {column: pa.array(texts, pa.string()), f"{column}_probability": pa.array(sure, pa.float64())}
    return Outcome(columns=columns, method="alignment of words (ROVER)")


def _ratings(given: Given, column: str) -> Outcome:
    """Fill `<column>` with the weighted median, `<column>_mean` and `<column>_spread` (standard deviation)."""
    import numpy as np
    import pyarrow as pa

    from datastork.consensus.structured.rating import fuse

    usable = [(row, float(value), weight) for row, answers in enumerate(given) for _, value, weight in answers]
    rows, values, weights = np.array(usable).T if usable else np.zeros((3, 0))
    found = fuse(rows.astype(np.int64), values, weights, len(given))
    empty = found.annotators == 0

    def put(numbers: "np.ndarray") -> pa.Array:
        return pa.array(np.round(numbers, 6), pa.float64(), mask=empty | np.isnan(numbers))  # nobody was sure of any

    columns = {column: put(found.median), f"{column}_mean": put(found.mean), f"{column}_spread": put(found.spread)}
    return Outcome(columns=columns, method="weighted median")


def _rated(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= MOST


def _corrected(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(one, str) for one in value.values())


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _compared(value: Any) -> bool:
    return not problems_of(Question("preference", "preference"), value)


_RIGHT = {"rating": _rated, "cells": _corrected, "preference": _compared}


def _cells(given: Given, column: str) -> Outcome:
    """Fill `<column>` with the corrected values that most of those who looked at the sample give."""
    import pyarrow as pa

    from datastork.consensus.structured.cells import Corrected, fuse

    kind = pa.list_(pa.struct([("column", pa.string()), ("value", pa.string()), ("probability", pa.float64())]))
    rows: list[list[dict[str, Any]] | None] = []
    for answers in given:
        found = fuse([Corrected(*answer) for answer in answers]) if answers else None
        rows.append(
            [
                {"column": name, "value": value, "probability": round(found.probabilities[name], 6)}
                for name, value in found.cells.items()
            ]
            if found
            else None
        )
    return Outcome(columns={column: pa.array(rows, kind)}, method="majority")


def _preferences(lines: "pa.Table", table: "pa.Table", name: str) -> Outcome:
    """Fill `<preference>`: how strong each sample that was compared is (Bradley and Terry), with its standard error.

    The strengths of samples that were never compared, not even by way of others, say nothing about one another.
    """
    import numpy as np
    import pyarrow as pa

    from datastork.consensus.bradley_terry import bradley_terry

    count = table.num_rows
    given, problems = _given(lines, "preference", count)
    won = {"left": 1.0, "right": 0.0, "tie": 0.5}
    said = [(one["left"], one["right"], won[one["answer"]]) for answers in given for _, one, _ in answers]
    players = sorted({side for left, right, _ in said for side in (left, right)})
    number = {player: at for at, player in enumerate(players)}
    ids = table["id"].to_pylist()
    column = "preference" if name == MAIN else name
    strength: list[float | None] = [None] * count
    error_of: list[float | None] = [None] * count
    outcome = Outcome(columns={}, labelled=np.zeros(count, dtype=bool), method="Bradley-Terry")
    if said:
        left = np.array([number[one[0]] for one in said])
        right = np.array([number[one[1]] for one in said])
        found = bradley_terry(left, right, np.array([one[2] for one in said]), len(players))
        for at, sample in enumerate(ids):
            if sample in number:
                strength[at] = round(float(found.strength[number[sample]]), 6)
                error_of[at] = round(float(found.error[number[sample]]), 6)
        outcome.numbers = {"compared": len(players), "comparisons": len(said)}
        outcome.labelled = np.array([one is not None for one in strength])
    outcome.columns = {column: pa.array(strength, pa.float64()), f"{column}_error": pa.array(error_of, pa.float64())}
    outcome.unlabelled = np.full(count, "it was never compared")
    outcome.reason = pa.array(problems, pa.string())
    return outcome
