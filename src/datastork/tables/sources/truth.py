"""Which candidate is true: reliability of sources and truth of candidates, each from the other, copies counted once."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from datastork.tables.sources.claims import Claims
from datastork.tables.sources.copying import COPIED, MOST_SOURCES, OTHERS, Pairs, chance_of_copying

if TYPE_CHECKING:
    import numpy as np
    import scipy.sparse as sp

ROUNDS = 5  # of copying
TURNS = 12  # of reliability within a round
MOST_THINGS = 5000  # that reliability and copying are found from, evenly spread
START = 0.8  # accuracy of a source before anything is known of it
WEIGHT = 2.0  # claims that this start counts for
LEAST, MOST = 0.02, 0.98  # accuracy of a source
KNOWN = 30.0  # what a claim on a thing with a known truth counts for


@dataclass(frozen=True, slots=True)
class Truth:
    """What was found for one column.

    `chance`    float64[c]: the probability of each candidate
    `accuracy`  float64[s]: of each source
    `weight`    float64[m]: how much of each claim is the source's own
    """

    chance: "np.ndarray"
    accuracy: "np.ndarray"
    weight: "np.ndarray"


def find_truth(
    claims: list[Claims], present: "sp.csr_matrix", known: list["np.ndarray"], start: "np.ndarray"
) -> list[Truth]:
    """Return the truth of several columns on the same things.

    `present` sparse [s, g]: 1 where a source has a row on a thing; `known` for each column float64[c]: 1 for a true
    candidate, 0 for a wrong one, nan where nobody knows; `start` float64[s]: accuracy before anything is known.
    """
    import numpy as np
    import scipy.sparse as sp

    sources, things = present.shape
    chosen = np.arange(things) % -(-things // MOST_THINGS) == 0
    for one, sure in zip(claims, known, strict=True):
        chosen[one.thing[~np.isnan(sure)]] = True
    some = [one.of_things(chosen) for one in claims]
    known_of = [sure[chosen[one.thing]] for one, sure in zip(claims, known, strict=True)]
    seen = present @ sp.diags(chosen.astype(float))
    pairs = [Pairs.of(one, seen) for one in some] if sources <= MOST_SOURCES else []
    starts: list[list[np.ndarray]] = [[], [one.excess() for one in pairs]] if pairs else [[]]
    runs = [_rounds(some, pairs, odds, known_of, start) for odds in starts]
    best, depend = max(runs, key=lambda run: sum(likelihood(*one) for one in zip(some, run[0], strict=True)))
    return [_all(*one, depend) for one in zip(claims, known, best, strict=True)]


def _all(claims: Claims, known: "np.ndarray", found: Truth, depend: "np.ndarray | None") -> Truth:
    """Return the truth of all claims on a column by what was found for some."""
    import numpy as np

    own = _own(claims, depend)
    chance = _chances(claims, own, found.accuracy)
    return Truth(np.where(np.isnan(known), chance, known), found.accuracy, own)


def _rounds(
    claims: list[Claims],
    pairs: list[Pairs],
    odds: "list[np.ndarray]",
    known: list["np.ndarray"],
    start: "np.ndarray",
) -> "tuple[list[Truth], np.ndarray | None]":
    """Return what is found from a first guess (`odds`) of who copies from whom, and who does."""
    import numpy as np

    accuracy = [start.copy() for _ in claims]
    found: list[Truth] = []
    depend = None
    for _ in range(ROUNDS):
        depend = chance_of_copying(pairs, odds) if pairs else None
        found = []
        for place, (one, sure) in enumerate(zip(claims, known, strict=True)):
            rest = [a for i, a in enumerate(accuracy) if i != place]
            prior = 0.5 * start + 0.5 * np.mean(rest, axis=0) if rest else start
            found.append(_turns(one, _own(one, depend), sure, accuracy[place], prior))
            accuracy[place] = found[-1].accuracy
        odds = [one.odds(t.chance, t.accuracy) for one, t in zip(pairs, found, strict=False)]
    return found, depend


def likelihood(claims: Claims, truth: Truth) -> float:
    """Return the log-likelihood of what the sources claim; a copied claim is as likely as that it is copied."""
    import numpy as np

    own, accuracy = truth.weight, truth.accuracy[claims.source]
    right = truth.chance[claims.option]
    each = right * np.log(accuracy) + (1 - right) * np.log((1 - accuracy) / OTHERS)
    return float((own * each + (1 - own) * np.log(COPIED)).sum())


def _own(claims: Claims, depend: "np.ndarray | None") -> "np.ndarray":
    """Return float64[m]: 1 for a claim that none shares who might be copied, 1/k among k copies."""
    import numpy as np
    import scipy.sparse as sp

    ones = np.ones(len(claims.source))
    if depend is None or not len(ones):
        return ones
    matrix = sp.csr_matrix((ones, (claims.source, claims.option)), shape=(len(depend), len(claims.thing)))
    near = sp.csr_matrix(np.where(depend > 0.01, depend, 0) + np.eye(len(depend)))
    shared = (near @ matrix).multiply(matrix).tocsr()
    shared.sort_indices()
    each: np.ndarray = 1 / shared.data  # in the order of the claims, by source and candidate; none of them is 0
    return each


def _turns(
    claims: Claims,
    own: "np.ndarray",
    known: "np.ndarray",
    accuracy: "np.ndarray",
    prior: "np.ndarray",
) -> Truth:
    """Return truth and reliability of one column, found by turns."""
    import numpy as np

    chance = np.zeros(len(claims.thing))
    sure = ~np.isnan(known)
    counts = np.where(sure[claims.option], KNOWN, 1.0) * own
    sources = len(accuracy)
    total = np.bincount(claims.source, counts, sources)
    for _ in range(TURNS):
        chance = _chances(claims, own, accuracy)
        chance[sure] = known[sure]
        right = np.bincount(claims.source, counts * chance[claims.option], sources)
        accuracy = np.clip((right + WEIGHT * prior) / (total + WEIGHT), LEAST, MOST)
    return Truth(chance, accuracy, own)


def _chances(claims: Claims, own: "np.ndarray", accuracy: "np.ndarray") -> "np.ndarray":
    """Return float64[c]: the probability of each candidate, the rest of each thing being that none is true."""
    import numpy as np

    score = np.log(OTHERS * accuracy / (1 - accuracy))
    total = np.bincount(claims.option, own * score[claims.source], len(claims.thing))
    start = np.flatnonzero(np.append(True, claims.thing[1:] != claims.thing[:-1]))[: len(claims.thing)]
    if not len(start):
        return total
    several = np.diff(np.append(start, len(total)))
    top = np.maximum(np.maximum.reduceat(total, start), 0)
    raised = np.exp(total - np.repeat(top, several))
    none = np.maximum(OTHERS + 1 - several, 1) * np.exp(-top)
    chance: np.ndarray = raised / np.repeat(np.add.reduceat(raised, start) + none, several)
    return chance
