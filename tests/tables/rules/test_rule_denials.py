"""Denial constraints over two rows: counted without a look at every pair, and the same as with one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datastork.tables.grid import Grid
from datastork.tables.rules import Denial, flagged, parse, violations
from datastork.tables.rules.checks import denials
from datastork.tables.rules.checks.denials import TooMuchWork, against
from datastork.tables.rules.evaluate import Evaluator

COUNTED = (
    "not (a.g == b.g and a.s != b.s)",
    "not (a.s < b.s and a.t > b.t)",
    "not (a.g == b.g and a.s <= b.s and a.t >= b.t and a.u != b.u)",
    "not (a.s > b.t)",
    "not (a.g == b.g and a.s != b.s and a.t != b.t and a.u != b.u)",
    'not (a.g == b.s and a.s == "2" and b.t != "3" and a.t <= b.u)',
    "not (a.g == b.g and number(a.s) + 1 == b.s)",
    "not (not (a.g != b.g or a.s >= b.s))",
)
LOOKED_AT = (
    "not (a.g == b.g and a.s + b.s > 7)",
    "not (a.g == b.g and similar(a.s, b.s))",
    "not (a.s < b.s and a.t < b.t and a.u < b.u)",
    "not (a.g == b.g and not similar(a.s, b.t) and missing(b.u))",
    'not (a.s in ("1", "2") and b.s not in ("1", "2") and a.g == b.g)',
)
cell = st.one_of(st.none(), st.integers(0, 4).map(str))
grids = st.lists(st.tuples(cell, cell, cell, cell), min_size=1, max_size=12).map(
    lambda rows: Grid.of({name: [row[place] for row in rows] for place, name in enumerate("gstu")})
)


def one(line: str, grid: Grid) -> Denial:
    (rule,) = parse(line, grid.names).of(Denial)
    return rule


@pytest.mark.parametrize("line", [*COUNTED, *LOOKED_AT])
@settings(max_examples=8)
@given(grid=grids)
def test_conflicts_are_those_of_every_pair(line: str, grid: Grid) -> None:
    rule = one(line, grid)
    a, b = (side.ravel() for side in np.meshgrid(np.arange(grid.rows), np.arange(grid.rows), indexing="ij"))
    mask = Evaluator(grid, a, b).mask(rule.expression) & (a != b)
    pairs = np.bincount(a[mask], minlength=grid.rows) + np.bincount(b[mask], minlength=grid.rows)

    found = against(rule, grid)

    assert found.count.tolist() == pairs.tolist()
    assert (found.example is None) == (not mask.any())
    if found.example:
        assert (mask & (a == found.example[0]) & (b == found.example[1])).any()


def test_or_makes_cases() -> None:
    grid = Grid.of({"g": ["1", "1", "2"], "s": ["x", "y", "x"]})

    assert against(one("not (a.s == b.s or a.g == b.g)", grid), grid).count.tolist() == [4, 2, 2]


def test_many_rows_take_little_work() -> None:
    rng = np.random.default_rng(0)
    rows = 20_000
    grid = Grid.of({"g": ["0"] * rows, "s": rng.permutation(rows).astype(str).tolist()})
    grid = grid.with_column(type(grid["s"])("t", grid["s"].values, grid["s"].codes, grid["s"].counts))

    assert not against(one("not (a.g == b.g and a.s < b.s and a.t > b.t)", grid), grid).count.any()


def test_a_constraint_that_needs_every_pair_says_so_with_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(denials, "MOST_PAIRS", 100)
    grid = Grid.of({"s": [str(number) for number in range(20)]})
    rules = parse("s: unique\nnot (similar(a.s, b.s))", grid.names)

    found = violations(rules, grid)[1]

    assert "380 pairs of rows" in found.unchecked
    assert "add an equality" in found.unchecked
    assert found.rule.line == 2
    assert found.count == 0


def test_too_many_cases_are_refused() -> None:
    grid = Grid.of({"s": ["1", "2"]})
    cases = " and ".join("(a.s == b.s or a.s != b.s)" for _ in range(8))

    with pytest.raises(TooMuchWork, match="more than 32 cases"):
        against(one(f"not ({cases})", grid), grid)


def test_the_row_that_conflicts_with_all_others_is_the_one_in_doubt() -> None:
    grid = Grid.of(
        {"salary": [str(1000 * n) for n in range(1, 9)], "tax": ["10", "20", "30", "900", "50", "60", "70", "80"]}
    )

    marks = flagged(parse("not (a.salary < b.salary and a.tax > b.tax)", grid.names), grid)

    assert np.flatnonzero(marks["tax"]).tolist() == [3]


def test_numbers_are_ordered_as_numbers_and_equal_as_written() -> None:
    grid = Grid.of({"s": ["9", "10", "010", "x"], "g": ["1", "1", "1", "1"]})

    assert against(one("not (a.s < b.s)", grid), Grid.of({"s": ["9", "10"]})).count.tolist() == [1, 1]
    assert against(one("not (a.s == b.s)", grid), grid).count.tolist() == [0, 0, 0, 0]
    assert against(one("not (s == 10)", grid), grid).count.tolist() == [0, 1, 1, 0]


@pytest.mark.parametrize(
    ("expression", "rows"),
    [
        ('age < 16 and married == "yes"', [0]),
        ("missing(age)", [2]),
        ("not missing(age) and age >= 20", [1]),
        ('married in ("yes", "maybe")', [0, 2]),
        ('not married in ("yes", "maybe")', [1]),
        ("lower(name[:1]) == 'b'", [1]),
        ("name[-1] == 'n'", [0, 1]),
        ("len(name) > 3", [2]),
        ("abs(age - 20) < 1", [1]),
        ("age / 2 == 10 or age * 2 == 24", [0, 1]),
        ("upper(strip(name)) == 'ANN'", [0]),
        ('name + "-" + married == "Bob n-no"', []),
        ("similar(name, 'Carlaa')", [2]),
        ("-age < -15", [1]),
    ],
)
def test_conditions_over_one_row(expression: str, rows: list[int]) -> None:
    grid = Grid.of({"name": ["Ann", "Bbn", "Carla"], "age": ["12", "20", ""], "married": ["yes", "no", "maybe"]})

    found = against(one(f"not ({expression})", grid), grid)

    assert np.flatnonzero(found.count).tolist() == rows
