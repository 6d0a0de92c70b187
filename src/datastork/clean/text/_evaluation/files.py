"""Evaluation sets as they lie in files: plain text, JSON lines, tables."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from datastork.core.errors import RecipeError
from datastork.core.nearest import did_you_mean

READERS = (".txt", ".jsonl", ".csv", ".tsv", ".parquet")
_PARAGRAPH = re.compile(r"\n[^\S\n]*+\n")


def texts(path: Path, fields: tuple[str, ...]) -> Iterator[str]:
    """Yield the texts of an evaluation set.

    Raises RecipeError for a file of another kind, one that cannot be read, or a field it does not have.
    """
    kind = path.suffix.lower()
    if kind not in READERS:
        raise RecipeError([f"against: {path.name} is none of {', '.join(READERS)}"])
    try:
        if kind == ".txt":
            content = path.read_text(encoding="utf-8-sig")
            parts = _PARAGRAPH.split(content)
            yield from parts if len(parts) > 1 else content.splitlines()
        elif kind == ".jsonl":
            with path.open(encoding="utf-8-sig") as lines:
                for number, line in enumerate(lines, 1):
                    if line.strip():
                        yield from _values(json.loads(line), fields, f"{path.name}, line {number}")
        else:
            for row in _rows(path, fields):
                yield from _values(row, fields, path.name)
    except (OSError, ValueError) as error:
        raise RecipeError([f"against: {path.name} cannot be read: {error}"]) from error


def _values(row: Any, fields: tuple[str, ...], place: str) -> Iterator[str]:
    """Yield the texts in some fields of a row; a list of texts gives each of them."""
    for field in fields:
        if not isinstance(row, dict) or field not in row:
            raise RecipeError([_no_field(field, list(row) if isinstance(row, dict) else [], place)])
        value = row[field]
        yield from (str(one) for one in (value if isinstance(value, list) else [value]) if one is not None)


def _rows(path: Path, fields: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    import pyarrow as pa
    import pyarrow.csv as csv
    import pyarrow.parquet as parquet

    if path.suffix.lower() == ".parquet":
        file = parquet.ParquetFile(path)
        names = file.schema_arrow.names
        batches = file.iter_batches(columns=[field for field in fields if field in names])
    else:
        parsing = csv.ParseOptions(delimiter="\t" if path.suffix.lower() == ".tsv" else ",", newlines_in_values=True)
        with path.open(encoding="utf-8-sig") as first:
            heading = first.readline()
        kinds = csv.ConvertOptions(column_types={field: pa.string() for field in fields if field in heading})
        table = csv.read_csv(path, parse_options=parsing, convert_options=kinds)
        names, batches = table.column_names, iter(table.to_batches())
    for field in fields:
        if field not in names:
            raise RecipeError([_no_field(field, names, path.name)])
    for batch in batches:
        yield from batch.select(list(fields)).to_pylist()


def _no_field(field: str, names: list[str], place: str) -> str:
    known = f"; it has {', '.join(names)}" if names else ""
    return f"fields: {place} has no field {field!r}{did_you_mean(field, names) or known}"
