"""Joining the rows of tables to the samples listed before."""

import posixpath
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from datastork.collect._merge import attach, pairs
from datastork.collect._tables.gather import Mapping, gather, together
from datastork.collect._tables.listed import bad_rows, first_texts
from datastork.collect._tables.open import Opened
from datastork.core.errors import RecipeError
from datastork.core.findings import plural
from datastork.store.listing import Listing

if TYPE_CHECKING:
    import pyarrow as pa


def join_rows(found: Listing, tables: Sequence[Opened], mapping: Mapping, *, how: str) -> Listing:
    """Add what the rows say to the samples whose name, stem or uri they hold in the column `key`.

    Raises RecipeError where nothing was listed before, and where no row matches any sample.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    if not found.table.num_rows:
        raise RecipeError(["join: nothing is listed yet; put the step that collects the files before this one"])
    uris = found.table.column("uri").combine_chunks()
    listed = found
    parts = []
    for opened in tables:
        rows = gather(opened.table.batches, mapping, opened.name)
        listed = bad_rows(listed, rows, opened)
        good = rows.filter(pc.is_null(rows.column("problem")))
        names, keys = _NAMES[how](uris), _KEYS[how](good.column("key").combine_chunks(), uris, opened.uri)
        parts.append(good.append_column("match", keys))
    rows = together(parts)
    matches = rows.column("match").combine_chunks()
    samples, at = pairs(names, matches)
    called = posixpath.basename(tables[0].uri) if len(tables) == 1 else f"{len(tables)} tables"
    given = rows.column("key").combine_chunks().drop_null()
    if not len(samples):
        looks = f"the keys look like {first_texts(given, 2)}, the files like {first_texts(uris, 2)}"
        raise RecipeError([f"join: no row of {called} matches a file: {looks}"])
    said = rows.drop_columns(["row", "key", "problem", "match"]).take(pa.array(at))
    table = attach(listed.table, samples, said, override=True)
    return replace(listed, table=table, notes=listed.notes + _notes(called, rows, samples, at, names, uris, np))


def _notes(
    called: str, rows: "pa.Table", samples: Any, at: Any, names: "pa.Array", uris: "pa.Array", np: Any
) -> tuple[str, ...]:
    import pyarrow as pa
    import pyarrow.compute as pc

    notes = []
    lone_rows = np.setdiff1d(np.arange(rows.num_rows), at)
    if len(lone_rows):
        keys = rows.column("key").combine_chunks().take(pa.array(lone_rows))
        notes.append(
            f"{plural(len(lone_rows), 'row')} of {called} {'matches' if len(lone_rows) == 1 else 'match'} no file:"
            f" {first_texts(keys)}"
        )
    lone_samples = np.setdiff1d(np.arange(len(uris)), samples)
    if len(lone_samples):
        first = first_texts(uris.take(pa.array(lone_samples[:3])))
        notes.append(f"{plural(len(lone_samples), 'file is', 'files are')} in no row of {called}: {first}")
    counted = pc.value_counts(names.take(pa.array(np.unique(samples))))
    shared = counted.filter(pc.greater(counted.field("counts"), 1)).field("values")
    if len(shared):
        hint = "join = 'uri' tells them apart"
        told = plural(
            len(shared),
            "key means several files, and was joined to each",
            "keys mean several files, and were joined to each",
        )
        notes.append(f"{told}: {first_texts(shared)}; {hint}")
    return tuple(notes)


def _last(paths: "pa.Array") -> "pa.Array":
    import pyarrow.compute as pc

    return pc.replace_substring_regex(paths, r"(?s)^.*[/\\]", "")


def _without_end(names: "pa.Array") -> "pa.Array":
    import pyarrow.compute as pc

    return pc.replace_substring_regex(names, r"(?s)(.)\.[^.]*$", r"\1")


def _name_keys(keys: "pa.Array", uris: "pa.Array", table: str) -> "pa.Array":
    return _last(keys)


def _stem_keys(keys: "pa.Array", uris: "pa.Array", table: str) -> "pa.Array":
    """A key that is a stem as it stands is one, dots and all; else its extension goes."""
    import pyarrow.compute as pc

    last = _last(keys)
    return pc.if_else(pc.is_in(last, value_set=_without_end(_last(uris))), last, _without_end(last))


def _uri_keys(keys: "pa.Array", uris: "pa.Array", table: str) -> "pa.Array":
    """A key is a uri as it stands, or else relative to the folder of the table."""
    import pyarrow as pa

    known = set(uris.to_pylist())
    folder = posixpath.dirname(table)
    found: list[str | None] = []
    for key in keys.to_pylist():
        plain = None if key is None else posixpath.normpath(key)
        if plain is not None and plain not in known:
            plain = posixpath.normpath(posixpath.join(folder, plain))
        found.append(plain)
    return pa.array(found, pa.string())


_NAMES: dict[str, Any] = {
    "name": _last,
    "stem": lambda uris: _without_end(_last(uris)),
    "uri": lambda uris: uris,
}
_KEYS: dict[str, Any] = {"name": _name_keys, "stem": _stem_keys, "uri": _uri_keys}
