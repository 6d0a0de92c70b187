"""Answers of people on cells of rows, out of the votes of the samples."""

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from datastork.media.row_table import text_of
from datastork.tables.answers import Answers
from datastork.tables.grid import Grid

if TYPE_CHECKING:
    import pyarrow as pa

QUESTION = "cells"  # the name of the question on cells where the recipe gives it no other


def answers_of(
    votes: "pa.ChunkedArray", grid: Grid, question: str = QUESTION, shown: "pa.ChunkedArray | None" = None
) -> Answers:
    """Return what people said of cells: values they gave, and cells they saw and left as they were.

    votes: the column `votes` of the samples, in the order of the grid's rows. A value of `question` is a JSON object of
        corrected values by column; `{}` says that nothing in the row is wrong.
    shown: what an earlier repair had changed when the people looked, as JSON objects of values by column; null where
        that is not known. Only with it do cells that are not named in an answer count as right: as they were shown.

    Where people disagree, the value that most gave counts; where as many gave another, none does.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    packed = votes.combine_chunks() if isinstance(votes, pa.ChunkedArray) else votes
    flat, parents = pc.list_flatten(packed), pc.list_parent_indices(packed)
    if pa.types.is_null(flat.type):
        return Answers.of([], [], [])
    mine = np.flatnonzero(np.asarray(pc.fill_null(pc.equal(pc.struct_field(flat, "question"), question), False)))
    texts = pc.struct_field(flat, "value").take(pa.array(mine)).to_pylist()
    rows = parents.take(pa.array(mine)).to_pylist()
    said: dict[tuple[int, int], Counter[str | None]] = {}
    for row, text in zip(rows, texts, strict=True):
        told = _object(text)
        before = None if shown is None else shown[row].as_py()
        for place, column in enumerate(grid.columns):
            if column.name in told:
                value = text_of(told[column.name])
            elif before is not None:
                value = text_of(_object(before).get(column.name, column.text(row)))
            else:
                continue
            said.setdefault((row, place), Counter())[value] += 1
    cells = {}
    for cell, counts in said.items():
        (value, most), *others = counts.most_common(2)
        if not others or others[0][1] < most:
            cells[cell] = value
    return Answers.of([row for row, _ in cells], [place for _, place in cells], list(cells.values()))


def _object(text: str | None) -> dict[str, Any]:
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
