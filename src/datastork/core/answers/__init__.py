"""The answers to questions: which values are right, and their one canonical form.

An answer is untrusted: it comes from a browser, from a file another tool wrote, from a model. `problems_of` says what
is wrong with it, `canonical` puts a right one into the one form that is stored, so that equal answers are equal text.
"""

import json
import math
from collections.abc import Mapping
from typing import Any

from datastork.core.answers.regions import REGION_FIELDS, canonical_region, region_problems
from datastork.core.errors import DataError
from datastork.core.nearest import did_you_mean
from datastork.core.questions import NONE, OTHER, PLAIN, REGIONS, Question

MAX_TEXT = 100_000  # characters of a text answer
MAX_REGIONS = 10_000  # regions of one answer
MAX_OTHER = 200  # characters after "other: "


def problems_of(question: Question, value: Any, media: Mapping[str, Any] | None = None) -> list[str]:
    """Return what is wrong with an answer, in words; empty where nothing is.

    `media` holds what is known of the sample: `width`, `height` (pixels), `seconds`, `frames`, `characters`, `columns`;
    what is not known is not checked.
    """
    check = _CHECKS[question.kind] if question.kind not in REGIONS else _regions
    return check(question, value, media or {}) or _unwritable(value)


def canonical(question: Question, value: Any) -> Any:
    """Return a right answer in its one form: tags in the order of the classes, regions in reading order."""
    if question.kind in ("tags", "taxonomy") and isinstance(value, list):
        place = {name: at for at, name in enumerate(question.class_ids)}
        return sorted(dict.fromkeys(value), key=lambda name: (place.get(name, len(place)), name))
    if question.kind in ("text", "transcript"):
        return value.strip()
    if question.kind == "open" and isinstance(value, str) and value.startswith(OTHER):
        return OTHER + value[len(OTHER) :].strip()
    if question.kind == "cells":
        return dict(sorted(value.items()))
    if question.kind in REGIONS:
        done = [canonical_region(question.kind, one) for one in value]
        return sorted(done, key=lambda one: _place(question.kind, one))
    return value


def check_answer(question: Question, value: Any, media: Mapping[str, Any] | None = None) -> Any:
    """Return the canonical form of an answer. Raises DataError with everything that is wrong with it."""
    problems = problems_of(question, value, media)
    if problems:
        raise DataError(f"question '{question.name}': " + "; ".join(problems[:10]))
    return canonical(question, value)


def as_text(kind: str, value: Any) -> str:
    """Return an answer as the text that stands in the column `votes`: plain where it is one text, else JSON."""
    if kind in PLAIN and isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def from_text(kind: str, text: str) -> Any:
    """Return the answer behind the text of `as_text`. Raises DataError where it is none.

    NaN, infinity, half characters (`"\\ud800"`) and lists nested beyond measure are none.
    """
    if kind in PLAIN and not (kind == "taxonomy" and text.startswith("[")):
        return text
    try:
        value = _DECODER.decode(text)
        if "\\u" in text:
            json.dumps(value, ensure_ascii=False).encode()
        return value
    except (ValueError, RecursionError) as error:
        raise DataError(f"a vote for a question of kind {kind} is no JSON: {text[:80]!r}") from error


def _no_number(word: str) -> Any:
    raise ValueError(f"{word} is no number in JSON")


_DECODER = json.JSONDecoder(parse_constant=_no_number)


def _unwritable(value: Any) -> list[str]:
    """Return what keeps an answer from being written as UTF-8."""
    try:
        (value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)).encode()
    except UnicodeEncodeError:
        return ["it holds half of a character (a surrogate without its other half)"]
    return []


def _choice(question: Question, value: Any, media: Mapping[str, Any]) -> list[str]:
    if not isinstance(value, str) or not value:
        return [f"expected the name of a class, got {_shown(value)}"]
    return _class_problems(question, value)


def _class_problems(question: Question, value: str) -> list[str]:
    known = _known(question)
    if known is None:
        return []
    found = known.get(value)
    if found is None:
        near = did_you_mean(value, known) if len(known) < 5000 else ""
        return [f"'{value[:80]}' is not one of its classes{near}"]
    return [f"'{value}' only groups other classes; choose one of those"] if found else []


def _known(question: Question) -> dict[str, bool] | None:
    """Return the classes of a question, and of each whether it only groups others; None where any will do."""
    return {one.id: one.abstract for one in question.classes} if question.classes else None


def _tags(question: Question, value: Any, media: Mapping[str, Any]) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        return [f"expected a list of classes, got {_shown(value)}"]
    if len(value) > MAX_REGIONS:
        return [f"{len(value):,} classes are more than {MAX_REGIONS:,}"]
    return [problem for one in dict.fromkeys(value) for problem in _class_problems(question, one)]


def _taxonomy(question: Question, value: Any, media: Mapping[str, Any]) -> list[str]:
    if question.multiple:
        return _tags(question, value, media)
    return _choice(question, value, media)


def _open(question: Question, value: Any, media: Mapping[str, Any]) -> list[str]:
    if value == NONE:
        return []
    if isinstance(value, str) and value.startswith(OTHER):
        rest = value[len(OTHER) :].strip()
        if not rest:
            return [f"'{OTHER.strip()}' needs words after it"]
        return [f"'other' is longer than {MAX_OTHER} characters"] if len(rest) > MAX_OTHER else []
    return _choice(question, value, media)


def _rating(question: Question, value: Any, media: Mapping[str, Any]) -> list[str]:
    if not isinstance(value, int) or isinstance(value, bool):
        return [f"expected a whole number, got {_shown(value)}"]
    if not question.low <= value <= question.high:
        return [f"{value} is not between {question.low} and {question.high}"]
    return []


def _text(question: Question, value: Any, media: Mapping[str, Any]) -> list[str]:
    if not isinstance(value, str):
        return [f"expected a text, got {_shown(value)}"]
    if len(value) > MAX_TEXT:
        return [f"the text has {len(value):,} characters, more than {MAX_TEXT:,}"]
    if question.kind == "text" and question.required and not value.strip():
        return ["the text is empty"]
    return []


def _preference(question: Question, value: Any, media: Mapping[str, Any]) -> list[str]:
    if not isinstance(value, dict) or set(value) != {"left", "right", "answer"}:
        return [f'expected {{"left", "right", "answer"}}, got {_shown(value)}']
    problems = [f"'{side}' must name what was compared" for side in ("left", "right") if not _named(value[side])]
    if not problems and value["left"] == value["right"]:
        problems.append(f"{value['left'][:80]!r} is compared with itself")
    if value["answer"] not in ("left", "right", "tie"):
        problems.append(f"the answer is left, right or tie, not {_shown(value['answer'])}")
    return problems


def _named(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 1000


def _cells(question: Question, value: Any, media: Mapping[str, Any]) -> list[str]:
    if not isinstance(value, dict):
        return [f"expected corrected values by column, got {_shown(value)}"]
    problems = [
        f"column {name!r} must be given a text, got {_shown(one)}"
        for name, one in value.items()
        if not isinstance(one, str) or len(one) > MAX_TEXT
    ]
    columns = media.get("columns")
    if columns is not None:
        names = list(columns)
        problems += [
            f"there is no column {name!r}{did_you_mean(str(name), names)}" for name in value if name not in names
        ]
    return problems


def _regions(question: Question, value: Any, media: Mapping[str, Any]) -> list[str]:
    if not isinstance(value, list):
        return [f"expected a list of {question.kind}, got {_shown(value)}"]
    if len(value) > MAX_REGIONS:
        return [f"{len(value):,} {question.kind} are more than {MAX_REGIONS:,}"]
    problems: list[str] = []
    seen: set[str] = set()
    known = _known(question)
    for at, one in enumerate(value, start=1):
        if not isinstance(one, dict):
            problems.append(f"{at}: expected {', '.join(REGION_FIELDS[question.kind])}, got {_shown(one)}")
            continue
        found = region_problems(question.kind, one, media, question.points)
        label = one.get("label")
        if isinstance(label, str) and known is not None and label not in known:
            found += _class_problems(question, label)
        name = one.get("id")
        if isinstance(name, str) and name in seen:
            found.append(f"the id {name!r} is given twice")
        if isinstance(name, str):
            seen.add(name)
        problems += [f"{at}: {problem}" for problem in found]
        if len(problems) > 20:
            break
    return problems


def _place(kind: str, one: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return what a region is ordered by: where it begins, then where it ends, then its class."""
    key = {
        "spans": ("start", "end"),
        "events": ("onset", "offset"),
        "frames": ("start", "end"),
        "boxes": ("y", "x", "height", "width"),
        "tracks": ("track",),
    }.get(kind, ())
    rest = json.dumps(one, sort_keys=True)
    return (*(one.get(name, 0) for name in key), str(one.get("label", "")), rest)


def _shown(value: Any) -> str:
    if isinstance(value, float) and not math.isfinite(value):
        return "no finite number"
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"


_CHECKS = {
    "choice": _choice,
    "tags": _tags,
    "taxonomy": _taxonomy,
    "open": _open,
    "rating": _rating,
    "text": _text,
    "transcript": _text,
    "preference": _preference,
    "cells": _cells,
}
