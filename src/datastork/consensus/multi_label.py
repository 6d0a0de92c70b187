"""Which of several tags an item has: a yes or no for each, with one skill per annotator in all."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from datastork.core.errors import DataError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike

WORTH = 8.0  # votes that the crowd's rate is worth to an annotator's own
TAG_WORTH = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Tags:
    """What a crowd makes of tags.

    `posterior`  float64[n_items, n_tags]: probability that the item has the tag; of items nobody answered, the tag's
                 share of all items
    `labels`     bool[n_items, n_tags]: whether that is above one half
    `covered`    bool[n_items]: whether anybody answered
    `skill`      float64[n_annotators]: probability of being right about whether an item has a tag
    `finds`      float64[n_annotators]: probability of giving a tag that is there
    `invents`    float64[n_annotators]: probability of giving a tag that is not there
    `shares`     float64[n_tags]: share of the items that have the tag
    `iterations`, `converged`: how often it went round, and whether it came to rest
    """

    posterior: "np.ndarray"
    labels: "np.ndarray"
    covered: "np.ndarray"
    skill: "np.ndarray"
    finds: "np.ndarray"
    invents: "np.ndarray"
    shares: "np.ndarray"
    iterations: int
    converged: bool
    method: str = "multi_label"


def multi_label(
    items: "ArrayLike",
    annotators: "ArrayLike",
    tags: "ArrayLike",
    *,
    n_items: int,
    n_annotators: int,
    n_classes: int,
    iterations: int = 100,
    tolerance: float = 1e-5,
) -> Tags:
    """Return which tags each item has: two-coin confusion with skills shared by all tags (binary relevance).

    An annotator finds a tag that is there, and invents one that is not, at rates of his own; each tag has its share of
    the items. Sharing skills over tags lets a rare tag profit from what is known of an annotator from the others.
    An answer without any tag counts: it says no to all.

        >>> tags = [[0, 0], [1, 0], [2, 1]]  # answers 0 and 1 give tag 0, answer 2 gives tag 1, answer 3 none
        >>> multi_label([0, 0, 1, 1], [0, 1, 0, 1], tags, n_items=2, n_annotators=2, n_classes=2).labels[0]
        array([ True, False])

    items, annotators: int64[n], the item and the annotator of each answer
    tags: int64[t, 2], for each tag given, which answer it is in (its place in `items`) and which tag it is
    n_items, n_annotators, n_classes: how many there are of each; classes are the tags
    iterations: most rounds; tolerance: the rounds end when no probability moves by so much

    Raises DataError where an index is outside its size.
    """
    import numpy as np
    from scipy import sparse
    from scipy.special import expit

    item, who = (np.asarray(given, dtype=np.int64) for given in (items, annotators))
    answer, tag = np.asarray(tags, dtype=np.int64).reshape(-1, 2).T
    n_tags = n_classes
    for name, given, size in (
        ("items", item, n_items),
        ("annotators", who, n_annotators),
        ("answers of tags", answer, len(item)),
        ("tags", tag, n_tags),
    ):
        if given.size and (given.min() < 0 or given.max() >= size):
            raise DataError(f"{name} must lie from 0 to {size - 1}; they go from {given.min()} to {given.max()}")
    if len(item) != len(who):
        raise DataError(f"items and annotators must be of one length, not {len(item)} and {len(who)}")
    given_once = np.sort(answer * max(n_tags, 1) + tag)  # a tag given twice in one answer is given once
    given_once = given_once[np.diff(given_once, prepend=-1) > 0]
    answer, tag = np.divmod(given_once, max(n_tags, 1))
    ones = np.ones(len(item))
    shown = sparse.csr_matrix((ones, (item, who)), shape=(n_items, n_annotators))  # who answered what
    cell = item[answer] * n_tags + tag
    cast = np.bincount(item, minlength=n_items)
    voted = np.bincount(cell, minlength=n_items * n_tags).reshape(n_items, n_tags)
    rows = (voted + 0.5) / (cast + 1.0)[:, None]
    rows[cast == 0] = 0.0
    covered, done, converged = cast > 0, 0, n_tags == 0
    seen = max(int(covered.sum()), 1)
    finds = invents = there = absent = np.zeros(n_annotators)
    share = np.full(n_tags, 0.5)
    while done < iterations and not converged:
        share = (rows[covered].sum(axis=0) + TAG_WORTH * 0.5) / (seen + TAG_WORTH)
        there = np.asarray(shown.T @ rows.sum(axis=1))  # tags that are there in all the annotator answered
        absent = n_tags * np.bincount(who, minlength=n_annotators) - there
        hit = np.bincount(who[answer], weights=rows.ravel()[cell], minlength=n_annotators)
        false = np.bincount(who[answer], minlength=n_annotators) - hit
        finds = _rate(hit, there, 0.7)
        invents = np.minimum(_rate(false, absent, 0.1), 0.95 * finds)  # a tag given speaks for the tag
        yes = np.log(finds / invents)
        no = np.log((1.0 - finds) / (1.0 - invents))
        said = np.bincount(cell, weights=(yes - no)[who[answer]], minlength=n_items * n_tags)
        logs = said.reshape(n_items, n_tags) + np.asarray(shown @ no)[:, None]
        logs += np.log(share / (1.0 - share))
        new = expit(logs)
        new[~covered] = 0.0
        converged = bool(np.abs(new - rows).max(initial=0.0) < tolerance)
        rows, done = new, done + 1
    rows[~covered] = share
    answered = np.maximum(there + absent, 1.0)
    skill = (finds * there + (1.0 - invents) * absent) / answered
    skill[there + absent <= 0] = skill[there + absent > 0].mean() if (there + absent > 0).any() else 0.5
    return Tags(rows, rows > 0.5, covered, skill, finds, invents, share, done, converged)


def _rate(count: "np.ndarray", among: "np.ndarray", usual: float) -> "np.ndarray":
    """Return each annotator's rate, shrunk to the crowd's, that to what is usual; inside 0 and 1."""
    import numpy as np

    mean = (count.sum() + WORTH * usual) / (among.sum() + WORTH)
    return np.asarray(np.clip((count + WORTH * mean) / (among + WORTH), 1e-4, 1.0 - 1e-4))
