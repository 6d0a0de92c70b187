"""Operations that take something away at an end of a text, keep only an end, or put something there."""

import re
from collections.abc import Iterator
from functools import lru_cache, partial
from typing import Literal

from datastork.tables.examples.operation import Operation
from datastork.tables.units.table import measure

Side = Literal["start", "end"]
_NUMBER = re.compile(r"\s*([-+]?(?:\d[\d.,]*)?\d(?:[eE][-+]?\d+)?)(?=[^\d.,]|[.,]?$)")
_FIRST = re.compile(r"\S+\s+")
_LAST = re.compile(r"[\s,;/|-]*(?:\([^()]*\)|(?<!\w)\w+\W?)$")
_KINDS = {"9": ("[0-9]", "digit"), "A": ("[A-Z]", "capital"), "a": ("[a-z]", "small letter")}
_REACH = 60  # characters at an end that are looked at


def affixes(text: str, goal: str) -> Iterator[Operation]:
    """Give what could be taken away from, or put to, a text on the way to another."""
    if goal and goal in text:
        before, _, after = text.partition(goal)
        yield from _removals(after, "end")
        yield from _removals(before, "start")
        yield from _kept(goal, before, after)
    elif text and text in goal:
        before, _, after = goal.partition(text)
        says = " and ".join(f"put {part!r} {where}" for part, where in ((before, "before"), (after, "behind")) if part)
        yield Operation(("add", before, after), says, 1.2 + len(before + after) / 10, partial(_add, before, after))
    number = _NUMBER.match(text)
    if number and number[1] != text:
        yield Operation(("number",), "keep the number only", 1.0, _number)
    first, last = _FIRST.match(text), _LAST.search(text[-_REACH:])
    if first and text.removeprefix(first[0]) != goal:
        yield from _removals(first[0], "start")
    if last and text.removesuffix(last[0]) != goal and last[0] != text:
        yield from _removals(last[0], "end")


def _removals(part: str, side: Side) -> Iterator[Operation]:
    """Give the removal of a part, and of whatever is written like it."""
    if not part:
        return
    run = partial(_without_end if side == "end" else _without_start, part)
    says, cost = f"remove {part!r} at the {side}", 1 + len(part) / 20
    yield Operation(("remove", side, part), says, cost, run, specific=_is_content(part))
    if len(part) <= 30 and re.search(r"[A-Za-z0-9]", part) and not re.match(r"[.,][0-9]", part):
        for exact in (True, False):
            told, pattern = _alike(part, side, exact)
            says = f"remove {told} at the {side}, such as {part.strip()!r}"
            yield Operation(("remove like", side, pattern), says, 1.5 + 0.1 * (not exact), partial(_cut, pattern, side))


def _is_content(part: str) -> bool:
    """Return whether a part is more than marks and units."""
    return any(measure(word) is None for word in re.findall(r"[^\W_]+", part))


def _kept(goal: str, before: str, after: str) -> Iterator[Operation]:
    """Give the choice of an end that is written like the goal."""
    side: Side = "start" if not before else "end"
    if bool(before) != bool(after) and len(goal) <= 30 and re.search(r"[A-Za-z0-9]", goal):
        for exact in (True, False):
            told, pattern = _alike(goal, side, exact)
            says = f"keep {told} at the {side}, such as {goal!r}"
            yield Operation(("keep like", side, pattern), says, 1.5 + 0.1 * (not exact), partial(_keep, pattern, side))


@lru_cache(maxsize=10_000)
def _alike(part: str, side: Side, exact: bool) -> tuple[str, re.Pattern[str]]:
    """Return in words and as a pattern what is written like a part of a text at an end of it.

    Its marks are as they are; in place of digits, capitals and small letters as many (`exact`) or any number stand.
    """
    pattern, words = "", []
    for run in re.findall(r"[A-Z]+|[a-z]+|[0-9]+|\s+|.", part, re.DOTALL):
        kind = "9" if run[0] in "0123456789" else "A" if "A" <= run[0] <= "Z" else "a" if "a" <= run[0] <= "z" else ""
        if kind:
            letters, name = _KINDS[kind]
            pattern += f"{letters}{{{len(run)}}}" if exact else f"{letters}{{1,20}}"
            words.append(f"{len(run)} {name}{'s' * (len(run) > 1)}" if exact else f"{name}s")
        elif run.isspace():
            pattern += r"\s{1,5}"
        else:
            pattern += re.escape(run)
            words.append(repr(run))
    inner, outer = r"(?<![A-Za-z0-9])(?<![0-9][.,])", r"(?![A-Za-z0-9]|[.,][0-9])"
    pattern = f"{inner * part[0].isalnum()}{pattern}\\Z" if side == "end" else f"{pattern}{outer * part[-1].isalnum()}"
    return " ".join(words), re.compile(pattern)


def _found(pattern: re.Pattern[str], side: Side, text: str) -> re.Match[str] | None:
    return pattern.match(text) if side == "start" else pattern.search(text, max(0, len(text) - _REACH))


def _cut(pattern: re.Pattern[str], side: Side, text: str) -> str | None:
    found = _found(pattern, side, text)
    return None if not found else text[found.end() :] if side == "start" else text[: found.start()]


def _keep(pattern: re.Pattern[str], side: Side, text: str) -> str | None:
    found = _found(pattern, side, text)
    return found[0].strip() if found else None


def _without_end(part: str, text: str) -> str | None:
    return text.removesuffix(part) if text.endswith(part) else None


def _without_start(part: str, text: str) -> str | None:
    return text.removeprefix(part) if text.startswith(part) else None


def _add(before: str, after: str, text: str) -> str | None:
    if not text or (before and text.startswith(before)) or (after and text.endswith(after)):
        return None
    return before + text + after


def _number(text: str) -> str | None:
    found = _NUMBER.match(text)
    return found[1] if found else None
