"""Changes that follow from a rule alone: tokens that mean missing, forms, units, derived columns, slipped columns."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar

from datastork.tables.changes import Changes
from datastork.tables.grid import Column, Grid
from datastork.tables.rules.effects.book import Book
from datastork.tables.rules.effects.derived import derive
from datastork.tables.rules.effects.splits import take_apart
from datastork.tables.rules.forms.formats import SURE_OF_ORDER, SURE_OF_ZEROS, formatted, pinned
from datastork.tables.rules.lines import Derived, Format, Missing, Pin, Rule, Rules, Split, Unit
from datastork.tables.units.convert import converted, misplaced
from datastork.tables.units.numbers import number_of

if TYPE_CHECKING:
    import numpy as np

T = TypeVar("T", bound=Rule)


def certain(rules: Rules, grid: Grid) -> Changes:
    """Return the changes that rules ask for without looking at other rows; `why` names the line.

    In this order, each on what the one before left: missing tokens, splits, formats and pins, units, derived columns.
    Confidence is 1.0 where the rule leaves no choice, lower where it leaves some (a code that lost its leading zero,
    a date that is possible in the other order only, a number that fits its group in another unit only).

    Example:
        >>> from datastork.tables.rules.reading import parse
        >>> grid = Grid.of({"ounces": ["12.0 oz", "16 OZ.", "8.4"]})
        >>> certain(parse('ounces: number, strip "oz"'), grid).new.tolist()
        ['12', '16']
    """
    return carried_out(rules.lines, grid).changes()


def carried_out(rules: Sequence[Rule], grid: Grid, by: Sequence[str] | None = None) -> Book:
    """Return a grid with what some rules ask for done, and every change.

    by: the columns of which numbers are compared within the same values where a unit may be mixed up.
    """
    book = Book(grid)
    for missing in _of(rules, Missing):
        for column in book.grid.columns if missing.column is None else (book.grid[missing.column],):
            if (new := _emptied(missing, column)) != list(column.values):
                book.values(missing, "rule", column.name, new)
    for split in _of(rules, Split):
        take_apart(book, split)
    for form in _of(rules, Format):
        new, doubts = formatted(form, book.grid[form.column])
        _doubtful(book, form, doubts, SURE_OF_ORDER)
        book.values(form, "format", form.column, new)
    for pin in _of(rules, Pin):
        new, doubts = pinned(pin, book.grid[pin.column])
        _doubtful(book, pin, doubts, SURE_OF_ZEROS)
        book.values(pin, "format", pin.column, new)
    for unit in _of(rules, Unit):
        book.values(unit, "unit", unit.column, converted(book.grid[unit.column], unit.unit, "h:mm" in unit.also))
        if unit.maybe:
            _by_confidence(book, unit, *misplaced(book.grid, unit.column, unit.unit, unit.maybe, by))
    for derived in _of(rules, Derived):
        derive(book, derived)
    return book


def _of(rules: Sequence[Rule], kind: type[T]) -> list[T]:
    return [one for one in rules if isinstance(one, kind)]


def is_missing(rule: Missing, value: str) -> bool:
    """Return whether a value is one of the tokens; a number is, however it is spelt (-999.0)."""
    text = value.strip()
    if text in rule.tokens:
        return True
    number = number_of(text)
    return number is not None and number in {number_of(token) for token in rule.tokens}


def _emptied(rule: Missing, column: Column) -> list[str | None]:
    return [None if is_missing(rule, value) else value for value in column.values]


def _doubtful(book: Book, rule: Format | Pin, doubts: list[str | None], sure: float) -> None:
    """Note what values may mean, for every row that has them."""
    import numpy as np

    column = book.grid[rule.column]
    open_ = np.array([one is not None for one in doubts] + [False], bool)
    rows = np.flatnonzero(open_[column.codes])
    book.doubt(rule, "format", rule.column, rows, [doubts[code] for code in column.codes[rows].tolist()], sure)


def _by_confidence(book: Book, rule: Unit, rows: "np.ndarray", texts: list[str], sure: "np.ndarray") -> None:
    import numpy as np

    for confidence in np.unique(sure).tolist():
        mine = np.flatnonzero(sure == confidence)
        told: list[str | None] = [texts[place] for place in mine.tolist()]
        if confidence == 1.0:
            book.cells(rule, "unit", rule.column, rows[mine], told)
        else:
            book.doubt(rule, "unit", rule.column, rows[mine], told, confidence)
