"""Reading the parts of a dataset as rows in batches, whatever form they have."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from datastork.collect._hub import ends, shipped
from datastork.collect._hub.arff import read_arff
from datastork.collect._hub.origin import Part
from datastork.collect._tables.parquet import read_parquet
from datastork.collect._tables.text_tables import BATCH, Batch
from datastork.core.errors import DataError, SourceError
from datastork.fetch import Fetcher
from datastork.media.row import check_values

PAGE = 100  # rows the viewer gives at once


@dataclass(slots=True)
class Opened:
    """A part being read. `classes` are the class names of columns that hold numbers of classes."""

    columns: list[str]
    binary: list[str]
    batches: Iterator[Batch]
    classes: dict[str, list[str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def opened(part: Part, path: Path, name: str, fetcher: Fetcher, *, pictures: bool) -> Opened:
    """Open a part; `path` is where its file was brought to. Raises SourceError where it cannot be read."""
    if part.form == "parquet":
        table, binary = read_parquet(name, str(path), None)
        return Opened(table.columns or [], binary, table.batches, parquet_classes(path), table.notes)
    if part.form == "arff":
        arff = read_arff(path, name)
        notes = [f"{name} is not UTF-8; it was read as Latin-1"] if arff.encoding == "latin-1" else []
        return Opened([one.name for one in arff.attributes], [], _batched(arff.rows()), notes=notes)
    if part.form == "rows":
        return _by_rows(part, name, fetcher)
    there = shipped.columns(part.url)
    return Opened(there, ["image"] if "image" in there else [], shipped.batches(part.url, pictures=pictures))


def parquet_classes(path: Path) -> dict[str, list[str]]:
    """Return the class names that Hugging Face writes into a Parquet file, also of columns with lists of classes."""
    import pyarrow.parquet as pq

    raw = (pq.read_schema(str(path)).metadata or {}).get(b"huggingface", b"")
    try:
        features = json.loads(raw)["info"]["features"] if 0 < len(raw) < 1 << 24 else {}
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}
    return _classes(features.items()) if isinstance(features, dict) else {}


def _classes(features: Any) -> dict[str, list[str]]:
    found = {}
    for name, kind in features:
        for _ in range(2):  # a list of classes is written in three ways
            kind = kind[0] if isinstance(kind, list) and len(kind) == 1 else kind
            inner = kind.get("feature") if isinstance(kind, dict) else None
            kind = inner if isinstance(inner, dict) else kind
        if isinstance(kind, dict) and kind.get("_type") == "ClassLabel" and isinstance(kind.get("names"), list):
            found[str(name)] = [str(one) for one in kind["names"]]
    return found


def _batched(rows: Iterator[tuple[dict[str, Any] | None, str | None]]) -> Iterator[Batch]:
    start = 0
    good: list[dict[str, Any] | None] = []
    bad: list[str | None] = []
    for row, problem in rows:
        good.append(row)
        bad.append(problem)
        if len(good) == BATCH:
            yield Batch(start, good, bad)
            start += len(good)
            good, bad = [], []
    if good:
        yield Batch(start, good, bad)


def _by_rows(part: Part, name: str, fetcher: Fetcher) -> Opened:
    """Ask the dataset viewer for rows, page by page. https://huggingface.co/docs/dataset-viewer/rows"""
    first = _page(part, name, fetcher, 0)
    features = [(str(one.get("name")), one.get("type")) for one in first["features"] if isinstance(one, dict)]

    def batches() -> Iterator[Batch]:
        page, start = first, 0
        while page["rows"]:
            rows: list[dict[str, Any] | None] = []
            problems: list[str | None] = []
            for one in page["rows"]:
                cut = one.get("truncated_cells")
                row = one.get("row") if isinstance(one, dict) else None
                whole = isinstance(row, dict) and not cut
                rows.append(row if whole else None)
                problems.append(None if whole else f"row {start + len(rows) - 1}: the viewer cut it short")
            yield Batch(start, rows, problems)
            start += len(rows)
            total = page.get("num_rows_total")
            if isinstance(total, int) and start >= total:
                return
            page = _page(part, name, fetcher, start)

    media = [column for column, kind in features if isinstance(kind, dict) and kind.get("_type") in ("Image", "Audio")]
    return Opened([column for column, _ in features], media, batches(), _classes(features))


def _page(part: Part, name: str, fetcher: Fetcher, start: int) -> dict[str, Any]:
    headers = ends.token() if part.secret else {}
    found = ends.asked(fetcher, f"{part.url}&offset={start}&length={PAGE}", name, headers=headers)
    fine = isinstance(found, dict) and isinstance(found.get("rows"), list) and isinstance(found.get("features"), list)
    if not fine or not all(isinstance(one, dict) for one in found["rows"]):
        raise SourceError(f"{name}: the dataset viewer's rows are not as documented")
    checked: dict[str, Any] = found
    return checked


def checked_row(row: dict[str, Any]) -> str | None:
    """Return what a row holds that a record cannot, or None."""
    try:
        check_values(row)
    except DataError as error:
        return error.message
    return None
