"""The rows of a version as the report reads them: few columns, flat, counted column by column."""

from typing import TYPE_CHECKING, Any

from datastork.store.home import Home
from datastork.store.samples import Samples

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

READ = (
    "id", "state", "dropped", "error", "source", "label", "split", "content",
    "media_pass", "media_row", "media_modality", "media_format", "media_size",
)  # fmt: skip


def read_rows(home: Home, version: int) -> "pa.Table":
    """Return all samples of a version with the columns `READ`, the sources, drops and errors flattened.

    The flat columns are `uri`, `parent`, `drop_step`, `reason`, `evidence`, `error_step`, `error_type` and
    `error`.
    """
    return flat(Samples(home).table(version, list(READ)))


def flat(table: "pa.Table") -> "pa.Table":
    """Return samples with their structs flattened; see `read_rows`."""
    import pyarrow.compute as pc

    columns: dict[str, Any] = {name: table[name] for name in READ if name not in ("dropped", "error", "source")}
    inner = (
        ("source", ("uri", "uri"), ("parent", "parent")),
        ("dropped", ("drop_step", "step"), ("reason", "reason"), ("evidence", "evidence")),
        ("error", ("error_step", "step"), ("error_type", "type"), ("error", "message")),
    )
    for struct, *names in inner:
        for name, field in names:
            columns[name] = pc.struct_field(table[struct], field)
    return table.from_pydict(columns)


def in_state(rows: "pa.Table", state: str) -> "pa.Table":
    """Return the rows of one state."""
    import pyarrow.compute as pc

    return rows.filter(pc.equal(rows["state"], state))


def tally(column: "pa.ChunkedArray") -> list[tuple[Any, int]]:
    """Return the different values (None too) with their counts, the most frequent first, then by name."""
    import pyarrow.compute as pc

    counts = pc.value_counts(column.combine_chunks()).to_pylist()
    return sorted(
        ((row["values"], row["counts"]) for row in counts), key=lambda pair: (-pair[1], pair[0] is None, str(pair[0]))
    )


def spaced(count: int, most: int) -> "np.ndarray":
    """Return at most `most` of the numbers 0 to `count` - 1, evenly spaced, the first and the last among them."""
    import numpy as np

    return np.unique(np.linspace(0, count - 1, min(count, most)).round().astype(np.int64))
