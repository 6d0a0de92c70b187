"""Why `auto` chose what it chose, in plain sentences."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from datastork.consensus.choosing.candidates import Candidate
from datastork.consensus.crowd import Crowd

if TYPE_CHECKING:
    import numpy as np

SMALL = 0.05  # candidates that count less are not named
MOST = 3  # so many pairs of classes are named
FEW = 3.0  # votes per annotator and class, below which confusion matrices lean on the crowd's


def of_amount(crowd: Crowd) -> str:
    """Return the sentence on how many votes there are for each annotator and class."""
    import numpy as np

    people = max(1, int(np.count_nonzero(np.bincount(crowd.annotators))))
    ratio = len(crowd) / people / crowd.n_classes**2
    per_item = len(crowd) / max(1, int(np.count_nonzero(np.bincount(crowd.items))))
    verdict = "enough for" if ratio >= FEW else "few for"
    return (
        f"{len(crowd):,} votes by {people:,} annotators, {per_item:.3g} an item: {ratio:.2g} for each cell of an "
        f"annotator's confusion matrix, {verdict} matrices of their own"
    )


def of_scores(pool: Sequence[Candidate], score: "np.ndarray", gold: "np.ndarray", n_gold: int) -> list[str]:
    """Return the sentences on which family predicts hidden votes (and gold labels) best, and by how much."""
    best: dict[str, float] = {}
    for candidate, value in zip(pool, score, strict=True):
        best[candidate.family] = max(best.get(candidate.family, -float("inf")), float(value))
    order = sorted(best, key=lambda family: -best[family])
    rest = ", ".join(f"{family} by {best[order[0]] - best[family]:.3f}" for family in order[1:])
    said = [f"{order[0]} predicts hidden votes best, in nats a vote better than {rest}"] if rest else []
    if n_gold:
        at = int(gold.argmax())
        said.append(f"{pool[at].name} predicts the {n_gold:,} gold labels best when they are hidden")
    return said


def of_shares(pool: Sequence[Candidate], share: "np.ndarray") -> str:
    """Return the sentence on what the labels are a mean of."""
    import numpy as np

    order = [int(at) for at in np.argsort(-share, kind="stable") if share[at] >= SMALL]
    named = ", ".join(f"{pool[at].name} {share[at]:.0%}" for at in order)
    return f"the labels are a weighted mean of {named}" + (" and others" if share[order].sum() < 0.995 else "")


def of_disagreement(
    labels: "np.ndarray", majority: "np.ndarray", n_classes: int, limit: float, names: Sequence[str] | None
) -> str:
    """Return a warning where labels and a clear majority differ on a larger share of items than `limit`, or ""."""
    import numpy as np

    clear = (labels >= 0) & (majority >= 0)
    differ = clear & (labels != majority)
    if not clear.any() or differ.sum() <= limit * clear.sum():
        return ""
    pairs, count = np.unique(majority[differ] * n_classes + labels[differ], return_counts=True)

    def name(index: int) -> str:
        return f"{names[index]!r}" if names is not None else f"class {index}"

    said = [
        f"{name(int(pairs[at] // n_classes))} by majority is {name(int(pairs[at] % n_classes))} here ({count[at]:,})"
        for at in np.argsort(-count, kind="stable")[:MOST]
    ]
    return (
        f"warning: the labels differ from a clear majority on {differ.sum() / clear.sum():.1%} of items: "
        + "; ".join(said)
        + ". Look at some of them"
    )
