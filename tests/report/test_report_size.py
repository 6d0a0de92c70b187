"""A page stays below 1 MB without its pictures, whatever there is to tell."""

from typing import Any

import pyarrow as pa

from datastork.report.numbers import numbers
from datastork.report.page import render
from datastork.report.rows import flat
from datastork.store.samples import sample_schema

KEPT, DROPPED, QUARANTINED = 20_000, 9_000, 3_000
STEPS = [f"clean.image.step_{n}" for n in range(20)]


def large() -> pa.Table:
    """Return the samples of a large dataset with long names, thousands of labels and many kinds of reasons."""
    schema = sample_schema()
    rows: list[dict[str, Any]] = []
    for n in range(KEPT + DROPPED + QUARANTINED):
        row: dict[str, Any] = dict.fromkeys(schema.names) | {"id": f"{n:024x}", "votes": []}
        row["source"] = {"uri": f"raw/{'long name ' * 20}{n}.png"}
        if n < KEPT:
            row |= {"state": "kept", "label": f"{'label' * 20}{n % 4000}", "split": f"split {n % 7}"}
        elif n < KEPT + DROPPED:
            reason = f"{'because ' * 30}{chr(97 + n % 26)} {n} < 3"
            row |= {"state": "dropped", "dropped": {"step": STEPS[n % 20], "reason": reason, "evidence": float(n)}}
        else:
            message = f"{'wrong ' * 60}{chr(97 + n % 26) * (1 + n % 50)}"
            row |= {"state": "quarantined", "error": {"step": "decode", "type": "DataError", "message": message}}
        rows.append(row)
    return pa.Table.from_pylist(rows, schema=schema)


def account(name: str) -> dict[str, Any]:
    """Return what one step did, with long settings."""
    counts = {"in": 1, "out": 1, "kept": 1, "dropped": 0, "quarantined": 0, "seconds": 1.0}
    return {"name": name, "use": name, **counts, "reused": False, "why": "w" * 999, "settings": {"s": "v" * 999}} | {
        "version": 1,
        "where": "x" * 999,
    }


def test_the_page_of_a_large_dataset_is_below_one_megabyte():
    table = {"caption": "c" * 999, "columns": ["a", "b", "c"], "rows": [["x" * 50, n, 0.5] for n in range(5000)]}
    found = {
        "title": "t" * 999,
        "sentences": ["s" * 999] * 5,
        "warnings": ["w" * 999] * 99,
        "numbers": {f"number_{n}": n for n in range(999)},
        "tables": [table | {"bar": "b", "chart": "bars"}, table | {"bar": "b", "chart": "histogram"}],
        "pairs": [{"first": "f" * 24, "second": "s" * 24, "note": "n" * 999}] * 999,
    }
    record = {
        "steps": [account(name) for name in ("collect.files", *STEPS)],
        "warnings": ["w" * 999] * 99,
        "notes": ["n" * 999] * 99,
        "findings": {"clean.image.step_3": found},
        "dataset": {"name": "n" * 999, "description": "d" * 9999, "license": "l" * 999, "modality": "image"},
        "made_at": "2026-01-02T03:04:05+00:00",
        "seconds": 1.0,
        "decoded": 1,
        "content_hash": "0" * 64,
        "recipe": "r" * 200_000,
    }

    report = numbers(record, flat(large()), 1, ["tag"])
    page = render(
        "report.html.j2",
        report=report,
        pictures={},
        compared={},
        of_texts=False,
        labelled={},
        splits_of={},
        pairs_shown=12,
    )

    assert report["samples"] == {"total": 32_000, "kept": KEPT, "dropped": DROPPED, "quarantined": QUARANTINED}
    assert sum(step["count"] for step in report["dropped"]) == DROPPED
    assert (
        sum(cause["count"] for cause in report["quarantined"]["causes"]) + report["quarantined"]["more"] == QUARANTINED
    )
    assert len(page) < 1_000_000
