"""doccano's JSON Lines: classes, spans and relations of texts, a second text, boxes on images.

`{"text", "label": ["x"]}` are classes, `{"text", "label": [[start, end, "ORG"]]}` spans (code points, the end
exclusive), `entities` with `relations` both, `{"filename", "bbox": [{x, y, width, height, label}]}` boxes in pixels.
Relations and further fields stay in the data of the sample. Written lines carry the name of the sample as `name`.
Source: https://doccano.github.io/doccano/tutorial/
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from datastork.core.errors import DataError
from datastork.core.questions import LabelClass, Question
from datastork.formats.casting import Caster, number, sound_regions, whole
from datastork.formats.choosing import Chooser
from datastork.formats.declared import used_classes
from datastork.formats.format import READING, WRITING, Format, Options, Refused, Written
from datastork.formats.record import Annotated
from datastork.formats.source import lines
from datastork.formats.stream import dumps, parse
from datastork.formats.target import new_file

KINDS = ("spans", "tags", "choice", "taxonomy", "text", "boxes")
_NAMES = ("name", "filename", "id")
_ANSWERS = ("label", "labels", "entities", "bbox", "bboxes")


def read(path: Path, questions: Sequence[Question] | None, options: Options) -> Iterator[Annotated | Refused]:
    """Yield one sample for each line."""
    cast = Caster("doccano", path, questions, options)
    for at, _, line in lines(path):
        try:
            if isinstance(line, DataError):
                raise line
            if not line.strip():
                continue
            given = parse(line)
            if not isinstance(given, dict):
                raise DataError(f"expected an object, got {given!r:.60}")
            yield from _one(given, at, cast, f"line {at}")
        except DataError as error:
            yield Refused("", f"line {at}", error.message)
    yield from cast.unused()


def _one(given: dict[str, Any], at: int, cast: Caster, where: str) -> Iterator[Annotated | Refused]:
    named = next((key for key in _NAMES if isinstance(given.get(key), str | int) and given[key] != ""), None)
    name = str(given[named]).replace("\\", "/") if named is not None else f"line {at}"
    text = given.get("text", given.get("data"))
    if text is not None and not isinstance(text, str):
        raise DataError(f"'text' is a text, not {text!r:.60}")
    votes, bad = [], []
    for key in _ANSWERS:
        if key in given:
            found, refused = _vote(name, key, given[key], cast, where)
            votes += found
            bad += refused
    yield from bad
    used = {*_ANSWERS, "text", "data", named, "split", *(["filename"] if given.get("filename") == name else [])}
    data = {key: value for key, value in given.items() if key not in used and value not in ([], None)}
    split = given.get("split")
    known = split if isinstance(split, str) else cast.options.split
    yield Annotated(name, tuple(votes), text=text, split=known, data=data)


def _vote(name: str, key: str, value: Any, cast: Caster, where: str) -> tuple[list[Any], list[Refused]]:
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list):
        raise DataError(f"'{key}' is a list, not {value!r:.60}")
    boxes = key in ("bbox", "bboxes")
    marks = not boxes and any(not isinstance(one, str) for one in value)
    if boxes or marks or key == "entities":
        question = cast.question("boxes" if boxes else "spans")
        if question is None:
            return [], []
        read_ = _box if boxes else _span
        found = [(f"{where}, {key} {at + 1}", _checked(read_, one, question, cast)) for at, one in enumerate(value)]
        good, bad = sound_regions(question.kind, found, name)
        return list(cast.marks(name, question, good, bad)), bad
    kinds = ("tags", "choice", "taxonomy", "text") if len(value) != 1 else ("choice", "tags", "taxonomy", "text")
    asked = cast.asked("tags", "choice", "taxonomy", "text", *(("spans",) if not value else ()))
    question = asked[0] if asked else cast.question(*(kinds if cast.told else ("tags",)))
    if question is None:
        return [], []
    labels = [cast.label(question, one) for one in value]
    if question.kind in ("tags", "spans") or question.multiple:
        return [cast.vote(name, question, labels)], []
    if "" in labels and question.kind != "text":
        return [], [Refused(name, where, "an empty label")]
    if question.kind == "text":
        return [cast.vote(name, question, one, annotator=_whose(at, cast)) for at, one in enumerate(value)], []
    if len(labels) > 1:
        return [], [Refused(name, where, f"{len(labels)} labels where one class is asked for")]
    return [cast.vote(name, question, one) for one in labels], []


def _whose(at: int, cast: Caster) -> str:
    return f"{cast.annotator}#{at + 1}" if at else cast.annotator


def _checked(read_: Any, one: Any, question: Question, cast: Caster) -> Any:
    try:
        return read_(one, question, cast)
    except DataError as error:
        return error


def _span(one: Any, question: Question, cast: Caster) -> dict[str, Any]:
    known: dict[str, Any] = {}
    if isinstance(one, dict):
        if "id" in one:
            known["id"] = str(one["id"])
        one = [one.get("start_offset"), one.get("end_offset"), one.get("label")]
    if not isinstance(one, list) or len(one) != 3 or not isinstance(one[2], str):
        raise DataError(f"a span is [start, end, label], not {one!r:.60}")
    start, end = whole(one[0], "an offset"), whole(one[1], "an offset")
    return {**known, "start": start, "end": end, "label": cast.label(question, one[2])}


def _box(one: Any, question: Question, cast: Caster) -> dict[str, Any]:
    if not isinstance(one, dict) or not isinstance(one.get("label"), str):
        raise DataError(f"a box has x, y, width, height and label; this is {one!r:.60}")
    sides = {side: number(one.get(side), f"{side} in pixels") for side in ("x", "y", "width", "height")}
    return {"label": cast.label(question, one["label"]), **sides}


def write(path: Path, samples: Iterable[Annotated], questions: Sequence[Question], options: Options) -> Written:
    """Write one line for each sample, with the vote on the first question that has one."""
    choose = Chooser("doccano", KINDS, questions, options, ("text", "data", "split"))
    count = 0
    with new_file(path, options) as file:
        for sample in samples:
            chosen = choose.one(sample)
            row: dict[str, Any] = {"name": sample.name}
            if sample.text is not None:
                row["text"] = sample.text
            if sample.split is not None:
                row["split"] = sample.split
            row |= {key: value for key, value in sample.data.items() if key not in {*row, *_ANSWERS, "data"}}
            row |= _answer(*chosen, choose, sample) if chosen is not None else {}
            file.write(dumps(row) + "\n")
            count += 1
    return choose.written(count, (path,))


def _answer(question: Question, vote: Any, choose: Chooser, sample: Annotated) -> dict[str, Any]:
    value = vote.value
    if question.kind == "boxes":
        boxes = []
        for one in value:
            choose.region(one, ())
            sides = {side: one[side] for side in ("x", "y", "width", "height")}
            boxes.append({**sides, "label": choose.label(question, one["label"])})
        return {"filename": sample.name, "bbox": boxes}
    if question.kind == "text":
        return {"label": [value]}
    if question.kind != "spans":
        labels = value if isinstance(value, list) else [value]
        return {"label": [choose.label(question, one) for one in labels]}
    linked = bool(sample.data.get("relations"))
    if not linked or not all(str(one.get("id", "")).isdigit() for one in value):
        for one in value:
            choose.region(one, ())
        return {"label": [[one["start"], one["end"], choose.label(question, one["label"])] for one in value]}
    entities = []
    for one in value:
        choose.region(one, ("id",))
        place = {"start_offset": one["start"], "end_offset": one["end"]}
        entities.append({"id": int(one["id"]), "label": choose.label(question, one["label"]), **place})
    return {"entities": entities}


def classes(path: Path, options: Options) -> list[LabelClass]:
    """Return the classes that answers use."""
    return used_classes(read(path, None, options))


def _sniff(path: Path, head: str) -> bool:
    first = head.partition("\n")[0]
    return (
        first.startswith("{")
        and any(f'"{key}"' in first for key in ("text", "data", "filename"))
        and any(f'"{key}"' in first for key in _ANSWERS)
    )


FORMAT = Format(
    name="doccano",
    says="doccano's JSON Lines: classes, spans and relations of texts, boxes",
    kinds=frozenset(KINDS),
    suffixes=(".jsonl", ".json"),
    sniff=_sniff,
    reader=read,
    writer=write,
    classed=classes,
    options=READING | WRITING,
)
