"""Label tracks of Audacity: start, end and text, divided by tabs, and a line of frequencies where a label has them.

Seconds with six decimals; older files have a decimal comma. A point has its end where its start is. A line that
begins with a backslash gives the lowest and highest frequency of the label before it, in Hz, −1 where there is none.
Source: https://manual.audacityteam.org/man/importing_and_exporting_labels.html
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from datastork.core.errors import DataError
from datastork.core.questions import LabelClass, Question
from datastork.formats.casting import Caster, number, sound_regions
from datastork.formats.choosing import Chooser
from datastork.formats.declared import used_classes
from datastork.formats.format import READING, WRITING, Format, Options, Refused, Written
from datastork.formats.record import Annotated
from datastork.formats.sound.each import files, on_one_line, write_each
from datastork.formats.source import lines


def read(path: Path, questions: Sequence[Question] | None, options: Options) -> Iterator[Annotated | Refused]:
    """Yield one sample for each file."""
    cast = Caster("audacity", path, questions, options)
    question = cast.question("events")
    for name, file in files(path, ".txt"):
        found: list[tuple[str, Any]] = []
        for at, _, line in lines(file):
            try:
                if isinstance(line, DataError):
                    raise line
                if line.startswith("\\"):
                    _band(line, found[-1][1] if found else None)
                elif line.strip():
                    found.append((f"line {at}", _event(line, question, cast)))
            except DataError as error:
                found.append((f"line {at}", error))
        good, bad = sound_regions("events", found, name)
        yield from bad
        votes = cast.marks(name, question, good, bad) if question is not None else ()
        yield Annotated(name, votes, split=options.split)
    yield from cast.unused()


def _event(line: str, question: Question | None, cast: Caster) -> dict[str, Any]:
    cells = line.split("\t", 2)
    if len(cells) < 2:
        raise DataError(f"expected start, end and text with tabs between, got {line!r:.60}")
    onset, offset = (_decimal(cell, "seconds") for cell in cells[:2])
    text = cells[2] if len(cells) > 2 else ""
    if not text.strip():
        if question is None or len(question.classes) != 1:
            raise DataError("a label without text, where there is more than one class")
        text = question.classes[0].id
    return {"label": cast.label(question, text) if question is not None else text, "onset": onset, "offset": offset}


def _band(line: str, event: Any) -> None:
    if not isinstance(event, dict):
        raise DataError("frequencies without a label before them")
    cells = line.split("\t")
    if len(cells) < 3:
        raise DataError(f"expected two frequencies, got {line!r:.60}")
    for side, cell in zip(("low", "high"), cells[1:3], strict=True):
        value = _decimal(cell, "Hz")
        if value >= 0:
            event[side] = value


def _decimal(text: str, unit: str) -> float:
    return number(text.strip().replace(",", "."), unit)


def write(path: Path, samples: Iterable[Annotated], questions: Sequence[Question], options: Options) -> Written:
    """Write one label track for each sound."""
    choose = Chooser("audacity", ("events",), questions, options, ())

    def text_of(sample: Annotated) -> str | None:
        chosen = choose.one(sample)
        if chosen is None:
            return None
        question, vote = chosen
        rows = []
        for event in vote.value:
            choose.region(event, ("low", "high"))
            label = on_one_line(choose.label(question, event["label"]), choose)
            rows.append(f"{event['onset']:.6f}\t{event['offset']:.6f}\t{label}\n")
            if "low" in event or "high" in event:
                rows.append(f"\\\t{event.get('low', -1.0):.6f}\t{event.get('high', -1.0):.6f}\n")
        return "".join(rows)

    return write_each(path, samples, choose, options, ".txt", text_of)


def classes(path: Path, options: Options) -> list[LabelClass]:
    """Return the texts of the labels."""
    return used_classes(read(path, None, options))


def _sniff(path: Path, head: str) -> bool:
    if path.is_dir():
        first = next(files(path, ".txt"), None)
        if first is None:
            return False
        head = next((line for _, _, line in lines(first[1]) if isinstance(line, str) and line.strip()), "")
    elif path.suffix.lower() != ".txt":
        return False
    try:
        return len([_decimal(cell, "seconds") for cell in head.partition("\n")[0].split("\t")[:2]]) == 2
    except DataError:
        return False


FORMAT = Format(
    name="audacity",
    says="Audacity's label tracks: sound events with their frequencies, one file a sound",
    kinds=frozenset({"events"}),
    suffixes=(".txt",),
    sniff=_sniff,
    reader=read,
    writer=write,
    classed=classes,
    options=READING | WRITING,
    folder=True,
)
