"""Transforms of text learned from answers, applied to the cells that nobody was asked about."""

from datastork.tables.answers import Answers
from datastork.tables.changes import Changes
from datastork.tables.examples.filling import filled
from datastork.tables.examples.rewriting import rewritten
from datastork.tables.grid import Grid


def learn(grid: Grid, answers: Answers) -> Changes:
    """Return changes of cells nobody was asked about, by transforms that explain the answers.

    For each column the simplest transforms are searched that make every corrected cell of what it held, and leave alone
    what a person left alone. They are applied where a text is written as in their examples, or in another way where
    enough speaks for it. A value corrected alike in several rows is corrected everywhere; an empty cell is filled from
    another column where that is how people filled it. The confidence grows with the number of different examples, and
    is less where other transforms explain the same examples and make something else.

    grid: the table as it was when it was asked about.
    answers: what people said of cells, also of those that are right.

    The idea of programs by example: Gulwani, Automating String Processing in Spreadsheets (POPL 2011).

    Example:
        >>> grid = Grid.of({"size": ["12 oz", "16 oz", "8 oz", "7 oz"]})
        >>> found = learn(grid, Answers.of([0, 1, 2], [0, 0, 0], ["12", "16", "8"]))
        >>> found.new.tolist(), found.why.tolist()
        (['7'], ['keep the number only (as in 3 corrected cells)'])
    """
    import numpy as np

    found = []
    for place in np.unique(answers.column).tolist():
        mine = answers.of_column(place)
        told = dict(zip(mine.row.tolist(), mine.value.tolist(), strict=True))
        column = grid.columns[place]
        if any((column.text(row) or "") != (value or "") for row, value in told.items()):
            found += [rewritten(column, place, told), filled(grid, place, told)]
    return Changes.joined(found)
