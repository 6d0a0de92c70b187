"""Texts of several annotators (transcripts, free answers): aligned word by word, voted on word by word."""

import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from datastork.consensus.structured.matching.answer import elect

NOTHING = ""  # the word of those who have none at a place
COMPARED = 4_000_000  # of pairs of words in one alignment; beyond that the most typical text is taken whole
JUDGES = 50  # different texts, the commonest, from which it is told which one is nearest to all
SPACED = 0.05  # share of white space from which a text is made of words


class Written(NamedTuple):
    """One annotator's text; `weight` is how much the annotator counts."""

    annotator: str
    text: str
    weight: float = 1.0


class FusedText(NamedTuple):
    """The text that several annotators mean.

    `probability`: the mean share of the weight behind its words; `annotators`: how many wrote; `spread`: the mean share
    of words (characters) in which they differ from it; `method`: "rover", or "medoid" where texts were too long.
    """

    text: str
    probability: float
    annotators: int
    spread: float
    method: str


def fuse(answers: Sequence[Written], *, unit: str | None = None) -> FusedText:
    """Return the text that the answers come to.

    The text nearest to all others is laid out first; the others are aligned to it one after another, the nearest
    first, into a network of slots, and each slot goes to the word with the most weight (upper and lower case and
    marks around a word do not count, the commonest writing is taken). Where no word has more weight than leaving it
    out has, it is left out.
    The order of the answers does not matter. An answer without words counts: there was nothing to hear.

    unit: "word" or "character"; by default words where the texts have spaces

    Source: Fiscus 1997, A post-processing system to yield reduced word error rates: ROVER.

    >>> fuse([Written("a", "the cat sat"), Written("b", "the cat sat down"), Written("c", "a cat sat")]).text
    'the cat sat'
    """
    if not answers:
        return FusedText("", 0.0, 0, 0.0, "rover")
    weights: dict[str, float] = {}
    for answer in sorted(answers):
        text = " ".join(answer.text.split())
        weights[text] = weights.get(text, 0.0) + answer.weight
    if not sum(weights.values()) > 0:
        weights = dict.fromkeys(weights, 1.0)
    texts = sorted(weights)
    by_word = unit != "character" if unit else _spaced(texts)
    sequences = {text: text.split() if by_word else list(text) for text in texts}
    long = max(len(sequence) for sequence in sequences.values())
    if len(texts) == 1:
        return FusedText(texts[0], 1.0, len(answers), 0.0, "rover")
    if long * long > COMPARED:
        best, share = elect(texts, [weights[text] for text in texts])
        return FusedText(best, share, len(answers), 1 - share, "medoid")
    keys = {text: [plain(word) for word in sequences[text]] for text in texts}
    judges = sorted(texts, key=lambda text: (-round(weights[text], 9), text))[:JUDGES]
    far = {
        one: sum(weights[other] * edits(keys[one], keys[other]) for other in judges if other != one) for one in texts
    }
    medoid = min(texts, key=lambda text: (round(far[text], 9), -round(weights[text], 9), text))
    rest = sorted(
        (text for text in texts if text != medoid),
        key=lambda text: (edits(keys[text], keys[medoid]), -round(weights[text], 9), text),
    )
    slots = [{word: weights[medoid]} for word in sequences[medoid]]
    total = weights[medoid]
    for text in rest:
        slots = _woven(slots, sequences[text], weights[text], total)
        total += weights[text]
    words, shares = _elected(slots, total)
    fused = (" " if by_word else "").join(words)
    key = [plain(word) for word in words]
    spread = sum(weights[text] * _rate(edits(keys[text], key), keys[text], key) for text in texts) / total
    return FusedText(fused, sum(shares) / len(shares) if shares else 1.0, len(answers), spread, "rover")


def edits(first: Sequence[str], second: Sequence[str]) -> int:
    """Return the smallest number of words to put in, leave out or replace to make one of the other (Levenshtein 1966).

    >>> edits("the cat sat".split(), "a cat sat down".split())
    2
    """
    import numpy as np

    if len(first) < len(second):
        first, second = second, first
    codes: dict[str, int] = {}
    for word in (*first, *second):
        codes.setdefault(word, len(codes))
    other = np.array([codes[word] for word in second], np.int64)
    place = np.arange(len(second) + 1)
    row = place.copy()
    for at, word in enumerate(first, start=1):
        best = np.empty_like(row)
        best[0] = at
        best[1:] = np.minimum(row[1:] + 1, row[:-1] + (other != codes[word]))
        row = np.minimum.accumulate(best - place) + place  # putting in words, all at once
    return int(row[-1])


def _woven(slots: list[dict[str, float]], words: list[str], weight: float, total: float) -> list[dict[str, float]]:
    """Return the slots with one more text of `weight` aligned to them; `total` is the weight that is in them."""
    import numpy as np

    keys = [plain(word) for word in words]
    inside = [{plain(word) for word in slot} for slot in slots]
    skip = np.array([sum(slot.values()) / total for slot in slots])  # what it costs to have no word where many have one
    place = np.arange(len(words) + 1, dtype=float)
    cost = np.empty((len(slots) + 1, len(words) + 1))
    cost[0] = place
    for at, held in enumerate(inside, start=1):
        other = np.array([key not in held for key in keys], float)
        best = np.empty(len(words) + 1)
        best[0] = cost[at - 1, 0] + skip[at - 1]
        best[1:] = np.minimum(cost[at - 1, 1:] + skip[at - 1], cost[at - 1, :-1] + other * 1.0001)
        cost[at] = np.minimum.accumulate(best - place) + place
    woven: list[dict[str, float]] = []
    row, column = len(slots), len(words)
    while row or column:
        here = cost[row, column]
        if row and column:
            miss = keys[column - 1] not in inside[row - 1]
            if abs(cost[row - 1, column - 1] + miss * 1.0001 - here) < 1e-9:
                slot = dict(slots[row - 1])
                slot[words[column - 1]] = slot.get(words[column - 1], 0.0) + weight
                woven.append(slot)
                row, column = row - 1, column - 1
                continue
        if row and abs(cost[row - 1, column] + skip[row - 1] - here) < 1e-9:
            woven.append(slots[row - 1])
            row -= 1
        else:
            woven.append({words[column - 1]: weight})
            column -= 1
    return woven[::-1]


def _elected(slots: list[dict[str, float]], total: float) -> tuple[list[str], list[float]]:
    words, shares = [], []
    for slot in slots:
        groups: dict[str, dict[str, float]] = {}
        for word, weight in slot.items():
            groups.setdefault(plain(word), {})[word] = weight
        sums = {key: sum(group.values()) for key, group in groups.items()}
        best = min(sums, key=lambda key: (-round(sums[key], 9), key))
        left_out = total - sum(sums.values())
        if left_out >= sums[best] - 1e-9:
            continue
        word, _ = elect(list(groups[best]), list(groups[best].values()))
        words.append(word)
        shares.append(sums[best] / total)
    return words, shares


def plain(word: str) -> str:
    """Return what of a word counts in comparing; a mark that stands alone is itself."""
    word = unicodedata.normalize("NFKC", word).casefold()
    return word.strip(".,;:!?\"'()[]«»„“”‘’¡¿…") or word


def _spaced(texts: Sequence[str]) -> bool:
    signs = sum(len(text) for text in texts)
    return sum(text.count(" ") for text in texts) >= SPACED * signs or signs < 20


def _rate(count: int, first: Sequence[str], second: Sequence[str]) -> float:
    return count / max(len(first), len(second), 1)
