"""RTTM: who speaks when, one line for each turn, in one file for many sounds.

`SPEAKER file channel onset duration <NA> <NA> name confidence <NA>`, seconds. Names hold no spaces; a sound without
turns is not in the file. Channels other than 1 and confidences are attributes. Other types of line are passed over and
counted. Source: NIST, Rich Transcription 2009 evaluation plan, appendix A.
"""

import sys
from array import array
from collections import Counter
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
from datastork.formats.source import lines
from datastork.formats.target import new_file

_NONE = "<NA>"
_TYPES = frozenset(
    {
        "SPEAKER", "SPKR-INFO", "LEXEME", "NON-LEX", "NON-SPEECH", "SEGMENT", "NOSCORE", "NO_RT_METADATA", "FILLER",
        "EDIT", "IP", "SU", "CB", "A/P",
    }
)  # fmt: skip


class _Turns:
    """The turns of one sound, kept small: lines of one sound may stand anywhere in the file."""

    __slots__ = ("further", "names", "places", "times")

    def __init__(self) -> None:
        self.places, self.times = array("q"), array("d")
        self.names: list[str] = []
        self.further: dict[int, dict[str, Any]] = {}


def read(path: Path, questions: Sequence[Question] | None, options: Options) -> Iterator[Annotated | Refused]:
    """Yield one sample for each sound, in the order of their first lines."""
    cast = Caster("rttm", path, questions, options)
    question = cast.question("events")
    sounds: dict[str, _Turns] = {}
    others: Counter[str] = Counter()
    for at, _, line in lines(path):
        try:
            if isinstance(line, DataError):
                raise line
            words = line.split()
            if not words or words[0].startswith(";;"):
                continue
            if words[0] != "SPEAKER":
                if words[0] not in _TYPES:
                    raise DataError(f"{words[0]!r:.40} is no type of line in RTTM")
                others[words[0]] += 1
                continue
            _turn(words, at, sounds)
        except DataError as error:
            yield Refused("", f"line {at}", error.message)
    for name, turns in sounds.items():
        rows = zip(turns.places, turns.times[0::2], turns.times[1::2], turns.names, strict=True)
        found: list[tuple[str, Any]] = []
        for at, onset, length, label in rows:
            event = {"label": cast.label(question, label) if question else label, "onset": onset}
            found.append((f"line {at}", {**event, "offset": round(onset + length, 6), **turns.further.get(at, {})}))
        good, bad = sound_regions("events", found, name)
        yield from bad
        yield Annotated(name, cast.marks(name, question, good, bad) if question else (), split=options.split)
    for type_, count in others.items():
        if type_ != "SPKR-INFO":
            yield Refused("", path.name, f"{count} lines of type {type_}, which have no counterpart here")
    yield from cast.unused()


def _turn(words: Sequence[str], at: int, sounds: dict[str, _Turns]) -> None:
    if len(words) < 8:
        raise DataError(f"{len(words)} fields; a turn has 9 or 10")
    onset, length = number(words[3], "an onset in seconds"), number(words[4], "a duration in seconds")
    if length < 0:
        raise DataError(f"a duration of {length:g} seconds cannot be")
    turns = sounds.setdefault(words[1], _Turns())
    turns.places.append(at)
    turns.times.extend((onset, length))
    turns.names.append(sys.intern(words[7]))
    attributes: dict[str, Any] = {} if words[2] in ("1", _NONE) else {"channel": words[2]}
    if len(words) > 8 and words[8] != _NONE:
        attributes["confidence"] = number(words[8], "a confidence")
    if attributes:
        turns.further[at] = {"attributes": attributes}


def write(path: Path, samples: Iterable[Annotated], questions: Sequence[Question], options: Options) -> Written:
    """Write every event as a turn."""
    choose = Chooser("rttm", ("events",), questions, options, ())
    count = 0
    with new_file(path, options) as file:
        for sample in samples:
            chosen = choose.one(sample)
            if chosen is None or not chosen[1].value:
                choose.lost["samples without events"] += 1
                continue
            count += 1
            name = _word(sample.name, choose)
            for event in chosen[1].value:
                attributes = dict(event.get("attributes") or {})
                channel, sure = attributes.pop("channel", "1"), attributes.pop("confidence", _NONE)
                choose.region({**event, "attributes": attributes}, ())
                label = _word(choose.label(chosen[0], event["label"]), choose)
                length = event["offset"] - event["onset"]
                times = f"{event['onset']:.6f} {length:.6f}"
                file.write(f"SPEAKER {name} {channel} {times} <NA> <NA> {label} {sure} <NA>\n")
    return choose.written(count, (path,))


def _word(text: str, choose: Chooser) -> str:
    plain = "_".join(text.split()) or "_"
    if plain != text:
        choose.lost["spaces in names"] += 1
    return plain


def classes(path: Path, options: Options) -> list[LabelClass]:
    """Return the speakers."""
    return used_classes(read(path, None, options))


def _sniff(path: Path, head: str) -> bool:
    words = next((line.split() for line in head.splitlines() if line.strip() and not line.startswith(";;")), [])
    return len(words) >= 9 and words[0] in _TYPES


FORMAT = Format(
    name="rttm",
    says="RTTM: who speaks when, one file for many sounds",
    kinds=frozenset({"events"}),
    suffixes=(".rttm",),
    sniff=_sniff,
    reader=read,
    writer=write,
    classed=classes,
    options=READING | WRITING,
)
