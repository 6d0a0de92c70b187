"""What steps on tables and their reader say of one row, cell or thing is said of one, and of several of several."""

import re
from pathlib import Path

import pytest

from datastork.clean._table.told import findings
from datastork.cleaning import clean_table
from datastork.core.findings import plural
from datastork.tables.grid import Grid
from datastork.tables.reading.table import read_table
from datastork.tables.rules import propose, rules_file

WRONG = re.compile(r"\b1 (rows|cells|columns)\b|\b1 [a-z ]*\b(were|are|have)\b")


def cities(*typing_errors: int) -> dict[str, list[str]]:
    names = {97701: "Bend", 46402: "Gary"}
    zips = [97701, 46402] * 30
    return {
        "zip": [str(code) for code in zips],
        "city": ["Xx" if row in typing_errors else names[code] for row, code in enumerate(zips)],
    }


@pytest.mark.parametrize(
    ("errors", "said"),
    [
        ((), "Nothing of 120 cells was repaired."),
        ((3,), "1 of 120 cells was repaired, in 1 of 2 columns and 1 of 60 rows."),
        ((3, 8), "2 of 120 cells were repaired, in 1 of 2 columns and 2 of 60 rows."),
    ],
)
def test_of_repairs(errors: tuple[int, ...], said: str) -> None:
    assert findings(clean_table(cities(*errors), rules="zip -> city").done).sentences[0] == said


def test_of_doubts() -> None:
    told = clean_table(cities(3), rules="zip -> city", apply=1.0).findings

    assert told.sentences[1].startswith("1 more repair is proposed and was not made: it is ")


def test_of_bad_rows(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,b\n1,2\n3\n4,5\n")

    assert read_table(tmp_path / "t.csv")[1] == ["t.csv has 1 bad row, left out: line 3: 1 field, not 2"]


def test_of_rules_that_one_row_breaks() -> None:
    grid = Grid.of(cities(3))
    text = rules_file(propose(grid, seed=0), "cities.csv", grid.rows, len(grid.columns))

    assert "60 rows; 1 is against it" in text
    assert not WRONG.search(text)


def test_numbers_of_any_size() -> None:
    assert [plural(n, "row") for n in (0, 1, 2, 1000)] == ["0 rows", "1 row", "2 rows", "1,000 rows"]
    assert plural(1, "cell was", "cells were") == "1 cell was"
