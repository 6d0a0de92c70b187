"""Rows that are one thing: weighted, flagged, merged or dropped."""

import random
from typing import Any

import daft
import pyarrow as pa
import pytest

from datastork.clean.table.dedupe import dedupe
from datastork.core.errors import RecipeError
from datastork.core.hashing import canonical
from datastork.core.seeds import fraction_for
from datastork.testing import check_step

NAMES = ["Anna", "Ben", "Clara", "David", "Ella", "Frank", "Greta", "Hugo", "Ida", "Jonas"]
PARTS = ["berg", "dorf", "feld", "stein", "wald", "bach", "hof", "mann"]


def person(number: int) -> dict[str, str | None]:
    one = random.Random(number)
    family = one.choice("BKLMRST") + one.choice(["a", "e", "o", "u"]) + one.choice(PARTS) + one.choice(PARTS)
    return {
        "first": one.choice(NAMES),
        "family": family,
        "street": f"{one.choice(PARTS).title()}strasse {one.randrange(1, 200)}",
        "city": one.choice(["Ulm", "Bonn", "Kassel", "Erfurt"]),
        "born": f"{one.randrange(1940, 2005)}-{one.randrange(1, 13):02}-{one.randrange(1, 29):02}",
        "phone": f"{one.randrange(200, 999)} {one.randrange(1000, 9999)}",
        "paid": one.choice(["yes", "no"]),
    }


PEOPLE = [person(number) for number in range(300)]
SLIPS: list[dict[str, str | None]] = [
    {"family": PEOPLE[0]["family"] + "n"},  # type: ignore[operator]
    {"first": PEOPLE[1]["family"], "family": PEOPLE[1]["first"]},
    {"street": None},
    {"first": "D."},
]
COPIES = [{**PEOPLE[number], **slip} for number, slip in enumerate(SLIPS)]
ROWS = [*PEOPLE, *COPIES, {**PEOPLE[2], "city": None, "paid": "yes"}]
TRUE = [{0, 300}, {1, 301}, {2, 302, 304}, {3, 303}]


def frame(rows: list[dict[str, Any]], **columns: list[Any]) -> daft.DataFrame:
    ids = [f"{number:04}" for number in range(len(rows))]
    media = pa.array([canonical(row).encode() for row in rows], pa.large_binary())
    return daft.from_arrow(
        pa.table(
            {
                "id": ids,
                "uri": [f"people.csv#{one}" for one in ids],
                "media": media,
                "votes": pa.nulls(len(ids), pa.list_(pa.struct([("annotator", pa.string()), ("value", pa.string())]))),
                "state_before": pa.nulls(len(ids), pa.string()),
                **columns,
            }
        )
    )


def clusters(rows: list[dict[str, Any]]) -> list[set[int]]:
    found: dict[str, set[int]] = {}
    for row in rows:
        if row["cluster"] is not None:
            found.setdefault(row["cluster"], set()).add(int(row["id"]))
    return sorted(found.values(), key=min)


def run(action: str = "weight", **settings: Any) -> tuple[list[dict[str, Any]], Any]:
    found, told = dedupe(frame(ROWS), action=action, label="paid", **settings)  # type: ignore[arg-type]
    return found.to_arrow().sort_by("id").to_pylist(), told


def test_it_keeps_what_every_step_promises() -> None:
    check_step("clean.table.dedupe")


def test_copies_with_slips_swaps_and_gaps_are_one_thing_and_nothing_else_is() -> None:
    rows, told = run()

    assert clusters(rows) == TRUE
    assert [row["weight"] for row in rows if row["cluster"] == "0002"] == [pytest.approx(1 / 3)] * 3
    assert sum(row["weight"] for row in rows) == pytest.approx(300)
    assert told.numbers["things_with_several_rows"] == 4
    assert all(row.get("drop_reason") is None for row in rows)


def test_merged_rows_take_over_what_they_lack_and_the_rest_is_dropped_with_the_reason() -> None:
    rows, told = run("merge")

    dropped = {row["id"]: row["drop_reason"] for row in rows if row["drop_reason"]}
    assert len(dropped) == 5
    assert dropped["0302"] == "duplicate of 0002 (people.csv#0002)"
    assert told.numbers["dropped_rows"] == 5
    lacking = [row for row in ROWS if row["family"] == PEOPLE[2]["family"]][::-1]
    found, _ = dedupe(frame([*PEOPLE[3:], *lacking[:2]]), action="merge", label="paid")
    merged = [row for row in found.to_arrow().to_pylist() if row["corrections"]]
    assert [one["new"] for one in merged[0]["corrections"]] in ([PEOPLE[2]["street"]], [PEOPLE[2]["city"]])
    assert merged[0]["corrections"][0]["why"] == "the one row of this thing that has a value holds it"


def test_dropping_keeps_the_row_that_was_kept_before() -> None:
    before = ["kept" if number == 300 else None for number in range(len(ROWS))]
    found, _ = dedupe(frame(ROWS).exclude("state_before").join(
        daft.from_pydict({"id": [f"{n:04}" for n in range(len(ROWS))], "state_before": before}), on="id"),
        action="drop", label="paid")  # fmt: skip

    dropped = {row["id"] for row in found.to_arrow().to_pylist() if row["drop_reason"]}
    assert "0000" in dropped
    assert "0300" not in dropped


def test_a_row_tied_to_another_before_stays_tied() -> None:
    earlier = ["0007" if number in (7, 300) else None for number in range(len(ROWS))]

    found, _ = dedupe(frame(ROWS, cluster=earlier), action="flag", label="paid")

    rows = found.to_arrow().sort_by("id").to_pylist()
    assert {row["id"] for row in rows if row["cluster"] == "0000"} == {"0000", "0007", "0300"}
    assert "weight" not in rows[0]


def test_an_exact_column_is_never_similar() -> None:
    rows, told = run("flag", exact=["family"])

    assert next(line for line in told.tables[0].rows if line[0] == "family")[:2] == ("family", "exact")
    assert rows[300]["copy_probability"] < run("flag")[0][300]["copy_probability"]


def test_copies_across_splits_and_labels_are_told() -> None:
    split = ["train" if fraction_for(1, str(number)) < 0.5 else "test" for number in range(len(ROWS))]
    split[2], split[302] = "train", "test"

    _, told = dedupe(frame(ROWS, split=split), label="paid")

    assert any("have rows in several splits" in one for one in told.warnings)
    assert any("carry several values of 'paid'" in one for one in told.warnings) == (PEOPLE[2]["paid"] == "no")


def test_columns_that_are_not_there_are_all_named() -> None:
    with pytest.raises(RecipeError, match=r"(?s)ignore: the table has no column 'famly'; did you mean 'family'.*'x'"):
        dedupe(frame(ROWS), ignore=["famly"], exact=["x"])
