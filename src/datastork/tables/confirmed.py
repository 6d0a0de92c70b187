"""Dependencies that nobody wrote down and answers bear out: where a row breaks them, people corrected it so."""

from collections import Counter
from dataclasses import replace

from datastork.tables.answers import Answers
from datastork.tables.changes import LAYERS, Changes
from datastork.tables.dependencies.find import find_dependencies
from datastork.tables.grid import Grid
from datastork.tables.majority import majority

FEWEST = 3  # answers that follow what the same columns tell of a cell that holds something else

Dependency = tuple[tuple[str, ...], str]


def confirmed(grid: Grid, answers: Answers) -> list[Dependency]:
    """Return dependencies found in a table whose exceptions are errors, as far as answers tell.

    What the other rows of its group would make of a cell, as it was before it was answered, must be what a person said
    of it: for one column in every case, for all that the same columns determine in several.

    grid: the table as it was when it was asked about, but for transforms that answers taught. answers: cells a person
    vouched for.
    """
    cells = zip(answers.row.tolist(), answers.column.tolist(), strict=True)
    true = dict(zip(cells, answers.value.tolist(), strict=True))
    answered = answers.changes(grid).applied(grid)
    found = [(one.given, one.column) for one in find_dependencies(grid)]
    right: Counter[tuple[str, ...]] = Counter()
    wrong: set[Dependency] = set()
    for given, column in found:
        told = majority(answered.with_column(grid[column]), [(given, column)])
        for row, place, new in zip(told.row.tolist(), told.column.tolist(), told.new.tolist(), strict=True):
            if (row, place) not in true:
                continue
            if true[row, place] == new:
                right[given] += 1
            else:
                wrong.add((given, column))
    return [one for one in found if right[one[0]] >= FEWEST and one not in wrong]


def as_learned(told: Changes) -> Changes:
    """Return what `majority` makes of confirmed dependencies, as what answers taught and not what a user wrote down."""
    import numpy as np

    why = np.array([one.partition(",")[0] + ", as where people corrected it" for one in told.why], object)
    return replace(told, why=why, layer=np.full(len(told), LAYERS.index("example"), np.int8))
