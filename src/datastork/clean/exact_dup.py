"""Set aside copies: samples whose bytes are the same."""

from typing import Literal

from datastork.clean._copies import copy_reasons, labels_in_words
from datastork.core import Frame, step
from datastork.store.columns import put, take


@step(remembers=("state",))
def exact_dup(frame: Frame, *, keep: Literal["first", "all"] = "first") -> Frame:
    """Keep one of the samples that came from the same bytes.

    Of several copies the one kept in the last version stays; where there was none, the one with the smallest
    address. The others are dropped with evidence 1.0, and the reason says when copies carry different labels.
    All copies get the id of the smallest as `cluster`, so that a split can hold together what is kept, and
    `copy_of` is the id of the sample that stands for a dropped one.

    keep: "first" keeps one sample of each set of copies; "all" marks the sets in `cluster` and drops none
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    table = take(
        frame,
        "uri",
        "content",
        "votes",
        label="string",
        cluster="string",
        state_before="string",
        copy_of="string",
    )
    content = table["content"].combine_chunks().dictionary_encode().indices
    code = pc.fill_null(content, -1).to_numpy(zero_copy_only=False)
    copies = np.bincount(code[code >= 0], minlength=1)
    rows = np.flatnonzero((code >= 0) & (copies[code] > 1))

    some = table.take(rows)
    # rows are in the order of `id`; numpy's first occurrence is therefore the smallest id of a set
    _, first, sets = np.unique(code[rows], return_index=True, return_inverse=True)
    cluster = np.full(table.num_rows, -1)
    cluster[rows] = rows[first][sets]
    changed = {
        "id": table["id"],
        "cluster": pc.coalesce(table["id"].take(pa.array(cluster, mask=cluster < 0)).cast("string"), table["cluster"]),
    }
    if keep == "all":
        return put(frame, pa.table(changed))

    keys = pa.table(
        {
            "set": sets,
            "new": pc.fill_null(pc.not_equal(some["state_before"], "kept"), True),
            "uri": some["uri"],
            "id": some["id"],
        }
    )
    order = pc.sort_indices(keys, sort_keys=[(name, "ascending") for name in keys.column_names]).to_numpy()
    leads = np.ones(len(order), bool)
    leads[1:] = sets[order][1:] != sets[order][:-1]
    keeper = np.zeros(leads.sum(), np.int64)
    keeper[sets[order[leads]]] = order[leads]
    dropped = np.flatnonzero(keeper[sets] != np.arange(len(rows)))
    kept = keeper[sets[dropped]]
    reasons = copy_reasons(some, pa.array(dropped), pa.array(kept), "same bytes as", labels_in_words(some))

    place = np.full(table.num_rows, -1)
    place[rows[dropped]] = np.arange(len(dropped))
    where = pa.array(place, mask=place < 0)
    changed["copy_of"] = pc.coalesce(
        some["id"].combine_chunks().take(pa.array(kept)).take(where).cast("string"), table["copy_of"]
    )
    changed["drop_reason"] = reasons.take(where)
    changed["drop_evidence"] = pa.array(np.where(place < 0, np.nan, 1.0), mask=place < 0)
    return put(frame, pa.table(changed))
