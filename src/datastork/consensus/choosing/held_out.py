"""How well a candidate's labels predict votes that it did not see."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from datastork.consensus.choosing.candidates import Candidate
from datastork.consensus.crowd import Crowd
from datastork.consensus.fitting.confusions import confusions
from datastork.consensus.fitting.incidence import Incidence, incidence

if TYPE_CHECKING:
    import numpy as np

FOLDS = 3
MOST_VOTES = 300_000  # so many are scored; of a larger crowd, those on as many items at random
ROUNDS, TOLERANCE = 50, 1e-3
PIECE = 4_000_000  # numbers in memory at a time
SURE = 0.02  # no gold label counts as less likely than this


def scores(
    crowd: Crowd, gold: Mapping[int, int], pool: list[Candidate], seed: int
) -> "tuple[np.ndarray, np.ndarray, int]":
    """Return float64[candidates]: nats for a hidden vote; the same in all for hidden gold labels; votes scored.

    A third of the votes (and of the gold labels) is hidden at a time, spread evenly over each item's votes; a candidate
    is fitted to the rest, and the hidden votes are scored under its posterior. The matrices that turn labels into
    votes are found anew from that posterior in the same way for every candidate: what is compared is the labels.
    """
    import numpy as np

    if len(crowd) > MOST_VOTES:
        crowd, gold = _some_items(crowd, gold, seed)
    fold = folds(crowd, seed)
    known = {item: (at % FOLDS, label) for at, (item, label) in enumerate(sorted(gold.items()))}
    votes_score, gold_score, weight = np.zeros(len(pool)), np.zeros(len(pool)), 0.0
    for hidden in range(FOLDS):
        out = fold == hidden
        shown = {item: label for item, (part, label) in known.items() if part != hidden}
        asked = {item: label for item, (part, label) in known.items() if part == hidden}
        rest = Crowd(
            crowd.items,
            crowd.annotators,
            crowd.values,
            np.where(out, 0.0, crowd.weights),  # 0 and not away: the tables keep a place for the hidden answers
            crowd.n_items,
            crowd.n_annotators,
            crowd.n_classes,
        )
        votes = incidence(rest, shown)
        test = crowd.where(out)
        weight += float(test.weights.sum())
        for at, candidate in enumerate(pool):
            rows = candidate.run(votes, ROUNDS, TOLERANCE).rows
            votes_score[at] += _score(votes, rows, test)
            for item, label in asked.items():
                gold_score[at] += np.log(max(float(rows[votes.row[item], label]), SURE))
    return votes_score / max(weight, 1e-300), gold_score, len(crowd)


def folds(crowd: Crowd, seed: int) -> "np.ndarray":
    """Return int64[votes]: the fold in which a vote is hidden; the votes on one item are in turn in all folds."""
    import numpy as np

    draw = np.random.default_rng(seed)
    mixed = draw.permutation(len(crowd))
    order = mixed[np.argsort(crowd.items[mixed], kind="stable")]
    items = crowd.items[order]
    place = np.arange(len(crowd)) - np.searchsorted(items, items) + draw.integers(0, FOLDS, crowd.n_items)[items]
    fold = np.empty(len(crowd), dtype=np.int64)
    fold[order] = place % FOLDS
    return fold


def _score(votes: Incidence, rows: "np.ndarray", test: Crowd) -> float:
    """Return the log-likelihood of the votes of `test` under the posterior `rows`, in nats."""
    import numpy as np

    table = confusions(votes, rows).table
    column = np.searchsorted(
        votes.annotator * votes.n_classes + votes.answer, test.annotators * test.n_classes + test.values
    )
    row, score = votes.row[test.items], 0.0
    size = max(1, PIECE // votes.n_classes)
    for low in range(0, len(test), size):
        part = slice(low, low + size)
        likely = np.einsum("ij,ij->i", rows[row[part]], table[column[part]])
        score += float(np.sum(test.weights[part] * np.log(np.maximum(likely, 1e-12))))
    return score


def _some_items(crowd: Crowd, gold: Mapping[int, int], seed: int) -> "tuple[Crowd, dict[int, int]]":
    """Return the votes on some items, chosen at random, that have about `MOST_VOTES` together."""
    import numpy as np

    order = np.random.default_rng(seed).permutation(crowd.n_items)
    chosen = order[
        : np.searchsorted(np.cumsum(np.bincount(crowd.items, minlength=crowd.n_items)[order]), MOST_VOTES) + 1
    ]
    place = np.full(crowd.n_items, -1)
    place[chosen] = np.arange(len(chosen))
    keep = place[crowd.items] >= 0
    less = crowd.where(keep)
    smaller = Crowd(
        place[less.items], less.annotators, less.values, less.weights, len(chosen), crowd.n_annotators, crowd.n_classes
    )
    return smaller, {int(place[item]): label for item, label in gold.items() if place[item] >= 0}
