"""Repair one table from Python, without a dataset around it: `datastork.clean_table(frame)`."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from datastork.core.errors import DataError
from datastork.core.findings import Findings

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from datastork.clean._table.mending import Mended, Wishes
    from datastork.tables.grid import Grid


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A repaired table: `table`, every change (`changes`), what is proposed and was not done (`suspects`)."""

    done: "Mended"
    schema: "pa.Schema"
    name: str
    notes: tuple[str, ...] = ()

    @property
    def table(self) -> "pa.Table":
        """The repaired table; columns keep the type they came in where every value still has it, else they are text."""
        return _typed(self.done.after, self.schema)

    @property
    def changes(self) -> "pa.Table":
        """What was changed: row (from 0), column, old, new, why, confidence, layer."""
        return self.done.changes.to_arrow(self.done.before)

    @property
    def suspects(self) -> "pa.Table":
        """What is proposed and was not done, in the form of `changes`."""
        return self.done.suspects.to_arrow(self.done.before)

    @property
    def findings(self) -> Findings:
        """What the repair has to say: sentences, warnings, numbers, tables before and after."""
        from datastork.clean._table.told import findings

        return findings(self.done)

    def undo(self, *, column: str | None = None, row: int | None = None) -> "Cleaned":
        """Return the table without the changes of a column, of a row, or of one cell; they become suspects."""
        import numpy as np

        from datastork.tables.changes import Changes

        done = self.done
        back = np.ones(len(done.changes), bool)
        if column is not None:
            back &= done.changes.column == _place(done.before, column)
        if row is not None:
            back &= done.changes.row == row
        kept = done.changes.where(~back)
        suspects = Changes.joined([done.suspects, done.changes.where(back)]).best()
        return replace(self, done=replace(done, changes=kept, suspects=suspects, after=kept.applied(done.before)))

    def report(self, path: str | os.PathLike[str]) -> Path:
        """Write what was found and done as one HTML page; return where it lies."""
        return write_page(Path(path), self.name, self.findings)


def write_page(path: Path, name: str, found: Findings) -> Path:
    """Write what the repair of the table `name` found and did as one HTML page; return where it lies."""
    from datastork.report.found import write_findings

    named = {"cells repaired": "repaired_cells", "proposed": "suspects", "rows": "rows", "columns": "columns"}
    figures = {shown: found.numbers[key] for shown, key in named.items()}
    return write_findings(path, "Repair of a table", name, figures, {"repair": found})


def clean_table(
    table: Any,
    *,
    rules: str | Sequence[str] | None = None,
    references: Mapping[str, Any] | None = None,
    answers: "Mapping[int, Mapping[str, str | None] | Literal['right']] | None" = None,
    columns: Sequence[str] | None = None,
    ignore: Sequence[str] = (),
    label: str | None = None,
    protect: Sequence[str] = (),
    source: str | None = None,
    apply: float = 0.95,
    suspect: float = 0.5,
    max_change: float = 0.2,
    allow: Sequence[str] = (),
    seed: int = 0,
) -> Cleaned:
    """Repair a table: what is near certain is repaired, the rest is listed.

    table: a pandas or polars frame, an Arrow table, lists by column name, or the path of a file
    rules: rules in plain lines, see docs/howto/rules.md
    references: tables to look values up in, by the column that finds a row in them
    answers: what is known of rows (counted from 0): right values by column, all other cells of the row being right;
        "right" for a row in which nothing is wrong

    The other settings are those of the step `clean.table.repair`. Raises RecipeError for rules that cannot be read and
    columns that are not there, DataError for what is no table.

    Example:
        >>> cities = {"zip": ["97701"] * 20 + ["46402"] * 20, "city": ["Bend"] * 19 + ["Bnd"] + ["Gary"] * 20}
        >>> done = clean_table(cities, rules="zip -> city")
        >>> done.table["city"][19].as_py(), done.undo(column="city").table["city"][19].as_py()
        ('Bend', 'Bnd')
    """
    from datastork.clean._table.mending import Wishes, mend
    from datastork.tables.rules import parse

    grid, schema, name, notes = _grid(table)
    text = rules if isinstance(rules, str) else "\n".join(rules or ())
    read = parse(text, grid.names) if text.strip() else None
    wishes = Wishes(
        rules=read,
        references=[(_grid(other)[0], on) for on, other in (references or {}).items()],
        answers=None,
        columns=columns,
        ignore=ignore,
        label=label,
        protect=protect,
        source=source,
        apply=apply,
        suspect=suspect,
        max_change=max_change,
        allow=allow,
        seed=seed,
    )
    return Cleaned(
        mend(grid, _with_answers(wishes, grid, answers)), schema, name, (*notes, *(read.notes if read else ()))
    )


def _grid(table: Any) -> "tuple[Grid, pa.Schema, str, list[str]]":
    """Return a table as text, with the types its columns had, a name and notes."""
    import pyarrow as pa

    from datastork.media.text.encodings import guess
    from datastork.tables.grid import Grid
    from datastork.tables.reading.table import read_table

    if isinstance(table, str | os.PathLike):
        grid, notes = read_table(table, guess=guess)
        return grid, pa.schema([(name, pa.string()) for name in grid.names]), Path(table).name, notes
    try:
        if hasattr(table, "to_arrow"):  # polars
            table = table.to_arrow()
        elif isinstance(table, Mapping):
            table = pa.table(dict(table))
        elif not isinstance(table, pa.Table):
            table = _of_pandas(table)
        texts = {name: table[name].cast(pa.large_string()) for name in table.column_names}
    except (pa.ArrowException, AttributeError, TypeError, ValueError) as error:
        raise DataError(f"this is no table that can be repaired: {error}") from error
    return Grid.of(pa.table(texts)), table.schema.remove_metadata(), "table", []


def _of_pandas(frame: Any) -> "pa.Table":
    """Return a pandas frame; a column that holds numbers beside texts, as spreadsheets give them, becomes text."""
    import pyarrow as pa

    try:
        return pa.Table.from_pandas(frame, preserve_index=False)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        mixed = {
            name: frame[name].map(str, na_action="ignore")
            for name in frame.columns
            if frame[name].dtype == object and {*map(type, frame[name].dropna())} <= {str, int, float, bool}
        }
        return pa.Table.from_pandas(frame.assign(**mixed), preserve_index=False)


def _with_answers(wishes: "Wishes", grid: "Grid", answers: Any) -> "Wishes":
    from datastork.media.row_table import text_of
    from datastork.tables.answers import Answers

    if not answers:
        return wishes
    cells: list[tuple[int, int, str | None]] = []
    for row, given in answers.items():
        if not 0 <= row < grid.rows:
            raise DataError(f"answers speak of row {row}; there are rows 0 to {grid.rows - 1}")
        right = {} if given == "right" else {_place(grid, name): text_of(value) for name, value in given.items()}
        cells += [(row, at, right.get(at, column.text(row))) for at, column in enumerate(grid.columns)]
    rows, places, values = zip(*cells, strict=True)
    return replace(wishes, answers=Answers.of(rows, places, values))


def _place(grid: "Grid", column: str) -> int:
    from datastork.core.nearest import did_you_mean

    if column not in grid.names:
        raise DataError(f"the table has no column {column!r}{did_you_mean(column, grid.names)}")
    return grid.place(column)


def _typed(grid: "Grid", schema: "pa.Schema") -> "pa.Table":
    import pyarrow as pa

    found: dict[str, np.ndarray | pa.Array] = {}
    for column in grid.columns:
        texts = column.to_arrow()
        kind = schema.field(column.name).type
        try:
            found[column.name] = texts.cast(kind)
        except pa.ArrowException:
            found[column.name] = texts.cast(pa.string())
    return pa.table(found)
