"""Rules on how the values of a column are written: missing tokens, units, dates, codes, ranges."""

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from datastork.tables.grid import Column, Grid
from datastork.tables.kinds import Kind
from datastork.tables.rules.proposing.candidate import Candidate, written
from datastork.tables.units.numbers import bare, is_noisy, number_of, shortest
from datastork.tables.units.quantities import read_written
from datastork.tables.units.table import MEASURES, measure

if TYPE_CHECKING:
    import numpy as np

WORD = re.compile(r"[^\W\d_]+|[^\w\s]+")
UNIFORM = 0.999  # of the values written in one way: then there is nothing to bring into one form
LEAST = 0.0005  # share of the rows a suffix has, to be one
ALIKE = 3.0  # times as large may numbers with a suffix be in the middle as those without
TAIL = 0.001
RARE = 0.01  # of the numbers
LOOKED_AT = 2000  # of the commonest values
WIDE = 2.0  # times as far from the middle as nearly all values may a range reach
MOST_RANGES = 500  # columns of numbers for which ranges are proposed
FEW = 0.01  # of the rows may be outside a proposed range


def missing_tokens(grid: Grid, kinds: Mapping[str, Kind]) -> Iterator[Candidate]:
    """Give one line for words that say missing anywhere, and one for each column with numbers that seem to."""
    cells: dict[str, int] = {}
    for column in grid.columns:
        for token in kinds[column.name].missing_tokens:
            if token.strip():
                count = int(column.counts[column.values.index(token)])
                cells[token.strip()] = cells.get(token.strip(), 0) + count
    if cells:
        told = ", ".join(_quoted(token) for token in sorted(cells, key=lambda token: (-cells[token], token)))
        yield Candidate("missing values", f"missing: {told}", grid.names, sum(cells.values()))
    for column in grid.columns:
        for value, _ in kinds[column.name].sentinels:
            count = int(column.counts[column.values.index(value)]) if value in column.values else 0
            line = f"{written(column.name)}: missing {_quoted(value)}"
            yield Candidate("missing values", line, (column.name,), count, likely=False)


def forms(grid: Grid, kinds: Mapping[str, Kind]) -> Iterator[Candidate]:
    """Give lines for numbers with a suffix, rounding noise, mixed dates and times, codes of fixed width."""
    for column in grid.columns:
        kind = kinds[column.name]
        given = int(column.counts.sum())
        if kind.is_number:
            yield from _numbers(column, kind, given)
        elif kind.name in ("date", "datetime", "time"):
            yield from _moments(column, kind, given)
        elif (width := _width(kind)) is not None:
            line = f"{written(column.name)}: text, {width} digits"
            yield Candidate("how values are written", line, (column.name,), given, kind.share)


def _numbers(column: Column, kind: Kind, given: int) -> Iterator[Candidate]:
    name = written(column.name)
    comma = ", decimal comma" if kind.decimal == "," else ""
    suffixes = [(word, share) for word, share in kind.units if share >= LEAST]
    spelt = len(suffixes) > 1 or sum(share for _, share in suffixes) < UNIFORM or _spellings(column) > 1
    if suffixes and spelt:
        if (units := _units([word for word, _ in suffixes])) is not None:
            yield Candidate("how values are written", f"{name}: {units}", (column.name,), given)
        else:
            words = dict.fromkeys(found[0] for word, _ in suffixes if (found := WORD.match(word)))
            roots = [word for word in words if not any(word != root and word.startswith(root) for root in words)]
            strip = ", ".join(f'"{word}"' for word in roots)
            if roots and not any('"' in word for word in roots):
                same = _same_size(column, kind)
                line = f"{name}: number{comma}, strip {strip}"
                yield Candidate("how values are written", line, (column.name,), given, likely=same)
    elif comma or any(map(is_noisy, column.values)):
        yield Candidate("how values are written", f"{name}: number{comma}", (column.name,), given)


def _spellings(column: Column) -> int:
    """Return in how many ways what surrounds a number is written, without what is rare."""
    told: dict[str, int] = {}
    for place in sorted(range(len(column.values)), key=lambda place: -int(column.counts[place]))[:LOOKED_AT]:
        if (one := read_written(column.values[place])) is not None:
            told[one.form] = told.get(one.form, 0) + int(column.counts[place])
    return sum(count >= RARE * sum(told.values()) for count in told.values())


def _same_size(column: Column, kind: Kind) -> bool:
    """Return whether numbers with a suffix are about as large as those without: else they are in another unit."""
    import numpy as np

    values = _values(column, kind)
    plain = np.array([value.strip()[-1:].isdigit() for value in column.values])
    both = [values[mask & np.isfinite(values)] for mask in (plain, ~plain)]
    if not all(map(len, both)):
        return True
    one, other = (abs(float(np.median(some))) for some in both)
    return max(one, other) <= ALIKE * max(min(one, other), 1e-9)


def _values(column: Column, kind: Kind) -> "np.ndarray":
    """Return the distinct values as numbers without their suffix: float64[k], nan where there is none."""
    import numpy as np

    words = [word for word, _ in kind.units]
    missing = set(kind.missing_tokens)
    texts = (None if one in missing else bare(one, words, kind.decimal == ",") for one in column.values)
    told = [None if text is None else number_of(text) for text in texts]
    return np.array([np.nan if one is None else one for one in told], float)


def _units(words: list[str]) -> str | None:
    """Return `minutes (also hours)` for words that are several units of one dimension; None otherwise."""
    for dimension in MEASURES:
        found = [measure(word, dimension) for word in words]
        names = list(dict.fromkeys(one.name for one in found if one is not None))
        if all(one is not None for one in found) and len(names) > 1:
            return f"{names[0]} (also {', '.join(names[1:])})"
    return None


def _moments(column: Column, kind: Kind, given: int) -> Iterator[Candidate]:
    name, several = written(column.name), len([share for _, share in kind.formats if share > 0]) > 1
    if kind.name == "time":
        if several:
            yield Candidate("how values are written", f"{name}: time", (column.name,), given)
        return
    orders = {"D/M": "day first", "M/D": "month first"}
    told = {
        word: sum(share for form, share in kind.formats if re.match(rf"{start[0]}+[/.-]{start[2]}+\b", form))
        for start, word in orders.items()
    }
    best = max(told, key=lambda word: told[word])
    if several or told[best] > 0:
        line = f"{name}: date, {best if told[best] else 'year first'}"
        yield Candidate("how values are written", line, (column.name,), given)


def _width(kind: Kind) -> int | None:
    """Return how many digits nearly all values of a column of codes have."""
    if kind.name != "code":
        return None
    if kind.width is not None:
        return kind.width
    form, share = kind.formats[0] if kind.formats else ("", 0.0)
    return len(form) if share >= UNIFORM and set(form) == {"9"} else None


def ranges(grid: Grid, kinds: Mapping[str, Kind]) -> Iterator[Candidate]:
    """Give ranges of numbers that nearly all values keep, in round figures, of the first columns of numbers."""
    import numpy as np

    for column in [one for one in grid.columns if kinds[one.name].is_number][:MOST_RANGES]:
        kind = kinds[column.name]
        values = _values(column, kind)
        known = np.isfinite(values)
        if known.sum() < 3:
            continue
        low, high = _bounds(np.repeat(values[known], column.counts[known]))
        unit = f" {kind.unit}" if kind.unit == "%" else ""
        line = f"{written(column.name)}: {shortest(low)}..{shortest(high)}{unit}"
        yield Candidate("ranges", line, (column.name,), int(column.counts[known].sum()), likely=False)


def _bounds(values: "np.ndarray") -> tuple[float, float]:
    """Return round numbers around nearly all values, wide enough for a tail that goes on as it began."""
    import numpy as np

    low, middle, high = np.quantile(values, [TAIL, 0.5, 1 - TAIL])
    least, most = float(values.min()), float(values.max())
    if least >= 0 and most <= 1:
        return 0.0, 1.0
    up = middle + WIDE * (high - middle)
    down = middle - WIDE * (middle - low)
    top = _round_up(most if most <= up else float(up))
    if low >= 0:
        return 0.0, top
    return -_round_up(-(least if least >= down else float(down))), top


def _round_up(value: float) -> float:
    """Return the next of 1, 2, 5, 10, 20 … from a number up."""
    import math

    if value <= 0:
        return 0.0
    power: float = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 1.2, 1.5, 2, 3, 4, 5, 6, 8, 10) if step * power >= value * (1 - 1e-12))


def _quoted(token: str) -> str:
    plain = re.fullmatch(r"[^\s,\"`#()]+(?: [^\s,\"`#()]+)*", token) is not None
    return token if plain and not re.match(r"(also|maybe)\b", token) else f'"{token}"'
