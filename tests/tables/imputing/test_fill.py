"""Gaps: what is drawn keeps the spread and the ties of a column, and stays when the table grows."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datastork.tables.grid import Grid
from datastork.tables.imputing.chance import fractions, row_keys
from datastork.tables.imputing.fill import Filled, Method, fill, with_gaps
from datastork.tables.imputing.telltale import telltale

RNG = np.random.default_rng(11)
ROWS = 3000
TOWN = RNG.integers(0, 6, ROWS)
SIZE = 40 + 25 * TOWN + RNG.normal(0, 8, ROWS)
RENT = 300 + 9 * SIZE + RNG.normal(0, 120, ROWS)
GONE = RNG.random(ROWS) < 1 / (1 + np.exp(-(SIZE - 120) / 25))  # the larger, the oftener missing
WHOLE = {
    "town": [f"town {one}" for one in TOWN],
    "size": [f"{one:.1f}" for one in SIZE],
    "rent": [f"{one:.2f}" for one in RENT],
    "note": [f"note {row}" for row in range(ROWS)],
}
HOLED = Grid.of({**WHOLE, "rent": [None if gone else text for gone, text in zip(GONE, WHOLE["rent"], strict=True)]})
KEYS = row_keys(f"{row:05}" for row in range(ROWS))


def rents(grid: Grid, filled: Filled) -> np.ndarray:
    return np.array([float(one or "nan") for one in filled.changes.applied(grid)["rent"].texts()])


def test_a_draw_keeps_mean_spread_and_ties_where_a_median_bends_them() -> None:
    drawn, middle = (rents(HOLED, fill(HOLED, KEYS, method=how, max_missing=0.8)) for how in ("draw", "median"))

    assert np.isfinite(drawn).all()
    assert drawn.mean() == pytest.approx(RENT.mean(), rel=0.02)
    assert drawn.std() == pytest.approx(RENT.std(), rel=0.05)
    assert np.corrcoef(drawn, SIZE)[0, 1] == pytest.approx(np.corrcoef(RENT, SIZE)[0, 1], abs=0.04)
    assert middle.std() < 0.8 * RENT.std()
    assert middle.mean() < 0.9 * RENT.mean()


def test_it_says_what_a_value_was_drawn_from_and_how_sure_that_is() -> None:
    marks = ["a" if one == "town 1" else "b" for one in WHOLE["town"]]
    grid = Grid.of({"town": WHOLE["town"], "mark": [None if row % 10 == 0 else one for row, one in enumerate(marks)]})

    changes = fill(grid, KEYS).changes

    assert [marks[row] for row in changes.row.tolist()] == changes.new.tolist()
    assert (changes.confidence == 1).all()
    assert changes.why[0].startswith("drawn from ")
    assert changes.why[0].endswith(" rows alike in town")


def test_a_table_that_grows_keeps_nearly_all_draws() -> None:
    few = np.arange(2700)
    small, large = fill(HOLED.take(few), KEYS[few], max_missing=0.8), fill(HOLED, KEYS, max_missing=0.8)

    before, after = rents(HOLED.take(few), small), rents(HOLED, large)[:2700]

    gaps = GONE[:2700]
    assert (before[gaps] == after[gaps]).mean() > 0.7
    shuffled = np.random.default_rng(1).permutation(ROWS)
    again = rents(HOLED.take(shuffled), fill(HOLED.take(shuffled), KEYS[shuffled], max_missing=0.8))
    assert (again == rents(HOLED, large)[shuffled]).all(), "the order of rows is nothing to it"
    other = rents(HOLED, fill(HOLED, KEYS, max_missing=0.8, seed=1))
    assert (other[GONE] == rents(HOLED, large)[GONE]).mean() < 0.1


def test_only_the_rows_to_learn_from_are_drawn_from_and_labels_stay() -> None:
    grid = Grid.of(
        {
            "kind": ["x", None, "y", None] * 25,
            "label": ["1", None, "2", "1"] * 25,
        }
    )

    found = fill(grid, KEYS[:100], rows=np.arange(0, 100, 4), labels=["label"])

    assert set(found.changes.new.tolist()) == {"x"}
    assert set(found.changes.column.tolist()) == {0}


def test_gaps_that_nothing_sensible_fills_are_left_and_told() -> None:
    texts = [None if row % 3 == 0 else f"a story of bird {row}" for row in range(300)]
    ids = [None if row % 30 == 0 else f"ID-{row:04}" for row in range(300)]
    rare = ["yes" if row % 10 == 0 else None for row in range(300)]

    found = fill(Grid.of({"text": texts, "id": ids, "rare": rare, "none": [None] * 300}), KEYS[:300])

    assert not len(found.changes)
    assert {one.column: one.left_because for one in found.columns} == {
        "text": "hardly any value occurs twice: another row's would say nothing",
        "id": "each row has a value of its own",
        "rare": "90% are missing, more than max_missing = 50%",
        "none": "no row to learn from has a value",
    }


def test_blank_cells_and_named_words_are_gaps_and_others_are_not() -> None:
    grid = with_gaps(Grid.of({"a": ["1", "", "  ", "N/A", "?", None]}), ["N/A"])

    assert (grid["a"].codes < 0).tolist() == [False, True, True, True, False, True]
    assert grid["a"].counts.sum() == 2


def test_gaps_that_go_with_the_label_are_told_and_others_are_not() -> None:
    chance = RNG.random(ROWS)
    label = Grid.of({"y": ["yes" if one < 0.3 else "no" for one in chance]})["y"]
    told = [None if one < 0.2 or row % 10 == 0 else "v" for row, one in enumerate(chance)]
    plain = [None if one < 0.3 else "v" for one in RNG.random(ROWS)]

    found = telltale(Grid.of({"a": told})["a"], label, np.arange(ROWS))

    assert found is not None
    assert (found.most, found.least) == ("yes", "no")
    assert found.share_most > 0.6 > 0.2 > found.share_least
    assert telltale(Grid.of({"a": plain})["a"], label, np.arange(ROWS)) is None


@settings(max_examples=40)
@given(st.lists(st.tuples(st.sampled_from(["a", "b", None]), st.sampled_from(["1", "2", "", None])), max_size=40))
def test_every_gap_of_a_column_is_filled_or_none_is(cells: list[tuple[str | None, str | None]]) -> None:
    grid = with_gaps(Grid.of({"x": [a for a, _ in cells], "y": [b for _, b in cells]}))
    how: tuple[Method, ...] = ("draw", "median")
    for method in how:
        found = fill(grid, KEYS[: len(cells)], method=method)
        after = found.changes.applied(grid)
        for one in found.columns:
            assert after[one.column].missing in (0, one.gaps)
            assert one.filled == one.gaps - after[one.column].missing
        assert all(
            new in grid.columns[place].values
            for place, new in zip(found.changes.column, found.changes.new, strict=True)
        )


def test_fractions_are_spread_evenly() -> None:
    drawn = np.sort(fractions(row_keys(str(row) for row in range(5000)), 3))

    assert drawn[0] >= 0
    assert drawn[-1] < 1
    assert np.abs(drawn - np.arange(5000) / 5000).max() < 0.03
