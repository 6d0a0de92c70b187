"""Columns that follow from others: filled, and put right where it is plain which side is wrong."""

from typing import TYPE_CHECKING

from datastork.tables.grid import Column
from datastork.tables.rules.effects.book import Book
from datastork.tables.rules.evaluate import Evaluator, Texts, as_texts
from datastork.tables.rules.lines import Derived
from datastork.tables.units.numbers import number_of

if TYPE_CHECKING:
    import numpy as np

SUPPORT = 2  # rows that agree with themselves and hold the value, for it to be a value of the column
IN_DOUBT = 0.6  # nothing tells the derived cell from its parts: the cell is wrong a little more often than either part


def derive(book: Book, rule: Derived) -> None:
    """Fill a derived column where it is not given; where it differs, change it if only the derived value is known.

    A value is known if `SUPPORT` rows hold it and agree with their parts. Where the derived value is known and what
    the cell holds is not, the cell is wrong. Where it is the other way round, a part is, and the cell is left.
    Otherwise the change is proposed in doubt.
    """
    import numpy as np

    column = book.grid[rule.column]
    value = Evaluator(book.grid).value(rule.expression)
    numeric = not isinstance(value, Texts)  # then nothing tells whether the cell or one of its parts is wrong
    told = as_texts(value)
    place = {text: code for code, text in enumerate(told.values)}
    for text in column.values:
        place.setdefault(text, len(place))
    texts = np.array([*place, None], object)
    mine = np.array([*(place[text] for text in column.values), -1], np.int64)[column.codes]
    blank = np.array([not text.strip() for text in column.values] + [True], bool)[column.codes]
    same = mine == told.codes
    if not isinstance(value, Texts):
        same |= _equal(column, value)
    agreed = np.bincount(mine[same & ~blank], minlength=len(texts))
    given = told.codes >= 0
    fill = np.flatnonzero(given & blank)
    wrong = np.flatnonzero(given & ~blank & ~same)
    plain = (agreed[told.codes[wrong]] >= SUPPORT) & (agreed[mine[wrong]] < SUPPORT)
    reverse = (agreed[told.codes[wrong]] < SUPPORT) & (agreed[mine[wrong]] >= SUPPORT)
    sure = np.concatenate([fill, wrong[plain & (not numeric)]])
    open_ = wrong[~reverse & ~(plain & (not numeric))]
    book.doubt(rule, "rule", rule.column, open_, texts[told.codes[open_]].tolist(), IN_DOUBT)
    book.cells(rule, "rule", rule.column, sure, texts[told.codes[sure]].tolist())


def _equal(column: Column, value: "np.ndarray") -> "np.ndarray":
    import numpy as np

    told = [number_of(text) for text in column.values]
    mine = np.array([*(np.nan if one is None else one for one in told), np.nan], float)[column.codes]
    mask: np.ndarray = np.isclose(mine, value, rtol=1e-6, atol=1e-9)
    return mask
