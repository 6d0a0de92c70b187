"""Evaluation sets as runs of words: read once for a process, and looked up quickly."""

import json
import os
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

from datastork.core.errors import RecipeError
from datastork.core.nearest import did_you_mean
from datastork.media.text.measures.folded import fold, hashed, ngram_hashes

if TYPE_CHECKING:
    import numpy as np

SHORTEST = 8  # words of an evaluation text that is looked for as a whole
_BITS = 26  # of the table by which most runs are told to be nowhere: 64 MiB at most
_PARAGRAPH = re.compile(r"\n[^\S\n]*+\n")
READERS = (".txt", ".jsonl", ".csv", ".tsv", ".parquet")


class Runs(NamedTuple):
    """All runs of `size` words of some files: a table of the first bits of their hashes, and by path all hashes."""

    size: int
    shift: int
    table: "np.ndarray"
    files: "list[tuple[str, np.ndarray]]"

    def places(self, hashes: "np.ndarray") -> "dict[str, np.ndarray]":
        """Return where runs begin that a file has, for each file with any, from the hashes of words."""
        import numpy as np

        runs = ngram_hashes(hashes, self.size) if len(hashes) >= self.size else hashes[:0]
        maybe = np.flatnonzero(self.table.take((runs >> np.uint64(self.shift)).view(np.int64)))
        found = {}
        if len(maybe):
            runs = runs[maybe]
            for path, known in self.files:
                nearest = known.take(known.searchsorted(runs), mode="clip")
                if (there := nearest == runs).any():
                    found[path] = maybe[there]
        return found


def evaluation_runs(paths: list[str], fields: list[str], size: int) -> list[Runs]:
    """Return the runs of `size` words in some files, and the whole of shorter texts. A changed file is read again.

    Raises RecipeError for a file of another kind, a field it does not have, or no text that is long enough.
    """
    marks = tuple((path, (state := os.stat(path)).st_size, state.st_mtime_ns) for path in paths)
    with _READING:
        return _runs(marks, tuple(fields), size)


_READING = Lock()


@lru_cache(maxsize=8)
def _runs(marks: tuple[tuple[str, int, int], ...], fields: tuple[str, ...], size: int) -> list[Runs]:
    import numpy as np

    by_size: dict[int, list[tuple[str, np.ndarray]]] = {}
    for path, _, _ in marks:
        held: dict[int, list[np.ndarray]] = {}
        for text in _texts(Path(path), fields):
            words = fold(text)
            if len(words) >= min(size, SHORTEST):
                reach = min(size, len(words))
                held.setdefault(reach, []).append(ngram_hashes(hashed(words), reach))
        if not held:
            raise RecipeError([f"against: no text in {Path(path).name} has {min(size, SHORTEST)} words or more"])
        for reach, parts in held.items():
            by_size.setdefault(reach, []).append((path, np.unique(np.concatenate(parts))))
    return [_table(reach, files) for reach, files in sorted(by_size.items())]


def _table(size: int, files: "list[tuple[str, np.ndarray]]") -> Runs:
    import numpy as np

    count = sum(len(hashes) for _, hashes in files)
    shift = 64 - min(_BITS, max(16, (256 * count).bit_length()))
    table = np.zeros(1 << (64 - shift), bool)
    for _, hashes in files:
        table[hashes >> np.uint64(shift)] = True
    return Runs(size, shift, table, files)


def _texts(path: Path, fields: tuple[str, ...]) -> Iterator[str]:
    """Yield the texts of an evaluation set."""
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
