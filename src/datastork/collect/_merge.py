"""Bringing rows into a listing: a uri stays once, votes are gathered, columns are filled."""

import os
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from datastork.core.errors import RecipeError
from datastork.core.hashing import canonical
from datastork.store.listing import Listing, listing_schema

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

FIELDS = ("group", "license", "author", "query")
# columns that the listing or the table of samples has itself
TAKEN = frozenset(
    [
        "uri",
        "size",
        "stamp",
        "data",
        "votes",
        "group",
        "license",
        "author",
        "query",
        "problem",
        "id",
        "state",
        "dropped",
        "drop_reason",
        "drop_evidence",
        "error",
        "source",
        "label",
        "label_probability",
        "cluster",
        "split",
        "content",
        "parent",
    ]
)


def own_name(name: str) -> str:
    """Return the name a column of the user's own gets: `split` and the like become `split_given`.

    >>> own_name("speaker"), own_name("split")
    ('speaker', 'split_given')
    """
    return f"{name}_given" if name in TAKEN or name.startswith("media_") else name


def column(values: list[Any]) -> "pa.Array":
    """Return values as a column; where no one type fits them all they become text, nested ones as JSON."""
    import pyarrow as pa

    try:
        found = pa.array(values)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, OverflowError):
        return pa.array([as_text(value) for value in values], pa.string())
    if pa.types.is_struct(found.type) or (pa.types.is_nested(found.type) and "struct" in str(found.type)):
        return pa.array([None if value is None else canonical(value) for value in values], pa.string())
    return found


def as_text(value: Any) -> str | None:
    """Return one value as text: text as it is, everything else as JSON."""
    return value if value is None or isinstance(value, str) else canonical(value)


def votes_column(count: int, parts: "Iterable[tuple[Any, Any, Any]]") -> "pa.Array":
    """Return the column `votes` of `count` rows.

    Each part is (row numbers, annotator: one name or a column, values: a column of text); nulls give no vote.
    Votes of one row keep the order of the parts.
    """
    import numpy as np
    import pyarrow as pa

    kind = listing_schema().field("votes").type.value_type
    rows: list[Any] = []
    structs: list[Any] = []
    for at, annotator, values in parts:
        numbers = np.asarray(at, np.int64)
        if isinstance(annotator, str):
            annotator = pa.repeat(pa.scalar(annotator, pa.string()), len(values))
        given = np.asarray(values.is_valid()) & np.asarray(annotator.is_valid())
        chosen = pa.array(given)
        sure = pa.repeat(pa.scalar(1.0), int(given.sum()))
        structs.append(
            pa.StructArray.from_arrays(
                [annotator.filter(chosen).cast(pa.string()), values.filter(chosen).cast(pa.string()), sure],
                fields=list(kind),
            )
        )
        rows.append(numbers[given])
    return _grouped(count, rows, structs, kind)


def _grouped(count: int, rows: list[Any], structs: list[Any], kind: Any) -> "pa.Array":
    import numpy as np
    import pyarrow as pa

    at = np.concatenate([np.empty(0, np.int64), *rows])
    order = np.argsort(at, kind="stable")
    flat = pa.concat_arrays([pa.array([], kind), *structs]).take(pa.array(order))
    offsets = np.zeros(count + 1, np.int32)
    np.cumsum(np.bincount(at, minlength=count), out=offsets[1:])
    return pa.ListArray.from_arrays(pa.array(offsets), flat).cast(pa.list_(kind))


def _flat(votes: "pa.ChunkedArray") -> tuple["np.ndarray[Any, Any]", "pa.StructArray"]:
    """Return the votes of a column one below the other, and the row each belongs to."""
    import numpy as np
    import pyarrow.compute as pc

    whole = votes.combine_chunks()
    return np.asarray(pc.list_parent_indices(whole), np.int64), pc.list_flatten(whole)


def pairs(names: "pa.Array", keys: "pa.Array") -> tuple["np.ndarray[Any, Any]", "np.ndarray[Any, Any]"]:
    """Return (samples, rows): every pair with names[sample] == keys[row], in the order of samples, then rows.

    Nulls match nothing. A name may occur several times on either side.
    """
    import numpy as np
    import pyarrow.compute as pc

    known = pc.unique(keys).drop_null()
    code_of_row = np.asarray(pc.fill_null(pc.index_in(keys, value_set=known), -1), np.int64)
    code_of_sample = np.asarray(pc.fill_null(pc.index_in(names, value_set=known), -1), np.int64)
    rows = np.flatnonzero(code_of_row >= 0)
    rows = rows[np.argsort(code_of_row[rows], kind="stable")]
    counts = np.bincount(code_of_row[rows], minlength=len(known))
    starts = np.concatenate([[0], np.cumsum(counts)])
    samples = np.flatnonzero(code_of_sample >= 0)
    codes = code_of_sample[samples]
    repeat = counts[codes]
    which = np.repeat(samples, repeat)
    within = np.arange(len(which)) - np.repeat(np.cumsum(repeat) - repeat, repeat)
    return which, rows[np.repeat(starts[codes], repeat) + within]


def attach(table: "pa.Table", samples: "np.ndarray[Any, Any]", rows: "pa.Table", *, override: bool) -> "pa.Table":
    """Return `table` with what `rows` say about its samples; `samples[i]` is the sample of row i.

    Votes are added (the same answer of the same annotator once for each row that gives it, but never a
    second time from a file listed twice). Other columns come from the first row of a sample; with `override`
    they replace what is there, else they fill what is null.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    count = table.num_rows
    old_rows, old = _flat(table.column("votes"))
    new_rows, new = _flat(rows.column("votes"))
    new_rows = samples[new_rows]
    kind = listing_schema().field("votes").type.value_type
    if not override:
        fresh = _not_yet(old_rows, old, new_rows, new)
        new_rows, new = new_rows[fresh], new.filter(pa.array(fresh))
    votes = _grouped(count, [old_rows, new_rows], [old, new], kind)
    table = table.set_column(table.column_names.index("votes"), table.schema.field("votes"), votes)

    reached, first = np.unique(samples, return_index=True)
    take = np.full(count, -1, np.int64)
    take[reached] = first
    indices = pa.array(take, mask=take < 0)
    same = {"uri", "size", "stamp", "data", "problem", "votes"}
    for name in rows.column_names:
        if name in same or rows.column(name).null_count == rows.num_rows:
            continue
        given = rows.column(name).take(indices)
        if name not in table.column_names:
            table = table.append_column(name, given)
            continue
        before = table.column(name)
        if pa.types.is_null(before.type):
            before = before.cast(given.type)
        if before.type != given.type:
            raise RecipeError([_two_types(name, before.type, given.type)])
        merged = pc.coalesce(given, before) if override else pc.coalesce(before, given)
        table = table.set_column(table.column_names.index(name), name, merged)
    return table


def _not_yet(
    old_rows: "np.ndarray[Any, Any]",
    old: "pa.StructArray",
    new_rows: "np.ndarray[Any, Any]",
    new: "pa.StructArray",
) -> "np.ndarray[Any, Any]":
    """Say which new votes repeat none of the old ones of the same sample."""
    import numpy as np

    def keys(rows: Any, votes: Any) -> list[tuple[int, str, str]]:
        fields = votes.flatten()
        return list(zip(rows.tolist(), fields[0].to_pylist(), fields[1].to_pylist(), strict=True))

    there = set(keys(old_rows, old))
    return np.array([key not in there for key in keys(new_rows, new)], bool)


def add(found: Listing, rows: "pa.Table", notes: Iterable[str] = ()) -> Listing:
    """Return the listing with `rows` behind its own. A uri listed before stays once, with all votes."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    notes = tuple(notes)
    for name in rows.column_names:
        if name in found.table.column_names and name not in TAKEN:
            kinds = (found.table.schema.field(name).type, rows.schema.field(name).type)
            if kinds[0] != kinds[1] and not any(pa.types.is_null(kind) for kind in kinds):
                raise RecipeError([_two_types(name, *kinds)])
    empty = Listing.empty(found.root).add(rows)
    rows = empty.table
    keys = pa.array([], pa.string())
    for uris in (found.table.column("uri"), rows.column("uri")):
        keys = pa.concat_arrays([keys, *_keys(found, uris).chunks])
    kept = found.table.num_rows
    unique = pc.unique(keys)
    if len(unique) == len(keys):
        return found.add(rows, notes)
    codes = np.asarray(pc.index_in(keys, value_set=unique), np.int64)
    first = np.full(len(unique), -1, np.int64)
    first[codes[::-1]] = np.arange(len(codes))[::-1]
    again = first[codes] != np.arange(len(codes))
    again[:kept] = False  # what was listed before this step is not ours to judge
    repeated = rows.filter(pa.array(again[kept:]))
    joined = found.add(rows.filter(pa.array(~again[kept:])))
    position = np.cumsum(~again) - 1
    samples = position[first[codes[again]]]
    names = ", ".join(repeated.column("uri").slice(0, 3).to_pylist())
    more = f"{repeated.num_rows} files were found more than once and are listed once: {names}"
    table = attach(joined.table, samples, repeated, override=False)
    return replace(joined, table=table, notes=found.notes + notes + (more,))


def _keys(found: Listing, uris: "pa.ChunkedArray") -> "pa.ChunkedArray":
    """Return uris in a form in which an absolute one equals a relative one of the same file."""
    import pyarrow as pa
    import pyarrow.compute as pc

    absolute = pc.starts_with(uris, "/")
    if not pc.any(absolute).as_py():
        return uris
    root = os.path.abspath(found.root)
    texts = [os.path.relpath(uri, root) if uri.startswith("/") else uri for uri in uris.to_pylist()]
    return pa.chunked_array([pa.array(texts, pa.string())])


def _two_types(name: str, before: Any, now: Any) -> str:
    return f"column {name!r} is {before} from one step and {now} from another: rename it or leave it out"
