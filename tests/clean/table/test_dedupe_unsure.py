"""Rows that may be one thing: left apart by `clean.table.dedupe`, and shown to a person with how likely it is."""

from typing import Any

import numpy as np
from tests.clean.table.test_dedupe_step import PEOPLE, frame

from datastork.clean.table.dedupe import dedupe
from datastork.tables.entities.find import find_entities
from datastork.tables.grid import Grid

# of 40 people copies that agree in less and less, so that some are sure, some unsure, and some are no copies
BLANKS = (("street",), ("street", "phone"), ("street", "phone", "city"), ("street", "phone", "first"))
COPIES = [{**PEOPLE[n], **dict.fromkeys(BLANKS[n % 4])} for n in range(40)]
ROWS: list[dict[str, Any]] = [*PEOPLE, *COPIES]


def run(threshold: float, action: str = "flag") -> tuple[list[dict[str, Any]], Any]:
    found, told = dedupe(frame(ROWS), action=action, threshold=threshold, label="paid")  # type: ignore[arg-type]
    return found.to_arrow().sort_by("id").to_pylist(), told


def test_pairs_below_the_threshold_are_named_in_both_rows_and_shown_side_by_side() -> None:
    rows, told = run(0.999999)

    perhaps = {row["id"]: row["perhaps_copy_of"] for row in rows if row["perhaps_copy_of"]}
    assert len(perhaps) >= 10
    assert all(perhaps[other] for other in perhaps.values())
    assert all(row["perhaps_probability"] >= 0.5 for row in rows if row["perhaps_copy_of"])
    assert all(row["perhaps_probability"] is None for row in rows if not row["perhaps_copy_of"])
    true = {f"{300 + n:04}": f"{n:04}" for n in range(40)}
    assert np.mean([true.get(one, one) == other or true.get(other) == one for one, other in perhaps.items()]) > 0.9
    (shown,) = [one for one in told.tables if one.caption.startswith("Rows that may be one thing")]
    pair = told.pairs[0]
    assert pair.note.startswith("perhaps one thing (")
    first = [row for row in shown.rows if row[0] == f"people.csv#{pair.first}"]
    assert {(row[1], row[3]) for row in first} >= {(f"people.csv#{pair.second}", "street")}
    assert told.numbers["unsure_pairs"] >= len(perhaps) / 2
    assert f"{told.numbers['unsure_pairs']} pairs may be one thing and were left apart" in " ".join(told.sentences)


def test_with_a_lower_threshold_they_are_one_thing_and_no_more_unsure() -> None:
    strict, _ = run(0.999999)
    loose, told = run(0.5)

    unsure = [row["id"] for row in strict if row["perhaps_copy_of"]]
    assert unsure
    assert sum(row["cluster"] is not None for row in loose if row["id"] in unsure) >= 0.9 * len(unsure)
    assert told.numbers["unsure_pairs"] < len(unsure) / 4


def test_a_table_without_copies_has_nobody_to_look_at() -> None:
    found = find_entities(Grid.of({name: [row[name] for row in PEOPLE] for name in PEOPLE[0]}))

    assert [len(part) for part in found.unsure] == [0, 0, 0]


def test_what_is_dropped_is_not_only_perhaps_a_copy() -> None:
    rows, told = run(0.999999, "drop")

    assert all(row["drop_reason"] is None or row["copy_of"] for row in rows)
    assert any(row["perhaps_copy_of"] and not row["drop_reason"] for row in rows)
    assert told.numbers["dropped_rows"] == sum(row["drop_reason"] is not None for row in rows)
