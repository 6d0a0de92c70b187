"""The model of a table: what it repairs, and what it leaves alone."""

import numpy as np
import pytest
from tests.tables.model.planted import places, with_cells

from datastork.tables.changes import Changes
from datastork.tables.grid import Grid
from datastork.tables.model.cells import cells_of
from datastork.tables.model.parents import witnesses
from datastork.tables.model.propose import propose


def sure(changes: Changes) -> Changes:
    return changes.where(changes.confidence >= 0.95)


def swapped(grid: Grid, column: str, rows: list[int]) -> Grid:
    draw = np.random.default_rng(len(rows))
    values = grid[column].values
    step = draw.integers(1, len(values), len(rows)).tolist()
    cells: dict[int, str | None] = {
        row: values[(values.index(grid[column].text(row) or "") + further) % len(values)]
        for row, further in zip(rows, step, strict=True)
    }
    return with_cells(grid, column, cells)


def test_nothing_is_proposed_for_a_clean_table() -> None:
    assert len(sure(propose(places()))) == 0


def test_values_of_other_rows_are_put_right_where_the_row_tells() -> None:
    clean = places(1500)
    dirty = clean
    rows = list(range(0, 1500, 60))
    for offset, column in enumerate(("name", "town", "zip", "phone")):
        dirty = swapped(dirty, column, [row + 7 * offset for row in rows if row + 7 * offset < 1500])
    found = propose(dirty).best()
    found = found.where(found.confidence >= 0.8)
    truth = [clean.columns[c].text(r) for r, c in zip(found.row.tolist(), found.column.tolist(), strict=True)]
    assert len(found) >= 80
    assert found.new.tolist() == truth


def test_which_of_two_columns_is_wrong_stays_open_where_nothing_else_tells() -> None:
    draw = np.random.default_rng(0)
    group = draw.integers(0, 20, 800).tolist()
    grid = Grid.of({"a": [f"a{one}" for one in group], "b": [f"b{one}" for one in group]})
    dirty = swapped(grid, "a", list(range(0, 800, 40)))
    found = propose(dirty).best()
    assert len(found) >= 20
    assert found.confidence.max() < 0.95


def test_a_dependency_of_the_user_says_which_of_two_columns_is_wrong() -> None:
    draw = np.random.default_rng(0)
    group = draw.integers(0, 20, 800).tolist()
    grid = Grid.of({"a": [f"a{one}" for one in group], "b": [f"b{one}" for one in group]})
    dirty = swapped(grid, "b", list(range(0, 800, 40)))
    found = sure(propose(dirty, fds=[(("a",), "b")]).best())
    assert set(found.column.tolist()) == {1}
    assert sorted(found.row.tolist()) == list(range(0, 800, 40))
    assert found.new.tolist() == [grid["b"].text(row) for row in found.row.tolist()]


def test_two_columns_together_may_be_given_as_determining_a_third() -> None:
    draw = np.random.default_rng(0)
    a, b = draw.integers(0, 6, 900).tolist(), draw.integers(0, 6, 900).tolist()
    grid = Grid.of(
        {"a": map(str, a), "b": map(str, b), "c": [f"c{(x * 5 + y * y) % 7}" for x, y in zip(a, b, strict=True)]}
    )
    dirty = swapped(grid, "c", list(range(0, 900, 90)))
    found = sure(propose(dirty, fds=[(("a", "b"), "c")]).best())
    assert sorted(found.row.tolist()) == list(range(0, 900, 90))
    assert found.new.tolist() == [grid["c"].text(row) for row in found.row.tolist()]


def test_exceptions_that_come_again_in_their_group_are_how_things_are() -> None:
    grid = places(1500)
    names = grid["name"].values
    cells = {}
    for place, name in enumerate(names[:12]):
        rows = [row for row, text in enumerate(grid["name"].texts()) if text == name][:4]
        cells |= dict.fromkeys(rows, f"other phone {place}")
    found = sure(propose(with_cells(grid, "phone", dict(cells))))
    assert len(found.where(found.column == grid.place("phone"))) == 0


def test_exceptions_that_another_column_explains_stay() -> None:
    grid = places(900)
    code = grid["code"].texts()
    state = ["ak" if row % 60 == 7 else "al" for row in range(900)]
    both = [f"{a}_{b}" for a, b in zip(state, code, strict=True)]
    grid = Grid((*grid.columns, *Grid.of({"state": state, "both": both}).columns))
    assert len(sure(propose(grid))) == 0
    assert len(sure(propose(grid, fds=[(("code",), "both")]))) == 0


def test_misspelt_values_are_put_right_with_and_without_a_column_that_tells_them() -> None:
    grid = places(900)
    row = 5
    town = grid["town"].text(row) or ""
    told = with_cells(grid, "town", {row: town[:2] + "q" + town[3:]})
    found = sure(propose(told).best())
    assert found.to_arrow(told).select(["row", "column", "new"]).to_pylist() == [
        {"row": row, "column": "town", "new": town}
    ]
    alone = Grid.of({"town": [*["Portland"] * 60, *["Salem"] * 40, "Portlnad", "Salme"]})
    assert sure(propose(alone).best()).new.tolist() == ["Portland", "Salem"]


def test_characters_overwritten_by_one_sign_are_read_through() -> None:
    clean = places(900)
    dirty = clean
    for step, column in enumerate(("name", "town", "measure", "zip")):
        cells = {}
        for row in range(step, 900, 50):
            text = clean[column].text(row) or ""
            cells[row] = text.replace(text[1 + row % 3], "*")
        dirty = with_cells(dirty, column, dict(cells))
    found = sure(propose(dirty).best())
    truth = [clean.columns[c].text(r) for r, c in zip(found.row.tolist(), found.column.tolist(), strict=True)]
    assert found.new.tolist() == truth
    assert len(found) >= 65


def test_digits_are_not_repaired_by_how_they_look() -> None:
    grid = Grid.of({"amount": [*["100 mg"] * 50, *["200 mg"] * 50, "101 mg", "10x mg", "x00 mg", "210 mg"]})
    assert len(propose(grid)) == 0


def test_missing_cells_are_filled_only_where_missing_is_no_custom() -> None:
    clean = places(1500)
    rows = list(range(0, 1500, 50))
    gaps = with_cells(clean, "town", dict.fromkeys(rows))
    found = sure(propose(gaps).best())
    assert sorted(found.row.tolist()) == rows
    assert found.new.tolist() == [clean["town"].text(row) for row in found.row.tolist()]
    names = clean["name"].values[:10]
    usual = [row for row, name in enumerate(clean["name"].texts()) if name in names and row % 3 == 0]
    custom = with_cells(clean, "town", dict.fromkeys(usual))
    assert len(sure(propose(custom))) == 0


def test_kept_columns_are_evidence_and_unused_ones_are_not() -> None:
    clean = places(900)
    dirty = swapped(clean, "town", [5, 205, 405, 605, 805])
    assert len(sure(propose(dirty, keep=["town"]))) == 0
    told = [why for why in propose(dirty).why.tolist() if "name" in why]
    without = propose(dirty, unused=["name"])
    assert told
    assert not [why for why in without.why.tolist() if "name" in why]
    assert not (without.column == clean.place("name")).any()


def test_the_order_of_columns_and_a_second_run_change_nothing() -> None:
    dirty = swapped(places(900), "town", [5, 105, 205, 305, 405])
    first, again = propose(dirty).best().to_arrow(dirty), propose(dirty).best().to_arrow(dirty)
    assert first.equals(again)
    turned = Grid(dirty.columns[::-1])
    other = propose(turned).best()
    here = {(r, dirty.columns[c].name, n) for r, c, n in zip(*_cells(sure(propose(dirty).best())), strict=True)}
    there = {(r, turned.columns[c].name, n) for r, c, n in zip(*_cells(sure(other)), strict=True)}
    assert here == there


def _cells(changes: Changes) -> tuple[list[int], list[int], list[str]]:
    return changes.row.tolist(), changes.column.tolist(), changes.new.tolist()


@pytest.mark.parametrize(
    "grid",
    [
        Grid(()),
        Grid.of({"a": []}),
        Grid.of({"a": ["x"]}),
        Grid.of({"a": [None, None], "b": ["", " "]}),
        Grid.of({"a": ["x"] * 5, "b": [None] * 5, "c": list("abcde")}),
    ],
)
def test_tables_with_next_to_nothing_in_them_are_left_alone(grid: Grid) -> None:
    assert len(propose(grid)) == 0


def test_of_a_wide_table_only_the_columns_that_tell_the_most_are_asked() -> None:
    clean = places(300)
    wide = Grid.of({f"noise {place}": [str((row * 7919 + place) % 293) for row in range(300)] for place in range(150)})
    town = clean["town"].text(5) or ""
    dirty = with_cells(Grid((*clean.columns, *wide.columns)), "town", {5: town + "q"})
    table = [cells_of(column) for column in dirty.columns]
    assert len(witnesses(table, range(len(table)))) == 60
    found = sure(propose(dirty, rounds=1).best())
    assert found.new.tolist() == [town]
