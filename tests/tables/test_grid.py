"""The grid: distinct values once, codes for rows."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datastork.tables.grid import Column, Grid

CELLS = st.lists(st.one_of(st.none(), st.text(max_size=3)), max_size=20)


@given(CELLS)
def test_a_column_gives_back_what_it_was_made_of(cells: list[str | None]) -> None:
    column = Column.of("a", cells)

    assert column.texts() == cells
    assert column.missing == cells.count(None)
    assert column.counts.tolist() == [cells.count(value) for value in column.values]


@given(CELLS, st.data())
def test_replaced_cells_are_replaced_and_no_value_is_left_without_a_row(
    cells: list[str | None], data: st.DataObject
) -> None:
    column = Column.of("a", cells)
    rows = data.draw(st.lists(st.integers(0, max(len(cells) - 1, 0)), unique=True, max_size=len(cells)))
    texts = [data.draw(st.one_of(st.none(), st.text(max_size=2))) for _ in rows]

    found = column.replaced(np.array(rows, np.int64), texts)

    wanted = list(cells)
    for row, text in zip(rows, texts, strict=True):
        wanted[row] = text
    assert found.texts() == wanted
    assert (found.counts > 0).all()


def test_a_grid_comes_from_arrow_and_goes_back() -> None:
    table = pa.table({"zip": ["01234", None, "01234"], "city": ["", "Bend", "Bend"]})
    grid = Grid.of(table)

    assert grid.names == ("zip", "city")
    assert grid["city"].values == ("", "Bend")
    assert grid.to_arrow().to_pydict() == table.to_pydict()
    assert grid.take(np.array([2, 1]))["zip"].texts() == ["01234", None]
    with pytest.raises(KeyError):
        grid["town"]
