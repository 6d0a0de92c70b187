"""Rows, rules and answers as the state of a cleaning that a model steers; for the step and for `stork clean-next`."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from datastork.clean._table.answered import answers_of
from datastork.core.errors import DataError
from datastork.core.nearest import did_you_mean
from datastork.core.seeds import fraction_for
from datastork.learning.active.flags import Flags
from datastork.learning.active.state import State
from datastork.media.row_table import grid_of
from datastork.tables.answers import Answers
from datastork.tables.grid import Grid

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from datastork.tables.rules import Rules


def state_of(
    table: "pa.Table",
    label: str,
    *,
    rules: "Rules | None",
    ignore: Sequence[str],
    question: str,
    seed: int,
) -> "tuple[State, np.ndarray, Answers]":
    """Return the state of rows, which of them validate (bool[n]), and what people said of cells.

    table: the columns id, media and votes; split and suspects as texts, null where there are none; outlier, as
        clean.table.outliers fills it, if there is one
    """
    import numpy as np
    import pyarrow.compute as pc

    from datastork.tables.kinds import kinds_of

    grid = grid_of(table["media"])
    for name in (label, *ignore):
        if name not in grid.names:
            raise DataError(f"the rows have no column {name!r}{did_you_mean(name, grid.names)}")
    count = grid.rows
    split = table["split"]
    apart = bool(pc.any(pc.is_valid(split)).as_py())
    train = _is(split, "train") if apart else np.ones(count, bool)
    answers = answers_of(table["votes"], grid, question)
    answers.value[answers.value == ""] = None  # an answer that says nothing empties its cell
    changed = np.zeros((count, len(grid.columns)), bool)
    changed[answers.row, answers.column] = True
    ids = table["id"].to_pylist()
    state = State(
        before=grid,
        after=answers.changes(grid).applied(grid),
        label=label,
        ignore=tuple(ignore),
        kinds=kinds_of(grid),
        flags=_flags(table, grid, rules),
        answered=_voted(table["votes"], question),
        changed=changed,
        chance=np.array([fraction_for(seed, one) for one in ids]).clip(1e-12),
        train=train,
        apart=apart,
    )
    return state, _is(split, "validation") if apart else np.zeros(count, bool), answers


def _is(split: "pa.ChunkedArray", name: str) -> "np.ndarray":
    import numpy as np
    import pyarrow.compute as pc

    return np.array(pc.fill_null(pc.equal(split, name), False))


def _voted(votes: "pa.ChunkedArray", question: str) -> "np.ndarray":
    """Return which rows have an answer, also one that says that nothing is wrong: bool[n]."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    found = np.zeros(len(votes), bool)
    packed = votes.combine_chunks()
    flat = pc.list_flatten(packed)
    if not pa.types.is_null(flat.type):
        mine = np.asarray(pc.fill_null(pc.equal(pc.struct_field(flat, "question"), question), False))
        found[pc.list_parent_indices(packed).to_numpy()[mine]] = True
    return found


def _flags(table: "pa.Table", grid: Grid, rules: "Rules | None") -> Flags:
    """Return what rules flag, cells for which an earlier step proposed another value, and outliers it marked."""
    import numpy as np

    from datastork.tables.rules import flagged

    cells = {} if rules is None else {name: mask.copy() for name, mask in flagged(rules, grid).items()}
    whole = np.zeros(grid.rows, bool)
    for row, text in enumerate(table["suspects"].to_pylist()):
        for column in json.loads(text or "{}"):
            if column in grid.names:
                cells.setdefault(column, np.zeros(grid.rows, bool))[row] = True
    for row, odd in enumerate(table["outlier"].to_pylist() if "outlier" in table.column_names else ()):
        for column in odd or ():
            if column in grid.names:
                cells.setdefault(column, np.zeros(grid.rows, bool))[row] = True
            else:
                whole[row] = True
    return Flags.of(grid.rows, cells, whole)
