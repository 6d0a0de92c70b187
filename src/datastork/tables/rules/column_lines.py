"""Lines about one column: `age: 0..120`, `ounces: number, strip "oz"`, `duration: minutes (also h)`."""

import re
from typing import Any, get_args

from datastork.core.nearest import did_you_mean
from datastork.tables.rules.lines import Format, Kind, Missing, Order, Pin, Range, Rule, Unique, Unit
from datastork.tables.rules.scan import listed, outside, unquoted

NUMBER = r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?"
RANGE = re.compile(rf"({NUMBER})?\s*\.\.\s*({NUMBER})?\s*(\D.*)?")
BOUND = re.compile(rf"(>=|<=)\s*({NUMBER})\s*(\D.*)?")
DIGITS = re.compile(r"(\d{1,2})(?:\s*\.\.\s*(\d{1,2}))? digits?")
DECIMALS = re.compile(r"(\d{1,2}) decimals?")
ZEROS = "drop leading zeros"
KINDS: tuple[str, ...] = get_args(Kind)
ORDERS: tuple[str, ...] = get_args(Order)
ALIASES = (
    {"integer": "whole number", "lowercase": "lower case", "uppercase": "upper case", "lower": "lower case"}
    | {
        "upper": "upper case",
        "numeric": "number",
        "int": "whole number",
        "%": "percent",
    }
    | {f"{word} leading zeros": ZEROS for word in ("no", "remove", "strip", "without")}
)
WORDS = (
    *KINDS,
    *ORDERS,
    "text",
    "unique",
    "missing",
    "strip",
    "decimal comma",
    "shortest",
    ZEROS,
    "5 digits",
    "2 decimals",
    "as",
)


def read(number: int, line: str, columns: list[str], right: str) -> list[Rule]:
    """Return the rules of a line about one column or several. Raises ValueError."""
    if not columns:
        raise ValueError("the name of a column is missing before ':'")
    parts = listed(right)
    if not parts:
        raise ValueError("nothing stands after ':'; such as 0..120, number, text, unique, minutes (also h)")
    if parts == ["unique"]:
        return [Unique(number, line, tuple(columns))]
    return [rule for column in columns for rule in _Line(number, line, column).rules(parts)]


class _Line:
    """What the parts of a line say of one column, gathered."""

    def __init__(self, number: int, line: str, column: str) -> None:
        self.head = (number, line, column)
        self.found: list[Rule] = []
        self.form: dict[str, Any] = {}
        self.text = False
        self.digits: tuple[int, int] | None = None

    def rules(self, parts: list[str]) -> list[Rule]:
        list_of = ""
        for part in parts:
            word = part.split(None, 1)[0]
            if list_of and (part[0] in '"`' or not _is_keyword(part)):
                self.add_to(list_of, part)
                continue
            list_of = word if word in ("strip", "missing") else ""
            self.one(part, word)
        if self.text or self.digits:
            if self.form.get("kind") not in (None, "lower case", "upper case"):
                raise ValueError(f"a column is text or {self.form['kind']}, not both")
            self.found.append(Pin(*self.head, self.digits))
        if self.form:
            self.found.append(self.formed())
        return self.found

    def formed(self) -> Format:
        kind = self.form.get("kind")
        if kind not in ("date", "time") and ("out" in self.form or "order" in self.form):
            raise ValueError(f"'as' and day, month or year first belong to a date: {self.head[2]}: date, day first")
        if kind not in ("number", "percent") and {"decimals", "shortest", "comma"} & set(self.form):
            raise ValueError(f"decimals belong to a number: {self.head[2]}: number, 2 decimals")
        if kind not in ("number", "whole number") and "zeros" in self.form:
            raise ValueError(f"only numbers can do without leading zeros: {self.head[2]}: number, {ZEROS}")
        return Format(*self.head, kind=kind, **{key: value for key, value in self.form.items() if key != "kind"})

    def add_to(self, list_of: str, part: str) -> None:
        if list_of == "strip":
            self.form["strip"] = (*self.form.get("strip", ()), unquoted(part))
        else:
            last = self.found.pop()
            assert isinstance(last, Missing)
            self.found.append(Missing(*self.head, (*last.tokens, unquoted(part))))

    def one(self, part: str, word: str) -> None:
        number, line, column = self.head
        plain = " ".join(ALIASES.get(part, part).split())
        if found := DIGITS.fullmatch(plain):
            self.digits = (int(found[1]), int(found[2] or found[1]))
        elif found := RANGE.fullmatch(part):
            self.found.append(_range(number, line, column, found[1], found[2], found[3]))
        elif found := BOUND.fullmatch(part):
            low, high = (found[2], None) if found[1] == ">=" else (None, found[2])
            self.found.append(_range(number, line, column, low, high, found[3]))
        elif plain in KINDS:
            if "kind" in self.form:
                raise ValueError(f"a column is {self.form['kind']} or {plain}, not both")
            self.form["kind"] = plain
        elif plain in ORDERS:
            self.form["order"] = plain
            self.form.setdefault("kind", "date")
        elif (kind := plain.rsplit(" ", 2)[0]) in ("date", "time") and plain.removeprefix(f"{kind} ") in ORDERS:
            self.form |= {"kind": kind, "order": plain.removeprefix(f"{kind} ")}
        elif plain == ZEROS:
            self.form["zeros"] = False
        elif word == "as" and len(part) > 3:
            self.form["out"] = _pattern(unquoted(part[2:]))
        elif word == "strip" and len(part) > 6:
            self.form["strip"] = (*self.form.get("strip", ()), unquoted(part[5:]))
        elif word == "missing" and len(part) > 8:
            self.found.append(Missing(number, line, column, (unquoted(part[7:]),)))
        elif plain == "text":
            self.text = True
        elif plain == "decimal comma":
            self.form["comma"] = True
        elif plain == "shortest":
            self.form["shortest"] = True
        elif plain == "unique":
            self.found.append(Unique(number, line, (column,)))
        elif found := DECIMALS.fullmatch(plain):
            self.form["decimals"] = int(found[1])
        elif word in ("strip", "missing", "as"):
            raise ValueError(f'after {word!r} stands what, such as {column}: {word} "…"')
        else:
            self.found.append(_unit(number, line, column, part))


def _is_keyword(part: str) -> bool:
    """Return whether a part of a line begins something of its own, rather than going on with a list."""
    plain = " ".join(ALIASES.get(part, part).split())
    forms = (RANGE, BOUND, DIGITS, DECIMALS)
    return (
        plain in WORDS
        or part.split(None, 1)[0] in ("strip", "missing", "as", "date", "time")
        or any(form.fullmatch(plain) for form in forms)
    )


def _range(number: int, line: str, column: str, low: str | None, high: str | None, unit: str | None) -> Range:
    least, most = (None if one is None else float(one) for one in (low, high))
    if least is None and most is None:
        raise ValueError("a range has an end: 0..120, 0.., ..120")
    if least is not None and most is not None and least > most:
        raise ValueError(f"the range {low}..{high} is empty; did you mean {high}..{low}?")
    return Range(number, line, column, least, most, (unit or "").strip())


def _unit(number: int, line: str, column: str, part: str) -> Unit:
    """Return the rule of a part such as `minutes (also h, "1:30"; maybe hours)`."""
    from datastork.tables.units.table import all_words, measure

    opening = next(outside(part, "("), len(part))
    word, inner = unquoted(part[:opening]), part[opening:]
    target = measure(word)
    if target is None:
        raise ValueError(f"{part!r} is not known{did_you_mean(word, [*WORDS, *all_words()])}")
    also: list[str] = []
    maybe: list[str] = []
    if inner and not inner.endswith(")"):
        raise ValueError(f"the bracket in {part!r} is not closed")
    into = also
    for one in (piece for half in inner[1:-1].split(";") for piece in listed(half)):
        if one.split(None, 1)[0] in ("also", "maybe"):
            head, _, one = one.partition(" ")
            into = also if head == "also" else maybe
        into.append(_other(unquoted(one), target.dimension, into is also))
    return Unit(number, line, column, word, tuple(also), tuple(maybe))


def _other(word: str, dimension: str, also: bool) -> str:
    from datastork.tables.units.table import MEASURES, measure

    clock = re.fullmatch(r"\d+:\d\d(?::\d\d)?", word) is not None and dimension == "time" and also
    if not clock and measure(word, dimension) is None:
        raise ValueError(f"{word!r} is no unit of {dimension}{did_you_mean(word, MEASURES[dimension])}")
    return "h:mm" if clock else word


def _pattern(text: str) -> str:
    from datastork.tables.rules.forms.dates import check_pattern

    return check_pattern(text)
