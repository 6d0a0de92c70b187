"""Rules that a table seems to keep: proposed with what speaks for and against them, in a file a user edits."""

import numpy as np
import pytest

from datastork.tables.grid import Grid
from datastork.tables.kinds import kind_of
from datastork.tables.rules import Proposed, parse, propose, rules_file
from datastork.tables.rules.proposing.shapes import ranges

ROWS = 400


@pytest.fixture(scope="module")
def grid() -> Grid:
    rng = np.random.default_rng(7)
    shop = rng.integers(0, 25, ROWS)
    price = np.round(rng.lognormal(3, 0.5, ROWS), 2)
    towns = [f"town{number}" for number in shop]
    states = [["OR", "IN", "MA", "TX", "NY"][number % 5] for number in shop]
    city, state = list(towns), list(states)
    for row in range(0, 60, 6):
        city[row], state[row] = f"{towns[row]} {states[row]}", ""
    zips = [f"{number * 137 + 501:05d}" for number in shop]
    zips[3] = "1x345"
    return Grid.of(
        {
            "id": [str(number + 1) for number in range(ROWS)],
            "shop no": [f"s{number}" for number in shop],
            "zip": zips,
            "city": city,
            "state": state,
            "price": [f"{value} oz" if row % 2 else f"{value}oz." for row, value in enumerate(price)],
            "took": [f"{row % 50 + 61} min" if row % 9 else f"{row % 3 + 1} h" for row in range(ROWS)],
            "grade": ["N/A" if row % 10 == 0 else str(row % 7) for row in range(ROWS)],
            "day": [
                f"{row % 28 + 1}/{row % 12 + 1}/2020" if row % 5 else f"2020-0{row % 9 + 1}-11" for row in range(ROWS)
            ],
            "code": [f"{shop[row]}_{row % 7}" for row in range(ROWS)],
            "shop": [str(number) for number in shop],
            "seven": [str(row % 7) for row in range(ROWS)],
        }
    )


@pytest.fixture(scope="module")
def lines(grid: Grid) -> dict[str, Proposed]:
    return {one.line: one for one in propose(grid)}


def test_every_kind_of_rule_is_proposed(lines: dict[str, Proposed]) -> None:
    for line in (
        "missing: N/A",
        "zip: text, 5 digits",
        'price: number, strip "oz"',
        "took: minutes (also hours)",
        "day: date, day first",
        "id: unique",
        "shop -> zip",
        "shop -> `shop no`",
        "seven = grade",
    ):
        assert line in lines, (line, list(lines))
    assert any(line.startswith("city, state split ") for line in lines)
    assert any(line.startswith("code = ") for line in lines)
    assert any(line.startswith("grade: 0..") for line in lines)


def test_what_speaks_against_a_line_is_told(lines: dict[str, Proposed]) -> None:
    assert lines["shop -> zip"].exceptions == 1
    assert "row 3 has '1x345'" in lines["shop -> zip"].examples[0]
    assert lines["zip: text, 5 digits"].examples == ("'1x345': 1 row",)
    assert 0 < lines["shop -> zip"].gain <= 1
    assert lines["missing: N/A"].support == ROWS // 10


def test_the_file_is_read_back_as_the_likely_lines(grid: Grid, lines: dict[str, Proposed]) -> None:
    found = list(lines.values())

    text = rules_file(found, "shops.csv", ROWS)

    assert list(dict.fromkeys(one.text for one in parse(text, grid.names).lines)) == [
        one.line for one in found if one.likely
    ]
    assert text.startswith("# Rules that shops.csv (400 rows) seems to keep.")
    assert "\n# grade: 0..6\n" in text


def test_the_same_table_gives_the_same_rules(grid: Grid, lines: dict[str, Proposed]) -> None:
    assert propose(grid) == list(lines.values())


def test_names_that_no_line_can_hold_are_left_out_and_odd_ones_are_quoted() -> None:
    rows = range(60)
    grid = Grid.of({"a`b\n": [str(n) for n in rows], "missing": [str(n) for n in rows], 'x "y", z': ["q"] * 60})

    assert {one.line for one in propose(grid)} == {"`missing`: unique"}


def test_values_cannot_break_out_of_comments() -> None:
    evil = "97701\nzip: 0..1\x1b[31m"
    grid = Grid.of({"zip": ["97701", "02108"] * 30 + [evil], "city": ["Bend", "Salem"] * 30 + ["Bend\nid: unique"]})

    text = rules_file(propose(grid), "evil\nzip: 0..1.csv", grid.rows)

    assert "\x1b" not in text
    assert not any(line.startswith(("zip: 0..1", "id:")) for line in text.splitlines())


def test_suffixes_of_much_larger_numbers_are_another_unit_and_not_likely() -> None:
    took = [str(row % 60 + 100) if row % 8 else f"{row % 3 + 1} h" for row in range(200)]

    found = [one for one in propose(Grid.of({"took": took})) if "strip" in one.line]

    assert [(one.line, one.likely) for one in found] == [('took: number, strip "h"', False)]


def test_nothing_is_proposed_of_nothing() -> None:
    assert propose(Grid.of({"a": []})) == []
    assert propose(Grid(())) == []


def test_wide_tables_say_what_was_looked_for_in_the_first_columns_only() -> None:
    grid = Grid.of({f"c{n}": ["1.5", "2.5", "4"] * 2 for n in range(600)})

    text = rules_file([], "wide.csv", grid.rows, len(grid.columns))

    kinds = dict.fromkeys(grid.names, kind_of(grid.columns[0]))
    assert len(list(ranges(grid, kinds))) == 500
    assert "in the first 80,\n# ranges in the first 500 columns of numbers.\n" in text


def test_a_section_of_the_file_ends_where_it_could_not_be_read_back() -> None:
    found = [Proposed(f"c{n}: 0..1", "ranges", 9, 1, ("c: 2",), 1.0, True) for n in range(4_000)]

    text = rules_file(found, "many.csv", 9)

    assert len(text.splitlines()) < 2_000
    assert text.endswith("# … and 3,500 more; `stork rules --json` has all\n")
