"""The label guard: repairs that a model pays for are taken back, others stay."""

import numpy as np
import pytest

from datastork.core.errors import DataError
from datastork.learning.guard import harms, veto
from datastork.tables.changes import Changes
from datastork.tables.grid import Grid


def table(rows: int = 400) -> Grid:
    """Return a label that follows `dose` nearly always, beside noise and words."""
    draw = np.random.default_rng(1)
    dose, noise = draw.normal(size=rows), draw.normal(size=rows)
    label = np.where(dose + 0.3 * draw.normal(size=rows) > 0, "ill", "well")
    town = draw.choice(["Bend", "Gary"], rows)
    return Grid.of(
        {
            "dose": [f"{one:.3f}" for one in dose],
            "noise": [f"{one:.3f}" for one in noise],
            "town": town.tolist(),
            "state": label.tolist(),
        }
    )


def flattened(grid: Grid, name: str, layer: str = "model") -> Changes:
    """Return changes that make all of a column the same."""
    rows = np.arange(grid.rows)
    return Changes.of(layer, rows, grid.place(name), ["0"] * grid.rows, 0.9, "test")  # type: ignore[arg-type]


def test_a_repair_that_wipes_out_what_tells_the_label_harms() -> None:
    grid = table()
    found = harms(grid, flattened(grid, "dose").applied(grid), "state")
    assert found.harms
    assert found.before > 0.85
    assert found.after < 0.65
    assert "harms" in str(found)


def test_the_same_table_and_a_repair_of_noise_do_no_harm() -> None:
    grid = table()
    assert not harms(grid, grid, "state").harms
    found = harms(grid, flattened(grid, "noise").applied(grid), "state")
    assert not found.harms
    assert "does not harm" in str(found)


def test_given_rows_are_used_and_no_others() -> None:
    grid = table()
    train, validation = np.arange(150), np.arange(150, 300)
    changed = flattened(grid, "dose")
    late = changed.where(changed.row >= 300).applied(grid)
    assert harms(grid, late, "state", train=train, validation=validation).before == pytest.approx(
        harms(grid, late, "state", train=train, validation=validation).after
    )
    assert harms(grid, changed.applied(grid), "state", train=train, validation=validation).rows == 150


def test_of_few_rows_nothing_is_said() -> None:
    grid = table(30)
    found = harms(grid, flattened(grid, "dose").applied(grid), "state")
    assert (found.rows, found.harms) == (0, False)


def test_of_a_quantity_nothing_is_said() -> None:
    grid = table()
    assert harms(grid, flattened(grid, "noise").applied(grid), "dose").rows == 0


def test_the_veto_takes_back_the_harmful_column_alone() -> None:
    grid = table()
    both = Changes.joined([flattened(grid, "noise"), flattened(grid, "dose")])
    kept, said = veto(grid, both, "state")
    assert np.unique(kept.column).tolist() == [grid.place("noise")]
    assert len(kept) == grid.rows
    assert [one.harms for one in said] == [True, True]
    assert "'dose'" in said[1].what


def test_the_veto_by_layer_spares_answers_of_people() -> None:
    grid = table()
    answers = flattened(grid, "dose", "answer")
    kept, said = veto(
        grid, Changes.joined([answers.where(answers.row < 200), flattened(grid, "dose")]), "state", by="layer"
    )
    assert len(kept) == 200
    assert (kept.layer == 0).all()
    assert "'model'" in said[-1].what


def test_what_does_no_harm_is_not_looked_into() -> None:
    grid = table()
    assert veto(grid, flattened(grid, "town"), "state")[1] == ()
    assert veto(grid, Changes.none(), "state")[1] == ()


def test_tables_of_other_rows_and_half_a_split_are_refused() -> None:
    grid = table()
    with pytest.raises(DataError, match="400 rows before and 5 after"):
        harms(grid, grid.take(np.arange(5)), "state")
    with pytest.raises(DataError, match="or neither"):
        harms(grid, grid, "state", train=np.arange(100))
    with pytest.raises(DataError, match="no column 'stat'; did you mean 'state'"):
        harms(grid, grid, "stat")
