"""Dependencies a user vouches for: what breaks them is brought to what its group says, where that is plain."""

import pytest

from datastork.tables.grid import Grid
from datastork.tables.majority import LIKELY, OPEN, SURE, majority

CODES, CITIES, STATES = ["1", "2", "3"], ["Bend", "Gary", "Ulm"], ["OR", "IN", "BW"]


def table(**wrong: dict[int, str | None]) -> Grid:
    """Return 36 rows, the ZIP codes in turn, with some cells wrong; `day` is another in every row."""
    cells: dict[str, list[str | None]] = {
        "zip": [CODES[row % 3] for row in range(36)],
        "city": [CITIES[row % 3] for row in range(36)],
        "state": [STATES[row % 3] for row in range(36)],
        "day": [f"day {row}" for row in range(36)],
    }
    for name, rows in wrong.items():
        for row, text in rows.items():
            cells[name][row] = text
    return Grid.of(cells)


BOTH = ((("zip",), "city"), (("zip",), "state"))


@pytest.mark.parametrize(
    ("wrong", "fds", "wanted"),
    [
        ({"city": {0: "Bnd"}}, BOTH[:1], [(0, "Bend", SURE)]),
        ({"city": {0: "Bnd", 3: "Bnd"}}, BOTH[:1], [(0, "Bend", LIKELY), (3, "Bend", LIKELY)]),
        ({"city": {0: None}}, BOTH[:1], [(0, "Bend", SURE)]),
        ({"city": {0: "Gary"}}, BOTH, [(0, "Bend", LIKELY)]),
        ({}, BOTH, []),
    ],
)
def test_a_row_is_brought_to_what_its_group_says(
    wrong: dict[str, dict[int, str | None]],
    fds: tuple[tuple[tuple[str, ...], str], ...],
    wanted: list[tuple[int, str, float]],
) -> None:
    found = majority(table(**wrong), fds)

    assert list(zip(found.row.tolist(), found.new.tolist(), found.confidence.tolist(), strict=True)) == wanted


def test_a_wrong_zip_code_does_not_make_two_right_cells_wrong() -> None:
    found = majority(table(zip={0: "2"}), BOTH)

    assert set(found.confidence.tolist()) == {OPEN}


def test_small_and_mixed_groups_say_nothing_and_exceptions_of_one_kind_stay() -> None:
    mixed = table(city={0: "Bnd", 3: "Bond", 6: "Bent", 9: "Band"})
    few = Grid.of({"zip": ["1", "1", "1"], "city": ["a", "a", "b"]})
    north = Grid.of(
        {
            "zip": ["1"] * 80 + ["2"] * 20,
            "city": ["Bend"] * 70 + ["Ulm"] * 10 + ["Gary"] * 20,
            "land": ["here"] * 70 + ["there"] * 10 + ["here"] * 20,
        }
    )

    assert len(majority(mixed, BOTH[:1])) == 0
    assert len(majority(few, [(("zip",), "city")])) == 0
    assert len(majority(north, [(("zip",), "city")])) == 0
