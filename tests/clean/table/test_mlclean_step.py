"""`clean.table.mlclean`: weights for a model that is accurate, robust and fair."""

import json
import random
from typing import Any

import daft
import pyarrow as pa
import pytest

from datastork.clean.table.mlclean import mlclean
from datastork.core.errors import DataError
from datastork.core.findings import Findings
from datastork.core.hashing import canonical
from datastork.testing import check_step


def loans(rows: int = 900) -> list[dict[str, Any]]:
    """Return loans by score and sex; the first thirty women who would get one are noted as refused."""
    draw = random.Random(1)
    found = []
    flips = 30
    for _ in range(rows):
        man = draw.random() < 0.5
        score = draw.gauss(0.9 if man else 0.0, 1)
        loan = score > 0.4
        if not man and score > 1 and flips:
            loan, flips = False, flips - 1
        row = {"score": f"{score:.3f}", "sex": "m" if man else "f", "loan": "yes" if loan else "no"}
        found.append({**row, "age": str(draw.randint(20, 70))})
    return found


def run(rows: list[dict[str, Any]], **settings: Any) -> tuple[list[dict[str, Any]], Findings]:
    table = pa.table(
        {
            "id": [f"{number:04}" for number in range(len(rows))],
            "media": pa.array([canonical(row).encode() for row in rows], pa.large_binary()),
            "split": ["test" if number % 5 == 0 else "train" for number in range(len(rows))],
            "suspects": pa.array(['{"age":"42"}' if number == 1 else None for number in range(len(rows))], pa.string()),
        }
    )
    given = {"label": "loan", "protect": ["sex"], "favourable": "yes", "splits": 2, **settings}
    found, told = mlclean(daft.from_arrow(table), **given)
    return found.to_arrow().sort_by("id").to_pylist(), told


def test_it_keeps_what_every_step_promises() -> None:
    check_step("clean.table.mlclean", settings={"label": "income", "protect": ["sex"], "splits": 2})


def test_weights_reach_the_target_and_the_report_counts_every_stage() -> None:
    rows, told = run(loans())
    assert {row["weight"] is None for row in rows if row["split"] == "test"} == {True}
    weights = [row["weight"] for row in rows if row["split"] == "train"]
    assert min(weights) == 0.0
    assert max(weights) > 1.2
    numbers: dict[str, Any] = told.numbers
    assert numbers["target_met"]
    assert numbers["disparate_impact_after"] > 0.75 > numbers["disparate_impact_before"] + 0.2
    assert numbers["accuracy_after_error"] > 0
    assert (numbers["privileged"], numbers["favourable"]) == ("m", "yes")
    assert [table.caption.split(":")[0] for table in told.tables[1:]] == [
        *("Stage sanitise", "Stage deduplicate", "Stage reweigh")
    ]
    assert {"threshold f", "threshold m"} <= numbers.keys()
    assert not told.warnings or "favourable" not in told.warnings[0]


def test_doubtful_labels_are_proposed_beside_what_was_there() -> None:
    rows, _ = run(loans())
    proposed = {row["id"]: json.loads(row["suspects"]) for row in rows if row["suspects"]}
    assert proposed["0001"]["age"] == "42"
    labels = [one["loan"] for one in proposed.values() if "loan" in one]
    assert labels.count("yes") > 10


def test_suspects_are_set_aside_or_only_named_where_asked() -> None:
    rows, _ = run(loans(), action="drop")
    dropped = [row for row in rows if row["drop_reason"]]
    assert dropped
    assert "but all else says" in dropped[0]["drop_reason"]
    assert dropped[0]["drop_evidence"] >= 0.9
    rows, told = run(loans(), action="flag")
    assert min(row["weight"] for row in rows if row["split"] == "train") > 0
    assert told.numbers["suspected"] == len(dropped)


def test_a_guessed_favourable_label_is_said() -> None:
    _, told = run(loans(300), favourable=None)
    assert "taken for the favourable label" in told.warnings[0]


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(DataError, match="did you mean 'sex'"):
        run(loans(60), protect=["sx"])
