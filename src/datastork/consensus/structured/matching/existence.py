"""Whether what some annotators marked and others did not is there: skills and probabilities by EM."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

ROUNDS = 200
ENOUGH = 1e-6  # change of the probabilities at which EM ends
# what is thought of annotators before the first vote, as (successes, failures) already seen
FINDS = (4.0, 1.0)  # marks what is there
INVENTS = (1.0, 9.0)  # marks what another invented
IS_THERE = (3.0, 1.0)  # what was marked is there


class Skill(NamedTuple):
    """How well an annotator marks: `recall`, the share of what is there that they mark; `precision`, the share of what
    they mark that is there; `marked`, how many regions that was.
    """

    recall: float
    precision: float
    marked: int


def existence(
    marked: Sequence[Sequence[int]], seen: Sequence[Sequence[tuple[int, float]]], annotators: int
) -> "tuple[Array, list[Skill]]":
    """Return the probability of each candidate, float64[n], and the skill of each annotator.

    `marked[n]` are the annotators who marked candidate n, `seen[n]` all who saw its sample, with their weights.
    A candidate is there or invented. Annotators mark what is there with their recall, and an invention of somebody
    else with a small chance; since a candidate is only known where somebody marked it, both are conditioned on that.
    The rates are estimated with weak priors (a recall of .8, worth 5 candidates), so that one sample alone gives
    sensible numbers too.
    Source: Dawid and Skene 1979; Dempster, Laird and Rubin 1977, section 4.2 (truncated data).
    """
    import numpy as np

    count = len(seen)
    candidate = np.array([at for at, row in enumerate(seen) for _ in row], np.int64)
    who = np.array([one for row in seen for one, _ in row], np.int64)
    weight = np.array([heavy for row in seen for _, heavy in row], float)
    lists = [set(row) for row in marked]
    mark = np.array([one in lists[at] for at, row in enumerate(seen) for one, _ in row], float)

    def per_candidate(values: "Array") -> "Array":
        summed: Array = np.bincount(candidate, values, count)
        return summed

    def per_annotator(values: "Array") -> "Array":
        summed: Array = np.bincount(who, values, annotators)
        return summed

    found = np.full(annotators, FINDS[0] / sum(FINDS))
    invents = np.full(annotators, INVENTS[0] / sum(INVENTS))
    there = IS_THERE[0] / sum(IS_THERE)
    probability = np.full(count, there)
    for _ in range(ROUNDS):
        before = probability
        if not count:
            break
        odds = np.log(there / (1 - there))
        missed = []
        for rate, sign in ((found, 1), (invents, -1)):
            each = np.where(mark > 0, np.log(rate[who]), np.log1p(-rate[who])) * weight
            nobody = per_candidate(np.log1p(-rate[who]) * weight)
            known = -np.expm1(np.minimum(nobody, -1e-9))
            odds = odds + sign * (per_candidate(each) - np.log(known))
            missed.append((1 - known) / known)  # others of its like that nobody marked, expected for each that is known
        probability = 1 / (1 + np.exp(-odds))
        real, invented = probability, 1 - probability
        found = (FINDS[0] + per_annotator((real[candidate] * mark) * weight)) / (
            sum(FINDS) + per_annotator((real * (1 + missed[0]))[candidate] * weight)
        )
        invents = (INVENTS[0] + per_annotator((invented[candidate] * mark) * weight)) / (
            sum(INVENTS) + per_annotator((invented * (1 + missed[1]))[candidate] * weight)
        )
        found, invents = np.clip(found, 0.01, 0.99), np.clip(invents, 1e-4, 0.5)
        there = (IS_THERE[0] + real.sum()) / (sum(IS_THERE) + count)
        if np.abs(probability - before).max() < ENOUGH:
            break
    marks = per_annotator(mark)
    right = (IS_THERE[0] + per_annotator(mark * probability[candidate])) / (sum(IS_THERE) + marks)
    return probability, [Skill(float(found[one]), float(right[one]), int(marks[one])) for one in range(annotators)]
