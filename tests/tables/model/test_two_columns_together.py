"""What no column tells alone two may tell together; a cell that is not given is no rival of what tells it."""

import random

import numpy as np
import pytest

from datastork.tables.changes import Changes
from datastork.tables.grid import Grid
from datastork.tables.guards.injection import tried
from datastork.tables.model.likeness import cover
from datastork.tables.repair import repair

ROWS = 1200


def prices(seed: int = 0) -> dict[str, list[str]]:
    draw = random.Random(seed)
    price = {(a, b): f"{draw.randrange(100, 9999) / 100:.2f}" for a in "ABCDEFGHIJ" for b in "wxyz"}
    made = [(draw.choice("ABCDEFGHIJ"), draw.choice("wxyz")) for _ in range(ROWS)]
    return {
        "thing": [f"thing {a}" for a, _ in made],
        "place": [b * 4 for _, b in made],
        "price": [price[x] for x in made],
    }


def test_two_columns_together_tell_what_neither_tells_alone() -> None:
    true = prices()
    dirty = list(true["price"])
    rows = random.Random(3).sample(range(ROWS), 40)
    for number, row in enumerate(rows):
        dirty[row] = "" if number % 2 else f"{dirty[row][:-1]}o"
    found = repair(Grid.of({**true, "price": dirty}), trial=False)
    right = sum(found.grid["price"].text(row) == true["price"][row] for row in rows)
    assert right >= 30
    assert sorted(set(found.changes.row.tolist()) - set(rows)) == []
    assert "same thing and place" in found.changes.why[0]


@pytest.mark.parametrize("seed", range(3))
def test_columns_that_have_nothing_to_do_with_one_another_are_left_alone(seed: int) -> None:
    draw = random.Random(seed)
    table = {name: [draw.choice("abcde") * 3 for _ in range(400)] for name in ("one", "two", "three", "four")}
    assert not len(repair(Grid.of(table)).changes)


def test_a_gap_is_filled_by_the_one_column_that_tells_it() -> None:
    draw = random.Random(5)
    name = {
        f"Q{one:03d}": f"{draw.choice(['North', 'South', 'West'])} {one} {draw.choice('abcdef') * 5}"
        for one in range(20)
    }
    code = [draw.choice(sorted(name)) for _ in range(600)]
    told = [name[one] for one in code]
    dirty = ["" if row % 30 == 7 else text for row, text in enumerate(told)]
    found = repair(Grid.of({"code": code, "name": dirty}), trial=False)
    filled = [row for row in range(7, 600, 30) if found.grid["name"].text(row)]
    assert len(filled) >= 15
    assert [found.grid["name"].text(row) for row in filled] == [told[row] for row in filled]


def test_one_letter_that_stands_for_one_other_overwrites_nothing() -> None:
    assert cover(["ak_1", "ak_2"] * 9, ["al_1", "al_2"] * 9) == ""
    assert cover(["?l_1", "a?_2", "al?3"] * 5, ["al_1", "al_2", "al_3"] * 5) == "?"


def test_a_trial_does_not_judge_what_is_filled_into_empty_cells() -> None:
    grid = Grid.of({"a": ["x", "y", "", "x"] * 50})

    def fill(now: Grid) -> Changes:
        return Changes.of("model", np.flatnonzero(now["a"].codes == grid["a"].codes[2]), 0, ["x"] * 50, 1.0, "")

    assert tried(grid, np.zeros(0, np.int64), fill, 0.95, 0)["a"].changed == 0


def test_a_code_of_a_letter_and_a_digit_is_no_slip_of_another() -> None:
    degrees = ["(F2)"] * 3 + ["(M2)"] * 60 + ["(M1)"] * 40
    assert not len(repair(Grid.of({"degree": degrees})).changes)
