"""Rows proposed to a person for the sake of a model, and the answers as votes: what `stork clean-next` does."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datastork.core.errors import BuildError, DataError
from datastork.core.hashing import key_of
from datastork.core.nearest import did_you_mean
from datastork.dataset import Dataset
from datastork.tables.changes import Changes
from datastork.tables.grid import Grid

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from datastork.core.questions import Question
    from datastork.recipe.check import Checked

STEP = "clean.table.active"
ID, SPARE = "id", "stork_id"  # the column of a written file that says which row it is; where rows have an id


@dataclass(frozen=True, eq=False)
class Asking:
    """Rows to ask about, the most useful first: their ids, values and proposals; `open`: how many nobody looked at.

    `suspects`  what is proposed for each row, as a JSON object of values by column, or None
    """

    ids: list[str]
    grid: Grid
    suspects: list[str | None]
    open: int

    def doubts(self, place: int) -> dict[str, str | None]:
        """Return the proposed values of a row by column."""
        said = json.loads(self.suspects[place] or "{}")
        return said if isinstance(said, dict) else {}

    def as_json(self) -> list[dict[str, Any]]:
        """Return the rows as plain dictionaries."""
        columns = {column.name: column.texts() for column in self.grid.columns}
        return [
            {"id": one, "values": {name: texts[at] for name, texts in columns.items()}, "suspects": self.doubts(at)}
            for at, one in enumerate(self.ids)
        ]


def proposed(dataset: Dataset, count: int, label: str | None, rules: Sequence[str] = ()) -> Asking:
    """Return the `count` rows to ask about next, as the last build ordered them, or from scratch where `label` says.

    Raises BuildError where there was no build, or it did not order rows and no label is given.
    """
    import numpy as np

    if not dataset.versions:
        raise BuildError("there is no version yet", hint="stork build")
    checked = _checked(dataset)
    frame = dataset.frame(media=False)
    ordered = any(one["use"] == STEP for one in dataset.status()["steps"])
    if label is None and not ordered:
        raise BuildError(
            f"the last build has no step {STEP}, which orders rows",
            hint=f'add [[step]] use = "{STEP}", label = "COLUMN" to the recipe and build, or say --label COLUMN',
        )
    table = _wanted(frame, ("ask_gain", "suspects", "split", "outlier"))
    seen = set(dataset.votes(_question(checked).name)["sample"].to_pylist())
    ids = table[ID].to_pylist()
    if label is None:
        gain = table["ask_gain"].cast("float64").to_numpy()
    else:
        gain = _from_scratch(dataset, table, label, rules)
    gain = np.where([one in seen for one in ids], np.nan, gain)
    order = np.argsort(-gain, kind="stable")[: int(np.isfinite(gain).sum())]
    chosen = order[:count].tolist()
    wanted = [ids[at] for at in chosen]
    suspects = [table["suspects"][at].as_py() for at in chosen]
    return Asking(wanted, grid_by_id(dataset, wanted), suspects, len(order))


def _from_scratch(dataset: Dataset, table: "pa.Table", label: str, rules: Sequence[str]) -> "np.ndarray":
    """Return how useful it is to ask about each row (float64[n], nan for rows not asked about), without a build."""
    import pyarrow as pa

    from datastork.clean.table._asked import state_of
    from datastork.clean.table.active import gains, rules_of
    from datastork.learning.active.standing import standing
    from datastork.learning.estimators import need_learn
    from datastork.media.row_table import grid_of

    need_learn("stork clean-next")
    question = _question(_checked(dataset)).name
    said = dataset.votes(question)
    by_sample: dict[str, list[dict[str, str]]] = {}
    for sample, value in zip(said["sample"].to_pylist(), said["value"].to_pylist(), strict=True):
        if value is not None:
            by_sample.setdefault(sample, []).append({"question": question, "value": value})
    kind = pa.list_(pa.struct([("question", pa.string()), ("value", pa.string())]))
    ids = table[ID].to_pylist()
    rows = dict(_media(dataset, None))
    media = pa.chunked_array([pa.array([rows[one] for one in ids], pa.large_binary())])
    votes = pa.chunked_array([pa.array([by_sample.get(one, []) for one in ids], kind)])
    full = table.append_column("media", media).append_column("votes", votes)
    names = grid_of(media.slice(0, 1)).names
    state, _, _ = state_of(full, label, rules=rules_of(list(rules), None, names), ignore=(), question=question, seed=0)
    return gains(standing(state))


def answered(dataset: Dataset, path: Path, person: str) -> dict[str, int]:
    """Cast what a corrected file says as votes, and return how many rows, corrected rows, cells and new votes.

    Every row of the file counts as looked at. Raises DataError where it has no column `id`, or rows or columns that
    the dataset does not have: nothing is cast then.
    """
    from datastork.tables.reading.table import read_table

    given, _ = read_table(path)
    key = SPARE if SPARE in given.names else ID
    if key not in given.names:
        raise DataError(f"{path.name} has no column {ID!r}", hint="it is the one that stork clean-next -o wrote")
    ids = [one or "" for one in given[key].texts()]
    if len(set(ids)) < len(ids):
        twice = next(one for at, one in enumerate(ids) if one in ids[:at])
        raise DataError(f"{path.name} has the row {twice} twice")
    held = grid_by_id(dataset, ids, path.name)
    problems = [
        f"there is no column {name!r}{did_you_mean(name, held.names)}"
        for name in given.names
        if name != key and name not in held.names
    ]
    if problems:
        raise DataError(f"{path.name}: " + "; ".join(problems))
    columns = [name for name in given.names if name != key]
    was = {name: held[name].texts() for name in columns}
    now = {name: given[name].texts() for name in columns}
    said = {
        one: {name: value for name in columns if (value := _corrected(was[name][at], now[name][at])) is not None}
        for at, one in enumerate(ids)
    }
    return _cast(dataset, said, person)


def asked_here(dataset: Dataset, asking: Asking, person: str) -> dict[str, int]:
    """Ask at the terminal, cast what is said, and return the counts that `answered` returns."""
    from datastork.cli.asking import ask

    cells = [
        (at, asking.grid.place(name), value)
        for at in range(len(asking.ids))
        for name, value in asking.doubts(at).items()
        if name in asking.grid.names
    ]
    rows, places, values = [one[0] for one in cells], [one[1] for one in cells], [one[2] for one in cells]
    suspects = Changes.of("model", rows, places, values, 0.5, "proposed by an earlier step")
    proposals = _Proposed(Changes.none(), suspects)
    answers = ask(asking.grid, proposals, len(asking.ids), names=[one[:12] for one in asking.ids])
    said: dict[str, dict[str, str]] = {asking.ids[row]: {} for row in answers.rows.tolist()}
    for row, place, value in zip(answers.row.tolist(), answers.column.tolist(), answers.value.tolist(), strict=True):
        column = asking.grid.columns[place]
        if value != column.text(row):
            said[asking.ids[row]][column.name] = value or ""
    return _cast(dataset, said, person)


@dataclass(frozen=True)
class _Proposed:
    changes: Changes
    suspects: Changes


def written(asking: Asking, path: Path) -> str | None:
    """Write the rows as CSV with their ids, formulas made harmless; return what to tell the user of that."""
    from datastork.tables.grid import Column
    from datastork.tables.writing import write_csv

    key = SPARE if ID in asking.grid.names else ID
    if key in asking.grid.names:
        raise DataError(f"the rows have columns {ID!r} and {SPARE!r} of their own; the file needs one for their names")
    return write_csv(Grid((Column.of(key, asking.ids), *asking.grid.columns)), path).note(path.name)


def grid_by_id(dataset: Dataset, ids: Sequence[str], where: str = "") -> Grid:
    """Return rows as a grid, in this order. Raises DataError for an id that the dataset does not have."""
    from datastork.media.row_table import grid_of
    from datastork.store.listing import order_of

    found = dict(_media(dataset, ids))
    missing = [one for one in ids if one not in found]
    if missing:
        raise DataError(f"{where}: no row of the dataset is called {missing[0]!r} ({len(missing):,} such)")
    return grid_of([found[one] for one in ids], order_of(dataset.home.root))


def _media(dataset: Dataset, ids: Sequence[str] | None) -> "Iterator[tuple[str, bytes]]":
    """Return ids with the rows as JSON, of some samples or of all."""
    frame = dataset.frame()
    if "row" not in frame.column_names:
        raise DataError("the samples are no rows of a table; stork label asks about others")
    if ids is not None:
        import daft

        frame = frame.where(daft.col("id").is_in(list(ids)))
    table = frame.select("id", "row").to_arrow()
    return zip(table["id"].to_pylist(), table["row"].to_pylist(), strict=True)


def _wanted(frame: Any, names: Sequence[str]) -> "pa.Table":
    """Return `id` and columns of a frame, as nulls where it has none, in the order of `id`."""
    import pyarrow as pa

    there = [name for name in names if name in frame.column_names]
    table = frame.select(ID, *there).to_arrow().sort_by(ID)
    for name in names:
        if name not in there:
            table = table.append_column(name, pa.nulls(table.num_rows, pa.string()))
        elif name not in ("ask_gain", "outlier"):
            table = table.set_column(table.column_names.index(name), name, table[name].cast(pa.string()))
    return table


def _corrected(was: str | None, now: str | None) -> str | None:
    """Return what a cell was corrected to ("" where it was emptied), or None where it is as it was."""
    from datastork.formats.tables.cells import unguard

    now = now or ""
    if now in (was or "", f"'{was}"):
        return None
    return unguard(now)


def _cast(dataset: Dataset, said: Mapping[str, Mapping[str, str]], person: str) -> dict[str, int]:
    question = _question(_checked(dataset)).name
    votes = [
        {
            "sample": sample,
            "annotator": person,
            "question": question,
            "value": dict(cells),
            "uuid": key_of("clean-next", sample, person, dict(cells)),
        }
        for sample, cells in said.items()
    ]
    return {
        "rows": len(said),
        "corrected": sum(bool(cells) for cells in said.values()),
        "cells": sum(len(cells) for cells in said.values()),
        "new": dataset.cast(votes),
    }


def _checked(dataset: Dataset) -> "Checked":
    from datastork.recipe.check import check

    return check(dataset.home.recipe)


def _question(checked: "Checked") -> "Question":
    """Return the recipe's question on cells: the one that clean.table.active reads, else the first of its kind."""
    wanted = next((one.settings.get("answers") for one in checked.steps if one.spec.name == STEP), None)
    asked = [one for one in checked.label.questions if one.kind == "cells"]
    found = next((one for one in asked if one.name == wanted), asked[0] if asked else None)
    if found is None:
        raise BuildError(
            "the recipe asks no question about cells, which answers would belong to",
            hint='add [[label.question]] kind = "cells", ask = "Which cells are wrong?"',
        )
    return found
