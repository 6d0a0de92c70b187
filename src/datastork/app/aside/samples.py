"""Samples into the queue: those of the newest version that are to be labelled. Runs in a helper."""

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from datastork.app.aside.pairs import pairs
from datastork.app.plan import read_plan
from datastork.core.errors import DatastorkError, NotFoundError
from datastork.core.hashing import key_of
from datastork.core.labelling import LabelPlan
from datastork.core.questions import CLASSED
from datastork.engine.condition import matches
from datastork.engine.state import frame_columns
from datastork.media.modality import modality
from datastork.media.row import reordered
from datastork.store.home import Home
from datastork.store.listing import order_of
from datastork.store.media import read_media
from datastork.store.samples import Samples
from datastork.store.votes import Item, open_votes

if TYPE_CHECKING:
    import pyarrow as pa

    from datastork.store.votes import VoteStore

Tell = Callable[[dict[str, Any]], None]

BATCH = 5000  # samples whose texts are read at a time
INLINE = 4000  # bytes of a text or row that lie beside the sample in the queue; longer ones are read when shown
MOST_FOUND = 200  # classes taken from labels that samples came with
SHOWN = ("width", "height", "seconds", "rate", "channels", "frames", "fps", "rotation")  # facts that pages need
GAIN = "ask_gain"  # how much an answer on the cells of a row would help; see `clean.table.repair`
SYNCED, FOUND = "synced", "found_classes"  # settings: what is in the queue; labels that samples came with


def synchronise(home: Home, request: dict[str, Any], tell: Tell) -> tuple[dict[str, Any], bytes]:
    """Bring the kept samples of the newest version that meet `[label] where` into the queue.

    Returns the version, how many are new, back and gone, and notes for the terminal. Does nothing where version and
    recipe are those of the last time. Raises NotFoundError for a dataset that was never built.
    """
    facts, plan = read_plan(home)
    samples = Samples(home)
    version = samples.latest()
    if version is None:
        raise NotFoundError(f"{home.root} was never built", hint=f"build it with: stork build {home.root}")
    store = open_votes(home, plan.store)
    key = [version, key_of(plan.where, plan.suggest, plan.main.kind, facts.modality)]
    if store.settings.get(SYNCED) == key and store.read.counts().items:
        return {"version": version, "new": 0, "back": 0, "gone": 0, "notes": []}, b""
    table = samples.table(version)
    kept = _wanted(table, plan)
    total = kept.num_rows
    tell({"done": 0, "total": total})
    _classes(store, plan, table)
    items = _items(home, kept, plan, facts.modality)
    if plan.main.kind == "preference":
        items = pairs(items, plan.seed)

    def counted() -> Iterator[Item]:
        for done, item in enumerate(items, start=1):
            if not done % BATCH:
                tell({"done": min(done, total), "total": total})
            yield item

    count = store.queue.sync(counted(), version)
    store.settings.put(SYNCED, key)
    notes = [f"version {version}: {count.total:,} to label ({count.new:,} new, {count.gone:,} gone)"]
    if stale := _stale(home):
        notes.append(f"the dataset is not up to date ({stale}); bring it up to date with: stork build {home.root}")
    return {"version": version, "new": count.new, "back": count.back, "gone": count.gone, "notes": notes}, b""


def _wanted(table: "pa.Table", plan: LabelPlan) -> "pa.Table":
    import pyarrow as pa
    import pyarrow.compute as pc

    kept = table.filter(pc.and_(pc.equal(table["state"], "kept"), pc.is_valid(table["media_row"])))
    if plan.where is not None:
        kept = kept.filter(pa.array(matches(frame_columns(kept), plan.where, "[label]")))
    return kept


def _items(home: Home, kept: "pa.Table", plan: LabelPlan, kind: str) -> Iterator[Item]:
    facts = [name for name in SHOWN if name in kept.column_names]
    named = ["id", "group", "label_probability", "media_pass", "media_row", "media_format", "media_size", *facts]
    named += [one for one in (plan.suggest, GAIN) if one is not None and one in kept.column_names and one not in named]
    for start in range(0, kept.num_rows, BATCH):
        part = kept.slice(start, BATCH)
        held = _values(home, part, kind)
        known = {name: part[name].to_pylist() for name in named}
        told = [(name, known[name]) for name in facts if part[name].null_count < part.num_rows]
        places = zip(known["media_format"], known["media_pass"], known["media_row"], strict=True)
        for at, (form, key, row) in enumerate(places):
            media = {"modality": kind, "format": form, "pass": key, "row": row}
            for name, values in told:
                if values[at] is not None:
                    media[name] = values[at]
            value = held.get(at)
            if value is not None:
                media["text" if kind == "text" else "values"] = value
            yield Item(
                sample=known["id"][at],
                place=start + at,
                media=media,
                priority=_priority(plan, known, at),
                group=known["group"][at],
                columns=None if plan.suggest is None else _suggested(plan, known, at),
            )


def _values(home: Home, part: "pa.Table", kind: str) -> dict[int, Any]:
    """Return the short texts or rows of samples, by their place."""
    if kind not in ("text", "row"):
        return {}
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    short = np.flatnonzero(np.asarray(pc.less_equal(part["media_size"], INLINE).fill_null(False)))
    of = modality(kind)
    order = order_of(home.root)
    found: dict[int, Any] = {}
    for place, data in zip(short.tolist(), read_media(home, part.take(pa.array(short))), strict=True):
        if data is None:
            continue
        try:
            value = of.decode(data)
        except DatastorkError:  # shown as broken when its turn comes
            continue
        found[place] = value.content if kind == "text" else reordered(value.values, order)
    return found


def _priority(plan: LabelPlan, known: dict[str, list[Any]], at: int) -> float | None:
    """Return how much an answer would help: on cells what the repair said, else how unsure the label is."""
    if plan.main.kind == "cells" and GAIN in known:
        return known[GAIN][at]  # type: ignore[no-any-return]
    sure = known["label_probability"][at]
    return None if sure is None else 1 - sure


def _suggested(plan: LabelPlan, known: dict[str, list[Any]], at: int) -> dict[str, Any] | None:
    value = known[plan.suggest][at] if plan.suggest in known else None
    if value is None:
        return None
    if plan.main.kind == "cells":
        value = json.loads(value)  # as `clean.table.repair` writes `suspects`
    sure = known["label_probability"][at] if plan.suggest == "label" else None
    return {"suggestions": {plan.main.name: {"value": value, "by": plan.suggest, "probability": sure}}}


def _classes(store: "VoteStore", plan: LabelPlan, table: "pa.Table") -> None:
    """Note the labels that samples came with, for a recipe that names no classes."""
    if plan.main.kind not in CLASSED or plan.main.classes:
        return
    import pyarrow.compute as pc

    cast = pc.struct_field(pc.list_flatten(table["votes"]), "value")
    names = sorted({name for name in pc.unique(cast).to_pylist() if name} if len(cast) else ())
    if names and len(names) <= MOST_FOUND:
        store.settings.put(FOUND, names)


def _stale(home: Home) -> str:
    from datastork.engine.versions.status import status

    try:
        return str(status(home)["stale"])
    except DatastorkError:  # what is wrong with the rest of the recipe is the build's to say
        return ""
