"""Which rows to ask about first."""

from dataclasses import dataclass

from datastork.tables.asking import questions
from datastork.tables.changes import Changes
from datastork.tables.grid import Grid


@dataclass
class Proposed:
    changes: Changes
    suspects: Changes


NOTHING = Proposed(Changes.none(), Changes.none())
GRID = Grid.of(
    {
        "name": [f"name {i}" for i in range(100)],
        "size": ["12 oz" if i % 10 else "N/A" for i in range(100)],
        "town": ["Bend" if i % 7 else "Bend OR" for i in range(100)],
    }
)


def test_every_pattern_is_asked_about_before_many_of_one() -> None:
    rows = questions(GRID, NOTHING, 4, 0).tolist()
    assert {GRID["size"].text(r) for r in rows} == {"12 oz", "N/A"}
    assert {GRID["town"].text(r) for r in rows} == {"Bend", "Bend OR"}
    assert len(set(rows)) == 4


def test_rows_with_doubtful_proposals_come_first() -> None:
    doubt = Changes.of("model", [42, 43], 0, ["x", "y"], [0.6, 0.6], "as its neighbours")
    sure = Changes.of("model", [50, 51], 0, ["x", "y"], [0.99, 0.99], "a known form")
    grid = Grid.of({"name": ["a b"] * 100})
    assert questions(grid, Proposed(sure, doubt), 1, 0).tolist()[0] in (42, 43)


def test_the_same_seed_asks_the_same() -> None:
    first = questions(GRID, NOTHING, 20, 3).tolist()
    assert first == questions(GRID, NOTHING, 20, 3).tolist()
    assert first != questions(GRID, NOTHING, 20, 4).tolist()


def test_no_more_rows_are_asked_about_than_there_are() -> None:
    assert sorted(questions(Grid.of({"a": ["x", "y"]}), NOTHING, 20, 0).tolist()) == [0, 1]
    assert questions(Grid.of({"a": []}), NOTHING, 20, 0).tolist() == []


def test_rows_of_one_thing_are_asked_about_once() -> None:
    grid = Grid.of({"thing": [f"thing {i // 5}" for i in range(50)], "value": [str(i) for i in range(50)]})
    rows = [row for row in range(50) if row % 5]
    doubt = Changes.of("source", rows, 1, [str(row // 5 * 5) for row in rows], 0.6, "most sources say so")
    asked = questions(grid, Proposed(Changes.none(), doubt), 10, 0)
    assert len({grid["thing"].text(row) for row in asked.tolist()}) == 10
