"""The names of columns: whether the first line holds them, and what those are called that have none or share one."""

import re
from collections.abc import Sequence
from itertools import pairwise

from datastork.core.findings import plural

NAMED = "{name} has {count} without a name, called column_NUMBER"
SAMPLE = 200
YEARS = range(1500, 2200)
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d+)*|[.,]\d+)([eE][+-]?\d+)?\s*%?")
_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([ T]\d{1,2}:\d{2}.*)?")


def is_header(first: Sequence[str], body: Sequence[Sequence[str]]) -> bool:
    """Say whether the first record holds names: told by what the records below it hold.

    A column of numbers or dates whose first cell is none speaks for names. One whose first cell is one speaks
    against, and so does a column of words that repeat whose first cell is one of them. Years, 0, 1, 2 … and
    400, 410, 420 … may be names. Without evidence a first record is one of names.
    """
    body = [row for row in body[:SAMPLE] if len(row) == len(first)]
    numbers = [cell.strip() for cell in first if _NUMBER.fullmatch(cell.strip())]
    may_be_names = _may_be_names(numbers)
    against = 0
    for place, cell in enumerate(map(str.strip, first)):
        below = [value for row in body if (value := row[place].strip())]
        if not below or not cell:
            continue
        typed = sum(_typed(value) for value in below)
        if typed >= 0.9 * len(below):
            if not _typed(cell):
                return True
            against += not may_be_names or not _NUMBER.fullmatch(cell)
        elif cell in below and len(set(below)) <= len(below) / 2:
            against += 1
    return not against


def _typed(value: str) -> bool:
    return _NUMBER.fullmatch(value) is not None or _DATE.fullmatch(value) is not None


def _may_be_names(numbers: list[str]) -> bool:
    """Say whether numbers in a first record may be names: different whole ones that are years or go up evenly."""
    if not all(number.isdecimal() and number.isascii() and len(number) < 6 for number in numbers):
        return False
    values = [int(number) for number in numbers]
    steps = {after - before for before, after in pairwise(values)}
    years = all(value in YEARS for value in values) and len(set(values)) == len(values)
    even = steps == {1} or (len(values) > 2 and len(steps) == 1 and steps != {0})
    return len(values) > 1 and (years or even)


def named(name: str, header: Sequence[str], notes: list[str]) -> list[str]:
    """Return the names of the columns, all different: the second called `a` is `a_2`; what was changed is noted."""
    unnamed = sum(not column.strip() for column in header)
    if unnamed:
        notes.append(NAMED.format(name=name, count=plural(unnamed, "column")))
    given = [column.strip() or f"column_{place}" for place, column in enumerate(header)]
    taken, used = set(given), set[str]()
    count: dict[str, int] = {}
    found, renamed = [], []
    for column in given:
        fresh = column
        while fresh in used or (fresh != column and fresh in taken):
            count[column] = count.get(column, 1) + 1
            fresh = f"{column}_{count[column]}"
        if fresh != column:
            renamed.append(fresh)
        used.add(fresh)
        found.append(fresh)
    if renamed:
        more = f" and {len(renamed) - 12} more" if len(renamed) > 12 else ""
        notes.append(f"{name} has columns of the same name; the later ones are called {', '.join(renamed[:12])}{more}")
    return found


def numbered(width: int) -> list[str]:
    """Return names for the columns of a table without a header line.

    >>> numbered(2)
    ['column_0', 'column_1']
    """
    return [f"column_{place}" for place in range(width)]
