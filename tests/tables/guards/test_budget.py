"""The budget of changes: whole columns are refused, with a message, and nothing is lost."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datastork.core.errors import BuildError
from datastork.tables.changes import Changes
from datastork.tables.grid import Grid
from datastork.tables.guards.budget import within_budget

GRID = Grid.of(
    {
        "age": [str(20 + row % 7) for row in range(100)],
        "sex": ["f" if row < 10 else "m" for row in range(100)],
        "paid": ["yes" if row % 2 else "no" for row in range(100)],
    }
)


def changed(rows: int, column: int = 0, first: int = 0) -> Changes:
    return Changes.of("model", range(first, first + rows), column, ["999"] * rows, 0.99, "odd")


def test_a_column_beyond_the_budget_is_refused_whole_and_says_so() -> None:
    found = within_budget(GRID, Changes.joined([changed(11), changed(3, column=2)]), 0.1)

    assert (len(found.allowed), len(found.refused)) == (3, 11)
    assert [one.message for one in found.refusals] == [
        "11 of 100 rows of 'age' would change (11.0%; at most 10.0% may): nothing of it is applied"
    ]
    assert not within_budget(GRID, changed(10), 0.1).refusals


def test_a_group_that_would_change_too_much_refuses_the_column() -> None:
    found = within_budget(GRID, changed(6), 0.1, label="paid", protect=["sex"])

    assert not len(found.allowed)
    assert found.refusals[0].message == (
        "6 of 10 rows with sex = f would change in 'age' (60.0%; at most 10.0% may): nothing of it is applied"
    )
    assert not within_budget(GRID, changed(6, first=30), 0.1, label="paid", protect=["sex"]).refusals


def test_a_cell_of_group_and_label_counts_by_itself() -> None:
    rows = range(11, 61, 10)
    odd = Changes.of("model", rows, 0, ["999"] * 5, 0.99, "odd")
    few = Grid.of({**{name: GRID[name].texts() for name in ("age", "sex")},
                   "paid": ["late" if row in rows else "no" for row in range(100)]})  # fmt: skip

    found = within_budget(few, odd, 0.2, label="paid", protect=["sex"])

    assert "5 of 5 rows with sex = m, paid = late" in found.refusals[0].message


def test_answers_and_changes_that_change_nothing_do_not_count() -> None:
    answers = Changes.of("answer", range(100), 0, ["30"] * 100, 1.0, "a person said so")
    same = Changes.of("model", range(100), 2, GRID["paid"].texts(), 1.0, "")

    assert not within_budget(GRID, Changes.joined([answers, same]), 0.01).refusals


def test_a_column_that_is_not_there_is_named() -> None:
    with pytest.raises(BuildError, match=r"no column 'sx'; did you mean 'sex'"):
        within_budget(GRID, changed(1), 0.1, protect=["sx"])


@given(st.lists(st.tuples(st.integers(0, 99), st.integers(0, 2)), unique=True, max_size=60), st.floats(0, 1))
def test_every_change_is_either_allowed_or_refused_and_columns_stay_whole(
    cells: list[tuple[int, int]], most: float
) -> None:
    rows, columns = [row for row, _ in cells], [column for _, column in cells]
    changes = Changes.of("model", rows, columns, ["?"] * len(cells), 0.9, "")

    found = within_budget(GRID, changes, most, label="paid", protect=["sex"])

    assert len(found.allowed) + len(found.refused) == len(cells)
    assert not set(found.allowed.column.tolist()) & set(found.refused.column.tolist())
    assert (np.bincount(found.allowed.column, minlength=3) <= most * 100).all()
