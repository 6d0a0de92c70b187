"""Which kind a column is: the first that nearly all its values fit."""

from collections import Counter
from typing import TYPE_CHECKING, Any

from datastork.tables.grid import Column, Grid
from datastork.tables.kinds.codes import PHONE, code_width, says_own, shapes
from datastork.tables.kinds.kind import Kind, Name
from datastork.tables.kinds.missing import standing_apart
from datastork.tables.kinds.moments import NOTHING, Moments, read_moments
from datastork.tables.kinds.numbers import LOOSE, Numbers, read_numbers, unit_key
from datastork.tables.kinds.seen import Seen

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

BOOLEANS = (("yes", "no"), ("y", "n"), ("true", "false"), ("t", "f"), ("on", "off"), ("1", "0"), ("1.0", "0.0"))
ENOUGH = {"boolean": 0.9, "number": 0.85, "moment": 0.8, "compact": 0.98}  # share of the given values, weighted
UNIQUE = 0.98  # distinct over given values, from which each row has its own
LEAST_ROWS = 20  # below which nothing is called an identifier, unless it counts 0, 1, 2 … or 1, 2, 3 …
YEARS = (1500, 2100)  # whole numbers between these count years and not rows
DENSE = 3  # how many times as wide as its rows the range of whole numbers may be that count something
UNIT_SHOWN = 0.1
LONGEST_NAME = 64  # characters of an identifier, on average
UNITS = 8  # listed
PROBE = 1_000  # distinct values of a column of many


def kind_of(column: Column) -> Kind:
    """Return what a column is. Looks at distinct values, weighted by how many rows have each.

    >>> kind_of(Column.of("size", ["12.0 kg", "16 kg.", "N/A", "7.5 kg"])).unit
    'kg'
    """
    seen = Seen.of(column)
    if not len(seen.places):
        return seen.kind("empty", seen.all(), tokens=seen.tokens(numeric=True))
    return _boolean(seen) or _moment(seen) or _digits(seen) or _words(seen)


def kinds_of(grid: Grid) -> dict[str, Kind]:
    """Return what each column of a grid is, by name."""
    return {column.name: kind_of(column) for column in grid.columns}


def numbers_of(column: Column, kind: Kind) -> "np.ndarray":
    """Return the distinct values as float64[k]: quantities, 0 and 1 of booleans; nan where there is no number."""
    import numpy as np

    found = np.full(len(column.values), np.nan)
    if kind.name == "boolean":
        for yes, no in BOOLEANS:
            for at, value in enumerate(column.values):
                if value.strip().lower() in (yes, no) and not kind.odd[at]:
                    found[at] = float(value.strip().lower() == yes)
    elif kind.is_number:
        seen = Seen.of(column)
        found[seen.places] = read_numbers(seen.texts, seen.counts).value
        found[kind.odd] = np.nan
        if kind.missing_tokens:
            found[[at for at, value in enumerate(column.values) if value in kind.missing_tokens]] = np.nan
    return found


def moments_of(column: Column, kind: Kind) -> "np.ndarray":
    """Return the distinct values as float64[k]: seconds since 1970-01-01, of times since midnight; nan where none."""
    import numpy as np

    found = np.full(len(column.values), np.nan)
    if kind.is_moment:
        seen = Seen.of(column)
        read = read_moments(seen.texts, seen.counts)
        if read is not None:
            seconds = np.where(read.seconds == NOTHING, np.nan, read.seconds)
            form = np.array([*read.kinds, "none"])[read.form]
            if kind.name == "time":  # of a date with a time, the time
                found[seen.places] = np.where(form == "date", np.nan, seconds % 86400)
            else:
                found[seen.places] = np.where(form == "time", np.nan, seconds)
            found[kind.odd] = np.nan
    return found


def _boolean(seen: Seen) -> Kind | None:
    import numpy as np

    if len(seen.places) > 50:
        return None
    words = [text.lower() for text in seen.texts.to_pylist()]
    for pair in BOOLEANS:
        fits = np.array([word in pair for word in words], bool)
        enough = 1.0 if pair[0][0] == "1" else ENOUGH["boolean"]
        if len({word for word in words if word in pair}) == 2 and seen.counts[fits].sum() >= enough * seen.given:
            return seen.kind("boolean", fits, tokens=seen.tokens(numeric=True) & ~_at(seen, fits))
    return None


def _at(seen: Seen, mask: "np.ndarray") -> "np.ndarray":
    """Return bool over all distinct values of what is true of the seen ones."""
    import numpy as np

    found = np.zeros(len(seen.column.values), bool)
    found[seen.places[mask]] = True
    return found


def _moment(seen: Seen) -> Kind | None:
    import numpy as np

    read = read_moments(seen.texts, seen.counts)
    if read is None or not read.forms:
        return None
    tokens = seen.tokens(numeric=True)
    fits = read.form >= 0
    given = int(seen.counts[~tokens[seen.places]].sum())
    rows = np.bincount(read.form[fits], weights=seen.counts[fits], minlength=len(read.forms))
    compact = sum(rows[at] for at, form in enumerate(read.forms) if form == "YYYYMMDD")
    enough = ENOUGH["compact"] if compact > 0.5 * rows.sum() else ENOUGH["moment"]
    if not given or rows.sum() < enough * given:
        return None
    name = _moment_name(read, rows)
    shares: Counter[str] = Counter()
    for form, count in zip(read.forms, rows.tolist(), strict=True):
        shares[form] += count
    formats = tuple((form, round(count / given, 4)) for form, count in shares.most_common())
    return seen.kind(name, fits, tokens=tokens & ~_at(seen, fits), formats=formats)


def _moment_name(read: Moments, rows: "np.ndarray") -> Name:
    """Return the commonest of date, time and datetime."""
    each: Counter[Name] = Counter()
    for kind, count in zip(read.kinds, rows.tolist(), strict=True):
        each[kind] += count
    return each.most_common(1)[0][0]


def _digits(seen: Seen) -> Kind | None:
    """Return a code, an identifier of whole numbers, or numbers."""
    import numpy as np

    if not _may_be_digits(seen):
        return None

    tokens = seen.tokens(numeric=True)
    said = ~tokens[seen.places]
    given = int(seen.counts[said].sum())
    if not given:
        return None
    code = code_width(seen.column.name, seen.texts.filter(_mask(said)), seen.counts[said])
    if code is not None:
        fits = np.zeros(len(said), bool)
        fits[said] = code[1]
        patterns = shapes(seen.texts.filter(_mask(fits)), seen.counts[fits])
        return seen.kind("code", fits, tokens=tokens, width=code[0], formats=patterns)
    read = read_numbers(seen.texts, seen.counts)
    fits = np.isfinite(read.value)
    if seen.counts[fits].sum() < ENOUGH["number"] * given:
        return None
    value = np.full(len(seen.column.values), np.nan)
    value[seen.places] = read.value
    if read.whole[fits].all() and _counts_up(value[seen.column.codes], seen):
        return seen.kind("identifier", fits, tokens=tokens)
    whole = seen.counts[fits & read.whole].sum() >= 0.999 * seen.counts[fits].sum()
    apart = standing_apart(value, seen.column.counts)
    for at, why in apart:
        if value[at] < -1 and "below 0" in why:
            tokens[at] = True
    return seen.kind(
        "integer" if whole else "number",
        fits,
        tokens=tokens & ~(_at(seen, fits) & ~np.isin(np.arange(len(tokens)), [at for at, _ in apart])),
        sentinels=tuple((seen.column.values[at], why) for at, why in apart),
        decimal=read.decimal,
        **_units(read, seen),
    )


def _may_be_digits(seen: Seen) -> bool:
    """Whether some of many values look like numbers or codes: most columns of words are done with quickly."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    if len(seen.texts) <= 2 * PROBE:
        return True
    some = seen.texts.take(pa.array(np.linspace(0, len(seen.texts) - 1, PROBE).astype(np.int64)))
    fits = pc.or_(pc.match_substring_regex(some, LOOSE), pc.match_substring_regex(some, PHONE))
    return bool(2 * pc.sum(fits).as_py() >= PROBE)


def _mask(mask: "np.ndarray") -> "pa.Array":
    import pyarrow as pa

    return pa.array(mask)


def _counts_up(cells: "np.ndarray", seen: Seen) -> bool:
    """Whether whole numbers (float64[n], a row each) are names of the rows: each its own, without great gaps."""
    import numpy as np

    cells = cells[np.isfinite(cells) & (seen.column.codes >= 0)]
    if len(seen.places) < UNIQUE * seen.given or len(cells) < 3:
        return False
    low, high = float(cells.min()), float(cells.max())
    if len(cells) < LEAST_ROWS:
        return low in (0.0, 1.0) and high - low == len(cells) - 1 and bool((np.diff(cells) > 0).all())
    if YEARS[0] <= low and high <= YEARS[1]:
        return False
    return low >= 0 and (high - low <= DENSE * len(cells) or says_own(seen.column.name))


def _units(read: Numbers, seen: Seen) -> dict[str, Any]:
    import numpy as np

    each: Counter[str] = Counter()
    written: dict[str, Counter[str]] = {}
    for suffix, value, count in zip(read.suffix.tolist(), read.value.tolist(), seen.counts.tolist(), strict=True):
        if suffix is not None and value == value:
            each[unit_key(suffix)] += count
            written.setdefault(unit_key(suffix), Counter())[suffix] += count
    ranked = sorted(each.items(), key=lambda one: (-one[1], one[0]))
    total = int(seen.counts[np.isfinite(read.value)].sum())
    units = tuple((unit, round(count / total, 4)) for unit, count in ranked[:UNITS])
    if each.total() < UNIT_SHOWN * total:
        return {"unit": None, "units": units}
    best = max(sorted(written[ranked[0][0]]), key=lambda one: written[ranked[0][0]][one])
    return {"unit": best.strip().rstrip("."), "units": units}


def _words(seen: Seen) -> Kind:
    """Return an identifier, a category or text."""
    import pyarrow.compute as pc

    distinct, given = len(seen.places), seen.given
    tokens = seen.tokens(numeric=False)
    spaces = pc.match_substring_regex(seen.texts, r"\s").to_numpy(zero_copy_only=False)
    digits = pc.match_substring_regex(seen.texts, "[0-9@]").to_numpy(zero_copy_only=False)
    own = distinct >= UNIQUE * given and given >= LEAST_ROWS and spaces.mean() < 0.1 and digits.mean() > 0.9
    if own and pc.mean(pc.utf8_length(seen.texts)).as_py() <= LONGEST_NAME:
        return seen.kind("identifier", seen.all(), tokens=tokens, formats=shapes(seen.texts, seen.counts))
    words = float(pc.mean(pc.count_substring_regex(seen.texts, r"\s+")).as_py()) + 1
    repeats = given / distinct
    if repeats >= 2 and (words <= 8 or repeats >= 10):
        formats = shapes(seen.texts, seen.counts) if digits.mean() > 0.5 else ()
        if distinct > 5 * len(formats) and spaces.any():
            formats = ()
        return seen.kind("category", seen.all(), tokens=tokens, formats=formats)
    return seen.kind("text", seen.all(), tokens=tokens)
