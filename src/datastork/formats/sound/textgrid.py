"""TextGrids of Praat: tiers of intervals and of points, in the long and the short text form.

A tier called like a question is its answer; intervals without text are gaps. Events that overlap go to further tiers,
"label (2)" and so on; points to a TextTier. Tiers called otherwise are events with the attribute `tier`. UTF-8 and
UTF-16 are read, UTF-8 is written. One file for each sound.
Source: https://www.fon.hum.uva.nl/praat/manual/TextGrid_file_formats.html
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from datastork.core.errors import DataError
from datastork.core.questions import LabelClass, Question
from datastork.formats.casting import Caster, number, sound_regions, whole
from datastork.formats.choosing import Chooser
from datastork.formats.declared import used_classes
from datastork.formats.format import READING, WRITING, Format, Options, Refused, Written
from datastork.formats.record import Annotated
from datastork.formats.sound.each import files, write_each
from datastork.formats.source import text_of as whole_text

_TOKEN = re.compile(r'"((?:[^"]|"")*)"|\[\d*\]|(<\w+>)|([-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?)|!.*|[^\s"<\[!\d+-]+|.')
_FURTHER = re.compile(r" \(\d+\)$")


class Tier(NamedTuple):
    """One tier: its name, whether it is of points, and its rows (start, end, text)."""

    name: str
    points: bool
    rows: list[tuple[float, float, str]]


def read(path: Path, questions: Sequence[Question] | None, options: Options) -> Iterator[Annotated | Refused]:
    """Yield one sample for each file."""
    cast = Caster("textgrid", path, questions, options)
    for name, file in files(path, ".TextGrid"):
        try:
            seconds, tiers = _tiers(whole_text(file))
        except DataError as error:
            yield Refused(name, file.name, error.message)
            continue
        answers: dict[str, tuple[Question, list[tuple[str, Any]]]] = {}
        votes = []
        for at, tier in enumerate(tiers):
            base = _FURTHER.sub("", tier.name)
            question = cast.question("events", "transcript", name=base if cast.told else None)
            if question is None:
                continue
            if question.kind == "transcript":
                said = "\n".join(text for _, _, text in tier.rows if text)
                votes.append(cast.vote(name, question, said))
                continue
            further = {"attributes": {"tier": tier.name}} if question.name != base else {}
            found = answers.setdefault(question.name, (question, []))[1]
            for number_, (start, end, text) in enumerate(tier.rows):
                if text.strip() or tier.points:
                    event = {"label": cast.label(question, text), "onset": start, "offset": end, **further}
                    found.append((f"tier {at + 1}, row {number_ + 1}", event))
        for question, events in answers.values():
            good, bad = sound_regions("events", events, name)
            yield from bad
            votes += cast.marks(name, question, good, bad)
        yield Annotated(name, tuple(votes), seconds=seconds, split=options.split)
    yield from cast.unused()


class _Tokens:
    def __init__(self, text: str) -> None:
        self.found = ((one[1], one[2], one[3]) for one in _TOKEN.finditer(text))

    def next(self, what: str) -> tuple[str | None, str | None, str | None]:
        for text, flag, value in self.found:
            if text is not None or flag is not None or value is not None:
                return text, flag, value
        raise DataError(f"the TextGrid is cut short: {what} is missing")

    def text(self, what: str) -> str:
        text, _, _ = self.next(what)
        if text is None:
            raise DataError(f"expected {what} in quotes")
        return text.replace('""', '"')

    def number(self, what: str) -> float:
        return number(self.next(what)[2], what)


def _tiers(text: str) -> tuple[float, list[Tier]]:
    tokens = _Tokens(text)
    kind, thing = tokens.text("the type of file"), tokens.text("the class of object")
    if not kind.startswith("ooTextFile") or thing != "TextGrid":
        raise DataError(f"it is no TextGrid in a text form, but {kind} {thing}"[:120])
    tokens.number("xmin")
    seconds = tokens.number("xmax")
    if tokens.next("whether there are tiers")[1] != "<exists>":
        return seconds, []
    tiers = []
    for _ in range(_count(tokens, "the number of tiers")):
        form, name = tokens.text("the class of a tier"), tokens.text("the name of a tier")
        if form not in ("IntervalTier", "TextTier"):
            raise DataError(f"a tier of class {form!r:.40} is not known")
        tokens.number("xmin"), tokens.number("xmax")
        rows = []
        for _ in range(_count(tokens, "the number of rows")):
            start = tokens.number("a time")
            end = tokens.number("a time") if form == "IntervalTier" else start
            rows.append((start, end, tokens.text("a text")))
        tiers.append(Tier(name, form == "TextTier", rows))
    return seconds, tiers


def _count(tokens: _Tokens, what: str) -> int:
    return whole(tokens.next(what)[2], what)


def write(path: Path, samples: Iterable[Annotated], questions: Sequence[Question], options: Options) -> Written:
    """Write one TextGrid for each sound, with tiers for every question that has a vote."""
    if options.layout not in (None, "long", "short"):
        raise DataError(f"layout is 'long' or 'short', not '{options.layout}'")
    choose = Chooser("textgrid", ("events", "transcript"), questions, options, ("seconds",))

    def text_of(sample: Annotated) -> str | None:
        chosen = choose.one_each(sample)
        if not chosen:
            return None
        ends = [one["offset"] for vote in chosen.values() if isinstance(vote.value, list) for one in vote.value]
        seconds = max([sample.seconds or 0.0, *ends]) or 1.0
        tiers: list[Tier] = []
        for name, vote in chosen.items():
            question = choose.fit[name]
            if question.kind == "transcript":
                tiers.append(Tier(name, False, [(0.0, seconds, vote.value)]))
            else:
                tiers += _layers(question, vote.value, choose)
        return _written(tiers, seconds, options.layout == "short")

    return write_each(path, samples, choose, options, ".TextGrid", text_of)


def _layers(question: Question, events: Sequence[dict[str, Any]], choose: Chooser) -> list[Tier]:
    """Return the tiers of a question: intervals that do not overlap, as few as will do, and points."""
    layers: dict[tuple[str, bool], list[list[tuple[float, float, str]]]] = {(question.name, False): [[]]}
    for event in sorted(events, key=lambda one: (one["onset"], one["offset"])):
        attributes = dict(event.get("attributes") or {})
        base = str(attributes.pop("tier", question.name))
        choose.region({**event, "attributes": attributes}, ())
        row = (event["onset"], event["offset"], choose.label(question, event["label"]))
        point = row[0] == row[1]
        tiers = layers.setdefault((_FURTHER.sub("", base), point), [[]])
        free = next((one for one in tiers if point or not one or one[-1][1] <= row[0]), None)
        if free is None:
            free = []
            tiers.append(free)
        free.append(row)
    found: list[Tier] = []
    for (base, point), tiers in layers.items():
        for rows in tiers:
            same = sum(_FURTHER.sub("", one.name) == base for one in found)
            found.append(Tier(f"{base} ({same + 1})" if same else base, point, rows))
    return found


def _written(tiers: Sequence[Tier], seconds: float, short: bool) -> str:
    end = repr(float(seconds))
    rows = ['File type = "ooTextFile"', 'Object class = "TextGrid"', ""]
    rows += _pairs(short, 0, xmin="0", xmax=end)
    rows += ["<exists>", str(len(tiers))] if short else ["tiers? <exists>", f"size = {len(tiers)}", "item []:"]
    for at, tier in enumerate(tiers):
        filled = tier.rows if tier.points else _filled(tier.rows, seconds)
        what = "points" if tier.points else "intervals"
        rows += [] if short else [f"    item [{at + 1}]:"]
        form = "TextTier" if tier.points else "IntervalTier"
        rows += _pairs(short, 2, **{"class": _quoted(form), "name": _quoted(tier.name), "xmin": "0", "xmax": end})
        rows += [str(len(filled))] if short else [f"        {what}: size = {len(filled)}"]
        for number_, (start, stop, text) in enumerate(filled):
            rows += [] if short else [f"        {what} [{number_ + 1}]:"]
            if tier.points:
                rows += _pairs(short, 3, number=repr(float(start)), mark=_quoted(text))
            else:
                rows += _pairs(short, 3, xmin=repr(float(start)), xmax=repr(float(stop)), text=_quoted(text))
    return "\n".join([*rows, ""])


def _filled(rows: Sequence[tuple[float, float, str]], seconds: float) -> list[tuple[float, float, str]]:
    """Return intervals without gaps from 0 to the end, as Praat wants them."""
    filled, at = [], 0.0
    for start, end, text in rows:
        if start > at:
            filled.append((at, start, ""))
        filled.append((start, end, text))
        at = end
    return [*filled, (at, seconds, "")] if seconds > at else filled


def _pairs(short: bool, depth: int, **values: str) -> list[str]:
    return list(values.values()) if short else [f"{'    ' * depth}{key} = {value} " for key, value in values.items()]


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def classes(path: Path, options: Options) -> list[LabelClass]:
    """Return the texts of intervals and points."""
    return used_classes(read(path, None, options))


def _sniff(path: Path, head: str) -> bool:
    if path.is_dir():
        return next(files(path, ".TextGrid"), None) is not None
    return "ooTextFile" in head[:200] and '"TextGrid"' in head[:400]


FORMAT = Format(
    name="textgrid",
    says="Praat's TextGrid: tiers of events or a transcript, one file a sound",
    kinds=frozenset({"events", "transcript"}),
    suffixes=(".TextGrid",),
    sniff=_sniff,
    reader=read,
    writer=write,
    classed=classes,
    options=READING | WRITING | {"layout"},
    folder=True,
)
