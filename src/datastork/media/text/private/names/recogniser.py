"""The recogniser of names and places."""

import re
from collections.abc import Iterator

from datastork.media.text.private.finding import Finding
from datastork.media.text.private.names.model import Entity, entities
from datastork.media.text.private.names.rules import PLACES, label_of, person, place
from datastork.media.text.private.names.runs import Run, runs
from datastork.media.text.private.recogniser import Hints

_SMALL = re.compile(r"(?<![\w'’-])[a-z]{3,24}(?![\w'’-])")
_JOINS = re.compile(r",? (?:and|&|or|und|et|y|e) |, ")
_STREET = re.compile(
    r"(?:[^\W\d_][\w'’-]* ){1,3}(?:Street|Road|Avenue|Lane|Boulevard|Drive|Square|street|road|avenue)\b"
)
ENOUGH = 0.5


class Names:
    """PERSON, LOCATION, ORGANISATION, NATIONALITY; and ADDRESS for streets without a number.

    The model alone takes many names from other languages for firms, and misses names that stand alone. So each run of
    words with capitals is weighed by what the model calls it, by given names, by shape, by titles, greetings,
    signatures, relations and verbs beside it, and by the names already found in the text.
    """

    kinds = ("ADDRESS", "LOCATION", "NATIONALITY", "ORGANISATION", "PERSON")

    def find(self, text: str, hints: Hints) -> Iterator[Finding]:
        """Ask the model once, then weigh every run."""
        lower = text == hints.lower
        cased = text.title() if lower else text
        if len(cased) != len(text):
            lower, cased = False, text
        found = entities(text)
        candidates = list(runs(cased, lower=lower))
        labels = [label_of(run, found) for run in candidates]
        small = frozenset() if lower else frozenset(_SMALL.findall(text))
        scores = [person(cased, run, label, small, lower=lower) for run, label in zip(candidates, labels, strict=True)]
        places = [
            0.0 if lower and not label else place(cased, run, label, small)
            for run, label in zip(candidates, labels, strict=True)
        ]
        _together(cased, candidates, labels, scores)
        taken = []
        for run, label, score, where in zip(candidates, labels, scores, places, strict=True):
            if score >= ENOUGH and score >= where:
                yield Finding("PERSON", run.start, run.end, min(0.5 + 0.4 * score, 0.92))
                taken.append((run.start, run.end))
            elif where >= ENOUGH:
                start, end = _whole(run, label, found)
                yield Finding("LOCATION", start, end, min(0.45 + 0.35 * where, 0.85))
                taken.append((start, end))
        yield from _others(text, found, taken)


def _whole(run: Run, label: str, found: list[Entity]) -> tuple[int, int]:
    """Return a place with the words that belong to it but begin sentences too, such as "New"."""
    for one in found:
        if one.label == label and label in PLACES and one.start < run.end and run.start < one.end:
            return min(run.start, one.start), max(run.end, one.end)
    return run.start, run.end


def _together(text: str, candidates: list[Run], labels: list[str], scores: list[float]) -> None:
    """Raise the scores of runs that share a word with a person, or stand in one list with persons."""
    known: set[str] = set()
    for run, score in zip(candidates, scores, strict=True):
        if score >= ENOUGH:
            known.update(word for word in run.key if len(word) > 2)
    for at, run in enumerate(candidates):
        if scores[at] > 0 - ENOUGH / 2 and run.key and known.issuperset(run.key):
            scores[at] = max(scores[at] + 0.4, ENOUGH if labels[at] not in ("GPE", "LOC") else scores[at])
    for step in (1, -1):
        order = range(len(candidates)) if step == 1 else range(len(candidates) - 1, -1, -1)
        for at in order:
            other = at - step
            if not 0 <= other < len(candidates) or scores[other] < ENOUGH or scores[at] >= ENOUGH or scores[at] < -0.15:
                continue
            first, second = sorted((candidates[at], candidates[other]))
            if len(candidates[at].words) <= 3 and _JOINS.fullmatch(text, first.end, second.start):
                scores[at] += 0.35 if " and " in text[first.end : second.start] or labels[at] != "GPE" else 0.1
                scores[at] = (
                    ENOUGH if 0.35 <= scores[at] < ENOUGH and labels[at] in ("", "ORG", "PERSON") else scores[at]
                )


def _others(text: str, found: list[Entity], taken: list[tuple[int, int]]) -> Iterator[Finding]:
    """Yield what the model alone says: firms, nationalities, and the streets in its places."""
    for one in found:
        if any(start < one.end and one.start < end for start, end in taken):
            continue
        if one.label == "ORG":
            yield Finding("ORGANISATION", one.start, one.end, 0.6)
        elif one.label == "NORP":
            yield Finding("NATIONALITY", one.start, one.end, 0.7)
        if one.label in ("FAC", "LOC", "ORG", "PERSON", "GPE") and (match := _STREET.match(text, one.start)):
            yield Finding("ADDRESS", match.start(), match.end(), 0.55)
