"""Flags of outliers: never clipped, dropped only when asked."""

from typing import Any

import daft
import numpy as np
import pyarrow as pa
import pytest

from datastork.clean.table.outliers import outliers
from datastork.core.errors import RecipeError
from datastork.core.hashing import canonical
from datastork.testing import check_step

RNG = np.random.default_rng(9)
ROWS: list[dict[str, Any]] = [
    {"age": int(age), "pay": float(round(pay, 2)), "seen": "yes" if number % 2 else "no"}
    for number, (age, pay) in enumerate(zip(RNG.normal(40, 9, 300), RNG.lognormal(7, 0.6, 300), strict=True))
]
ROWS[17] = {**ROWS[17], "age": 999}
ROWS[30] = {**ROWS[30], "pay": None}


def run(rows: list[dict[str, Any]] = ROWS, **settings: Any) -> tuple[list[dict[str, Any]], Any]:
    table = pa.table(
        {
            "id": [f"{number:04}" for number in range(len(rows))],
            "media": pa.array([canonical(row).encode() for row in rows], pa.large_binary()),
            "votes": [[{"annotator": "table", "value": row["seen"]}] for row in rows],
            "split": ["test" if number % 4 == 0 else "train" for number in range(len(rows))],
        }
    )
    found, told = outliers(daft.from_arrow(table), **settings)
    return found.to_arrow().sort_by("id").to_pylist(), told


def test_it_keeps_what_every_step_promises() -> None:
    check_step("clean.table.outliers")


def test_a_number_far_out_is_flagged_and_nothing_is_dropped() -> None:
    rows, told = run()

    assert {row["id"]: row["outlier"] for row in rows if row["outlier"]} == {"0017": ["age"]}
    assert rows[17]["outlier_score"] > 50
    assert 0 <= rows[30]["outlier_score"] < 5
    assert "drop_reason" not in rows[0]
    assert told.numbers == {"rows": 300, "outlier_rows": 1, "outlier_values": 1}


def test_a_number_that_says_missing_is_far_out_too() -> None:
    rows, _ = run([{**row, "age": -999 if number in (3, 4, 5) else row["age"]} for number, row in enumerate(ROWS)])

    assert [row["id"] for row in rows if row["outlier"]] == ["0003", "0004", "0005", "0017"]


def test_dropping_says_what_is_far_and_how_far() -> None:
    rows, _ = run(action="drop")

    dropped = [row for row in rows if row["drop_reason"]]
    assert [row["id"] for row in dropped] == ["0017"]
    assert dropped[0]["drop_reason"].startswith("age '999' lies")
    assert dropped[0]["drop_evidence"] == dropped[0]["outlier_score"]


def test_columns_that_are_ignored_are_not_looked_at() -> None:
    rows, _ = run(ignore=["age"])

    assert not any(row["outlier"] for row in rows)


def test_a_group_far_out_is_told_of_and_not_flagged() -> None:
    rows = [{**row, "age": 480 if number % 30 == 1 else row["age"]} for number, row in enumerate(ROWS)]
    rows[17] = ROWS[18]

    found, told = run(rows)

    assert {row["id"]: row["outlier"] for row in found if row["outlier"]} == {}
    assert "10 numbers of 'age' lie far from the others and are too many" in told.warnings[0]


def test_a_forest_finds_rows_that_are_odd_as_a_whole() -> None:
    pytest.importorskip("sklearn")
    rows = [{**dict(zip("abcdef", one, strict=True)), "seen": "no"} for one in RNG.normal(0, 3, (400, 6)).tolist()]
    rows[8] = {**dict.fromkeys("ace", 11.0), **dict.fromkeys("bdf", -11.0), "seen": "no"}

    found, told = run(rows, method="forest", seed=3)

    assert [row["id"] for row in found if row["outlier"]] == ["0008"]
    assert found[8]["outlier"] == ["(whole row)"]
    assert told.sentences == ["1 of 400 rows is odd as a whole."]


def test_a_column_that_is_not_there_is_named() -> None:
    with pytest.raises(RecipeError, match=r"by: the table has no column 'sen'; did you mean 'seen'"):
        run(by=["sen"])
