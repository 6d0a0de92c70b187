"""Votes out of files: which question an answer belongs to, what its classes are called, and ids that stay the same."""

import math
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from datastork.core.answers import canonical
from datastork.core.answers.regions import region_problems
from datastork.core.errors import DataError
from datastork.core.hashing import canonical as as_json
from datastork.core.nearest import did_you_mean
from datastork.core.questions import MAIN, REGIONS, Question
from datastork.core.votes import CastVote
from datastork.formats.format import Options, Refused
from datastork.formats.source import date_of

_SPACE = uuid.UUID("5b0a5f9e-6f0c-4d0e-9a53-0d6a3f1f9c11")  # of the ids of votes that files give none


class Caster:
    """Makes votes of what a file says.

    The id of a vote is made of sample, question, annotator, turn and answer, so that the same file read again gives
    the same votes, and a store that has them changes nothing.
    """

    def __init__(self, form: str, path: Path, questions: Sequence[Question] | None, options: Options) -> None:
        self.annotator = options.annotator or f"{form}:{path.name}"
        self.options = options
        self._path = path
        self._date = options.created_at
        self._given = None if questions is None else {one.name: one for one in questions}
        self._made: dict[str, Question] = {}
        self._words: dict[str, dict[str, str]] = {}
        self.unasked: Counter[str] = Counter()
        if options.question and self._given is not None and options.question not in self._given:
            near = did_you_mean(options.question, self._given)
            raise DataError(f"there is no question '{options.question}'{near}")

    @property
    def created_at(self) -> str:
        """When votes were given of which the file does not say it."""
        if self._date is None:
            self._date = date_of(self._path)
        return self._date

    def question(self, *kinds: str, name: str | None = None) -> Question | None:
        """Return the question answers of these kinds belong to (in order of preference), or None where none asks.

        A question called `name` comes first where it is of a right kind. Where no questions were given, they are
        made: the first kind met is the question "label".
        """
        if self._given is None:
            return self._make(kinds[0], name)
        for wanted in (name, self.options.question):
            one = self._given.get(wanted) if wanted else None
            if one is not None and one.kind in kinds:
                return one
        if self.options.question is None:
            for kind in kinds:
                for one in self._given.values():
                    if one.kind == kind:
                        return one
        self.unasked[kinds[0]] += 1
        return None

    def asked(self, *kinds: str) -> list[Question]:
        """Return the given questions of these kinds that are read; empty where none were given."""
        only = self.options.question
        return [q for q in (self._given or {}).values() if q.kind in kinds and (only is None or q.name == only)]

    @property
    def told(self) -> bool:
        """Whether questions were given."""
        return self._given is not None

    def _make(self, kind: str, name: str | None) -> Question:
        key = f"{name or ''}/{kind}"
        if key not in self._made:
            taken = {one.name for one in self._made.values()}
            plain = self.options.question or name or (MAIN if not taken else kind)
            unique = next(n for n in (plain, kind, f"{plain}_{kind}", *map(str, range(99))) if n not in taken)
            self._made[key] = Question(unique, kind)  # type: ignore[arg-type]
        return self._made[key]

    def label(self, question: Question, word: str) -> str:
        """Return the id of the class that a file calls `word`: by id, name or alias; else the word itself."""
        words = self._words.get(question.name)
        if words is None:
            words = {}
            for one in question.classes:
                for other in (one.name, *one.aliases):
                    words.setdefault(other, one.id)
            words.update({one.id: one.id for one in question.classes})
            self._words[question.name] = words
        return words.get(word, word)

    def vote(
        self, sample: str, question: Question, value: Any, *, annotator: str | None = None, **known: Any
    ) -> CastVote:
        """Return a vote with its answer in canonical form; `known` are further fields of `CastVote`."""
        who = annotator or self.annotator
        if value is not None:
            value = canonical(question, value)
        if not known.get("uuid"):
            known["uuid"] = vote_id(sample, question.name, who, known.get("repeat", 0), value)
        if not known.get("created_at"):
            known["created_at"] = self.created_at
        return CastVote(sample=sample, question=question.name, annotator=who, value=value, **known)

    def marks(
        self, sample: str, question: Question, good: Sequence[Any], bad: Sequence[Refused]
    ) -> tuple[CastVote, ...]:
        """Return a vote of these regions; none where all of them were refused, which is not "nothing here"."""
        return (self.vote(sample, question, good),) if good or not bad else ()

    def unused(self) -> Iterator[Refused]:
        """Yield one entry for each kind of answer in the file that no question asks for, with its count."""
        for kind, count in self.unasked.items():
            yield Refused("", "the file", f"{count} answers of kind {kind}, which no question given asks for")


def vote_id(sample: str, question: str, annotator: str, repeat: int, value: Any) -> str:
    """Return the id of a vote that a file gives none: a UUID (version 5) of what it says."""
    said = as_json([sample, question, annotator, repeat, value])
    return str(uuid.uuid5(_SPACE, said.encode("utf-8", "backslashreplace").decode()))


def sound_regions(
    kind: str, regions: Iterable[tuple[str, Any]], sample: str, points: Sequence[str] = ()
) -> tuple[list[dict[str, Any]], list[Refused]]:
    """Divide regions, given with where they stand, into those that can be and those that are refused.

    A region may be an error in place of a value. Limits of the sample (its size) are not held against it.
    """
    good: list[dict[str, Any]] = []
    bad: list[Refused] = []
    for where, one in regions:
        if isinstance(one, DataError):
            bad.append(Refused(sample, where, one.message))
            continue
        problems = region_problems(kind, one, {}, points)
        if problems:
            bad.append(Refused(sample, where, "; ".join(problems[:3])))
        else:
            good.append(one)
    return good, bad


def is_regions(kind: str) -> bool:
    """Whether answers of this kind are lists of regions."""
    return kind in REGIONS


def number(text: Any, what: str = "a number") -> float:
    """Return a finite number. Raises DataError for anything else, "nan" and "inf" included."""
    try:
        value = float(text)
    except (TypeError, ValueError, OverflowError):
        raise DataError(f"expected {what}, got {text!r:.60}") from None
    if not math.isfinite(value):
        raise DataError(f"expected {what}, got {text!r:.60}")
    return value


def whole(text: Any, what: str = "a whole number") -> int:
    """Return a whole number. Raises DataError for anything else."""
    value = number(text, what)
    if value != int(value) or abs(value) > 2**53:
        raise DataError(f"expected {what}, got {text!r:.60}")
    return int(value)
