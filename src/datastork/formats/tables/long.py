"""Long tables: one row for each vote, with a column for everything that is known of it; nothing is lost.

Columns are the fields of `core.votes.CastVote`, then `kind` (how the value is written: the kind of the question where
the value is one text, "json" where it is JSON, empty where there is none), then `of.width`, `of.text` … for what is
known of the sample, filled in the first row of each sample. Texts that may be missing: missing is empty, empty is `""`.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from datastork.core.errors import DataError
from datastork.core.questions import MAIN, PLAIN, Question
from datastork.core.votes import CastVote
from datastork.formats.casting import Caster
from datastork.formats.format import Options, Refused, Written
from datastork.formats.record import Annotated
from datastork.formats.stream import dumps, parse
from datastork.formats.tables.cells import RowWriter, cell_text, rows, text_cell
from datastork.formats.tables.fields import SAMPLE_FIELDS, TEXTS, VOTE_FIELDS, Gathering, of_sample, of_vote, to_vote
from datastork.formats.tables.jsonl import wanted
from datastork.formats.target import new_file

HEADER = (*VOTE_FIELDS, "kind", *(f"of.{name}" for name in SAMPLE_FIELDS))
_NUMBERS = ("confidence", "difficulty", "prominence", "seconds", "schema_version", "repeat")


def is_long(header: Sequence[str]) -> bool:
    """Whether a table with these columns has one row for each vote; without a `question` all are on the main one."""
    return {"sample", "value"} <= set(header) and not {"question", "annotator"}.isdisjoint(header)


def read(
    path: Path, questions: Sequence[Question] | None, options: Options, delimiter: str, form: str
) -> Iterator[Annotated | Refused]:
    """Yield the samples of a table. Rows of one sample that do not follow one another give it several times."""
    cast = Caster(form, path, questions, options)
    kinds = {one.name: one.kind for one in questions or ()}
    table = rows(path, delimiter)
    _, header = next(table)
    gathering = Gathering(options)
    at = header.index("sample")
    main = "" if "question" in header else options.question or (questions[0].name if questions else MAIN)
    for number, row in table:
        try:
            if len(row) > len(header):
                raise DataError(f"{len(row)} cells under {len(header)} columns")
            cells = dict(zip(header, row, strict=False))
            if main:
                cells["question"] = main
            given = _given(cells, kinds)
            said = "kind" in cells or cells.get("value") or cells.get("skipped")  # of other makers: empty is no vote
            vote = to_vote(given, cast.created_at, cast.annotator) if cells.get("question") and said else None
            yield from gathering.add(given["sample"], vote, _known(cells))
        except DataError as error:
            yield Refused(row[at] if at < len(row) else "", f"line {number}", error.message)
    yield from gathering.done()


def _given(cells: dict[str, str], kinds: dict[str, Any]) -> dict[str, Any]:
    given: dict[str, Any] = {field: cell_text(cells.get(field, "")) for field in TEXTS}
    given["sample"] = cell_text(cells.get("sample", ""))
    if given["sample"] is None:
        raise DataError("without sample")
    given |= {field: cells[field] for field in _NUMBERS if cells.get(field)}
    for field in ("changed", "decides"):
        if cells.get(field):
            if cells[field].lower() not in ("true", "false"):
                raise DataError(f"{field} must be true or false, not {cells[field]!r:.60}")
            given[field] = cells[field].lower() == "true"
    if cells.get("suggestion"):
        given["suggestion"] = parse(cells["suggestion"])
    value = cells.get("value", "")
    kind = cells.get("kind")
    if kind is None:  # a table of another maker
        kind = kinds.get(given["question"] or "", "choice") if value else ""
    if kind:
        given["value"] = value if kind in PLAIN else parse(value)
    return given


def _known(cells: dict[str, str]) -> dict[str, Any]:
    known: dict[str, Any] = {}
    for field in SAMPLE_FIELDS:
        cell = cells.get(f"of.{field}", "")
        if cell:
            known[field] = cell_text(cell) if field in ("text", "split") else parse(cell)
    return known


def write(
    path: Path, samples: Iterable[Annotated], questions: Sequence[Question], options: Options, delimiter: str
) -> Written:
    """Write every vote as a row."""
    kinds = {one.name: one.kind for one in questions}
    count, lost = 0, 0
    with new_file(path, options) as file:
        table = RowWriter(file, delimiter, options.spreadsheet)
        table.row(list(HEADER))
        for sample in samples:
            count += 1
            of = of_sample(sample)
            chosen = [vote for vote in sample.votes if wanted(vote, options)]
            lost += len(sample.votes) - len(chosen)
            extra = {f"of.{field}": _cell(value) for field, value in of.items()}
            first = (
                {**_vote_cells(chosen[0], kinds), **extra} if chosen else {"sample": text_cell(sample.name), **extra}
            )
            for cells in (first, *(_vote_cells(vote, kinds) for vote in chosen[1:])):
                cells["sample"] = text_cell(sample.name)
                table.row([cells.get(field, "") for field in HEADER])
    return Written(count, (path,), (), {"votes not asked for": lost} if lost else {})


def _vote_cells(vote: CastVote, kinds: dict[str, Any]) -> dict[str, str]:
    cells = {field: _cell(value) for field, value in of_vote(vote).items() if field not in ("value", "suggestion")}
    if vote.suggestion is not None:
        cells["suggestion"] = dumps(vote.suggestion)
    if vote.value is not None:
        kind = kinds.get(vote.question, "json")
        plain = kind in PLAIN and isinstance(vote.value, str)
        cells["kind"] = kind if plain else "json"
        cells["value"] = vote.value if plain else dumps(vote.value)
    return cells


def _cell(value: Any) -> str:
    return text_cell(value) if isinstance(value, str) else dumps(value)
