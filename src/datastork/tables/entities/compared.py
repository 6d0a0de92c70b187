"""The columns by which rows are compared: one spelling for each value, and how two values are compared."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from datastork.tables.grid import NULL, Column, Grid
from datastork.tables.kinds import Kind, kinds_of, moments_of, numbers_of

if TYPE_CHECKING:
    import numpy as np

How = Literal["exact", "words", "text", "number", "date"]
DAY = 86_400.0  # seconds
LONG = 30  # mean characters from which texts are compared word by word


@dataclass(frozen=True, slots=True)
class Compared:
    """One column as it is compared, of `n` rows with `k` distinct normalised values.

    `how`      "exact": equal or not; "words" and "text": by spelling (short and long); "number"; "date"
    `values`   normalised: lower case, without accents and punctuation (k)
    `codes`    int64[n], -1 where no value is given or it says missing
    `numbers`  float64[k]: of "number" the number, of "date" the day in seconds; nan where there is none
    """

    name: str
    how: How
    values: tuple[str, ...]
    codes: "np.ndarray"
    counts: "np.ndarray"
    numbers: "np.ndarray"

    def take(self, rows: "np.ndarray") -> "Compared":
        """Return some rows; `counts` stay those of all rows."""
        return Compared(self.name, self.how, self.values, self.codes[rows], self.counts, self.numbers)


def compared(
    grid: Grid,
    *,
    columns: Collection[str] | None = None,
    ignore: Collection[str] = (),
    exact: Collection[str] = (),
    kinds: dict[str, Kind] | None = None,
) -> tuple[list[Compared], list[str]]:
    """Return the columns to compare, and a sentence about each one that is left out.

    Left out are columns of one value, and those whose every value is another: numbers of rows, that say nothing of
    whether two rows are one. Codes and identifiers are compared as equal or not, as is what `exact` names.
    """
    kinds = kinds or kinds_of(grid)
    found: list[Compared] = []
    notes: list[str] = []
    for column in grid.columns:
        if column.name in ignore or (columns is not None and column.name not in columns):
            continue
        kind = kinds[column.name]
        one = _compared(column, kind, column.name in exact)
        given = int(one.counts.sum())
        if len(one.values) < 2:
            notes.append(f"{column.name!r} is not compared: it has no two values")
        elif kind.name == "identifier" and len(one.values) == given:
            notes.append(f"{column.name!r} is not compared: each row has its own")
        else:
            found.append(one)
    return found, notes


def _compared(column: Column, kind: Kind, exact: bool) -> Compared:
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    count = len(column.values)
    numbers = np.full(count, np.nan)
    texts = pa.array(column.values, pa.large_string())
    if exact:
        how: How = "exact"
    elif kind.is_number:
        how, numbers = "number", numbers_of(column, kind)
    elif kind.is_moment:
        how, numbers = "number" if kind.name == "time" else "date", moments_of(column, kind)
    else:
        how = "exact" if kind.name in ("code", "identifier", "boolean", "empty") else "words"
    if not exact:
        texts = pc.utf8_lower(pc.utf8_normalize(texts, "NFKD"))
        texts = pc.replace_substring_regex(texts, r"\p{M}+", "")
        texts = pc.replace_substring_regex(texts, r"[^\p{L}\p{N}<>=+]+", " ")
        texts = pc.utf8_trim_whitespace(texts)
    texts = texts.to_pylist()
    if how == "date":
        numbers = numbers // DAY * DAY
    if kind.is_number or kind.is_moment:  # 12.0 and "12 oz" are one
        texts = [
            text if number != number else repr(number) for text, number in zip(texts, numbers.tolist(), strict=True)
        ]
    gone = set(kind.missing_tokens)
    texts = ["" if value in gone else text for value, text in zip(column.values, texts, strict=True)]
    known: dict[str, int] = {"": NULL}
    place = np.fromiter((known.setdefault(text, len(known) - 1) for text in texts), np.int64, count)
    codes = np.append(place, NULL)[column.codes]
    values = tuple(known)[1:]
    size = np.bincount(codes[codes >= 0], minlength=len(values))
    told = np.full(len(values), np.nan)
    told[place[place >= 0]] = numbers[place >= 0]
    if how == "words" and size.sum() and (size @ np.array([len(one) for one in values])) > LONG * size.sum():
        how = "text"
    return Compared(column.name, how, values, codes, size, told)
