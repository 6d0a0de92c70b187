"""Wide tables: one row for each sample, a column for each question, or for each question and annotator.

A column of an annotator is called `question@annotator`. Answers that are one text stand as they are, others as JSON;
tags of other makers may be divided by ";", "|" or ",". An empty cell is no vote. A column `annotator` says whose the
answers of a row are, as in tables of other makers with a row for each. Columns that are no questions are fields of the
sample, as texts.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from datastork.core.answers import problems_of
from datastork.core.errors import DataError
from datastork.core.questions import MAIN, PLAIN, Question
from datastork.core.votes import CastVote
from datastork.formats.casting import Caster
from datastork.formats.choosing import OF_SAMPLES, Chooser
from datastork.formats.format import Options, Refused, Written
from datastork.formats.record import Annotated
from datastork.formats.stream import dumps, parse
from datastork.formats.tables.cells import RowWriter, cell_text, rows, text_cell
from datastork.formats.tables.fields import SAMPLE_FIELDS, to_sample
from datastork.formats.target import new_file

NAMES = ("sample", "name", "file_name", "filename", "file", "path", "image", "audio", "video", "id", "url", "text")
ANNOTATOR = "annotator"
LABELS = ("label", "labels", "class", "category", "tags", "tag", "target")


def read(
    path: Path, questions: Sequence[Question] | None, options: Options, delimiter: str, form: str
) -> Iterator[Annotated | Refused]:
    """Yield one sample for each row."""
    cast = Caster(form, path, questions, options)
    table = rows(path, delimiter)
    _, header = next(table)
    if len(set(header)) < len(header):
        twice = next(one for one in header if header.count(one) > 1)
        raise DataError(f"{path.name}: two columns are called '{twice}'")
    name = options.field or next((one for one in NAMES if one in header), header[0])
    if name not in header:
        raise DataError(f"{path.name} has no column '{name}'; there are {', '.join(header[:20])}")
    asked = _asked(header, cast, questions, name)
    who = ANNOTATOR if ANNOTATOR in header and ANNOTATOR not in (*asked, name) else None
    for number, row in table:
        try:
            if len(row) > len(header):
                raise DataError(f"{len(row)} cells under {len(header)} columns")
            yield _sample(dict(zip(header, row, strict=False)), name, who, asked, cast, options)
        except DataError as error:
            at = header.index(name)
            yield Refused(row[at] if at < len(row) else "", f"line {number}", error.message)


def _asked(
    header: Sequence[str], cast: Caster, questions: Sequence[Question] | None, name: str
) -> dict[str, tuple[Question, str | None]]:
    """Return by column the question it answers, and the annotator where the column names one."""
    if questions is None:
        found = next((one for one in LABELS if one in header), None)
        base = found or next((one.partition("@")[0] for one in header if "@" in one), None)
        known = {base: cast.question("choice", name=base)} if base and base != name else {}
    else:
        known = {one.name: one for one in cast.asked(*{q.kind for q in questions})}
        if MAIN not in known and questions and questions[0].name in known:
            known[MAIN] = questions[0]
    asked = {}
    for column in header:
        base, _, annotator = column.partition("@")
        question = known.get(column) or known.get(base)
        if question is not None and column != name:
            asked[column] = (question, None if column in known else annotator)
    return asked


def _sample(
    cells: dict[str, str],
    name: str,
    who: str | None,
    asked: dict[str, tuple[Question, str | None]],
    cast: Caster,
    options: Options,
) -> Annotated:
    """Return the sample of a row; `who` is the column that says whose its answers are."""
    sample = cell_text(cells[name])
    if sample is None:
        raise DataError(f"'{name}' is empty")
    giver = cell_text(cells.get(who, "")) if who is not None else None
    votes, of, data = [], {}, {}
    for column, cell in cells.items():
        if column in asked:
            question, annotator = asked[column]
            value = _value(question, cell, cast)
            if value is not None:
                problems = problems_of(replace(question, classes=()), value)
                if problems:
                    raise DataError(f"{column}: {'; '.join(problems[:3])}")
                votes.append(cast.vote(sample, question, value, annotator=annotator or giver))
        elif column == who:
            continue
        elif column.removeprefix("of.") in SAMPLE_FIELDS[:-1] and column != name:
            if cell:
                field = column.removeprefix("of.")
                of[field] = cell_text(cell) if field in ("text", "split") else parse(cell)
        elif column != name and cell:
            data[column] = cell_text(cell)
    if name == "text":
        of["text"] = sample
    return to_sample(sample, tuple(votes), {**of, "data": data}, options.split)


def _value(question: Question, cell: str, cast: Caster) -> Any:
    if question.kind in PLAIN and not (question.multiple and cell.startswith("[")):
        text = cell_text(cell)
        return text if text is None or question.kind in ("text", "transcript") else cast.label(question, text)
    if not cell:
        return None
    try:
        return parse(cell)
    except DataError:
        if question.kind != "tags":
            raise
    if cast.label(question, cell) in question.class_ids:
        return [cast.label(question, cell)]
    mark = next((one for one in ";|," if one in cell), ";")
    return [cast.label(question, one.strip()) for one in cell.split(mark) if one.strip()]


def write(
    path: Path, samples: Iterable[Annotated], questions: Sequence[Question], options: Options, delimiter: str
) -> Written:
    """Write a row for each sample. The columns are known at the end, so rows wait in a file until then."""
    by_annotator = options.columns == "annotators"
    kept = (*OF_SAMPLES, "data", *(("annotator",) if by_annotator else ()))
    choose = Chooser("csv", {q.kind for q in questions}, questions, options, kept)
    columns: dict[str, set[str]] = {one: set() if by_annotator else {one} for one in choose.fit}
    further: dict[str, None] = {}
    fields = {field: f"of.{field}" if field in choose.fit else field for field in OF_SAMPLES}
    clash = {"sample", ANNOTATOR, *fields.values(), *choose.fit}
    used: set[str] = set()
    count = 0
    with TemporaryFile("w+", encoding="utf-8", errors="backslashreplace") as waiting, new_file(path, options) as file:
        for sample in samples:
            count += 1
            cells = _answers(sample, choose, columns, by_annotator)
            of = {fields[field]: getattr(sample, field) for field in fields if getattr(sample, field) is not None}
            used |= of.keys()
            data = {key if key not in clash else f"data.{key}": one for key, one in sample.data.items()}
            further.update(dict.fromkeys(data))
            cells |= {field: _cell(value) for field, value in {**data, **of}.items() if value is not None}
            waiting.write(dumps([sample.name, cells]) + "\n")
        header = [one for q in columns for one in sorted(columns[q])]
        header += [column for column in fields.values() if column in used] + list(further)
        table = RowWriter(file, delimiter, options.spreadsheet)
        table.row(["sample", *header])
        waiting.seek(0)
        for line in waiting:
            name, cells = parse(line)
            table.row([text_cell(name), *(cells.get(one, "") for one in header)])
    return choose.written(count, (path,))


def _answers(sample: Annotated, choose: Chooser, columns: dict[str, set[str]], by_annotator: bool) -> dict[str, str]:
    if not by_annotator:
        return {name: _answer(choose, vote) for name, vote in choose.one_each(sample).items()}
    cells: dict[str, str] = {}
    for vote in choose.current(sample):
        column = f"{vote.question}@{vote.annotator}"
        if vote.value is None:
            choose.lost["skips"] += 1
        elif column in cells:
            choose.lost["further votes on the same sample"] += 1
        else:
            columns[vote.question].add(column)
            cells[column] = _answer(choose, vote)
            choose.vote(vote)
    return cells


def _answer(choose: Chooser, vote: CastVote) -> str:
    question = choose.fit[vote.question]
    if question.kind in PLAIN and isinstance(vote.value, str):
        text = question.kind in ("text", "transcript")
        return text_cell(vote.value if text else choose.label(question, vote.value))
    return dumps(vote.value)


def _cell(value: Any) -> str:
    return text_cell(value) if isinstance(value, str) else dumps(value)
