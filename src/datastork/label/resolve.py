"""Turn votes into labels."""

from typing import TYPE_CHECKING, Literal

from datastork.core import Frame, step
from datastork.core.errors import BuildError
from datastork.core.nearest import did_you_mean
from datastork.store.columns import put, take

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

HINTED = 1000  # so many different wrong values get a "did you mean"; comparing words is slow


@step
def resolve(
    frame: Frame,
    *,
    method: Literal["majority"] = "majority",
    labels: list[str] | None = None,
    unlabelled: Literal["keep", "drop"] = "keep",
) -> Frame:
    """Give each sample the label most of its votes are for.

    Each vote counts with its confidence (a vote without one counts 1); an annotator who gives the same
    answer twice counts once, with the higher confidence. `label_probability` is the weight of the winning
    value divided by the number of votes: 1.0 where all agree and are sure, 0.6 for a single vote with
    confidence 0.6. `annotators` is how many different annotators voted. A tie gives no label: a person
    should look. A sample nobody voted on keeps the label it has, if any.

    A vote for a value that is not one of `labels` drops the sample, so that a misspelt label is found and not
    learned.

    method: "majority" is the weighted count described above
    labels: the closed set of labels; null takes them from the recipe's [dataset] table, and accepts all
        where that has none
    unlabelled: whether a sample without a label, for want of votes or by a tie, is kept with an empty label
        or dropped

    Raises BuildError where a confidence is not between 0 and 1.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    table = take(frame, "votes", label="string", label_probability="float64")
    votes, voters = _votes(table)
    count = table.num_rows
    row, weight = votes["row"].to_numpy(), votes["weight"].to_numpy()
    words = votes["value"].combine_chunks().dictionary_encode()
    kinds = max(1, len(words.dictionary))

    # one cell per sample and value
    cells, cell = np.unique(row * kinds + words.indices.to_numpy().astype(np.int64), return_inverse=True)
    strength = np.bincount(cell, weights=weight, minlength=len(cells))
    owner, value = np.divmod(cells, kinds)
    best = np.zeros(count)
    np.maximum.at(best, owner, strength)
    leads = (strength >= best[owner] - 1e-9) & (strength > 0)
    leaders = np.bincount(owner[leads], minlength=count)
    won = leads & (leaders[owner] == 1)
    winner = np.full(count, -1)
    winner[owner[won]] = value[won]

    cast = np.bincount(row, minlength=count)
    silent = pa.array(cast == 0)
    share = best / np.maximum(cast, 1)
    probability = pa.array(share, mask=best == 0)
    label = pc.if_else(silent, table["label"], words.dictionary.take(pa.array(winner, mask=winner < 0)))
    changed = {
        "id": table["id"],
        "label": label,
        "label_probability": pc.if_else(silent, table["label_probability"], probability),
        "annotators": voters,
    }
    wrong = _wrong_values(votes, labels, count) if labels is not None else pa.nulls(count, pa.string())
    reason = wrong
    if unlabelled == "drop":
        why = np.where(leaders > 1, "the votes are tied between several labels", "no votes")
        reason = pc.coalesce(
            wrong, pc.if_else(pc.is_null(label), pa.array(why, pa.string()), pa.scalar(None, pa.string()))
        )
    tied = pc.and_(pc.is_valid(reason), pc.and_(pc.is_null(wrong), pa.array(leaders > 1)))
    changed["drop_reason"] = reason
    changed["drop_evidence"] = pc.if_else(tied, pa.array(share), pa.scalar(None, pa.float64()))
    return put(frame, pa.table(changed))


def _votes(table: "pa.Table") -> "tuple[pa.Table, np.ndarray]":
    """Return a line per sample, annotator and value (with its weight), and each row's annotators."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    votes = table["votes"].combine_chunks()
    flat = pc.list_flatten(votes)
    weight = pc.fill_null(pc.struct_field(flat, "confidence").cast("float64"), 1.0)
    inside = pc.and_(pc.greater_equal(weight, 0.0), pc.less_equal(weight, 1.0))
    lines = pa.table(
        {
            "row": pc.list_parent_indices(votes),
            "annotator": pc.fill_null(pc.struct_field(flat, "annotator").cast("string"), ""),
            "value": pc.struct_field(flat, "value").cast("string"),
            "weight": weight,
        }
    )
    bad = lines.filter(pc.invert(inside)).slice(0, 1).to_pylist()
    if bad:
        raise BuildError(
            f"a vote of {bad[0]['annotator']!r} for {bad[0]['value']!r} has confidence {bad[0]['weight']:g}",
            hint="a confidence lies between 0 and 1",
        )
    lines = lines.filter(pc.is_valid(lines["value"]))  # an empty answer is no answer
    names = ["row", "value", "annotator"]
    lines = lines.group_by(names).aggregate([("weight", "max")]).rename_columns([*names, "weight"])
    # sums of decimals depend on their order: give them one
    lines = lines.sort_by([(name, "ascending") for name in names])
    people = lines.select(["row", "annotator"]).group_by(["row", "annotator"]).aggregate([])
    return lines, np.bincount(people["row"].to_numpy(), minlength=table.num_rows)


def _wrong_values(votes: "pa.Table", labels: list[str], count: int) -> "pa.Array":
    """Return for each row which of its votes (the first by alphabet) is for no label, in words, or null."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    outside = votes.filter(pc.invert(pc.is_in(votes["value"], pa.array(labels, pa.string()))))
    if not outside.num_rows:
        return pa.nulls(count, pa.string())
    words = pc.value_counts(outside["value"].combine_chunks())
    order = pc.sort_indices(words, sort_keys=[("counts", "descending"), ("values", "ascending")])
    values = words.field("values").take(order).to_pylist()
    texts = [
        f"label '{value}' is not one of the dataset's labels" + (did_you_mean(value, labels) if at < HINTED else "")
        for at, value in enumerate(values)
    ]
    row, first = np.unique(outside["row"].to_numpy(), return_index=True)
    code = pc.index_in(outside["value"], pa.array(values, pa.string())).to_numpy()
    place = np.full(count, -1)
    place[row] = code[first]
    return pa.array(texts, pa.string()).take(pa.array(place, mask=place < 0))
