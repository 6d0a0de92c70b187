"""Which of samples that are alike stay, and which one stands for each that does not."""

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np


class Choice(NamedTuple):
    """The samples dropped, as numbers, and for each:"""

    dropped: "np.ndarray"
    kept: "np.ndarray"  # the sample that stands for it
    similarity: "np.ndarray"  # to that sample; where `through`, to the nearest sample of all
    through: "np.ndarray"  # whether it is tied to that sample through others alone


def choose(
    rank: "np.ndarray",
    first: "np.ndarray",
    second: "np.ndarray",
    similarity: "np.ndarray",
    *,
    root: "np.ndarray",
    bound: "np.ndarray",
) -> Choice:
    """Go through samples by `rank`: each stays unless it is alike to one that stays, or is bound to one.

    `first`, `second` and `similarity` are the pairs that are alike, `root` numbers what they tie together. A sample
    that is `bound` goes where anything tied to it stays, directly or through others.
    """
    import numpy as np

    here, there = np.concatenate([first, second]), np.concatenate([second, first])
    similarity = np.concatenate([similarity, similarity])
    order = np.argsort(here, kind="stable")
    here, there, similarity = here[order], there[order], similarity[order]
    starts = np.searchsorted(here, np.arange(len(rank) + 1)).tolist()
    gone = np.zeros(len(rank), bool)
    lead = np.full(len(rank), -1)
    # each choice depends on those before it: one step per sample that has a near-duplicate, not per sample
    for node in np.argsort(rank).tolist():
        if gone[node]:
            continue
        group = root[node]
        if lead[group] >= 0 and bound[node]:
            gone[node] = True
            continue
        gone[there[starts[node] : starts[node + 1]]] = True
        if lead[group] < 0:
            lead[group] = node

    live = gone[here]
    here, there, similarity = here[live], there[live], similarity[live]
    order = np.lexsort((rank[there], -similarity, gone[there], here))
    here, there, similarity = here[order], there[order], similarity[order]
    dropped, nearest = np.unique(here, return_index=True)
    through = gone[there[nearest]]
    kept = np.where(through, lead[root[dropped]], there[nearest])
    return Choice(dropped, kept, similarity[nearest], through)
