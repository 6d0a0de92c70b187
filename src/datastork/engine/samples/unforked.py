"""Finished work of pieces that by the recipe as it is now never come to be: what they were made of was dropped before.

Under an earlier threshold a text was cut into sentences; under the present one it is dropped before that. It is then
one dropped sample, as in a first build, and not one for each sentence.
"""

from typing import TYPE_CHECKING, Any

from datastork.engine.plan import Op
from datastork.engine.samples.verdicts import DROPPED, QUARANTINED, Verdicts

if TYPE_CHECKING:
    import pyarrow as pa


def unforked(rows: "pa.Table", verdicts: Verdicts, ops: tuple[Op, ...]) -> tuple["pa.Table", Verdicts]:
    """Return rows and verdicts with one row for all pieces of what was decided on before it was taken to pieces."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    if not any(op.kind == "many" for op in ops):
        return rows, verdicts
    suffixes: list[str] = pc.fill_null(rows["suffix"], "").to_pylist()
    early = np.isin(verdicts.state, (DROPPED, QUARANTINED)) & (verdicts.step >= 0)
    early &= np.asarray(pc.not_equal(pc.fill_null(rows["suffix"], ""), ""))
    short = False
    for row in np.flatnonzero(early).tolist():
        before = so_far(suffixes[row], ops[: verdicts.step[row]])
        short |= before != suffixes[row]
        suffixes[row] = before
    if not short:
        return rows, verdicts
    first: dict[tuple[Any, str], int] = {}
    for row, key in enumerate(zip(rows["__input"].to_pylist(), suffixes, strict=True)):
        first.setdefault(key, row)
    at = np.array(list(first.values()), np.int64)
    place = rows.schema.get_field_index("suffix")
    rows = rows.set_column(place, "suffix", pa.array(suffixes, pa.string())).take(pa.array(at))
    return rows, verdicts.take(at)


def so_far(suffix: str, before: tuple[Op, ...]) -> str:
    """Return what there was of a suffix when only the ops `before` had derived samples."""
    words = {op.word for op in before if op.kind == "many"}
    return "".join(f"-{part}" for part in suffix.split("-")[1:] if part.rstrip("0123456789") in words)
