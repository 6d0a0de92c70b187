"""Votes that were cast in the app or imported, put beside those that came with the samples."""

import os
from typing import TYPE_CHECKING, Any

from datastork.core.answers import as_text
from datastork.core.labelling import LabelPlan, column_of
from datastork.core.questions import MAIN
from datastork.engine.context import Context
from datastork.engine.state import set_column
from datastork.recipe.label import label_store
from datastork.store.home import Home
from datastork.store.samples import sample_schema

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from datastork.store.votes.store import VoteStore

URL = "DATASTORK_VOTES"  # names the store of votes where the recipe does not


def vote_store(home: Home, address: str | None) -> "VoteStore | None":
    """Return the store of votes of a dataset, or None where nobody ever voted: nothing is made by looking.

    `address` is what the recipe says (`LabelPlan.store`).
    """
    url = os.environ.get(URL) or address
    if url is None and not home.votes.is_file():
        return None
    from datastork.store.votes.store import open_votes

    return open_votes(home, url)


def votes_key(home: Home, plan: LabelPlan) -> str:
    """Return what changes when a vote is cast; empty where nobody ever voted."""
    store = vote_store(home, plan.store)
    if store is None:
        return ""
    with store:
        return store.read.key()


def with_votes(ctx: Context, samples: "pa.Table") -> "pa.Table":
    """Return samples with the votes of the store behind their own, each sample's once in a build.

    Called before the first labelling step, and again at the end for samples that were derived in between. Skips are
    no votes; answers that were revised or taken back do not count.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    plan = ctx.plan.checked.label
    if ctx.cast is None:
        ctx.cast = cast_votes(ctx.home, plan)
    cast = ctx.cast
    if not cast.num_rows or not samples.num_rows:
        return samples
    row = pc.index_in(cast["sample"], samples["id"].combine_chunks())
    here = row.is_valid()
    ctx.cast = cast.filter(pc.invert(here))  # what was not met yet may be met by samples made later
    found, rows = cast.filter(here), row.filter(here).to_numpy().astype(np.int64)
    if not found.num_rows:
        return samples
    own = samples["votes"].combine_chunks()
    kind = sample_schema().field("votes").type
    new = pa.StructArray.from_arrays(
        [found[field.name].combine_chunks().cast(field.type) for field in kind.value_type], fields=list(kind.value_type)
    )
    return set_column(samples, "votes", _joined(own.cast(kind), new, rows))


def _joined(own: "pa.ListArray", new: "pa.StructArray", rows: "np.ndarray") -> "pa.ListArray":
    """Return lists with each of `new` appended to the list of its row."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    old = pc.list_flatten(own)
    owner = np.concatenate([pc.list_parent_indices(own).to_numpy(), rows])
    order = np.argsort(owner, kind="stable")
    values = pa.concat_arrays([old, new]).take(pa.array(order))
    counts = np.bincount(owner, minlength=len(own))
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), values)


def cast_votes(home: Home, plan: LabelPlan) -> "pa.Table":
    """Return the votes of a store as the column `votes` holds them, with the `sample` each is about.

    The answers to the main question have a null question; a preference is with the sample on its left. What is known
    of gold samples is there as a decision.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    fields = sample_schema().field("votes").type.value_type
    schema = pa.schema([("sample", pa.string()), *((field.name, field.type) for field in fields)])
    store = vote_store(home, plan.store)
    if store is None:
        return schema.empty_table()
    with store:
        votes, known = store.read.table(), store.gold.list()
    votes = votes.filter(pc.and_(pc.is_null(votes["skipped"]), pc.is_valid(votes["value"])))
    if known:
        kinds = {one.name: one.kind for one in plan.questions}
        rows = [
            {
                "sample": one.sample,
                "question": one.question,
                "annotator": one.by or "gold",
                "decides": True,
                "repeat": 0,
            }
            | {"value": as_text(kinds.get(one.question, "choice"), one.value)}
            for one in known
        ]
        added = pa.Table.from_pylist(rows, schema=votes.schema)
        votes = pa.concat_tables([votes, added])
    main = [name for name in (plan.main.name, MAIN) if column_of(name, plan.labels) == MAIN]
    question = pc.if_else(pc.is_in(votes["question"], pa.array(main)), pa.scalar(None, pa.string()), votes["question"])
    votes = votes.set_column(votes.column_names.index("question"), "question", question)
    left = pc.list_element(pc.split_pattern(votes["sample"], "~", max_splits=1), 0)
    votes = votes.set_column(votes.column_names.index("sample"), "sample", left)
    return votes.select(schema.names).cast(schema)


def vote_counts(home: Home) -> dict[str, Any]:
    """Return how many votes and skips there are, on how many samples, and votes by question and annotator."""
    import pyarrow.compute as pc

    store = vote_store(home, label_store(home.recipe))
    if store is None:
        return {"votes": 0, "skips": 0, "samples": 0, "by": []}
    with store:
        table = store.read.table()
    votes = table.filter(pc.is_valid(table["value"]))
    by = votes.group_by(["question", "annotator"]).aggregate([([], "count_all")])
    by = by.sort_by([("count_all", "descending"), ("question", "ascending"), ("annotator", "ascending")])
    return {
        "votes": votes.num_rows,
        "skips": table.num_rows - votes.num_rows,
        "samples": len(pc.unique(votes["sample"])),
        "by": by.rename_columns(["question", "annotator", "votes"]).to_pylist(),
    }


def vote_history(home: Home, sample: str) -> list[dict[str, Any]]:
    """Return everything that was ever cast about a sample, in that order; `current` says whether it still counts."""
    from dataclasses import asdict

    store = vote_store(home, label_store(home.recipe))
    if store is None:
        return []
    with store:
        return [asdict(one.vote) | {"current": one.current} for one in store.read.history(sample)]


def current_votes(home: Home, question: str | None = None) -> "pa.Table":
    """Return the current votes as `store.read.table` gives them; empty where nobody ever voted."""
    from datastork.store.votes.table import empty

    store = vote_store(home, label_store(home.recipe))
    if store is None:
        return empty()
    with store:
        return store.read.table(question)
