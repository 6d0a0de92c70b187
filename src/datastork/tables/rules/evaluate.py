"""The value of an expression for every row at once: texts as codes, numbers as arrays, conditions as masks.

A comparison with a value that is not given (null or blank) holds in neither direction.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from datastork.tables.grid import NULL, Column, Grid
from datastork.tables.rules.tree import (
    Among,
    Call,
    Compare,
    Expression,
    Literal,
    Logic,
    Name,
    Not,
    Slice,
    Sum,
)
from datastork.tables.units.numbers import number_of, shortest

if TYPE_CHECKING:
    import numpy as np

NUMERIC = 0.9  # so many of the given values are numbers in a column that is compared as numbers
SIMILAR = 0.8  # the least ratio of two texts that similar() holds for
OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


@dataclass(frozen=True, slots=True)
class Texts:
    """A text for each row: `values[codes[row]]`, code -1 where none is given."""

    values: tuple[str, ...]
    codes: "np.ndarray"


class Evaluator:
    """Evaluates on all rows of a grid, or on chosen pairs of rows.

    a, b: int64[m] each: which row is a and which is b in each of m pairs; None: every row of the grid, by itself.
    """

    def __init__(self, grid: Grid, a: "np.ndarray | None" = None, b: "np.ndarray | None" = None) -> None:
        self.grid = grid
        self.rows = {"": a, "a": a, "b": b}
        self.count = grid.rows if a is None else len(a)

    def mask(self, part: Expression) -> "np.ndarray":
        """Return where a condition holds: bool[n]."""
        import numpy as np

        match part:
            case Logic(op, parts):
                several = [self.mask(one) for one in parts]
                mask: np.ndarray = (np.logical_and if op == "and" else np.logical_or).reduce(several)
                return mask
            case Not(Call("missing", (of,))):
                given: np.ndarray = ~self._missing(of)
                return given
            case Not(Call() | Among() as inner):
                other: np.ndarray = ~self.mask(inner) & self._given(inner)
                return other
            case Not(inner):
                return self.mask(opposite(inner))
            case Call("missing", (of,)):
                return self._missing(of)
            case Call("similar", (left, right)):
                return self._similar(self.texts(left), self.texts(right))
            case Compare(op, left, right):
                return compared(op, *self.sides(op, left, right))
            case Among(of, several):
                among: np.ndarray = np.logical_or.reduce(
                    [self.mask(Compare("==", of, Literal(one))) for one in several]
                )
                return among
        raise AssertionError(part)

    def sides(self, op: str, left: Expression, right: Expression) -> "tuple[np.ndarray, np.ndarray]":
        """Return two values as ranks that can be compared by `op`: int64[n] each, -1 where not given.

        Two texts are the same where they are written the same; which is the greater is told of numbers as numbers.
        """
        import numpy as np

        one, other = self.value(left), self.value(right)
        if (
            isinstance(one, Texts)
            and isinstance(other, Texts)
            and (op in ("==", "!=") or not (is_numeric(one) and is_numeric(other)))
        ):
            return _text_ranks(one, other)
        first, second = numbers(one), numbers(other)
        known = np.unique(np.concatenate([first[~np.isnan(first)], second[~np.isnan(second)]]))
        return _number_ranks(first, known), _number_ranks(second, known)

    def value(self, part: Expression) -> "Texts | np.ndarray":
        """Return the value of an expression in each row: texts, or float64[n] with nan where none is given."""
        import numpy as np

        match part:
            case Literal(float() as number):
                return np.full(self.count, number)
            case Literal(str() as text):
                return Texts((text,), np.zeros(self.count, np.int64))
            case Name(name, row):
                return self._column(name, row)
            case Slice(of, start, stop):
                return mapped(self.texts(of), lambda text: text[start:stop])
            case Sum(op, left, right):
                return self._joined(op, self.value(left), self.value(right))
            case Call("number", (of,)):
                return numbers(self.value(of))
            case Call("abs", (of,)):
                size: np.ndarray = np.abs(numbers(self.value(of)))
                return size
            case Call("len", (of,)):
                texts = self.texts(of)
                return _spread(np.array([len(text) for text in texts.values], float), texts.codes)
            case Call("lower" | "upper" | "strip" as name, (of,)):
                return mapped(self.texts(of), getattr(str, name))
        raise AssertionError(part)

    def texts(self, part: Expression) -> Texts:
        """Return the value of an expression as texts."""
        return as_texts(self.value(part))

    def _column(self, name: str, row: str) -> Texts:
        column = self.grid[name]
        codes = given_codes(column)
        if (rows := self.rows[row]) is not None:
            codes = codes[rows]
        return Texts(column.values, codes)

    def _joined(self, op: str, left: "Texts | np.ndarray", right: "Texts | np.ndarray") -> "Texts | np.ndarray":
        import numpy as np

        if op == "+" and not all(not isinstance(one, Texts) or is_numeric(one) for one in (left, right)):
            return _concatenated(as_texts(left), as_texts(right))
        first, second = numbers(left), numbers(right)
        with np.errstate(all="ignore"):
            told: np.ndarray = {"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide}[op](first, second)
        return np.where(np.isfinite(told), told, np.nan)

    def _missing(self, part: Expression) -> "np.ndarray":
        import numpy as np

        value = self.value(part)
        mask: np.ndarray = value.codes < 0 if isinstance(value, Texts) else np.isnan(value)
        return mask

    def _given(self, part: Call | Among) -> "np.ndarray":
        import numpy as np

        of = part.arguments if isinstance(part, Call) else (part.of,)
        mask: np.ndarray = np.logical_and.reduce([~self._missing(one) for one in of])
        return mask

    def _similar(self, left: Texts, right: Texts) -> "np.ndarray":
        import numpy as np
        from rapidfuzz.fuzz import ratio

        key = left.codes * len(right.values) + right.codes
        given = (left.codes >= 0) & (right.codes >= 0)
        keys, place = np.unique(key[given], return_inverse=True)
        told = [
            ratio(left.values[one // len(right.values)], right.values[one % len(right.values)]) >= 100 * SIMILAR
            for one in keys.tolist()
        ]
        mask = np.zeros(self.count, bool)
        mask[given] = np.array(told, bool)[place]
        return mask


def given_codes(column: Column) -> "np.ndarray":
    """Return the codes of a column (int64[n]) with -1 also for values that are blank."""
    import numpy as np

    codes = [code if text and not text.isspace() else NULL for code, text in enumerate(column.values)]
    told: np.ndarray = np.array([*codes, NULL], np.int64)[column.codes]
    return told


def opposite(part: Expression) -> Expression:
    """Return the condition that holds where this one does not, with `not` only before functions and `in`."""
    match part:
        case Compare(op, left, right):
            return Compare(OPPOSITE[op], left, right)
        case Logic(op, parts):
            return Logic("or" if op == "and" else "and", tuple(opposite(one) for one in parts))
        case Not(inner):
            return inner
    return Not(part)


def compared(op: str, left: "np.ndarray", right: "np.ndarray") -> "np.ndarray":
    """Return where a comparison of ranks holds; nowhere where a side is not given (below 0)."""
    import numpy as np

    how = {"==": np.equal, "!=": np.not_equal, "<": np.less, "<=": np.less_equal}
    how |= {">": np.greater, ">=": np.greater_equal}
    mask: np.ndarray = how[op](left, right) & (left >= 0) & (right >= 0)
    return mask


def mapped(texts: Texts, change: Callable[[str], str]) -> Texts:
    """Return texts changed value by value; what is blank then is not given."""
    import numpy as np

    place: dict[str, int] = {}
    new = [place.setdefault(text, len(place)) if (text := change(one)).strip() else NULL for one in texts.values]
    return Texts(tuple(place), np.array([*new, NULL], np.int64)[texts.codes])


def is_numeric(texts: Texts) -> bool:
    """Return whether nearly all given values are numbers."""
    import numpy as np

    if not texts.values:
        return False
    counts = np.bincount(texts.codes[texts.codes >= 0], minlength=len(texts.values))
    fits = np.array([number_of(text) is not None for text in texts.values])
    return bool(counts.sum()) and counts[fits].sum() >= NUMERIC * counts.sum()


def numbers(value: "Texts | np.ndarray") -> "np.ndarray":
    """Return float64[n], nan where the value is no number."""
    import numpy as np

    if not isinstance(value, Texts):
        return value
    told = [number_of(text) for text in value.values]
    return _spread(np.array([np.nan if one is None else one for one in told], float), value.codes)


def as_texts(value: "Texts | np.ndarray") -> Texts:
    """Return a value as texts; numbers in their shortest spelling."""
    import numpy as np

    if isinstance(value, Texts):
        return value
    known, place = np.unique(value, return_inverse=True)
    texts = Texts(tuple("" if np.isnan(one) else shortest(float(one)) for one in known), place.astype(np.int64))
    return mapped(texts, str)


def _spread(values: "np.ndarray", codes: "np.ndarray") -> "np.ndarray":
    import numpy as np

    told: np.ndarray = np.append(values, np.nan)[codes]
    return told


def _text_ranks(left: Texts, right: Texts) -> "tuple[np.ndarray, np.ndarray]":
    import numpy as np

    if left.values == right.values:
        order = sorted(range(len(left.values)), key=left.values.__getitem__)
        place = np.full(len(order) + 1, NULL, np.int64)
        place[order] = np.arange(len(order))
        return place[left.codes], place[right.codes]
    rank = {text: place for place, text in enumerate(sorted({*left.values, *right.values}))}
    first, second = (
        np.array([*(rank[text] for text in side.values), NULL], np.int64)[side.codes] for side in (left, right)
    )
    return first, second


def _number_ranks(values: "np.ndarray", known: "np.ndarray") -> "np.ndarray":
    import numpy as np

    return np.where(np.isnan(values), NULL, np.searchsorted(known, values))


def _concatenated(left: Texts, right: Texts) -> Texts:
    import numpy as np

    width = max(len(right.values), 1)
    given = (left.codes >= 0) & (right.codes >= 0)
    keys, place = np.unique((left.codes * width + right.codes)[given], return_inverse=True)
    codes = np.full(len(given), NULL, np.int64)
    codes[given] = place
    return Texts(tuple(left.values[key // width] + right.values[key % width] for key in keys.tolist()), codes)
