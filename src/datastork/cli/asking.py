"""Asking a person at the terminal about rows of a table: what is proposed, and what is right instead."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from datastork.cli.options import visible
from datastork.core.errors import DatastorkError
from datastork.tables.answers import Answers
from datastork.tables.asking import questions
from datastork.tables.asking.questions import Proposals
from datastork.tables.changes import Changes
from datastork.tables.grid import Grid

if TYPE_CHECKING:
    from rich.console import Console

SPARE = 20  # further rows to ask about in place of skipped ones
WIDE = 60  # characters of a value that are shown
TAKE, RIGHT = "Enter all as proposed · n all as it was", "Enter nothing is wrong in this row"
KEYS = f"{TAKE} · NUMBER VALUE another value (- for empty) · s skip · q stop"
EMPTY = "-"


def ask(
    grid: Grid,
    repaired: Proposals,
    count: int,
    console: "Console | None" = None,
    *,
    seed: int = 0,
    names: Sequence[str] | None = None,
) -> Answers:
    """Show `count` rows, the most useful first, with what is proposed for each cell, and return what a person says.

    An answered row vouches for all of its cells. Keys: Enter takes all proposals; n takes none of them; the number or
    name of a column and a value sets a cell, in quotes a value as it stands, `-` for an empty cell; s skips the row,
    for which another is asked about; q stops, and so do Ctrl-C and the end of input: what was answered counts.

    console: where to ask; None for the terminal, which there must be
    names: what the rows are called, where they are no table of their own; they are asked about as they stand

    Raises DatastorkError where nobody can answer.
    """
    from rich.console import Console

    if console is None:
        if not (sys.stdin.isatty() and sys.stdout.isatty()):
            raise DatastorkError(
                "--ask asks a person, and there is no terminal to ask at",
                hint="run it at a terminal, or label in the app: a question of kind cells, then stork build",
            )
        console = Console()
    proposed = Changes.joined([repaired.changes, repaired.suspects]).best()
    told: list[tuple[int, int, str | None]] = []
    answered = 0
    rows = questions(grid, repaired, count + SPARE, seed).tolist() if names is None else range(grid.rows)
    for row in rows:
        if answered == count:
            break
        mine = proposed.where(proposed.row == row)
        ideas = dict(zip(mine.column.tolist(), mine.new.tolist(), strict=True))
        reasons = {c: (w, s) for c, w, s in zip(mine.column.tolist(), mine.why.tolist(), mine.confidence, strict=True)}
        _show(console, grid, row, ideas, reasons, f"{names[row] if names else row} ({answered + 1} of {count})")
        values = _answer(console, grid, row, ideas)
        if values is None:
            break
        if values:
            answered += 1
            told += [(row, place, value) for place, value in enumerate(values)]
    return Answers.of([r for r, _, _ in told], [c for _, c, _ in told], [v for _, _, v in told])


def _answer(console: "Console", grid: Grid, row: int, ideas: dict[int, str | None]) -> "list[str | None] | None":
    """Return the true values of a row; [] for one that is skipped, None to stop."""
    held = [column.text(row) for column in grid.columns]
    values = [ideas.get(place, text) for place, text in enumerate(held)]
    while True:
        try:
            said = console.input("> ").strip()
        except (EOFError, KeyboardInterrupt):
            return None
        match said.lower():
            case "":
                return values
            case "n":
                return held
            case "s":
                return []
            case "q":
                return None
        set_to = _cell(grid, said)
        if isinstance(set_to, str):
            console.print(set_to, style="red", markup=False, highlight=False)
            continue
        place, value = set_to
        values[place] = value
        console.print(
            f"{visible(grid.columns[place].name)} is {_told(value)}. Enter when the row is right.",
            markup=False,
            highlight=False,
        )


def _cell(grid: Grid, said: str) -> tuple[int, str | None] | str:
    """Return the column and value that were said, or what is wrong with it."""
    first, _, rest = said.partition(" ")
    if first.isdecimal():
        place = int(first) - 1
        if not 0 <= place < len(grid.columns):
            return f"there is no column {visible(first[:20])}: 1 to {len(grid.columns)}"
    else:
        fits = [name for name in grid.names if said.casefold().startswith(name.casefold() + " ")]
        if not fits:
            return f"not understood. {KEYS}"
        name = max(fits, key=len)
        place, rest = grid.place(name), said[len(name) :]
    rest = rest.strip()
    if not rest:
        return f"which value? {place + 1} {EMPTY} empties it"
    if len(rest) > 1 and rest[0] == rest[-1] == '"':
        return place, rest[1:-1]
    return place, None if rest == EMPTY else rest


def _show(
    console: "Console",
    grid: Grid,
    row: int,
    ideas: dict[int, str | None],
    reasons: dict[int, tuple[str, float]],
    title: str,
) -> None:
    """Print a row: its columns, what they hold, and what is proposed and why."""
    from rich.table import Table
    from rich.text import Text

    table = Table("", "column", "value", "proposed", "why", title=Text(f"Row {visible(title)}"), title_justify="left")
    for place, column in enumerate(grid.columns):
        why, sure = reasons.get(place, ("", 0.0))
        table.add_row(
            str(place + 1),
            Text(visible(column.name)),
            Text(_told(column.text(row)), style="strike" if place in ideas else ""),
            Text(_told(ideas[place]), style="bold") if place in ideas else "",
            Text(f"{visible(why)} ({sure:.0%})") if place in ideas else "",
        )
    console.print(table)
    keys = KEYS if ideas else KEYS.replace(TAKE, RIGHT)
    console.print(keys, style="dim", markup=False, highlight=False)


def _told(value: str | None) -> str:
    """Return a value as it is shown."""
    if value is None or not value.strip():
        return "(empty)"
    return visible(value if len(value) <= WIDE else value[: WIDE - 1] + "…")
