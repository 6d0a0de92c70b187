"""How like one another the answers about one sample are, where answers are regions or texts."""

from collections import Counter
from collections.abc import Sequence
from itertools import accumulate, combinations
from typing import TYPE_CHECKING, Any, NamedTuple

from datastork.consensus.agreement.scores import by_event, main_threshold, matched
from datastork.consensus.agreement.wording import words_of
from datastork.consensus.structured.kinds import alike
from datastork.consensus.structured.matching.answer import Region
from datastork.consensus.structured.texts import edits

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

MOST = 12  # answers that are compared with one another, the first ones
CELLS = 4_000_000  # of pairs of words in one alignment; longer texts are compared as bags of words


class Likeness(NamedTuple):
    """How like several answers are: `mean` over pairs of annotators, 0 to 1; `differ`: whether any two do.

    Two answers differ where a region of one has no counterpart in the other by the main criterion of its kind
    (`scores.criteria`), or where a word does: case and marks around words do not count.
    """

    mean: float
    differ: bool


def region_likeness(kind: str, answers: Sequence[Sequence[Region]]) -> Likeness:
    """Return how like the regions are that several annotators marked on one sample.

    Of two annotators it is the F1 of matched regions, in which each match counts as much as the two are alike (mostly
    intersection over union): twice the sum of likenesses over the number of both ones' regions. Matched are regions of
    the same label, one to one, for the greatest sum. Two that marked nothing are wholly alike. Compares the first 12.

    >>> box = {"label": "cat", "x": 0, "y": 0, "width": 2, "height": 1}
    >>> region_likeness("boxes", [[box], [box | {"width": 1}]])
    Likeness(mean=0.5, differ=False)
    """
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    shown = list(answers[:MOST])
    every = [region for regions in shown for region in regions]
    if not every or len(shown) < 2:
        return Likeness(1.0, False)
    codes: dict[str, int] = {}
    label = np.array([codes.setdefault(str(region.get("label")), len(codes)) for region in every])
    table = np.where(label[:, None] == label[None, :], alike(kind, every, every), 0.0)
    ends = list(accumulate((len(regions) for regions in shown), initial=0))
    scores, differ = [], False
    for one, other in combinations(range(len(shown)), 2):
        both = len(shown[one]) + len(shown[other])
        if not both:
            scores.append(1.0)
            continue
        block = table[ends[one] : ends[one + 1], ends[other] : ends[other + 1]]
        rows, columns = linear_sum_assignment(block, maximize=True)
        scores.append(min(1.0, 2 * float(block[rows, columns].sum()) / both))
        differ = differ or 2 * _counterparts(kind, block, shown[one], shown[other]) < both
    return Likeness(float(np.mean(scores)), differ)


def _counterparts(kind: str, block: "Array", first: Sequence[Region], second: Sequence[Region]) -> float:
    if kind == "events":
        return sum(hit.common for hit in by_event(first, second))
    return len(matched(block, main_threshold(kind)))


def text_likeness(texts: Sequence[str]) -> Likeness:
    """Return how like texts are: 1 minus the word error rate of each two (over the mean of their lengths), at least 0.

    Compares the first 12. Texts too long to be aligned (from about 2,000 words that differ) are compared as bags of
    words, which takes them for somewhat more alike than they are.

    >>> text_likeness(["The cat sat down.", "the cat sat up"])
    Likeness(mean=0.75, differ=True)
    """
    words = [words_of(text) for text in texts[:MOST]]
    scores, differ = [], False
    for one, other in combinations(words, 2):
        wrong = _edits(one, other)
        scores.append(max(0.0, 1 - 2 * wrong / (len(one) + len(other))) if wrong else 1.0)
        differ = differ or bool(wrong)
    return Likeness(sum(scores) / len(scores), differ) if scores else Likeness(1.0, False)


def _edits(first: Sequence[str], second: Sequence[str]) -> int:
    """Return how many words to change; what both begin and end with costs nothing to compare."""
    shorter = min(len(first), len(second))
    start = next((at for at in range(shorter) if first[at] != second[at]), shorter)
    rest = shorter - start
    end = next((at for at in range(rest) if first[-1 - at] != second[-1 - at]), rest)
    first, second = first[start : len(first) - end], second[start : len(second) - end]
    if not first or not second:
        return max(len(first), len(second))
    if len(first) * len(second) > CELLS:
        return max(len(first), len(second)) - sum((Counter(first) & Counter(second)).values())
    return edits(first, second)
