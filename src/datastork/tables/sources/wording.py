"""How the winner of a vote is written: as most reliable rows write it."""

from typing import TYPE_CHECKING

from datastork.tables.grid import Column
from datastork.tables.sources.claims import Claims
from datastork.tables.sources.forms import Forms, shape_of, written
from datastork.tables.sources.truth import Truth

if TYPE_CHECKING:
    import numpy as np

TOLD = 20.0  # rows that the form of one answer counts for
COMMON = 0.3  # share of a bare form in which all times of a column are written


def wordings(
    column: Column,
    forms: Forms,
    claims: Claims,
    truth: Truth,
    winner: "np.ndarray",
    sources: "np.ndarray",
    told: list[str | None],
) -> "np.ndarray":
    """Return object[g]: the text of the winner (int64[g]: a candidate, -1 for none) of each thing, None where none is.

    `told` are answers, whose form counts for many rows.
    """
    import numpy as np

    rows = np.flatnonzero(claims.row >= 0)
    trust = truth.accuracy[sources[rows]]
    code = column.codes[rows]
    shapes = {shape: place for place, shape in enumerate(dict.fromkeys(forms.shape))}
    shape_codes = np.array([shapes[one] for one in forms.shape], np.int64)
    share = np.bincount(shape_codes[code], trust, len(shapes))
    for value in told:
        shape = shape_of(value, forms.kind) if value else ""
        if shape in shapes:
            share[shapes[shape]] += TOLD
    share = share / max(share.sum(), 1e-9)
    texts = np.full(len(winner), None, object)
    bare = _bare(forms, dict(zip(shapes, share.tolist(), strict=True)))
    if bare is not None:
        by_key = np.array([written(name, bare, forms.kind) for name in forms.names], object)
        told_things = winner >= 0
        texts[told_things] = by_key[claims.key[winner[told_things]]]
        return texts
    mine = winner[claims.thing[claims.row[rows]]] == claims.row[rows]
    width = len(column.values)
    pairs, place = np.unique(claims.row[rows][mine] * width + code[mine], return_inverse=True)
    score = np.bincount(place, trust[mine]) * share[shape_codes[pairs % width]] if len(pairs) else np.zeros(0)
    order = np.lexsort((pairs, score))
    things = claims.thing[pairs[order] // width]
    texts[things] = np.array(column.values, object)[pairs[order] % width]
    return texts


def _bare(forms: Forms, share: dict[str, float]) -> str | None:
    """Return the form in which all times of the column can be written, None where there is none."""
    able = [shape for shape in share if written("00:00", shape, forms.kind) is not None]
    best = max(able, key=lambda shape: (share[shape], shape), default="")
    return best if share.get(best, 0) >= COMMON else None
