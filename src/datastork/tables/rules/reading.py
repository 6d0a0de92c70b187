"""From the text of a rules file to its rules; every wrong line at once, with the nearest right form."""

import re
from collections.abc import Callable, Iterable, Sequence

from datastork.core.errors import RecipeError
from datastork.tables.rules import column_lines, holoclean
from datastork.tables.rules.expressions import parse_expression
from datastork.tables.rules.lines import Denial, Derived, Fd, Missing, Rule, Rules, Split, Trust
from datastork.tables.rules.names import meant_names, same_name
from datastork.tables.rules.scan import first_of, listed, outside, unquoted
from datastork.tables.rules.tree import Expression, Literal, is_condition, names_in

MOST_LINES = 10_000
LONGEST_LINE = 10_000
SHOWN = 200  # characters of a wrong line
Named = Callable[[str], str]

FORMS = (
    "flight -> gate, terminal",
    'flight -> gate trust src when src == "tower"',
    "not (a.zip == b.zip and a.state != b.state)",
    "age: 0..120",
    "duration: minutes (also h)",
    'ounces: number, strip "oz"',
    'code = state + "_" + measure',
    "missing: N/A, ?",
    'city, state split "Portland OR"',
    "patient_id: unique",
)


def parse(text: str, columns: Sequence[str] | None = None) -> Rules:
    """Return the rules in `text`, one on each line; `#` begins a comment. The grammar is in docs/howto/rules.md.

    columns: the columns of the table; names in the rules are held against them. None: not held against anything.
    Raises RecipeError with one problem for each wrong line: its number, what is wrong and the nearest right form.

    Example:
        >>> rules = parse("zip -> state  # a ZIP code lies in one state\\nage: 0..120", ["zip", "state", "age"])
        >>> rules.fds
        ((('zip',), 'state'),)
    """
    lines = text.removeprefix("\ufeff").splitlines()
    if len(lines) > MOST_LINES:
        raise RecipeError([f"rules: {len(lines):,} lines; {MOST_LINES:,} are the most"])
    told = {number: _uncommented(line) for number, line in enumerate(lines, 1)}
    found: list[Rule] = []
    problems: list[str] = []
    notes: dict[str, str] = {}
    foreign = _foreign([line for line in told.values() if len(line) <= LONGEST_LINE], columns)
    for number, line in told.items():
        if not line:
            continue
        known = foreign if holoclean.is_one(line) else {}
        try:
            if len(line) > LONGEST_LINE:
                raise ValueError(f"{len(line):,} characters; {LONGEST_LINE:,} are the most")
            found += _rules(number, line, _naming(number, columns, known, notes))
        except ValueError as error:
            problems.append(f"rules line {number}: {error}\n      {line[:SHOWN]}")
    if problems:
        raise RecipeError(problems)
    return Rules(tuple(found), tuple(notes.values()))


def _foreign(lines: Iterable[str], columns: Sequence[str] | None) -> dict[str, str]:
    """Return the columns that the names in HoloClean's lines mean, if they were written for another header."""
    if columns is None:
        return {}
    names = [name for line in lines if holoclean.is_one(line) for name in holoclean.names(line)]
    return meant_names(names, columns)


def _naming(number: int, columns: Sequence[str] | None, known: dict[str, str], notes: dict[str, str]) -> Named:
    """Return how names of one line become columns; what was not written as the column is goes into `notes`."""

    def named(name: str) -> str:
        if not name.strip():
            raise ValueError("the name of a column is missing")
        column = name if columns is None else known.get(name) or same_name(name, columns)
        if column != name:
            notes.setdefault(name, f"{name!r} is taken for the column {column!r} (first in line {number})")
        return column

    told: dict[str, str] = {}
    return lambda name: told.setdefault(name, named(name))


def _uncommented(line: str) -> str:
    """Return a line without its comment: from a `#` at its beginning, or one between blanks, outside quotes."""
    if line.lstrip().startswith("#"):
        return ""
    for place in outside(line, "#"):
        if line[place - 1].isspace() and line[place + 1 : place + 2].strip() == "":
            return line[:place].strip()
    return line.strip()


def _rules(number: int, line: str, name: Named) -> list[Rule]:
    """Return the rules of one line. Raises ValueError."""
    if holoclean.is_one(line):
        return [Denial(number, line, holoclean.expression(line, name), pairs=holoclean.is_pair(line))]
    if re.match(r"not\b", line):
        return [_denial(number, line, name)]
    arrow = re.search(r"->|→", _blank_quoted(line))
    if arrow:
        return _dependency(number, line, arrow.start(), arrow.end(), name)
    if cut := re.search(r"\ssplit(?=\s|$)", _blank_quoted(line)):
        return [_split(number, line, cut.start(), cut.end(), name)]
    sign = first_of(line, ":=")
    if sign < 0:
        raise ValueError(f"this is no rule; the nearest form is: {_nearest_form(line)}")
    left, right = line[:sign], line[sign + 1 :]
    if line[sign] == ":":
        if left.strip() == "missing":
            return [Missing(number, line, None, _tokens(right))]
        return column_lines.read(number, line, [name(one) for one in _names(left)], right)
    if right.startswith("="):
        raise ValueError(f"a condition alone says nothing; what must never be is written: not ({line})")
    return [_derived(number, line, left, right, name)]


def _denial(number: int, line: str, name: Named) -> Denial:
    expression = parse_expression(line[3:], name)
    rows = {one.row for one in names_in(expression)}
    if not is_condition(expression) or not rows:
        raise ValueError("after 'not' stands a condition on columns: not (age < 16 and married == \"yes\")")
    if "" in rows and len(rows) > 1:
        raise ValueError("columns of two rows are all written a.… or b.…; columns of one row all without")
    if rows in ({"a"}, {"b"}):
        raise ValueError("only one row is spoken of; leave 'a.' out, or compare with a column of b")
    return Denial(number, line, expression, pairs="" not in rows)


def _dependency(number: int, line: str, start: int, end: int, name: Named) -> list[Rule]:
    given = tuple(name(one) for one in _names(line[:start]))
    rest = line[end:]
    trust = re.search(r"\strust\s", _blank_quoted(rest))
    then = tuple(name(one) for one in _names(rest[: trust.start()] if trust else rest))
    if not given or not then:
        raise ValueError("columns are missing beside '->': flight -> gate, terminal")
    if both := set(given) & set(then):
        raise ValueError(f"{sorted(both)[0]!r} stands on both sides of '->'")
    if not trust:
        return [Fd(number, line, given, then)]
    source, when, condition = _parted(rest[trust.end() :])
    if not when or not source.strip():
        raise ValueError('the form is: flight -> gate trust src when src == "tower"')
    expression = _one_row(parse_expression(condition, name))
    if not is_condition(expression):
        raise ValueError("after 'when' stands a condition, such as src == lower(flight[:2])")
    return [Trust(number, line, given, then, name(unquoted(source)), expression)]


def _parted(text: str) -> tuple[str, str, str]:
    found = re.search(r"\swhen\s", _blank_quoted(text))
    return (text[: found.start()], "when", text[found.end() :]) if found else (text, "", "")


def _split(number: int, line: str, start: int, end: int, name: Named) -> Split:
    columns = [name(one) for one in _names(line[:start])]
    example = unquoted(line[end:])
    if len(columns) != 2 or len(example.split()) < 2 or columns[0] == columns[1]:
        raise ValueError('two columns and an example of what to take apart: city, state split "Portland OR"')
    return Split(number, line, columns[0], columns[1], example)


def _derived(number: int, line: str, left: str, right: str, name: Named) -> Derived:
    names = _names(left)
    if len(names) != 1:
        raise ValueError('one column stands left of "=": code = state + "_" + measure')
    column = name(names[0])
    expression = _one_row(parse_expression(right, name))
    if is_condition(expression) or isinstance(expression, Literal):
        raise ValueError('a value of other columns stands right of "=": code = state + "_" + measure')
    if column in {one.column for one in names_in(expression)}:
        raise ValueError(f"{column!r} would follow from itself")
    return Derived(number, line, column, expression)


def _one_row(expression: Expression) -> Expression:
    if any(one.row for one in names_in(expression)):
        raise ValueError("a. and b. stand in denial constraints only; here a row is alone")
    return expression


def _names(text: str) -> list[str]:
    return [unquoted(one) for one in listed(text)]


def _tokens(text: str) -> tuple[str, ...]:
    tokens = tuple(unquoted(one) for one in listed(text))
    if not tokens:
        raise ValueError('what means missing is missing: missing: N/A, "not known", -999')
    return tokens


def _blank_quoted(line: str) -> str:
    """Return the line with blanks for what stands in quotes, so that places in it stay the same."""
    return re.sub(r'"[^"]*"|`[^`]*`', lambda found: " " * len(found[0]), line)


def _nearest_form(line: str) -> str:
    """Return the form of a rule that shares most with a wrong line."""
    from difflib import SequenceMatcher

    def share(form: str) -> float:
        words = set(re.findall(r"[a-z]+|[^\w\s]", form)) & set(re.findall(r"[a-z]+|[^\w\s]", line.lower()))
        return len(words) + SequenceMatcher(None, line[:100], form, autojunk=False).ratio()

    return max(FORMS, key=share)
