"""The votes on one question, as columns."""

from typing import TYPE_CHECKING, Any

from datastork.core.errors import BuildError
from datastork.core.questions import MAIN

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

EXTRA = {"question": "string", "repeat": "int32", "decides": "bool", "seconds": "float64"}


def ballots(table: "pa.Table", question: str) -> "pa.Table":
    """Return a line per sample, annotator and value: `row`, `annotator`, `value`, `weight`, `decides`, `seconds`.

    An annotator who gives the same answer twice about a sample counts once, with the higher confidence; so does one
    who was shown it again: the first answer counts, what came later only tells how steady an annotator is. Where a
    sample was decided by a reviewer, only that counts. Lines are in an order of their own: sums do not depend on
    that of the votes. Raises BuildError where a confidence is not between 0 and 1.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    votes = table["votes"].combine_chunks()
    flat = pc.list_flatten(votes)
    weight = pc.fill_null(field(flat, "confidence", "float64"), 1.0)
    lines = pa.table(
        {
            "row": pc.list_parent_indices(votes),
            "annotator": pc.fill_null(field(flat, "annotator", "string"), ""),
            "value": field(flat, "value", "string"),
            "weight": weight,
            "question": pc.fill_null(field(flat, "question", "string"), MAIN),
            "repeat": pc.fill_null(field(flat, "repeat", "int32"), 0),
            "decides": pc.fill_null(field(flat, "decides", "bool"), False),
            "seconds": field(flat, "seconds", "float64"),
        }
    )
    lines = lines.filter(pc.equal(lines["question"], question))
    lines = lines.filter(pc.and_(pc.is_valid(lines["value"]), pc.equal(lines["repeat"], 0)))
    inside = pc.and_(pc.greater_equal(lines["weight"], 0.0), pc.less_equal(lines["weight"], 1.0))
    bad = lines.filter(pc.invert(inside)).slice(0, 1).to_pylist()
    if bad:
        raise BuildError(
            f"a vote of {bad[0]['annotator']!r} for {bad[0]['value']!r} has confidence {bad[0]['weight']:g}",
            hint="a confidence lies between 0 and 1",
        )
    names = ["row", "value", "annotator"]
    joined = lines.group_by(names).aggregate([("weight", "max"), ("decides", "max"), ("seconds", "max")])
    joined = joined.rename_columns([*names, "weight", "decides", "seconds"])
    return joined.sort_by([(name, "ascending") for name in names])


def field(votes: "pa.Array", name: str, kind: str) -> Any:
    """Return one field of votes with its type; nulls where votes have no such field."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if votes.type.get_field_index(name) < 0:
        return pa.nulls(len(votes), pa.type_for_alias(kind))
    return pc.struct_field(votes, name).cast(pa.type_for_alias(kind))


def voters(lines: "pa.Table", count: int) -> "np.ndarray":
    """Return how many different annotators voted on each row: int64[count]."""
    import numpy as np

    people = lines.select(["row", "annotator"]).group_by(["row", "annotator"]).aggregate([])
    return np.bincount(people["row"].to_numpy(), minlength=count)


def settled(lines: "pa.Table") -> "pa.Table":
    """Return lines without what was said of samples that a reviewer decided, but for the decision."""
    import pyarrow.compute as pc

    final = pc.unique(lines.filter(lines["decides"])["row"])
    if not len(final):
        return lines
    return lines.filter(pc.or_(lines["decides"], pc.invert(pc.is_in(lines["row"], final))))
