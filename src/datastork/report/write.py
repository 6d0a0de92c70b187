"""Write the report of a version: an HTML page, and its numbers as JSON beside it."""

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datastork.core.errors import StoreError
from datastork.report.numbers import numbers
from datastork.report.page import render
from datastork.report.pictures import differences, looks_for_personal_data, pictures
from datastork.report.rows import read_rows
from datastork.store.home import Home, write_whole
from datastork.store.samples import Samples

if TYPE_CHECKING:
    import pyarrow as pa

PAIRS = 12  # of a measuring step, with pictures
QUARANTINED = 25  # samples whose source is shown, where it is text


def write_report(home: Home, to: Path | None = None, version: int | str | None = None) -> Path:
    """Write the report and return where its page lies; `report.json` (or the page's name with .json) lies beside it.

    `to` is a file, or a folder in which `report.html` is written; the folder of the recipe by default.
    Raises NotFoundError for a dataset never built or an unknown version, StoreError where it cannot be written.
    """
    place = to if to is not None else home.root
    if place.is_dir():
        place = place / "report.html"
    if place.suffix == ".json":
        raise StoreError(f"{place} would be overwritten by the numbers of the report", hint="give it a name in .html")
    samples = Samples(home)
    number = samples.number_of(version)
    record = samples.record(number)
    rows = read_rows(home, number)
    tags = sorted(name for name, tagged in samples.tags().items() if tagged == number)
    found = finite(numbers(record, rows, number, tags))
    default = record["dataset"]["modality"]
    wanted = _wanted(found)
    redact = looks_for_personal_data(record)
    page = render(
        "report.html.j2",
        report=found,
        pictures=pictures(home, rows, wanted, default, redact=redact),
        compared=differences(home, rows, _pairs(found), default, redact=redact),
        of_texts=default == "text",
        labelled=_column_of(rows, wanted, "label"),
        splits_of=_column_of(rows, wanted, "split"),
        pairs_shown=PAIRS,
    )
    text = json.dumps(found, indent=1, ensure_ascii=False, allow_nan=False)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"cannot write {place}: {error.strerror or error}", hint="check the permissions") from error
    write_whole(place, page)
    write_whole(place.with_suffix(".json"), text.encode("utf-8", "replace"))
    return place


def _wanted(found: dict[str, Any]) -> list[str]:
    """Return the ids to show pictures of, what matters most first."""
    pairs = [pair for findings in found["findings"].values() for pair in findings["pairs"][:PAIRS]]
    drops = [e for step in found["dropped"] for reason in step["reasons"] for e in reason["examples"]]
    wanted = [name for pair in pairs for name in (pair["first"], pair["second"])]
    for label in found["labels"]["labels"]:
        wanted += label["examples"]
    wanted += [one["id"] for one in found["quarantined"]["samples"][:QUARANTINED]]
    for example in drops:
        wanted += [example["id"], *([example["like"]] if example["like"] else [])]
    return wanted


def _pairs(found: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the pairs of ids that are shown side by side."""
    pairs = [(p["first"], p["second"]) for findings in found["findings"].values() for p in findings["pairs"][:PAIRS]]
    examples = [e for step in found["dropped"] for reason in step["reasons"] for e in reason["examples"]]
    return pairs + [(e["id"], e["like"]) for e in examples if e["like"]]


def _column_of(rows: "pa.Table", wanted: list[str], column: str) -> dict[str, str]:
    """Return the label or split of every sample shown, for the words that stand beside its picture."""
    import pyarrow as pa
    import pyarrow.compute as pc

    ids = pa.array(sorted(set(wanted)), pa.string())
    shown = rows.select(["id", column]).filter(pc.is_in(rows["id"], ids)).to_pylist()
    return {row["id"]: row[column] for row in shown if row[column] is not None}


def finite(value: Any) -> Any:
    """Return a structure JSON can hold: a number that is not finite becomes null."""
    if isinstance(value, dict):
        return {str(key): finite(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [finite(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
