"""What annotators take for what, where answers are regions or texts: labels of the same region, words in one place."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import accumulate, combinations

from datastork.consensus.agreement.scores import matched_pairs
from datastork.consensus.agreement.wording import words_of
from datastork.consensus.structured.kinds import alike
from datastork.consensus.structured.matching.answer import Region

NOTHING = "(nothing)"  # what the other annotator has in the place of a region or a word that only one has
CLOSE = 0.5  # likeness from which two regions are the same thing, whatever they are called
LONGEST = 2_000  # words of a text that is looked at

Pair = tuple[str, str, float, float]


def mistaken_labels(kind: str, samples: Sequence[Sequence[Sequence[Region]]], most: int = 20) -> list[Pair]:
    """Return the pairs of labels given to the same region: (label, label, meetings, share of all meetings).

    `samples` holds the regions of each annotator of each sample. Regions of two annotators are matched one to one from
    a likeness of .5 on, whatever their labels; one without a counterpart meets "(nothing)". Each pair of m annotators
    of a sample weighs 1 / (m - 1), and each meeting counts for both, as in the coincidences of Krippendorff's alpha.
    The commonest first.
    """

    def meetings(answers: Sequence[Sequence[Region]]) -> Iterator[tuple[str, str]]:
        every = [region for regions in answers for region in regions]
        if not every:
            return
        table = alike(kind, every, every)
        ends = list(accumulate((len(regions) for regions in answers), initial=0))
        names = [str(region.get("label")) for region in every]
        for one, other in combinations(range(len(answers)), 2):
            left, right = set(range(ends[one], ends[one + 1])), set(range(ends[other], ends[other + 1]))
            block = table[ends[one] : ends[one + 1], ends[other] : ends[other + 1]]
            for row, column in matched_pairs(block, CLOSE):
                here, there = ends[one] + row, ends[other] + column
                left.remove(here)
                right.remove(there)
                yield names[here], names[there]
            for alone in (*left, *right):
                yield names[alone], NOTHING

    return _counted(((len(answers), list(meetings(answers))) for answers in samples), most)


def mistaken_words(samples: Sequence[Sequence[str]], most: int = 20) -> list[Pair]:
    """Return the pairs of words that annotators write in the same place, as `mistaken_labels` does for labels.

    A word that one wrote and the other did not meets "(nothing)". Upper and lower case and marks around words do not
    count. Of a text the first 2,000 words are looked at.
    """

    def meetings(texts: Sequence[str]) -> Iterator[tuple[str, str]]:
        for one, other in combinations([words_of(text)[:LONGEST] for text in texts], 2):
            for _, start, end, from_, to in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
                here, there = one[start:end], other[from_:to]
                long = max(len(here), len(there))
                here, there = ([*words, *[NOTHING] * (long - len(words))] for words in (here, there))
                yield from zip(here, there, strict=True)

    return _counted(((len(texts), list(meetings(texts))) for texts in samples), most)


def _counted(met: Iterator[tuple[int, list[tuple[str, str]]]], most: int) -> list[Pair]:
    times: dict[tuple[str, str], float] = {}
    total = 0.0
    for answers, pairs in met:
        weight = 2 / (answers - 1) if answers > 1 else 0.0
        total += weight * len(pairs)
        for one, other in pairs:
            if one != other:
                first, second = sorted((one, other), key=lambda name: (name == NOTHING, name))
                times[first, second] = times.get((first, second), 0.0) + weight
    order = sorted(times, key=lambda pair: (-round(times[pair], 9), pair))[:most]
    return [(*pair, times[pair], times[pair] / total) for pair in order]
