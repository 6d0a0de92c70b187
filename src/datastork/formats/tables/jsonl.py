"""JSON Lines: one line for each vote, with everything that is known of it; nothing is lost.

A line holds the fields of `core.votes.CastVote` that say something. The first line of a sample also says what is known
of the sample itself, under "of"; a sample without votes has that line alone. Written by us, read by anything.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from datastork.core.errors import DataError
from datastork.core.questions import KINDS, LabelClass, Question
from datastork.core.votes import CastVote
from datastork.formats.casting import Caster
from datastork.formats.declared import used_classes
from datastork.formats.format import READING, Format, Options, Refused, Written
from datastork.formats.record import Annotated
from datastork.formats.source import lines
from datastork.formats.stream import dumps, parse
from datastork.formats.tables.fields import Gathering, of_sample, of_vote, to_vote
from datastork.formats.target import new_file


def read(path: Path, questions: Sequence[Question] | None, options: Options) -> Iterator[Annotated | Refused]:
    """Yield the samples of a file. Lines of one sample that do not follow one another give it several times."""
    cast = Caster("jsonl", path, questions, options)
    gathering = Gathering(options)
    for number, _, line in lines(path):
        try:
            if isinstance(line, DataError):
                raise line
            if not line.strip():
                continue
            given = parse(line)
            if not isinstance(given, dict) or not isinstance(given.get("sample"), str):
                raise DataError('expected an object with "sample"')
            known = given.get("of", {})
            if not isinstance(known, dict):
                raise DataError('"of" must say what is known of the sample')
            vote = to_vote(given, cast.created_at, cast.annotator) if "question" in given else None
            yield from gathering.add(given["sample"], vote, known)
        except DataError as error:
            yield Refused("", f"line {number}", error.message)
    yield from gathering.done()


def write(path: Path, samples: Iterable[Annotated], questions: Sequence[Question], options: Options) -> Written:
    """Write every vote as a line."""
    count, lost = 0, 0
    with new_file(path, options) as file:
        for sample in samples:
            count += 1
            of = of_sample(sample)
            chosen = [vote for vote in sample.votes if wanted(vote, options)]
            lost += len(sample.votes) - len(chosen)
            rows: list[dict[str, Any]] = [of_vote(vote) | {"sample": sample.name} for vote in chosen]
            rows = rows or [{"sample": sample.name}]
            if of:
                rows[0]["of"] = of
            for row in rows:
                file.write(dumps(row) + "\n")
    return Written(count, (path,), (), {"votes not asked for": lost} if lost else {})


def wanted(vote: CastVote, options: Options) -> bool:
    """Whether the options ask for this vote."""
    return (
        (options.annotator is None or vote.annotator == options.annotator)
        and (options.question is None or vote.question == options.question)
        and (vote.decides or not options.resolved)
    )


def classes(path: Path, options: Options) -> list[LabelClass]:
    """Return the classes that answers use."""
    return used_classes(read(path, None, options))


def _sniff(path: Path, head: str) -> bool:
    return head.startswith('{"') and '"sample":' in head.partition("\n")[0]


FORMAT = Format(
    name="jsonl",
    says="one JSON object a vote; nothing is lost",
    kinds=frozenset(KINDS),
    suffixes=(".jsonl", ".ndjson"),
    sniff=_sniff,
    reader=read,
    writer=write,
    classed=classes,
    options=READING | {"resolved", "replace"},
    lossless=True,
)
