"""Before and after: what fails, what a listed repair explains, and that nothing vanishes in silence."""

import numpy as np
import pytest

from datastork.core.errors import BuildError
from datastork.tables.changes import Changes, Layer
from datastork.tables.grid import Grid
from datastork.tables.guards.representative import Representation, representative
from datastork.tables.guards.told import SHOWN

RNG = np.random.default_rng(3)
ROWS = 2000
BIRD = RNG.choice(["robin", "wren", "finch", "crow"], ROWS, p=[0.5, 0.3, 0.195, 0.005])
WEIGHT = {"robin": 18, "wren": 9, "finch": 24, "crow": 500}
TABLE = Grid.of(
    {
        "bird": BIRD.tolist(),
        "grams": [f"{WEIGHT[one] * RNG.lognormal(0, 0.1):.2f}" for one in BIRD],
        "sex": RNG.choice(["f", "m"], ROWS).tolist(),
        "seen": RNG.choice(["yes", "no"], ROWS).tolist(),
    }
)


def after(rows: "np.ndarray | list[int]", column: str, new: str | None, layer: Layer = "model") -> Representation:
    changes = Changes.of(layer, rows, TABLE.place(column), [new] * len(rows), 1.0, "because")
    return representative(TABLE, changes.applied(TABLE), changes=changes, label="seen", protect=["sex"])


def test_a_table_that_did_not_change_has_nothing_to_tell() -> None:
    found = representative(TABLE, TABLE)

    assert not found.fails
    assert not found.shifts
    assert not found.tables()


def test_misspellings_set_right_leave_the_table_representative() -> None:
    typos = RNG.choice(ROWS, 100, replace=False)
    dirty = TABLE.with_column(TABLE["bird"].replaced(typos, [f"{BIRD[row]}{row}" for row in typos]))
    changes = Changes.of("model", typos, 0, [str(BIRD[row]) for row in typos], 0.99, "one letter off")

    found = representative(dirty, changes.applied(dirty), changes=changes)

    assert not found.fails, found.problems
    assert found.shifts[0].cells == 100
    assert found.shifts[0].variation == pytest.approx(0.05)
    assert len(found.shifts[0].gone) == 100, "each misspelling is told of"


def test_a_rare_category_that_the_model_wipes_out_fails_and_is_named() -> None:
    crows = np.flatnonzero(BIRD == "crow")

    found = after(crows, "bird", "robin")

    assert found.fails
    assert f"no row is 'crow' ({len(crows)} rows) any more" in found.problems[0]
    gone = next(table for table in found.tables() if "no row has any more" in table.caption)
    assert tuple(gone.rows[0]) == ("bird", "crow", len(crows), "robin", len(crows))
    assert not after(crows, "bird", "robin", "rule").fails, "a rule of the user explains it"


def test_rows_beside_explain_a_repeated_misspelling_and_not_a_category_with_places_of_its_own() -> None:
    city = [f"city {row % 40}" for row in range(400)]
    state = ["ak" if row % 40 == 0 else "al" if row % 2 else "ga" for row in range(400)]
    clean = Grid.of({"city": city, "state": state})
    typos = [row for row in range(400) if state[row] == "al"][::19]
    dirty = clean.with_column(clean["state"].replaced(np.array(typos), ["xl"] * len(typos)))
    right = Changes.of("model", typos, 1, ["al"] * len(typos), 0.99, "")
    wrong = Changes.of("model", np.flatnonzero(np.array(state) == "ak"), 1, ["al"] * 10, 0.99, "")

    assert not representative(dirty, right.applied(dirty), changes=right).fails
    assert "no row is 'ak' (10 rows)" in representative(clean, wrong.applied(clean), changes=wrong).problems[-1]


def test_shares_that_move_fail_in_rows_and_in_words() -> None:
    robins = np.flatnonzero(BIRD == "robin")[:100]

    found = after(robins, "bird", "wren")

    assert found.shifts[0].unexplained == pytest.approx(0.05)
    assert "bird: the shares of its values moved by 0.050" in found.problems[0]
    assert not after(robins[:30], "bird", "wren").fails


def test_numbers_moved_are_found_by_bins_quantiles_and_distances() -> None:
    some = RNG.choice(ROWS, 300, replace=False)

    found = after(some, "grams", "18.00").shifts[0]

    assert found.unexplained > 0.02
    assert found.ks is not None
    assert 0.05 < found.ks < 0.15
    assert found.quantiles is not None
    assert found.quantiles[0][2] == pytest.approx(np.median([float(x) for x in TABLE["grams"].values]), rel=0.05)


def test_wasserstein_and_ks_are_those_of_scipy() -> None:
    from scipy.stats import ks_2samp, wasserstein_distance

    old, new = RNG.normal(0, 1, 300).round(1), RNG.normal(0.5, 2, 300).round(1)
    shift = representative(Grid.of({"x": map(str, old)}), Grid.of({"x": map(str, new)})).shifts[0]

    assert shift.ks == pytest.approx(ks_2samp(old, new).statistic)
    assert shift.wasserstein == pytest.approx(wasserstein_distance(old, new))


def test_missing_and_associations_are_compared() -> None:
    shuffled = TABLE.with_column(TABLE["bird"].replaced(np.arange(ROWS), RNG.permutation(BIRD).tolist()))

    found = representative(TABLE, shuffled)

    assert (found.ties[0].first, found.ties[0].second) == ("bird", "grams")
    assert found.ties[0].before > 0.7
    assert found.ties[0].after < 0.2
    assert any("bird and grams go together less" in one for one in found.warnings)
    emptied = after(np.arange(100), "bird", None).shifts[0]
    assert (emptied.missing_before, emptied.missing_after) == (0.0, 0.05)


def test_dropped_rows_count_for_the_groups_they_were_of() -> None:
    women = np.flatnonzero(TABLE["sex"].codes == TABLE["sex"].values.index("f"))
    kept = np.setdiff1d(np.arange(ROWS), women[:400])

    found = representative(TABLE, TABLE.take(kept), rows=kept, label="seen", protect=["sex"])

    assert sum(one.touched for one in found.groups if one.group == "f") == 400
    assert sum(one.touched for one in found.groups if one.group == "m") == 0
    assert found.impact["sex"] == pytest.approx(1 - 400 / len(women))
    assert any("sex: of some groups far more rows" in one for one in found.warnings)
    assert found.problems[0].startswith("sex: the shares of its values moved")
    assert sum(one.before for one in found.groups) == ROWS


def test_tables_stay_small_whatever_changes() -> None:
    wide = Grid.of({f"c{number}": [str(row) for row in range(200)] for number in range(80)})
    other = Grid.of({f"c{number}": [str(row + 1) for row in range(200)] for number in range(80)})

    found = representative(wide, other)

    assert all(len(table.rows) <= 2 * SHOWN for table in found.tables())
    assert "50 more are not shown" in found.tables()[0].caption


def test_rows_that_do_not_fit_and_columns_that_are_not_there_are_refused() -> None:
    with pytest.raises(BuildError, match=r"1,000 rows after the change are said to be 2,000"):
        representative(TABLE, TABLE.take(np.arange(1000)))
    with pytest.raises(BuildError, match=r"no column 'sec'"):
        representative(TABLE, TABLE, protect=["sec"])
    empty = Grid.of({"a": []})
    assert not representative(empty, empty).fails
