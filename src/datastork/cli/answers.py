"""Answers on cells in a file, so that nobody is asked twice: row (from 0), column, value."""

from pathlib import Path

from datastork.core.errors import DataError
from datastork.core.nearest import did_you_mean
from datastork.tables.answers import Answers
from datastork.tables.grid import Grid

COLUMNS = ("row", "column", "value")


def read_answers(path: Path, grid: Grid) -> Answers:
    """Return the answers in a file. Raises DataError for what holds none, or those of another table."""
    from datastork.tables.reading.table import read_table

    found, _ = read_table(path, wanted=COLUMNS)
    if not set(COLUMNS) <= set(found.names):
        raise DataError(f"{path} holds no answers: it needs the columns {', '.join(COLUMNS)}")
    rows, places, values = [], [], []
    told = (found[name].texts() for name in COLUMNS)
    for line, (row, column, value) in enumerate(zip(*told, strict=True), 2):
        if not (row or "").isdecimal() or int(row or 0) >= grid.rows:
            raise DataError(f"{path}, line {line}: the table has no row {row!r}, only 0 to {grid.rows - 1}")
        if column not in grid.names:
            raise DataError(f"{path}, line {line}: no column {column!r}{did_you_mean(column or '', grid.names)}")
        rows.append(int(row or 0))
        places.append(grid.place(column))
        values.append(value or None)
    return Answers.of(rows, places, values)


def write_answers(path: Path, answers: Answers, grid: Grid) -> None:
    """Write answers; a cell that is rightly empty has no value."""
    from datastork.tables.writing import write_csv

    texts = {
        "row": [str(row) for row in answers.row.tolist()],
        "column": [grid.names[place] for place in answers.column.tolist()],
        "value": answers.value.tolist(),
    }
    write_csv(Grid.of(texts), path, escape=False, line_end="\n")


def joined(earlier: Answers | None, later: Answers) -> Answers:
    """Return all answers; of two on one cell the later counts."""
    cells: dict[tuple[int, int], str | None] = {}
    for one in (earlier, later):
        if one is not None:
            told = zip(one.row.tolist(), one.column.tolist(), one.value.tolist(), strict=True)
            cells |= {(row, place): value for row, place, value in told}
    return Answers.of([row for row, _ in cells], [place for _, place in cells], list(cells.values()))
