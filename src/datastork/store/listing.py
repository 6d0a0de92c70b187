"""A listing: what was found, before anything is read. The collecting steps add to it, one after another."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datastork.store.home import read_json, write_json

if TYPE_CHECKING:
    import pyarrow as pa

ORDER = Path(".stork", "collected", "columns.json")


def listing_schema() -> "pa.Schema":
    """Return the columns every listing has.

    `uri`      where the bytes are: a path (relative to the recipe's folder, or absolute), or
               `archive.zip!/member/name.jpg`, or `table.parquet!/column/row`; see `store.sources`
    `size`     bytes, or null where unknown or missing
    `stamp`    changes when the content may have changed (nanoseconds of modification); null where missing
    `data`     the bytes themselves, for few and small samples that are values and not files; else null
    `media_place`  where the bytes lie if not at `uri` (a record of a WARC file, a value in `store.spool`); else null
    `media_content`  content id of the bytes where known without reading them (`core.hashing`), or null
    `votes`    labels that came with the sample
    `group`    what a split must not tear apart (recorder, author, patient), or null
    `license`  SPDX id, `author`, `query`: where they are known
    `problem`  why this sample cannot be read; it then goes to quarantine; else null
    """
    import pyarrow as pa

    vote = pa.struct([("annotator", pa.string()), ("value", pa.string()), ("confidence", pa.float64())])
    return pa.schema(
        [
            ("uri", pa.string()),
            ("size", pa.int64()),
            ("stamp", pa.int64()),
            ("data", pa.large_binary()),
            ("media_place", pa.string()),
            ("media_content", pa.string()),
            ("votes", pa.list_(vote)),
            ("group", pa.string()),
            ("license", pa.string()),
            ("author", pa.string()),
            ("query", pa.string()),
            ("problem", pa.string()),
        ]
    )


@dataclass(frozen=True, slots=True)
class Listing:
    """What was found so far. Frozen: a collecting step returns a new one.

    `root`   the folder of the recipe; relative paths start there
    `table`  one row per sample: the columns of `listing_schema()`, then columns of the user's own
    `notes`  what the user should know ("3 rows of labels.csv match no file: …"), shown by the build and the report
    `sources`  datasets that others made and this one draws on, for the card: each a table with `name`, and as far as
             known `revision`, `title`, `license` (SPDX), `licence` (as written there), `citation`, `homepage`
    """

    root: Path
    table: "pa.Table"
    notes: tuple[str, ...] = field(default=())
    sources: tuple[dict[str, Any], ...] = field(default=())

    @classmethod
    def empty(cls, root: Path) -> "Listing":
        """Return a listing with nothing in it."""
        return cls(root=root, table=listing_schema().empty_table())

    def add(self, rows: "pa.Table", notes: tuple[str, ...] = ()) -> "Listing":
        """Return this listing with `rows` behind its own; columns missing on either side are filled with null."""
        import pyarrow as pa

        schema = listing_schema()
        missing = [column for column in schema.names if column not in rows.column_names]
        for name in missing:
            rows = rows.append_column(schema.field(name), pa.nulls(rows.num_rows, schema.field(name).type))
        own = [name for name in rows.column_names if name not in schema.names]
        rows = rows.select([*schema.names, *own])
        rows = rows.cast(pa.schema([*schema, *(rows.schema.field(name) for name in own)]))
        joined = pa.concat_tables([self.table, rows], promote_options="permissive") if self.table.num_rows else rows
        return replace(self, table=joined, notes=self.notes + notes)

    def add_rows(self, rows: list[dict[str, Any]], notes: tuple[str, ...] = ()) -> "Listing":
        """Return this listing with rows given as dictionaries; unknown keys become columns of the user's own."""
        import pyarrow as pa

        schema = listing_schema()
        own = sorted({key for row in rows for key in row} - set(schema.names))
        columns = {f.name: pa.array([row.get(f.name) for row in rows], f.type) for f in schema}
        columns |= {name: pa.array([row.get(name) for row in rows]) for name in own}
        return self.add(pa.table(columns), notes)


def keep_order(root: Path, name: str, columns: list[str]) -> None:
    """Keep the order in which the columns of the table called `name` came, which its rows do not. Raises StoreError."""
    known = read_json(root / ORDER, {})
    if known.get(name) != columns:
        write_json(root / ORDER, {**known, name: columns})


def order_of(root: Path) -> list[str]:
    """Return the columns of all tables that were collected here, in their order, each once. Raises StoreError."""
    known = read_json(root / ORDER, {})
    return list(dict.fromkeys(str(column) for columns in known.values() for column in columns))
