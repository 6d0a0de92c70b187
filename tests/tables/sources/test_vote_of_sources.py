"""The vote among sources."""

import numpy as np
import pytest

from datastork.tables.answers import Answers
from datastork.tables.changes import Changes
from datastork.tables.grid import Grid
from datastork.tables.rules.reading import parse
from datastork.tables.sources import vote

FDS = [(("item",), "price"), (("item",), "opens")]


def shops(wrong: dict[str, float], items: int, seed: int) -> tuple[Grid, Grid]:
    """Return what shops say of items, each wrong at its own rate, and what is true."""
    rng = np.random.default_rng(seed)
    price = rng.integers(100, 900, items)
    opens = rng.integers(420, 660, items)
    told: dict[str, list[str | None]] = {"shop": [], "item": [], "price": [], "opens": []}
    true: dict[str, list[str | None]] = {"shop": [], "item": [], "price": [], "opens": []}
    for shop, rate in wrong.items():
        for item in range(items):
            for table in (told, true):
                table["shop"].append(shop)
                table["item"].append(f"item {item}")
            true["price"].append(str(price[item]))
            true["opens"].append(f"{opens[item] // 60}:{opens[item] % 60:02d}")
            off = rng.integers(1, 50) * (rng.random(2) < rate)
            told["price"].append(str(price[item] + off[0]))
            minute = opens[item] + off[1]
            told["opens"].append(f"{minute // 60}:{minute % 60:02d}")
    return Grid.of(told), Grid.of(true)


def right(grid: Grid, true: Grid, changes: Changes) -> float:
    """Return the share of cells that are right after the changes."""
    pairs = zip(changes.applied(grid).columns, true.columns, strict=True)
    cells = [x == y for a, b in pairs for x, y in zip(a.texts(), b.texts(), strict=True)]
    return sum(cells) / len(cells)


def test_reliable_sources_win_over_many_unreliable_ones() -> None:
    grid, true = shops({"a": 0.02, "b": 0.02, "c": 0.5, "d": 0.6, "e": 0.6, "f": 0.6}, 120, 0)
    assert right(grid, true, vote(grid, FDS)) > 0.98


def test_what_has_no_source_is_left_alone() -> None:
    grid = Grid.of({"item": ["a", "a", "b", "b"] * 9, "price": ["1", "2", "3", "3"] * 9})
    assert len(vote(grid, [(("item",), "price")])) == 0


def test_an_authority_decides_its_things() -> None:
    grid, true = shops({"own": 0.0, "b": 0.3, "c": 0.8, "d": 0.8, "e": 0.8}, 60, 1)
    rules = parse('item -> price, opens trust shop when shop == "Own"', grid.names)
    changes = vote(grid, rules.fds, trusts=rules.trusts)
    assert right(grid, true, changes) == 1.0
    assert "the trusted row of this item says so" in changes.why.tolist()


def test_an_answer_decides_all_rows_of_its_thing() -> None:
    grid, _ = shops({"a": 0.5, "b": 0.5, "c": 0.5, "d": 0.5}, 30, 2)
    place = grid.place("price")
    changes = vote(grid, FDS, answers=Answers.of([3], [place], ["77"]))
    item = grid["item"].text(3)
    mine = [r for r, name in enumerate(grid["item"].texts()) if name == item]
    assert {changes.applied(grid)["price"].text(r) for r in mine} == {"77"}


def test_a_source_that_is_no_column_is_an_error() -> None:
    grid, _ = shops({"a": 0.5, "b": 0.5, "c": 0.5}, 10, 2)
    with pytest.raises(KeyError, match="shoop"):
        vote(grid, FDS, source="shoop")
