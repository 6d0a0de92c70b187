import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datastork.core.errors import DataError
from datastork.learning.encode import FAR, encode, target_of
from datastork.tables.grid import Grid
from datastork.tables.kinds import kinds_of


def people(rows: int = 200, **more: list[str | None]) -> Grid:
    draw = np.random.default_rng(0)
    held = {
        "name": [f"person-{at:04}" for at in range(rows)],
        "age": draw.integers(18, 80, rows).astype(str).tolist(),
        "town": np.array(list("ABC"))[draw.integers(0, 3, rows)].tolist(),
        "pays": np.array(["no", "yes"])[draw.integers(0, 2, rows)].tolist(),
    }
    return Grid.of({**held, **more})


def encoder_of(grid: Grid, rows: np.ndarray | None = None, **more):
    return encode(grid, kinds_of(grid), np.arange(grid.rows) if rows is None else rows, ignore=("pays",), **more)


def test_numbers_are_scaled_categories_have_columns_and_names_tell_nothing() -> None:
    grid = people()
    found = encoder_of(grid)

    matrix = found.matrix(grid).toarray()

    assert found.features == ("age", "town = A", "town = B", "town = C")
    assert found.owners == ["age", "town", "town", "town"]
    assert matrix[:, 0].mean() == pytest.approx(0, abs=0.01)
    assert matrix[:, 0].std() == pytest.approx(1, abs=0.01)
    assert (matrix[:, 1:].sum(axis=1) == 1).all()


def test_rows_for_testing_teach_nothing() -> None:
    grid = people()
    late = np.arange(150, 200)
    other = grid.with_column(grid["age"].replaced(late, ["9000"] * 50))
    other = other.with_column(other["town"].replaced(late, ["Z"] * 50))

    one, two = encoder_of(grid, np.arange(150)), encoder_of(other, np.arange(150))

    assert one.features == two.features
    first, second = one.matrix(grid).toarray(), two.matrix(other).toarray()
    assert np.array_equal(first[:150], second[:150])
    assert (second[150:, 0] == FAR).all()  # no outlier gets beyond
    assert (second[150:, 1:] == 0).all()  # a value never seen has no column


def test_missing_values_are_marked_or_nan() -> None:
    grid = people()
    grid = grid.with_column(grid["age"].replaced(np.arange(20), [None] * 10 + ["N/A"] * 10))
    grid = grid.with_column(grid["town"].replaced(np.arange(10), [None] * 10))

    wide, codes = encoder_of(grid), encoder_of(grid, form="codes")

    assert wide.features == ("age", "age is missing", "town = A", "town = B", "town = C", "town is missing")
    matrix = wide.matrix(grid).toarray()
    assert (matrix[:20, :2] == [0, 1]).all()
    assert (matrix[20:, 1] == 0).all()
    assert (matrix[:10, 5] == 1).all()
    assert matrix[10:, 5].sum() == 0
    assert codes.categorical == [False, True]
    assert codes.features == ("age", "town")
    assert np.isnan(codes.matrix(grid)[:20, 0]).all()
    assert np.isnan(codes.matrix(grid)[:10, 1]).all()
    assert np.isfinite(codes.matrix(grid)[20:]).all()


def test_dates_are_numbers() -> None:
    days = [f"20{at % 20:02}-03-{at % 28 + 1:02}" for at in range(200)]
    grid = people(born=days)

    found = encoder_of(grid, form="codes").matrix(grid)[:, -1]

    assert np.array_equal(np.argsort(found, kind="stable"), np.argsort(np.array(days), kind="stable"))


ENCODERS = {form: encoder_of(people(), form=form) for form in ("wide", "codes")}


@settings(deadline=None, max_examples=25)
@given(st.lists(st.integers(0, 199), max_size=40))
def test_some_rows_of_a_matrix_are_the_matrix_of_some_rows(rows) -> None:
    grid = people()
    for form in ("wide", "codes"):
        found = ENCODERS[form]
        some = found.matrix(grid.take(np.array(rows, np.int64)))
        whole = found.matrix(grid)[rows]
        if form == "wide":
            some, whole = some.toarray(), whole.toarray()
        assert np.array_equal(some, whole, equal_nan=True)


def test_a_table_of_names_alone_cannot_be_learned_from() -> None:
    grid = Grid((people()["name"], people()["pays"]))
    with pytest.raises(DataError, match="no column of name, pays can be learned from"):
        encoder_of(grid)


def test_the_label_is_coded_by_the_rows_for_training() -> None:
    grid = people()
    grid = grid.with_column(grid["pays"].replaced(np.array([198, 199]), ["maybe", None]))

    found = target_of(grid, "pays", np.arange(150))

    assert found.classes == ("no", "yes")
    assert found.codes[198:].tolist() == [-1, -1]
    assert [found.classes[code] for code in found.codes[:198]] == grid["pays"].texts()[:198]


def test_a_label_needs_two_classes_and_a_column() -> None:
    grid = people(same=["x"] * 200)
    with pytest.raises(DataError, match="no column 'pay'; did you mean 'pays'"):
        target_of(grid, "pay", np.arange(200))
    with pytest.raises(DataError, match="one class in the 200 rows"):
        target_of(grid, "same", np.arange(200))
