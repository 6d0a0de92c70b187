"""CoNLL columns: one token a line with its tag last, an empty line between sentences.

Tags may be IO, BIO (either kind), BIOES or BILOU; which it is need not be said. A sentence is a sample; its text is
that of the comment `# text = …`, else its tokens with a space between; offsets are rebuilt in it, and where tokens are
stands in the field `tokens` of the data, as [start, end]. `options.scheme` chooses the tags that are written.
Source: Tjong Kim Sang and De Meulder, CoNLL-2003, W03-0419; comments as in CoNLL-U, https://universaldependencies.org/format.html
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from datastork.core.errors import DataError
from datastork.core.questions import LabelClass, Question
from datastork.core.votes import CastVote
from datastork.formats.casting import Caster
from datastork.formats.choosing import Chooser
from datastork.formats.declared import used_classes
from datastork.formats.format import READING, WRITING, Format, Options, Refused, Written
from datastork.formats.record import Annotated
from datastork.formats.source import lines
from datastork.formats.stream import dumps, parse
from datastork.formats.target import new_file

_COMMENT = re.compile(r"# ?(name|sent_id|text|split) = (.*)$")
_TAG = re.compile(r"([BIESLU])[-_](.+)$")
_TOKEN = re.compile(r"\w+|[^\w\s]")
_START = "-DOCSTART-"


class _Sentence:
    """The lines of one sentence, as they come."""

    def __init__(self) -> None:
        self.tokens: list[str] = []
        self.tags: list[str] = []
        self.known: dict[str, str] = {}
        self.bad: tuple[int, str] | None = None
        self.first = 0

    def add(self, at: int, line: str) -> None:
        """Take one line that is not empty."""
        self.first = self.first or at
        comment = _COMMENT.match(line) if not self.tokens else None
        if comment:
            key = {"sent_id": "name"}.get(comment[1], comment[1])
            self.known[key] = _unquoted(comment[2])
            return
        cells = line.split("\t") if "\t" in line else line.split()
        if cells[0] == _START:
            return
        if len(cells) < 2 or not cells[0]:
            self.bad = self.bad or (at, f"expected a token and its tag, got {line!r:.60}")
            return
        self.tokens.append(cells[0])
        self.tags.append(cells[-1].strip())


def read(path: Path, questions: Sequence[Question] | None, options: Options) -> Iterator[Annotated | Refused]:
    """Yield one sample for each sentence; one with a line that is none is refused."""
    cast = Caster("conll", path, questions, options)
    question = cast.question("spans")
    sentence, number = _Sentence(), 0
    for at, _, line in _ended(path):
        if isinstance(line, DataError):
            sentence.bad = sentence.bad or (at, line.message)
        elif line.strip():
            sentence.add(at, line)
        elif sentence.tokens or sentence.bad or "text" in sentence.known:
            number += 1
            yield _sample(sentence, number, path, question, cast)
            sentence = _Sentence()
    yield from cast.unused()


def _ended(path: Path) -> Iterator[tuple[int, int, str | DataError]]:
    yield from lines(path)
    yield 0, 0, ""


def _sample(
    sentence: _Sentence, number: int, path: Path, question: Question | None, cast: Caster
) -> Annotated | Refused:
    name = sentence.known.get("name", f"{path.stem}:{number}")
    if sentence.bad is not None:
        return Refused(name, f"line {sentence.bad[0]}", sentence.bad[1])
    text = sentence.known.get("text", " ".join(sentence.tokens))
    places, at = [], 0
    for token in sentence.tokens:
        at = text.find(token, at)
        if at < 0:
            return Refused(name, f"line {sentence.first}", f"the token {token!r:.40} is not in its text")
        places.append([at, at + len(token)])
        at += len(token)
    votes: tuple[CastVote, ...] = ()
    if question is not None and not all(tag == "?" for tag in sentence.tags):
        spans = [{**one, "label": cast.label(question, one["label"])} for one in _spans(sentence.tags, places)]
        votes = (cast.vote(name, question, spans),)
    split = sentence.known.get("split", cast.options.split)
    return Annotated(name, votes, text=text, split=split, data={"tokens": places})


def _spans(tags: Sequence[str], places: Sequence[Sequence[int]]) -> list[dict[str, Any]]:
    """Return the spans that tags of any scheme make."""
    spans: list[dict[str, Any]] = []
    open_ = False
    for tag, (start, end) in zip(tags, places, strict=True):
        if tag in ("O", "_", "-"):
            open_ = False
            continue
        found = _TAG.match(tag)
        mark, label = (found[1], found[2]) if found else ("I", tag)
        if open_ and mark in "IEL" and spans[-1]["label"] == label:
            spans[-1]["end"] = end
        else:
            spans.append({"start": start, "end": end, "label": label})
        open_ = mark in "BI"
    return spans


def write(path: Path, samples: Iterable[Annotated], questions: Sequence[Question], options: Options) -> Written:
    """Write the tokens of each text with their tags; where a span ends within a token, the token is divided."""
    choose = Chooser("conll", ("spans",), questions, options, ("text", "split", "data"))
    count = 0
    with new_file(path, options) as file:
        for sample in samples:
            chosen = choose.one(sample)
            if sample.text is None:
                choose.lost["samples without a text"] += 1
                continue
            spans = _flat(chosen[0], chosen[1].value, sample.text, choose) if chosen is not None else []
            if set(sample.data) - {"tokens"}:
                choose.lost["further fields of samples"] += 1
            rows = [f"# name = {_quoted(sample.name)}", f"# text = {_quoted(sample.text)}"]
            rows += [f"# split = {_quoted(sample.split)}"] if sample.split is not None else []
            rows += _rows(sample, spans, options.scheme, choose, answered=chosen is not None)
            file.write("\n".join(rows) + "\n\n")
            count += 1
    return choose.written(count, (path,))


def _flat(
    question: Question, value: Sequence[dict[str, Any]], text: str, choose: Chooser
) -> list[tuple[int, int, str]]:
    """Return the spans that do not lie over one another, the longer of two first."""
    spans: list[tuple[int, int, str]] = []
    for one in sorted(value, key=lambda one: (one["start"], -one["end"])):
        choose.region(one, ())
        if spans and one["start"] < spans[-1][1]:
            choose.lost["spans that lie over another"] += 1
        elif not text[one["start"] : one["end"]].strip() or one["end"] > len(text):
            choose.lost["spans without a token"] += 1
        else:
            spans.append((one["start"], one["end"], choose.label(question, one["label"])))
    return spans


def _rows(
    sample: Annotated, spans: Sequence[tuple[int, int, str]], scheme: str, choose: Chooser, *, answered: bool
) -> Iterator[str]:
    text = sample.text or ""
    tokens = _tokens(text, sample.data.get("tokens"), [edge for start, end, _ in spans for edge in (start, end)])
    owner: dict[int, int] = {}
    at = 0
    for number, (start, end, _) in enumerate(spans):
        while at < len(tokens) and tokens[at][0] < end:
            if tokens[at][0] >= start:
                owner[at] = number
            at += 1
        mine = [tokens[k] for k, who in owner.items() if who == number]
        if mine and (mine[0][0], mine[-1][1]) != (start, end):
            choose.lost["spaces at the ends of spans"] += 1
    for k, (start, end) in enumerate(tokens):
        tag = "O" if answered else "?"
        if k in owner:
            label = re.sub(r"\s", "_", spans[owner[k]][2])
            if label != spans[owner[k]][2]:
                choose.lost["spaces in names of classes"] += 1
            first, last = owner.get(k - 1) != owner[k], owner.get(k + 1) != owner[k]
            before = owner.get(k - 1)
            if scheme == "IO" and first and before is not None and spans[before][2] == spans[owner[k]][2]:
                choose.lost["borders between touching spans"] += 1
            tag = f"{_mark(scheme, first, last)}-{label}"
        yield f"{text[start:end]}\t{tag}"


def _mark(scheme: str, first: bool, last: bool) -> str:
    if scheme == "IO":
        return "I"
    if scheme == "BIO":
        return "B" if first else "I"
    return ("S" if last else "B") if first else "E" if last else "I"


def _tokens(text: str, given: Any, edges: Sequence[int]) -> list[tuple[int, int]]:
    """Return where tokens are: as given, else words and signs; divided where a span begins or ends."""
    try:
        places = [(int(start), int(end)) for start, end in given]
        fit = all(0 <= start < end <= len(text) for start, end in places) and places == sorted(places)
        fit = fit and not any(re.search(r"\s", text[start:end]) for start, end in places)
    except (TypeError, ValueError):
        places, fit = [], False
    if not fit or not places:
        places = [one.span() for one in _TOKEN.finditer(text)]
    cuts = sorted(set(edges))
    divided = []
    for start, end in places:
        inner = [start, *(cut for cut in cuts if start < cut < end), end]
        divided += list(pairwise(inner))
    return divided


def _quoted(text: str) -> str:
    plain = text == text.strip() and text.isprintable() and not text.startswith('"') and text
    return text if plain else dumps(text)


def _unquoted(text: str) -> str:
    if text.startswith('"'):
        try:
            found = parse(text)
        except DataError:
            return text
        return found if isinstance(found, str) else text
    return text


def classes(path: Path, options: Options) -> list[LabelClass]:
    """Return the classes of the tags."""
    return used_classes(read(path, None, options))


def _sniff(path: Path, head: str) -> bool:
    if path.suffix.lower() in (".csv", ".tsv", ".json", ".jsonl"):
        return False
    rows = [line.split() for line in head.splitlines()[:-1] if line.strip() and not line.startswith("#")][:50]
    tags = [row[-1] for row in rows if len(row) > 1 and row[0] != _START]
    known = [tag for tag in tags if tag in ("O", "_") or _TAG.match(tag)]
    return bool(tags) and len(known) == len(tags) == len([row for row in rows if row[0] != _START])


FORMAT = Format(
    name="conll",
    says="columns of tokens and tags: spans, one sentence a sample",
    kinds=frozenset({"spans"}),
    suffixes=(".conll", ".bio", ".iob", ".txt"),
    sniff=_sniff,
    reader=read,
    writer=write,
    classed=classes,
    options=READING | WRITING | {"scheme"},
)
