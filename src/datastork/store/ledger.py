"""The ledger: every value that was changed, with what it was before, which step changed it and why."""

from typing import TYPE_CHECKING

from datastork.core.errors import StoreError
from datastork.store.home import Home, read_json, reason

if TYPE_CHECKING:
    import pyarrow as pa

UNDONE, DROPPED = TAKEN_BACK = ("undone by the user", "the step does not propose it any more")
"""The reasons of entries that put back what a step had changed in a cell."""


def ledger_schema() -> "pa.Schema":
    """Return the columns of the ledger; `old` and `new` are values as text."""
    import pyarrow as pa

    return pa.schema(
        [
            ("version", pa.int64()),
            ("build", pa.string()),
            ("id", pa.string()),
            ("step", pa.string()),
            ("column", pa.string()),
            ("old", pa.string()),
            ("new", pa.string()),
            ("reason", pa.string()),
            ("confidence", pa.float64()),
        ]
    )


def append(home: Home, entries: "pa.Table", build: str) -> None:
    """Write the entries of a version that `build` is about to commit."""
    import lance
    import pyarrow as pa

    if not entries.num_rows:
        return
    place = entries.schema.get_field_index("build")
    entries = entries.set_column(place, "build", pa.array([build] * entries.num_rows, pa.string()))
    mode = "append" if (home.ledger / "_versions").is_dir() else "create"
    try:
        lance.write_dataset(entries.cast(ledger_schema()), str(home.ledger), mode=mode)
    except OSError as error:
        raise StoreError(f"cannot write the ledger: {reason(error)}", hint="is the disk full?") from error


def entries(home: Home, version: int, sample: str | None = None) -> "pa.Table":
    """Return the changes up to and including `version`, of one sample or of all, oldest first.

    Entries of a build that died before its version was committed do not count.
    """
    import lance
    import pyarrow as pa
    import pyarrow.compute as pc

    if not (home.ledger / "_versions").is_dir():
        return ledger_schema().empty_table()
    where = f"version <= {int(version)}"
    if sample is not None:
        where += " AND id = '" + sample.replace("'", "''") + "'"
    table = lance.dataset(str(home.ledger)).to_table(filter=where, scan_in_order=True)
    builds = [read_json(home.version_record(n), {}).get("build") for n in pc.unique(table["version"]).to_pylist()]
    return table.filter(pc.is_in(table["build"], pa.array(builds, pa.string())))
