"""Filled gaps: flagged, in the ledger, never the label."""

from typing import Any

import daft
import pyarrow as pa
import pytest

from datastork.clean.table.impute import impute
from datastork.core.errors import RecipeError
from datastork.core.hashing import canonical
from datastork.testing import check_step

ROWS = [
    {
        "bird": "wren" if row % 3 else "crow",
        "size": None if row % 11 == 0 else ("small" if row % 3 else "large"),
        "song": "N/A" if row % 7 == 0 else "loud",
        "seen": None if row == 5 else ("yes" if row % 2 else "no"),
    }
    for row in range(120)
]


def run(rows: list[dict[str, Any]] = ROWS, **settings: Any) -> tuple[list[dict[str, Any]], Any]:
    table = pa.table(
        {
            "id": [f"{number:04}" for number in range(len(rows))],
            "media": pa.array([canonical(row).encode() for row in rows], pa.large_binary()),
            "votes": [[] if row["seen"] is None else [{"annotator": "table", "value": row["seen"]}] for row in rows],
            "split": ["test" if number % 4 == 0 else "train" for number in range(len(rows))],
        }
    )
    found, told = impute(daft.from_arrow(table), **settings)
    return found.to_arrow().sort_by("id").to_pylist(), told


def test_it_keeps_what_every_step_promises() -> None:
    check_step("clean.table.impute")


def test_filled_cells_are_flagged_and_corrected_with_a_reason() -> None:
    rows, told = run()

    filled = {row["id"]: row for row in rows if row["imputed"]}
    assert sorted(filled) == [f"{number:04}" for number in range(0, 120, 11)]
    assert {tuple(row["imputed"]) for row in filled.values()} == {("size",)}
    correction = filled["0011"]["corrections"][0]
    assert (correction["old"], correction["new"], correction["confidence"]) == (None, "small", 1.0)
    assert correction["why"].endswith("rows alike in bird")
    assert told.numbers == {"rows": 120, "gaps": 11, "filled": 11, "columns_with_gaps": 1}
    assert "the 90 rows of the split train" in told.sentences[1]


def test_the_label_stays_empty_whether_named_or_known_by_its_votes() -> None:
    for rows, _ in (run(), run(label="seen")):
        assert all("seen" not in (row["imputed"] or []) for row in rows)


def test_words_that_say_missing_are_filled_only_where_named() -> None:
    rows, _ = run(missing=["N/A"], columns=["song"])

    assert [row["corrections"][0]["old"] for row in rows if row["corrections"]] == ["N/A"] * 18
    assert not any(row["corrections"] for row in run(ignore=["size"])[0])


def test_gaps_that_tell_the_label_are_warned_of() -> None:
    telling = [{**row, "size": None if row["seen"] == "yes" and n % 4 else "small"} for n, row in enumerate(ROWS)]

    _, told = run(telling)

    assert "that 'size' is missing says something of 'seen'" in told.warnings[0]
    assert not run()[1].warnings


def test_a_column_that_is_not_there_is_named() -> None:
    with pytest.raises(RecipeError, match=r"ignore: the table has no column 'sze'; did you mean 'size'"):
        run(ignore=["sze"])
