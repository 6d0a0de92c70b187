"""Dependencies among rows of several sources that nobody wrote down: found in the table, held against answers."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from datastork.tables.answers import Answers
from datastork.tables.dependencies.find import find_dependencies
from datastork.tables.dependencies.pairs import tells
from datastork.tables.grid import Grid
from datastork.tables.sources import vote
from datastork.tables.sources.find import find_source

if TYPE_CHECKING:
    from datastork.tables.changes import Changes

MIXED = 0.9  # agreement within groups from which sources do not contradict each other: errors are the model's
BETTER = 3  # answered cells that a vote must bring right, more than it brings wrong

Dependencies = list[tuple[tuple[str, ...], str]]


def topics(grid: Grid, answers: Answers) -> Dependencies:
    """Return dependencies along which several sources report on things, as far as answers bear them out.

    What tells a thing from another is found in the table: columns that determine others, where a source names each
    thing once and sources contradict each other. A vote among sources that knows nothing of the answers must then bring
    answered cells right; of two ways to tell things apart, the better counts.
    """
    found = contradicted(grid, [(one.given, one.column) for one in find_dependencies(grid)])
    chosen: dict[str, tuple[int, tuple[str, ...]]] = {}
    for given in dict.fromkeys(given for given, _ in found):
        told = [column for one, column in found if one == given]
        source = find_source(grid, given, told)
        if source is None:
            continue
        others = [name for name in grid.names if name not in (*given, source)]
        for column in others:
            gain = _gain(grid, vote(grid, [(given, column)], source=source), answers.of_column(grid.place(column)))
            if gain >= BETTER and gain > chosen.get(column, (0, ()))[0]:
                chosen[column] = (gain, given)
    return [(given, column) for column, (_, given) in chosen.items()]


def contradicted(grid: Grid, fds: Iterable[tuple[tuple[str, ...], str]]) -> Dependencies:
    """Return the dependencies along which rows contradict each other, as those of several sources do.

    Counted over all columns that the same columns determine: how often a row says what the others of its group mostly
    say. Where that is rarely missed, a row that differs has an error, and the commonest value is right.
    """
    columns: dict[tuple[str, ...], list[str]] = {}
    for given, column in fds:
        columns.setdefault(given, []).append(column)
    mixed: Dependencies = []
    for given, told in columns.items():
        codes = [grid[name].codes for name in given]
        shared = [one.accuracy for column in told if (one := tells(codes, grid[column].codes)).covered]
        if shared and sum(shared) / len(shared) < MIXED:
            mixed += [(given, column) for column in told]
    return mixed


def reported(grid: Grid, fds: Sequence[tuple[tuple[str, ...], str]], source: str | None) -> Dependencies:
    """Return the dependencies for which a source speaks in each row, and sources contradict each other.

    source: the column that names the source; None to look for one. Without any, rows that contradict each other are
    no reports, and a vote among them would be none.
    """
    found = contradicted(grid, fds)
    told: dict[tuple[str, ...], list[str]] = {}
    for given, column in found:
        told.setdefault(given, []).append(column)
    named = {given for given, columns in told.items() if source or find_source(grid, given, columns) is not None}
    return [one for one in found if one[0] in named]


def _gain(grid: Grid, changes: "Changes", answers: Answers) -> int:
    """Return how many more answered cells of a column changes bring right than wrong."""
    true = dict(zip(answers.row.tolist(), answers.value.tolist(), strict=True))
    gain = 0
    for row, old, new in zip(changes.row.tolist(), changes.old(grid), changes.new.tolist(), strict=True):
        if row in true:
            gain += (new == true[row]) - (old == true[row])
    return gain
