"""Drops that the user undid: for which inputs a worker goes on in spite of them, and for which samples they count."""

import re
from typing import TYPE_CHECKING

from datastork.engine.context import Context
from datastork.engine.plan import SamplePass
from datastork.engine.samples.inputs import Inputs
from datastork.engine.samples.outputs import content_ids
from datastork.engine.samples.unforked import so_far

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa


def undone(ctx: Context, inputs: "pa.Table") -> list[frozenset[str]]:
    """Return, for each input, the steps whose drops were undone for it or for a sample that may come of it.

    That may be too many, never too few: whose drop counts is settled when the ids are known (`spared`).
    """
    import pyarrow.compute as pc

    steps, samples = ctx.overrides.steps, ctx.overrides.samples
    if not samples:
        return [steps] * inputs.num_rows
    uris: dict[str, str] = {}
    if ctx.previous is not None:  # a file is known by where it lies: what is in it is not read yet
        lay = pc.struct_field(ctx.previous["source"], "uri").to_pylist()
        uris = dict(zip(ctx.previous["id"].to_pylist(), lay, strict=True))
    named: dict[str, frozenset[str]] = {}
    for sample, own in samples.items():
        for key in {_content(sample), uris.get(sample, sample)}:
            named[key] = named.get(key, frozenset()) | own
    nothing: frozenset[str] = frozenset()
    keys = zip(inputs["input"].to_pylist(), inputs["uri"].to_pylist(), strict=True)
    return [steps | named.get(_content(key), nothing) | named.get(uri, nothing) for key, uri in keys]


def spared(
    ctx: Context, stage: SamplePass, inputs: Inputs, rows: "pa.Table", place: "np.ndarray"
) -> dict[int, "np.ndarray"]:
    """Say for which rows of finished work the drop of an op was undone, by op; `place` gives the input of each."""
    import numpy as np

    steps, samples = ctx.overrides.steps, ctx.overrides.samples
    found: dict[int, np.ndarray] = {}
    if not steps and not samples:
        return found
    names: list[str] | None = None
    for index, op in enumerate(stage.ops):
        if not (op.kind in ("judge", "filter") or "reason" in op.columns):
            continue
        mine = {sample for sample, own in samples.items() if op.name in own}
        found[index] = np.full(len(place), op.name in steps)
        if op.name in steps or not mine:
            continue
        if names is None:
            names = content_ids(ctx, inputs, rows, place) if stage.first else _given(inputs, place)
        contents = {_content(sample) for sample in mine}
        suffixes = rows["suffix"].to_pylist()
        for row, name in enumerate(names):
            if _content(name) in contents and name + so_far(suffixes[row] or "", stage.ops[:index]) in mine:
                found[index][row] = True
    return found


def _content(name: str) -> str:
    """Return what an id, or the key of an input, begins with: for all but files the hash of the content."""
    return re.split(r"[-#/|?]", name, maxsplit=1)[0]


def _given(inputs: Inputs, place: "np.ndarray") -> list[str]:
    import pyarrow as pa

    ids: list[str] = inputs.table["sample"].take(pa.array(place)).to_pylist()
    return ids
