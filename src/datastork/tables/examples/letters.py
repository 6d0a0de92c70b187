"""Operations on the letters and marks of a text: case, blanks, accents, one mark for another, its parts rearranged."""

import re
import unicodedata
from collections.abc import Iterator
from functools import partial

from datastork.tables.examples.operation import Operation

_PARTS = re.compile(r"[^\W_]+")
MOST_PARTS = 8


def letters(text: str, goal: str) -> Iterator[Operation]:
    """Give what could be done to the letters and marks of a text on the way to another."""
    for key, says, run in _PLAIN:
        if run(text) != text:
            yield Operation((key,), says, 1.0, run)
    lost = [mark for mark in dict.fromkeys(text) if text.count(mark) > goal.count(mark) and not mark.isalnum()]
    new = [mark for mark in dict.fromkeys(goal) if mark not in text]
    for mark in lost[:6]:
        yield Operation(("replace", mark, ""), f"remove every {mark!r}", 1.2, partial(_replace, mark, ""))
        for other in new[:3]:
            yield Operation(
                ("replace", mark, other), f"write {other!r} for {mark!r}", 1.3, partial(_replace, mark, other)
            )
    yield from _layouts(text, goal)


def _layouts(text: str, goal: str) -> Iterator[Operation]:
    """Give the rearrangement of the parts of a text (words, numbers), or of its digits, that makes the other."""
    parts = _PARTS.findall(text)
    if 1 <= len(parts) <= MOST_PARTS and text != goal:
        pieces = re.split(r"([^\W_]+)", goal)
        if len(set(parts)) == len(parts) and len(pieces) > 3 and all(one in parts for one in pieces[1::2]):
            places = tuple(parts.index(one) for one in pieces[1::2])
            marks = tuple(pieces[::2])
            shape = _PARTS.sub("\0", text)
            says = f"rearrange {text!r} as {goal!r}"
            yield Operation(("layout", shape, places, marks), says, 2.0, partial(_layout, shape, places, marks))
    digits, told = re.sub(r"\D", "", text), re.sub(r"\D", "", goal)
    if 4 <= len(digits) == len(told) and digits == told and not re.search(r"[^\W\d_]", goal):
        says = f"write its digits as {re.sub(r'[0-9]', '9', goal)}"
        form = re.sub(r"[0-9]", "\0", goal)
        yield Operation(("digits", form), says, 1.6, partial(_digits, form))


def _layout(shape: str, places: tuple[int, ...], marks: tuple[str, ...], text: str) -> str | None:
    if _PARTS.sub("\0", text) != shape:
        return None
    parts = _PARTS.findall(text)
    return marks[0] + "".join(parts[place] + mark for place, mark in zip(places, marks[1:], strict=True))


def _digits(form: str, text: str) -> str | None:
    digits = re.sub(r"\D", "", text)
    if len(digits) != form.count("\0") or re.search(r"[^\W\d_]{2}", text):
        return None
    found = iter(digits)
    return "".join(next(found) if mark == "\0" else mark for mark in form)


def _replace(mark: str, other: str, text: str) -> str | None:
    return text.replace(mark, other) if mark in text else None


def _unaccented(text: str) -> str:
    return "".join(mark for mark in unicodedata.normalize("NFKD", text) if not unicodedata.combining(mark))


def _each_capital(text: str) -> str:
    return re.sub(r"[^\W\d_]+(?:'[^\W\d_]+)?", lambda word: word[0].capitalize(), text)


_PLAIN = (
    ("lower", "write in small letters", str.lower),
    ("upper", "write in capitals", str.upper),
    ("capital", "begin with a capital", str.capitalize),
    ("capitals", "begin every word with a capital", _each_capital),
    ("blanks", "remove needless blanks", lambda text: " ".join(text.split())),
    ("no blanks", "remove blanks", lambda text: "".join(text.split())),
    ("accents", "remove accents", _unaccented),
)
