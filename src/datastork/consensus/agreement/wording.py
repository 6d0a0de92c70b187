"""How far annotators agree who write: word error rate between each two of them, and of each against the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

from datastork.consensus.agreement.bootstrap import Estimate, Resampling
from datastork.consensus.agreement.coefficients import ratio
from datastork.consensus.structured.texts import Written, edits, fuse, plain

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

COMPARED = 20_000  # pairs of texts, at most; beyond that samples are left out evenly


@dataclass(frozen=True, slots=True)
class WordAgreement:
    """What `word_agreement` found.

    `errors`: word error rate between two annotators, `characters`: the same on characters; `equal`: the share of pairs
    with the same words; `ceiling`: word error rate of one annotator against what the others come to; `each`: that of
    every annotator, with the number of samples; `compared` of the `samples` with two texts or more were looked at.
    """

    errors: Estimate
    characters: Estimate
    equal: Estimate
    ceiling: Estimate
    each: dict[str, tuple[int, float]]
    samples: int
    compared: int


def word_agreement(samples: Sequence[Sequence[Written]], *, replicates: int = 1000, seed: int = 0) -> WordAgreement:
    """Return how far annotators agree on texts: `samples` holds the texts about each sample, one per annotator.

    The word error rate is the number of words to put in, leave out or replace, over the number of words of the one that
    is taken for right; of two annotators, over the mean of theirs. Upper and lower case and marks around words do not
    count.
    """
    import numpy as np

    several = [answers for answers in samples if len(answers) > 1]
    costs = sum(len(answers) * (len(answers) - 1) // 2 for answers in several)
    shown = several[:: max(1, -(-costs // COMPARED))]
    again = Resampling(len(shown), replicates=replicates, seed=seed)
    rows: list[tuple[int, float, float, float, float, bool]] = []
    alone: list[tuple[int, float, float]] = []
    sums: dict[str, list[float]] = {}
    for at, answers in enumerate(shown):
        ordered = sorted(answers)
        words = [words_of(answer.text) for answer in ordered]
        signs = ["".join(one) for one in words]
        for one, other in combinations(range(len(ordered)), 2):
            wrong = edits(words[one], words[other])
            letters = edits(signs[one], signs[other]) if wrong else 0
            mean = (len(words[one]) + len(words[other])) / 2, (len(signs[one]) + len(signs[other])) / 2
            rows.append((at, wrong, mean[0], letters, mean[1], wrong == 0))
        for one, answer in enumerate(ordered):
            right = words_of(fuse(ordered[:one] + ordered[one + 1 :]).text)
            wrong = edits(words[one], right)
            alone.append((at, wrong, len(right)))
            held = sums.setdefault(answer.annotator, [0, 0.0, 0.0])
            held[0], held[1], held[2] = held[0] + 1, held[1] + wrong, held[2] + len(right)
    pairs, lone = np.array(rows, float).reshape(-1, 6), np.array(alone, float).reshape(-1, 3)

    def rate(table: "Array", over: int, under: "Array") -> Estimate:
        item = table[:, 0].astype(np.int64)
        return Estimate.of(ratio(again.sums(item, table[:, over]), again.sums(item, under))[:, 0])

    each = {name: (int(n), wrong / length if length else float("nan")) for name, (n, wrong, length) in sums.items()}
    return WordAgreement(
        errors=rate(pairs, 1, pairs[:, 2]),
        characters=rate(pairs, 3, pairs[:, 4]),
        equal=rate(pairs, 5, np.ones(len(pairs))),
        ceiling=rate(lone, 1, lone[:, 2]),
        each=dict(sorted(each.items())),
        samples=len(several),
        compared=len(shown),
    )


def words_of(text: str) -> list[str]:
    """Return what counts of the words of a text; of a text without spaces, its characters.

    >>> words_of("Hello,  World!")
    ['hello', 'world']
    """
    words = text.split()
    if len(words) == 1 and len(text) > 30:
        words = list(words[0])
    return [plain(word) for word in words]
