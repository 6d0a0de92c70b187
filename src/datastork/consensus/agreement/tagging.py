"""How far annotators agree who give several labels at once."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from datastork.consensus.agreement.bootstrap import Estimate, Resampling
from datastork.consensus.agreement.coefficients import ratio

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class TagAgreement:
    """What `tag_agreement` found.

    `f1`: share of the tags of two annotators that the other gave too; `alpha`: Krippendorff's alpha of given or not,
    over all items and tags; `ceiling`: F1 of one annotator against what most of the others gave; per tag, in the order
    of the tags: how often it was `given` and its `tag_f1` and `tag_alpha`.
    """

    f1: Estimate
    alpha: Estimate
    ceiling: Estimate
    given: "Array"
    tag_f1: list[Estimate]
    tag_alpha: list[Estimate]


def tag_agreement(
    items: "Array", tags: "Array", voters: "Array", n_tags: int, resampling: Resampling | None = None
) -> TagAgreement:
    """Return how far annotators agree on tags.

    `items[n]` and `tags[n]` are the tags given, one line for each annotator and tag; `voters[item]` is how many
    annotators answered about each item. Items with fewer than two say nothing.

    Sources: Cicchetti and Feinstein 1990 (positive specific agreement, which is the F1 of two annotators);
    Krippendorff 2011.
    """
    import numpy as np

    again = resampling or Resampling(len(voters))
    several = voters[items] > 1
    cell, times = np.unique(items[several] * max(1, n_tags) + tags[several], return_counts=True)
    item, tag = np.divmod(cell, max(1, n_tags))
    total = voters[item]
    given = again.sums(item, times, tag, n_tags)
    # of the other total - 1 votes on the item, so many are for the tag too
    both = again.sums(item, times * (times - 1) / np.maximum(total - 1, 1), tag, n_tags)
    tag_f1 = ratio(both, given)
    every = np.flatnonzero(voters > 1)
    votes = again.sums(every, voters[every])
    expected = 2 * given * (votes - given)
    observed = (votes - 1) * 2 * (given - both)
    tag_alpha = 1 - ratio(observed, expected)
    # over all tags at once each item counts once for every tag
    places, positive = votes[:, 0] * n_tags, given.sum(axis=1)
    alpha = 1 - ratio((places - 1) * 2 * (positive - both.sum(axis=1)), 2 * positive * (places - positive))
    pairs = again.sums(item, times * (times - 1))[:, 0], again.sums(item, times * (total - 1))[:, 0]
    own, other = 2 * (times - 1) > total - 1, 2 * times > total - 1
    hits = again.sums(item, times * own)[:, 0]
    sizes = again.sums(item, times + times * own + (total - times) * other)[:, 0]
    return TagAgreement(
        f1=Estimate.of(ratio(*pairs)),
        alpha=Estimate.of(alpha),
        ceiling=Estimate.of(ratio(2 * hits, sizes)),
        given=np.bincount(tags[several], minlength=n_tags),
        tag_f1=[Estimate.of(tag_f1[:, at]) for at in range(n_tags)],
        tag_alpha=[Estimate.of(tag_alpha[:, at]) for at in range(n_tags)],
    )
