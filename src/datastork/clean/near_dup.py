"""Set aside near-duplicates: samples that show the same thing with small differences."""

from typing import TYPE_CHECKING, Annotated, Literal

from datastork.clean._copies import copy_reasons, labels_in_words
from datastork.core import Frame, Range, step
from datastork.media.alike import components, near_pairs
from datastork.media.fingerprint import Fingerprint
from datastork.store.columns import put, take

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from datastork.media.modality import Pairs


@step(needs=(Fingerprint,), remembers=("state",))
def near_dup(
    frame: Frame,
    *,
    threshold: Annotated[float, Range(0, 1)] = 0.9,
    keep: Literal["largest", "first", "all"] = "largest",
    mirrored: bool = False,
    rotated: bool = False,
) -> Frame:
    """Keep one of the samples that are nearly the same.

    Samples are gone through by preference: those kept in the last version first, then as `keep` says, then
    by id. A sample directly similar to one already kept is dropped, with the similarity as evidence; one
    that is only similar to a dropped sample stays. The reason says when the two carry different labels. All
    samples tied by similarity, directly or through others, get one `cluster` (named after the smallest id),
    which no split tears apart; `copy_of` is the id of the kept sample that stands for a dropped one.

    threshold: how similar two samples must be to count as the same (0 to 1; 1 is identical fingerprints)
    keep: "largest" prefers more pixels, then more bytes; "first" the smallest address; "all" marks the
        clusters and drops none
    mirrored: whether a mirror image counts as the same
    rotated: whether an image turned by 90, 180 or 270 degrees counts as the same
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    size = {"media_size": "int64", "width": "int64", "height": "int64"}
    text = {"label": "string", "cluster": "string", "state_before": "string", "copy_of": "string"}
    table = take(frame, "uri", "votes", "media_modality", "fingerprint", **size, **text)
    pairs = near_pairs(
        table["media_modality"], table["fingerprint"], threshold=threshold, mirrored=mirrored, rotated=rotated
    )
    table = table.drop_columns(["fingerprint"])
    changed = {"id": table["id"], "cluster": _clusters(table, pairs)}
    if keep == "all":
        return put(frame, pa.table(changed))

    rows = np.unique(np.concatenate([pairs.first, pairs.second]))
    some = table.take(rows)
    first, second = np.searchsorted(rows, pairs.first), np.searchsorted(rows, pairs.second)
    rank = _ranks(some, keep)
    dropped, kept, similarity = _greedy(rank, first, second, pairs.similarity)
    reasons = copy_reasons(some, pa.array(dropped), pa.array(kept), "near-duplicate of", labels_in_words(some))

    place = np.full(table.num_rows, -1)
    place[rows[dropped]] = np.arange(len(dropped))
    where = pa.array(place, mask=place < 0)
    changed["copy_of"] = pc.coalesce(
        some["id"].combine_chunks().take(pa.array(kept)).take(where).cast("string"), table["copy_of"]
    )
    changed["drop_reason"] = reasons.take(where)
    changed["drop_evidence"] = pa.array(similarity).take(where)
    return put(frame, pa.table(changed))


def _ranks(some: "pa.Table", keep: str) -> "np.ndarray":
    """Return the place of each row in the order of preference, 0 first."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    new = pc.fill_null(pc.not_equal(some["state_before"], "kept"), True)
    area = pc.negate(pc.fill_null(pc.multiply(some["width"], some["height"]), 0))
    weight = pc.negate(pc.fill_null(some["media_size"], 0))
    columns = {"new": new, "area": area, "weight": weight} if keep == "largest" else {"new": new, "uri": some["uri"]}
    keys = pa.table({**columns, "id": some["id"]})
    order = pc.sort_indices(keys, sort_keys=[(name, "ascending") for name in keys.column_names]).to_numpy()
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return rank


def _greedy(
    rank: "np.ndarray", first: "np.ndarray", second: "np.ndarray", similarity: "np.ndarray"
) -> "tuple[np.ndarray, np.ndarray, np.ndarray]":
    """Return the dropped, for each the most similar kept one (of equals the preferred), how alike."""
    import numpy as np

    here, there = np.concatenate([first, second]), np.concatenate([second, first])
    similarity = np.concatenate([similarity, similarity])
    order = np.argsort(here, kind="stable")
    here, there, similarity = here[order], there[order], similarity[order]
    starts = np.searchsorted(here, np.arange(len(rank) + 1)).tolist()
    gone = np.zeros(len(rank), bool)
    # each choice depends on those before it: one step per sample that has a near-duplicate, not per sample
    for node in np.argsort(rank).tolist():
        if not gone[node]:
            gone[there[starts[node] : starts[node + 1]]] = True
    live = gone[here] & ~gone[there]
    here, there, similarity = here[live], there[live], similarity[live]
    order = np.lexsort((rank[there], -similarity, here))
    here, there, similarity = here[order], there[order], similarity[order]
    dropped, lead = np.unique(here, return_index=True)
    return dropped, there[lead], similarity[lead]


def _clusters(table: "pa.Table", pairs: "Pairs") -> "pa.Array":
    """Return each row's cluster, of what `pairs` or earlier clusters tie together; null for a row alone."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    count = table.num_rows
    earlier = table["cluster"].combine_chunks()
    held = np.flatnonzero(pc.is_valid(earlier).to_numpy(zero_copy_only=False))
    code = earlier.dictionary_encode().indices.take(pa.array(held)).to_numpy(zero_copy_only=False)
    tags = count + code.astype(np.int64)
    root = components(count + len(held), np.concatenate([pairs.first, held]), np.concatenate([pairs.second, tags]))[
        :count
    ]
    members = np.flatnonzero(np.bincount(root, minlength=count)[root] > 1)
    members = np.union1d(members, held)
    # the smallest id; a name given earlier counts too, so that samples dropped since still agree with it
    names = pa.concat_arrays([table["id"].combine_chunks().cast("string"), earlier.cast("string")])
    names = pc.unique(names.drop_null()).sort()
    smallest = np.full(count, len(names))
    np.minimum.at(smallest, root[members], pc.index_in(table["id"].cast("string"), names).to_numpy()[members])
    if len(held):
        np.minimum.at(smallest, root[held], pc.index_in(earlier.take(pa.array(held)), names).to_numpy())
    result = np.full(count, -1)
    result[members] = smallest[root[members]]
    return names.take(pa.array(result, mask=result < 0))
