"""What the steps that drop copies share: a sample's labels in words, and the sentence about a drop."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa


def labels_in_words(table: "pa.Table") -> "pa.Array":
    """Return each row's label, or the different values of its votes ("cat or dog"), or null."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    votes = table["votes"].combine_chunks()
    row = pc.list_parent_indices(votes)
    values = pc.struct_field(pc.list_flatten(votes), "value")
    voted = pa.table({"row": row, "value": values}).group_by(["row", "value"]).aggregate([])
    voted = voted.sort_by([("row", "ascending"), ("value", "ascending")])
    each = voted.group_by("row", use_threads=False).aggregate([("value", "list")])
    place = np.full(table.num_rows, -1)
    place[each["row"].to_numpy()] = np.arange(each.num_rows)
    words = pc.binary_join(each["value_list"].combine_chunks().cast(pa.list_(pa.string())), " or ")
    said = words.take(pa.array(place, mask=place < 0))
    return pc.coalesce(table["label"].combine_chunks().cast(pa.string()), said)


def copy_reasons(
    table: "pa.Table", dropped: "pa.Array", kept: "pa.Array", opening: str, labels: "pa.Array"
) -> "pa.Array":
    """Return "<opening> <id> (<uri>)" for each dropped row and the one it copies, with labels that differ."""
    import pyarrow as pa
    import pyarrow.compute as pc

    def text(column: str) -> "pa.Array":
        return table[column].combine_chunks().cast(pa.string()).take(kept)

    uri = pc.coalesce(text("uri"), pa.scalar("no address"))
    there, here = labels.take(kept), labels.take(dropped)
    differ = pc.fill_null(pc.not_equal(there, here), False)
    conflict = pc.binary_join_element_wise(", labelled '", there, "' there and '", here, "' here", "")
    tail = pc.if_else(differ, conflict, "")
    return pc.binary_join_element_wise(opening + " ", text("id"), " (", uri, ")", tail, "")
