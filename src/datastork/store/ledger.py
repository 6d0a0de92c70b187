"""The ledger: every value that was changed, with what it was before, which step changed it and why."""

from typing import TYPE_CHECKING

from datastork.core.errors import StoreError
from datastork.store.home import Home, reason

if TYPE_CHECKING:
    import pyarrow as pa


def ledger_schema() -> "pa.Schema":
    """Return the columns of the ledger; `old` and `new` are values as text."""
    import pyarrow as pa

    return pa.schema(
        [
            ("version", pa.int64()),
            ("id", pa.string()),
            ("step", pa.string()),
            ("column", pa.string()),
            ("old", pa.string()),
            ("new", pa.string()),
            ("reason", pa.string()),
            ("confidence", pa.float64()),
        ]
    )


def append(home: Home, entries: "pa.Table") -> None:
    """Write the entries of a version that is about to be committed."""
    import lance

    if not entries.num_rows:
        return
    mode = "append" if (home.ledger / "_versions").is_dir() else "create"
    try:
        lance.write_dataset(entries.cast(ledger_schema()), str(home.ledger), mode=mode)
    except OSError as error:
        raise StoreError(f"cannot write the ledger: {reason(error)}", hint="is the disk full?") from error


def entries(home: Home, version: int, sample: str | None = None) -> "pa.Table":
    """Return the changes up to and including `version`, of one sample or of all, oldest first.

    A build that died after writing its entries and before its version leaves entries that the next build of that
    version writes again; equal entries are returned once.
    """
    import lance

    if not (home.ledger / "_versions").is_dir():
        return ledger_schema().empty_table()
    where = f"version <= {int(version)}"
    if sample is not None:
        where += " AND id = '" + sample.replace("'", "''") + "'"
    table = lance.dataset(str(home.ledger)).to_table(filter=where, scan_in_order=True)
    return table.group_by(table.column_names, use_threads=False).aggregate([]) if table.num_rows else table
