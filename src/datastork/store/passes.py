"""Finished work on samples: one append-only Lance table per chain of media-changing steps.

A row is one output of one input: what was measured, where it stopped and why, and the media as it came out. Work
arrives in fragments which the workers write and the driver commits, so a killed build loses at most the fragments
not yet committed. Work done again for an input (a new fact, a lower threshold) is appended with a higher `attempt`;
the highest wins. Media already there is not stored twice: `media_row` points at the row that holds it.
"""

import json
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datastork.core.errors import StoreError
from datastork.store.home import reason

if TYPE_CHECKING:
    import lance
    import pyarrow as pa

MEDIA = "media"


def base_schema() -> "pa.Schema":
    """Return the columns every pass table has; facts follow behind them.

    `input`      key of the input (uri, size and time of a file, or the id of a sample of an earlier pass)
    `attempt`    counts how often the input was worked on
    `part`       0 for the first output of an input, 1 for the second, …
    `content`    content id of the input's bytes; null where they could not be read
    `suffix`     what is appended to the sample's id for this output, or ""
    `done`       the keys of the facts and filters that ran, space-separated
    `error_*`    step, type, message and traceback, where the sample went to quarantine
    `media`      the encoded bytes, where this row holds them
    `media_row`  place in this table of the row that holds them, where this one does not
    `format`, `size`, `modality`  of the media
    """
    import pyarrow as pa

    return pa.schema(
        [
            ("input", pa.string()),
            ("attempt", pa.int32()),
            ("part", pa.int32()),
            ("content", pa.string()),
            ("suffix", pa.string()),
            ("done", pa.string()),
            ("error_step", pa.string()),
            ("error_type", pa.string()),
            ("error_message", pa.string()),
            ("error_traceback", pa.string()),
            ("modality", pa.string()),
            ("format", pa.string()),
            ("size", pa.int64()),
            ("media_row", pa.uint64()),
            (MEDIA, pa.large_binary()),
        ]
    )


class PassTable:
    """One table of finished work. Opened by the driver; the workers only write fragments for it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._dataset: lance.LanceDataset | None = None

    @property
    def judged(self) -> Path:
        """The folder of what filters said of the rows, by their place in the table."""
        return self.path.with_suffix(".judged")

    @property
    def exists(self) -> bool:
        """Whether any work was ever begun."""
        return any((self.path / "_versions").glob("*.manifest"))

    def open(self, extra: "pa.Schema") -> None:
        """Make the table, or add those of the `extra` columns that it lacks (no data is rewritten)."""
        import lance
        import pyarrow as pa

        try:
            if not self.exists:
                shutil.rmtree(self.judged, ignore_errors=True)  # it speaks of rows that are no more
                schema = pa.schema([*base_schema(), *extra])
                self._dataset = lance.write_dataset(schema.empty_table(), str(self.path), mode="create")
                return
            self._dataset = lance.dataset(str(self.path))
            have = set(self._dataset.schema.names)
            missing = [field for field in extra if field.name not in have]
            if missing:
                self._dataset.add_columns(pa.schema(missing))
                self._dataset = lance.dataset(str(self.path))
        except (OSError, ValueError) as error:
            raise StoreError(f"cannot open {self.path}: {reason(error)}") from error

    @property
    def dataset(self) -> "lance.LanceDataset":
        """The open Lance table."""
        if self._dataset is None:
            import lance

            self._dataset = lance.dataset(str(self.path))
        return self._dataset

    def commit(self, fragments: Iterable[str]) -> None:
        """Append fragments written by `write_fragment`; all of them or none."""
        import lance
        from lance.fragment import FragmentMetadata

        metadata = [FragmentMetadata.from_json(text) for text in fragments]
        if not metadata:
            return
        try:
            self._dataset = lance.LanceDataset.commit(
                str(self.path), lance.LanceOperation.Append(metadata), read_version=self.dataset.version
            )
        except OSError as error:
            raise StoreError(f"cannot commit to {self.path}: {reason(error)}", hint="is the disk full?") from error

    @property
    def count(self) -> int:
        """How many rows are committed."""
        return int(self.dataset.count_rows())

    def rows(self, columns: list[str], start: int = 0) -> "pa.Table":
        """Return `columns` of every row from `start` on, in the order of appending: a row's place is its address."""
        return self.dataset.to_table(columns=columns, scan_in_order=True, offset=start or None)


def write_fragment(path: Path, rows: "pa.Table") -> list[str]:
    """Write rows beside the table without committing them; return what `PassTable.commit` needs. Raises StoreError."""
    from lance.fragment import write_fragments

    try:
        return [json.dumps(f.to_json()) for f in write_fragments(rows, str(path), schema=rows.schema, mode="append")]
    except OSError as error:
        raise StoreError(f"cannot write to {path}: {reason(error)}", hint="is the disk full?") from error


def take(path: Path, addresses: list[int], column: str = MEDIA) -> list[Any]:
    """Return one column of the rows at `addresses` (places in the table), in that order."""
    import lance

    values: list[Any] = lance.dataset(str(path)).take(addresses, columns=[column]).column(column).to_pylist()
    return values
