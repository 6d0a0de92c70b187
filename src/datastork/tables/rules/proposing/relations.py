"""Rules on columns together: dependencies, keys, derived and slipped columns."""

import re
from collections.abc import Iterator, Mapping, Sequence

from datastork.tables.dependencies import Dependency, equivalent_columns, find_dependencies, find_derived, find_keys
from datastork.tables.grid import Grid
from datastork.tables.kinds import Kind
from datastork.tables.rules.evaluate import given_codes
from datastork.tables.rules.proposing.candidate import Candidate, written

MOST_KEYS = 3
MOST_PARTS = 3  # words that a value which slipped may have
MOST_COLUMNS = 80  # that are looked at two by two
SLIPPED = 0.5  # of the rows that lack a value must have it in the other column
LEAST_SLIPPED = 3
MOST_MISSING = 0.5
LIKELY = 0.9  # agreement
NEAR = 0.02  # of agreement and gain, for two dependencies to be as sure as a third


def dependencies(grid: Grid, kinds: Mapping[str, Kind], seed: int) -> Iterator[Candidate]:
    """Give the dependencies that do not follow from others given here.

    Of columns that tell one another, the first speaks for all: it tells the others and they tell it, and what they
    tell besides is told by it. A dependency that follows from two others is left out.
    """
    found = [one for one in find_dependencies(grid, kinds=kinds, seed=seed) if _is_real(one, kinds)]
    speaker = {name: group[0] for group in equivalent_columns(found) for name in group}
    said = [one for one in found if _speaks(one, speaker, found)]
    single = {(one.given[0], one.column): one for one in said if len(one.given) == 1}
    for one in said:
        if len(one.given) > 1 or not _follows(one, single):
            line = f"{', '.join(map(written, one.given))} -> {written(one.column)}"
            likely = one.agreement >= LIKELY and not _is_echo(one, single)
            yield Candidate("dependencies", line, (*one.given, one.column), one.support, one.gain, likely=likely)


def _speaks(one: Dependency, speaker: Mapping[str, str], found: Sequence[Dependency]) -> bool:
    """Return whether a dependency is one of a column that speaks for those it tells and is told by."""
    if len(one.given) > 1:
        return True
    given, column = one.given[0], one.column
    if speaker.get(given, given) == speaker.get(column, column):
        return speaker[given] in (given, column)
    if speaker.get(given, given) != given:
        return False
    other = speaker.get(column, column)
    return other == column or not any(two.column == other and two.given == one.given for two in found)


def _follows(one: Dependency, single: Mapping[tuple[str, str], Dependency]) -> bool:
    """Return whether two dependencies that are as sure say the same, by a column between."""
    given, column = one.given[0], one.column
    for (start, middle), first in single.items():
        second = single.get((middle, column))
        if start == given and second is not None and (middle, given) not in single and (column, middle) not in single:
            sure = min(first.agreement, second.agreement) >= one.agreement - NEAR
            if sure and min(first.gain, second.gain) >= one.gain - NEAR:
                return True
    return False


def _is_echo(one: Dependency, single: Mapping[tuple[str, str], Dependency]) -> bool:
    """Return whether a column that tells both sides tells them better than the one tells the other."""
    return len(one.given) == 1 and any(
        column == one.column
        and (given, one.given[0]) in single
        and better.gain > one.gain
        and given != one.given[0]
        and (one.given[0], given) not in single
        for (given, column), better in single.items()
    )


def _is_real(one: Dependency, kinds: Mapping[str, Kind]) -> bool:
    """Return whether a dependency is one a person would write: numbers that are measured tell nothing."""
    return not any(kinds[name].name == "number" for name in one.given)


def keys(grid: Grid, kinds: Mapping[str, Kind]) -> Iterator[Candidate]:
    """Give the keys, single columns first."""
    for key in find_keys(grid, kinds=kinds)[:MOST_KEYS]:
        yield Candidate("keys", f"{', '.join(map(written, key.columns))}: unique", key.columns, grid.rows)


def derived(grid: Grid, kinds: Mapping[str, Kind], seed: int) -> Iterator[Candidate]:
    """Give the columns that others make up."""
    for one in find_derived(grid, kinds=kinds, seed=seed):
        cut = re.fullmatch(r"the (first|last) (\d+) characters of .*", one.text, re.S)
        if cut and one.how == "part":
            places = f"[:{cut[2]}]" if cut[1] == "first" else f"[-{cut[2]}:]"
            text = f"{written(one.parts[0])}{places}"
        else:
            text = one.text
            for name in sorted(set(one.parts), key=len, reverse=True):
                if written(name) != name:
                    text = text.replace(name, written(name))
        line = f"{written(one.column)} = {text}"
        yield Candidate("columns that follow from others", line, (*one.parts, one.column), one.support, one.agreement)


def slipped(grid: Grid, kinds: Mapping[str, Kind]) -> Iterator[Candidate]:
    """Give pairs of columns of which the second stands at the end of the first where it is not given."""
    import numpy as np

    words = ("category", "text", "identifier", "code")
    for second in grid.columns[:MOST_COLUMNS]:
        codes = given_codes(second)
        lacking = np.flatnonzero(codes < 0)
        if not LEAST_SLIPPED <= len(lacking) <= MOST_MISSING * grid.rows or kinds[second.name].name not in words:
            continue
        known = {second.values[code] for code in np.unique(codes[codes >= 0]).tolist()}
        for first in grid.columns[:MOST_COLUMNS]:
            if first.name == second.name or kinds[first.name].name not in words:
                continue
            ends = [_has_end(value, known) for value in first.values]
            mine = np.array([*ends, False], bool)[first.codes]
            count = int(mine[lacking].sum())
            if count >= max(LEAST_SLIPPED, SLIPPED * len(lacking)):
                example = first.text(int(lacking[mine[lacking]][0])) or ""
                if '"' not in example and example.isprintable():
                    line = f'{written(first.name)}, {written(second.name)} split "{example}"'
                    columns = (first.name, second.name)
                    yield Candidate("columns that slipped", line, columns, len(lacking), count / len(lacking))


def _has_end(value: str, known: set[str]) -> bool:
    parts = value.split()
    return any(_tail(parts, size) in known for size in range(1, min(MOST_PARTS, len(parts) - 1) + 1))


def _tail(parts: Sequence[str], size: int) -> str:
    return " ".join(parts[-size:])
