"""Reference tables: rows are found by a key, exactly or nearly, and repaired from what the reference says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datastork.core.errors import RecipeError
from datastork.tables.grid import Grid
from datastork.tables.references import look_up

PLACES = Grid.of(
    {
        "ZIP": ["97701", "46402", "02108", "73301", "73344"],
        "city": ["Bend", "Gary", "Boston", "Austin", "Austin"],
        "State": ["OR", "IN", "MA", "TX", "TX"],
    }
)


def told(grid: Grid, reference: Grid, on: str, **settings: bool) -> list[tuple[int, str, str | None, float]]:
    found = look_up(grid, reference, on, **settings)
    names = [grid.names[place] for place in found.column.tolist()]
    return list(zip(found.row.tolist(), names, found.new.tolist(), found.confidence.round(2).tolist(), strict=True))


def test_cells_are_filled_and_misspellings_changed() -> None:
    grid = Grid.of(
        {
            "zip": ["97701", "46402", "02108", "00000"],
            "City": ["Bned", "", "Boston", "Ulm"],
            "state": ["OR", "IN", None, "??"],
        }
    )

    assert told(grid, PLACES, "zip") == [
        (0, "City", "Bend", 0.99),
        (1, "City", "Gary", 0.97),
        (2, "state", "MA", 0.97),
    ]


def test_another_value_of_the_reference_is_less_sure_for_the_key_may_be_wrong() -> None:
    grid = Grid.of({"zip": ["97701", "46402", *["02108"] * 4], "city": ["Bend", "Austin", *["Boston"] * 4]})

    assert told(grid, PLACES, "zip") == [(1, "city", "Gary", 0.9)]


def test_a_key_that_the_rest_of_its_row_speaks_against_is_in_doubt() -> None:
    good = ["97701"] * 5
    grid = Grid.of({"zip": ["46402", *good], "city": ["Bend", *["Bend"] * 5], "state": ["OR", *["OR"] * 5]})

    assert told(grid, PLACES, "zip") == [(0, "city", "Gary", 0.4), (0, "state", "IN", 0.4)]


def test_a_key_of_digits_is_never_changed() -> None:
    grid = Grid.of({"zip": ["97702", "9770l", "2108"], "city": ["Bend", "Bend", "Boston"]})

    assert told(grid, PLACES, "zip") == []


def test_a_misspelt_key_finds_its_row() -> None:
    shops = Grid.of(
        {
            "shop": ["Riverside Tools", "Riverside Tyres", "Hilltop Books", "Gate 12 Cafe"],
            "phone": ["111", "222", "333", "444"],
        }
    )
    names = ["Hiltop Books", "HILLTOP  BOOKS", "Riverside Toyls", "Riverside T", "Gate 13 Cafe", "Hut"]
    grid = Grid.of({"shop": names, "phone": ["333", "", "111", "x", "444", "333"]})

    assert told(grid, shops, "shop") == [
        (1, "phone", "333", 0.96),
        (0, "shop", "Hilltop Books", 0.98),
        (1, "shop", "Hilltop Books", 0.99),
        (2, "shop", "Riverside Tools", 0.98),
    ]
    assert told(grid, shops, "shop", nearly=False) == [(1, "phone", "333", 0.96), (1, "shop", "Hilltop Books", 0.99)]


def test_what_a_reference_says_in_two_ways_is_not_used() -> None:
    twice = Grid.of({"zip": ["97701", "97701"], "city": ["Bend", "Bend City"], "state": ["OR", "OR"]})

    assert told(Grid.of({"zip": ["97701"], "city": [""], "state": [""]}), twice, "zip") == [(0, "state", "OR", 0.97)]


def test_a_column_that_mostly_says_otherwise_holds_something_else() -> None:
    grid = Grid.of({"zip": ["97701", "46402", "02108", "73301"], "state": ["IN", "MA", "OR", "TX"]})

    assert told(grid, PLACES, "zip") == []


def test_a_key_that_is_not_there_is_an_error_with_the_nearest_name() -> None:
    with pytest.raises(RecipeError, match="the reference: no column 'zipp'; did you mean"):
        look_up(Grid.of({"zipp": ["1"]}), PLACES, "zipp")
    with pytest.raises(RecipeError, match="the table: no column"):
        look_up(Grid.of({"x": ["1"]}), PLACES, "zip")


@given(st.dictionaries(st.text(min_size=1, max_size=6), st.text(min_size=1, max_size=6), max_size=12))
def test_a_table_without_double_keys_agrees_with_itself(rows: dict[str, str]) -> None:
    grid = Grid.of({"a": list(rows), "b": list(rows.values())})

    assert len(look_up(grid, grid, "a")) == 0
