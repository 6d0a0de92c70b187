"""Cells of rows that a step corrects: rows written anew, old values in the ledger, what the user undid left out."""

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from datastork.core.errors import BuildError, DataError
from datastork.core.hashing import key_of
from datastork.engine.context import Account, Context
from datastork.engine.state import set_column
from datastork.media.row import MODALITY
from datastork.media.row_table import corrected, likes
from datastork.recipe.check import Bound
from datastork.store import ledger
from datastork.store.media import read_media
from datastork.store.passes import PassTable, base_schema, write_fragment

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

CORRECTIONS = "corrections"
WRITTEN = 16_384  # rows in one fragment


class Told(NamedTuple):
    """What the ledger says of a cell."""

    old: str | None
    new: str | None
    reason: str | None
    confidence: float | None


def correct(
    ctx: Context, bound: Bound, samples: "pa.Table", at: "np.ndarray", changes: "pa.Table", account: Account
) -> "pa.Table":
    """Return the samples with rows corrected as a step says in the column `corrections` of its changes.

    Raises BuildError where a correction speaks of a value that the row does not have.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    wanted = _wanted(ctx, bound, changes)
    _to_ledger(ctx, bound, changes["id"].to_pylist(), wanted)
    account.changed = sum(map(len, wanted.values()))
    if not wanted:
        return samples
    spot = pc.index_in(pa.array(wanted, pa.string()), changes["id"].combine_chunks()).to_numpy()
    rows = at[spot]
    places, key = _written(ctx, bound, samples.take(pa.array(rows)), list(wanted.values()))
    for name, values in (
        ("media_pass", [key] * len(rows)),
        ("media_row", places["row"]),
        ("media_size", places["size"]),
    ):
        column = samples[name].combine_chunks()
        mask = np.zeros(samples.num_rows, bool)
        mask[rows] = True
        order = np.argsort(rows, kind="stable")
        placed = pa.array([values[index] for index in order.tolist()], column.type)
        samples = set_column(samples, name, pc.replace_with_mask(column, pa.array(mask), placed))
    return samples


def _wanted(ctx: Context, bound: Bound, changes: "pa.Table") -> dict[str, list[dict[str, Any]]]:
    """Return the corrections by sample that the user did not undo."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    given = changes[CORRECTIONS].combine_chunks()
    some = np.flatnonzero(np.asarray(pc.fill_null(pc.list_value_length(given), 0)))
    ids = changes["id"].take(pa.array(some)).to_pylist()
    found = {}
    for sample, cells in zip(ids, given.take(pa.array(some)).to_pylist(), strict=True):
        if ctx.overrides.cells:
            cells = [one for one in cells if not ctx.overrides.spares_cell(sample, bound.name, one["column"])]
        if cells:
            found[sample] = cells
    twice = [n for cells in found.values() for n, count in Counter(one["column"] for one in cells).items() if count > 1]
    if twice:
        raise BuildError(f"step {bound.name} corrects the column {twice[0]!r} of one row twice")
    return found


def _written(
    ctx: Context, bound: Bound, samples: "pa.Table", wanted: list[list[dict[str, Any]]]
) -> tuple[dict[str, list[int]], str]:
    """Write the rows that were not written before; return where each lies, and the key of the table they lie in."""
    key = key_of("corrected", bound.name)
    table = PassTable(ctx.home.pass_table(key))
    table.open(_nothing())
    parts = zip(*(samples[name].to_pylist() for name in ("id", "media_pass", "media_row")), wanted, strict=True)
    inputs = [key_of(*part, length=32) for part in parts]
    before = table.rows(["input", "size"])
    known = {key: place for place, key in enumerate(before["input"].to_pylist())}
    sizes = before["size"].to_pylist()
    new = [place for place, key in enumerate(inputs) if key not in known]
    like: dict[str, Any] = {}
    for start in range(0, len(new), WRITTEN):
        chosen = new[start : start + WRITTEN]
        media = read_media(ctx.home, samples.take(chosen))
        like = like or likes(media)
        made = [
            _one(bound, samples["id"][n].as_py(), data, wanted[n], like) for n, data in zip(chosen, media, strict=True)
        ]
        table.commit(write_fragment(table.path, _as_pass([inputs[n] for n in chosen], made)))
        known |= {inputs[n]: len(sizes) + index for index, n in enumerate(chosen)}
        sizes += map(len, made)
    at = [known[key] for key in inputs]
    return {"row": at, "size": [sizes[place] for place in at]}, key


def _one(bound: Bound, sample: str, data: bytes | None, cells: list[dict[str, Any]], like: dict[str, Any]) -> bytes:
    if data is None:
        raise BuildError(f"step {bound.name} corrects {sample}, which has no values")
    try:
        return corrected(data, cells, like)
    except DataError as error:
        raise BuildError(f"step {bound.name} corrects a cell of {sample} that is otherwise: {error}") from error


def _nothing() -> "pa.Schema":
    import pyarrow as pa

    return pa.schema([])


def _as_pass(inputs: list[str], media: list[bytes]) -> "pa.Table":
    import pyarrow as pa

    count = len(inputs)
    own: dict[str, Any] = {
        "input": inputs,
        "attempt": [1] * count,
        "part": [0] * count,
        "suffix": [""] * count,
        "done": ["end"] * count,
        "modality": [MODALITY.name] * count,
        "format": ["json"] * count,
        "size": [len(data) for data in media],
        "media": media,
    }
    schema = base_schema()
    return pa.table({one.name: pa.array(own.get(one.name, [None] * count), one.type) for one in schema}, schema=schema)


def _to_ledger(ctx: Context, bound: Bound, ids: list[str], wanted: dict[str, list[dict[str, Any]]]) -> None:
    """Put into the ledger what is new: cells changed, or changed otherwise than before, and those no longer changed."""
    import pyarrow as pa

    told = _told(ctx, bound.name, ids)
    now = {
        (sample, one["column"]): Told(one["old"], one["new"], one["why"], one["confidence"])
        for sample, cells in wanted.items()
        for one in cells
    }
    entries = [(cell, change) for cell, change in now.items() if told.get(cell) != change]
    for (sample, column), last in told.items():
        if (sample, column) not in now and last.reason not in ledger.TAKEN_BACK:
            undone = ctx.overrides.spares_cell(sample, bound.name, column)
            entries.append(
                ((sample, column), Told(last.new, last.old, ledger.UNDONE if undone else ledger.DROPPED, None))
            )
    if not entries:
        return
    schema = ledger.ledger_schema()
    columns: dict[str, Any] = {
        "version": [None] * len(entries),
        "build": [None] * len(entries),
        "id": [cell[0] for cell, _ in entries],
        "step": [bound.name] * len(entries),
        "column": [cell[1] for cell, _ in entries],
        **{name: [getattr(change, name) for _, change in entries] for name in Told._fields},
    }
    ctx.ledger.append(pa.table({one.name: pa.array(columns[one.name], one.type) for one in schema}, schema=schema))


def _told(ctx: Context, step: str, ids: list[str]) -> dict[tuple[str, str], Told]:
    """Return what the ledger said last of each cell that this step changed in these samples."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not ctx.record:
        return {}
    table = ledger.entries(ctx.home, ctx.record["version"])
    mine = pc.and_(pc.equal(table["step"], step), pc.is_in(table["id"], pa.array(ids, pa.string())))
    table = table.filter(mine).sort_by("version")
    columns = (table[name].to_pylist() for name in ("id", "column", *Told._fields))
    return {(sample, column): Told(*told) for sample, column, *told in zip(*columns, strict=True)}
