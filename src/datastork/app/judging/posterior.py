"""How sure the votes on one sample are, while they come in.

One coin for each annotator (Dawid and Skene 1979, with one parameter in place of a matrix): an annotator is right with
probability `skill` and else picks any other class alike. The skill is what gold questions said of them, shrunk to what
is usual: (8 + right) / (10 + asked). With K classes and no class likelier before the votes,

    p(class) ∝ product over votes of (skill if the vote is the class, else (1 - skill) / (K - 1))

which costs a few multiplications a vote. It decides when to stop asking; the labels themselves come from
`label.resolve`, which sees all votes at once.
"""

import json
import math
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from datastork.core.questions import Question

USUALLY_RIGHT, WEIGHT = 8.0, 10.0
LEAST, MOST = 0.02, 0.98  # no annotator is a perfect witness, neither for nor against
JUDGED = frozenset({"choice", "taxonomy", "open", "rating", "tags"})


def skill(right: int, asked: int) -> float:
    """Return how often an annotator is taken to be right, after `asked` gold questions.

    >>> skill(0, 0), skill(10, 10)
    (0.8, 0.9)
    """
    return min(max((USUALLY_RIGHT + right) / (WEIGHT + asked), LEAST), MOST)


def posterior(question: Question, votes: Iterable[tuple[Any, float]]) -> tuple[float, float] | None:
    """Return (probability of the likeliest answer, entropy in nats); None for kinds that are not judged so.

    `votes` are (value, skill of the annotator). Of tags, each is a question of its own: the least sure one counts, and
    entropies add up.
    """
    if question.kind not in JUDGED:
        return None
    cast = list(votes)
    if not cast:
        return None
    if question.kind == "tags" or (question.kind == "taxonomy" and question.multiple):
        names = {name for value, _ in cast for name in value}
        found = [_classes(2, [(str(name in value), p) for value, p in cast]) for name in names]
        return min((p for p, _ in found), default=_classes(2, [("", p) for _, p in cast])[0]), sum(h for _, h in found)
    many = question.high - question.low + 1 if question.kind == "rating" else len(question.classes)
    texts = [(value if isinstance(value, str) else json.dumps(value), p) for value, p in cast]
    return _classes(max(many, len({text for text, _ in texts}) + 1, 2), texts)


def _classes(many: int, votes: list[tuple[str, float]]) -> tuple[float, float]:
    """Return the greatest probability and the entropy over `many` classes."""
    score: dict[str, float] = defaultdict(float)
    for value, p in votes:  # relative to a class nobody named
        score[value] += math.log(p) - math.log((1 - p) / (many - 1))
    top = max(0.0, *score.values())
    shares = [math.exp(one - top) for one in score.values()]
    others = (many - len(shares)) * math.exp(-top)
    total = sum(shares) + others
    chances = [one / total for one in shares]
    entropy = -sum(p * math.log(p) for p in chances if p > 0)
    if others > 0:
        each = math.exp(-top) / total
        entropy -= (many - len(shares)) * each * math.log(each)
    return max(chances), entropy
