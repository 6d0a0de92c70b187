"""WebVTT: cues of a sound or video, as events or as its transcript; times to the millisecond.

A cue `<v Anna>Hello` is an event of the class Anna with the text Hello, any other an event whose class is its text.
Where a transcript is asked for, it is the text of all cues, one a line. One file for each sound.
Source: https://www.w3.org/TR/webvtt1/
"""

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from datastork.core.errors import DataError
from datastork.core.questions import LabelClass, Question
from datastork.formats.casting import Caster, sound_regions
from datastork.formats.choosing import Chooser
from datastork.formats.declared import used_classes
from datastork.formats.format import READING, WRITING, Format, Options, Refused, Written
from datastork.formats.record import Annotated
from datastork.formats.sound.each import files, write_each
from datastork.formats.source import text_of as whole_text

_TIMES = re.compile(
    r"((?:\d{2,}:)?[0-5]\d:[0-5]\d\.\d{3})[ \t]+-->[ \t]+((?:\d{2,}:)?[0-5]\d:[0-5]\d\.\d{3})(?:[ \t].*)?$"
)
_VOICE = re.compile(r"<v(?:\.[^ \t>]*)?[ \t]+([^>]*)>")
_TAG = re.compile(r"<[^>]*>")
_NO_CUE = re.compile(r"(NOTE|STYLE|REGION)([ \t]|$)")


def read(path: Path, questions: Sequence[Question] | None, options: Options) -> Iterator[Annotated | Refused]:
    """Yield one sample for each file."""
    cast = Caster("webvtt", path, questions, options)
    asked = cast.asked("events", "transcript") or [q for q in [cast.question("events")] if q is not None]
    for name, file in files(path, ".vtt"):
        try:
            cues = list(_cues(whole_text(file)))
        except DataError as error:
            yield Refused(name, file.name, error.message)
            continue
        votes = []
        good_cues = [cue for _, cue in cues if isinstance(cue, dict)]
        for question in asked:
            if question.kind == "transcript":
                said = "\n".join(_said(cue["payload"]) for cue in good_cues)
                votes.append(cast.vote(name, question, said))
                continue
            found = [(where, _event(cue, question, cast)) for where, cue in cues]
            good, bad = sound_regions("events", found, name)
            yield from bad
            votes += cast.marks(name, question, good, bad)
        yield Annotated(name, tuple(votes), split=options.split)
    yield from cast.unused()


def _cues(text: str) -> Iterator[tuple[str, Any]]:
    """Yield every cue with the line of its times; an error for one that cannot be."""
    rows = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd").split("\n")
    if not re.match(r"WEBVTT([ \t]|$)", rows[0]):
        raise DataError("it does not begin with WEBVTT")
    at = 1
    while at < len(rows) and rows[at].strip():
        at += 1
    while at < len(rows):
        if not rows[at].strip():
            at += 1
            continue
        first = at
        while at < len(rows) and rows[at].strip():
            at += 1
        block = rows[first:at]
        if _NO_CUE.match(block[0]) and "-->" not in block[0]:
            continue
        identity = block.pop(0) if "-->" not in block[0] and len(block) > 1 else ""
        where = f"line {first + 1 + bool(identity)}"
        times = _TIMES.match(block[0].strip())
        if times is None:
            yield where, DataError(f"these are no times of a cue: {block[0]!r:.60}")
            continue
        start, end = _seconds(times[1]), _seconds(times[2])
        yield where, {"id": identity, "onset": start, "offset": end, "payload": "\n".join(block[1:])}


def _seconds(time: str) -> float:
    *hours, minutes, seconds = time.split(":")
    return round((int(hours[0]) if hours else 0) * 3600 + int(minutes) * 60 + float(seconds), 3)


def _said(payload: str) -> str:
    return html.unescape(_TAG.sub("", payload))


def _event(cue: Any, question: Question, cast: Caster) -> Any:
    if isinstance(cue, DataError):
        return cue
    voice = _VOICE.search(cue["payload"])
    said = _said(cue["payload"])
    event: dict[str, Any] = {"onset": cue["onset"], "offset": cue["offset"]}
    event["label"] = cast.label(question, html.unescape(voice[1]) if voice else said)
    if voice and said:
        event["text"] = said
    if cue["id"]:
        event["id"] = cue["id"]
    return event


def write(path: Path, samples: Iterable[Annotated], questions: Sequence[Question], options: Options) -> Written:
    """Write one file for each sound: its events, or its transcript as one cue."""
    choose = Chooser("webvtt", ("events", "transcript"), questions, options, ())

    def text_of(sample: Annotated) -> str | None:
        chosen = choose.one(sample)
        if chosen is None:
            return None
        question, vote = chosen
        rows = ["WEBVTT\n"]
        if question.kind == "transcript":
            end = sample.seconds or 1.0
            rows.append(f"\n{_time(0)} --> {_time(end)}\n{_payload(vote.value, choose)}\n" if vote.value else "")
        for event in vote.value if question.kind == "events" else ():
            choose.region(event, ("id", "text"))
            onset, offset = round(event["onset"], 3), round(event["offset"], 3)
            if offset <= onset:
                choose.lost["events of no length, written as one millisecond"] += 1
                offset = onset + 0.001
            identity = " ".join(str(event.get("id") or "").replace("-->", "").split())
            label = _payload(choose.label(question, event["label"]), choose)
            if event.get("text"):
                label = f"<v {label.replace(chr(10), ' ')}>{_payload(event['text'], choose)}"
            rows.append(f"\n{identity}{chr(10) * bool(identity)}{_time(onset)} --> {_time(offset)}\n{label}\n")
        return "".join(rows)

    return write_each(path, samples, choose, options, ".vtt", text_of)


def _time(seconds: float) -> str:
    thousandths = round(seconds * 1000)
    minutes, rest = divmod(thousandths, 60_000)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{rest // 1000:02d}.{rest % 1000:03d}"


def _payload(text: str, choose: Chooser) -> str:
    plain = re.sub(r"\n[ \t]*(?=\n)", "", re.sub(r"\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]", "\n", text)).strip("\n")
    if plain != text:
        choose.lost["blank lines in texts"] += 1
    return plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def classes(path: Path, options: Options) -> list[LabelClass]:
    """Return the voices and texts of cues."""
    return used_classes(read(path, None, options))


def _sniff(path: Path, head: str) -> bool:
    if path.is_dir():
        return next(files(path, ".vtt"), None) is not None
    return re.match(r"WEBVTT([ \t\r\n]|$)", head) is not None


FORMAT = Format(
    name="webvtt",
    says="WebVTT: cues as events or as a transcript, one file a sound",
    kinds=frozenset({"events", "transcript"}),
    suffixes=(".vtt",),
    sniff=_sniff,
    reader=read,
    writer=write,
    classed=classes,
    options=READING | WRITING,
    folder=True,
)
