"""From wishes to what is applied: budgets, and columns that are allowed beyond them."""

import pytest
from tests.tables.model.planted import places, with_cells

from datastork.clean._table.mending import Wishes, mend
from datastork.core.errors import RecipeError
from datastork.tables.grid import Grid


def damaged() -> Grid:
    """Return a table in which a tenth of the towns has a letter too many."""
    clean = places(900)
    return with_cells(clean, "town", {row: (clean["town"].text(row) or "") + "q" for row in range(0, 900, 10)})


def test_a_column_beyond_its_budget_is_refused_as_a_whole_and_may_be_allowed() -> None:
    held = mend(damaged(), Wishes(max_change=0.05))

    assert len(held.changes) == 0
    assert len(held.suspects) >= 80
    assert [one.column for one in held.refusals] == ["town"]
    allowed = mend(damaged(), Wishes(max_change=0.05, allow=["town"]))
    assert len(allowed.changes) >= 80
    assert allowed.refusals == ()


def test_a_wish_about_a_column_that_is_not_there_is_an_error() -> None:
    with pytest.raises(RecipeError, match=r"no column 'twon'.*town"):
        mend(damaged(), Wishes(allow=["twon"]))
