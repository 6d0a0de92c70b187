"""Reference tables: rows are found by a key column, exactly or nearly, and repaired from what the reference says."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from datastork.core.errors import RecipeError
from datastork.tables.changes import Changes
from datastork.tables.grid import Column, Grid
from datastork.tables.guards.digits import same_digits
from datastork.tables.rules.evaluate import given_codes
from datastork.tables.rules.names import same_name

if TYPE_CHECKING:
    import numpy as np

LEAST_LIKE = 85.0  # of 100: the ratio of two keys that may be one, by insertions, deletions and exchanges
AHEAD = 5.0  # points before the next key
LEAST_LETTERS = 4  # in a key that is matched nearly: of shorter ones nothing is left to recognise
MOST_IN_BLOCK = 300  # keys that share a beginning, an end or a word
WORD = re.compile(r"\w{4,}")
FILLED = 0.97  # the key is right, the cell is not given
SPELT = 0.99  # the key is right, the cell holds nothing the reference knows
OTHER = 0.9  # the key is right, the cell holds another value of the reference: one of the two is wrong
KEY_IN_DOUBT = 0.4  # most other columns of the row speak against the key
WIDELY = 0.5  # of a column's cells with another value of the reference: the two tables do not speak of one thing


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """Which row of the reference each row of the grid is (int64[n], -1 none) and how sure that is (float64[n])."""

    row: "np.ndarray"
    sure: "np.ndarray"


def look_up(grid: Grid, reference: Grid, on: str, *, nearly: bool = True) -> Changes:
    """Return the changes that a reference table asks for: cells that its row of the same key has otherwise.

    on: the key, a column of both. nearly: a key that the reference does not have may be a misspelling of one it has;
    never one of digits alone, and the digits in a key never change. Columns of the same name in both (but for letters'
    case, blanks, - and _) are compared; of a key that is there several times, what all its rows agree on.

    Confidence: a cell that is not given, or holds what the reference never says, is surely wrong. If it holds another
    value of the reference, the cell may be wrong or the key, so that it is less sure; if most columns of a row speak
    against its key, the key is in doubt. A column of which half the cells say otherwise is left out: it holds
    something else.

    Raises RecipeError where either table lacks the key.

    Example:
        >>> zips = Grid.of({"zip": ["97701", "02108"], "city": ["Bend", "Boston"]})
        >>> rows = Grid.of({"zip": ["02108", "97701"], "city": ["Bostn", "Bend"]})
        >>> look_up(rows, zips, "zip").new.tolist()
        ['Boston']
    """
    mine, theirs = _key(grid, on, "the table"), _key(reference, on, "the reference")
    keys = _unanimous(reference, theirs)
    found = _matched(grid[mine], [value for value in keys[theirs] if value is not None], nearly)
    shared = {}
    for name in grid.names:
        try:
            other = same_name(name, reference.names)
        except ValueError:
            continue
        if name != mine and other != theirs:
            shared[name] = keys[other]
    return _changes(grid, mine, keys[theirs], shared, found)


def _key(grid: Grid, on: str, which: str) -> str:
    try:
        return same_name(on, grid.names)
    except ValueError as error:
        raise RecipeError([f"reference: {which}: {error}"]) from None


def _unanimous(reference: Grid, on: str) -> dict[str, list[str | None]]:
    """Return the columns of the reference with one row for each key; None where its rows do not agree."""
    import numpy as np

    from datastork.tables.dependencies.pairs import pair_counts

    keys = given_codes(reference[on])
    told: dict[str, list[str | None]] = {}
    known = np.unique(keys[keys >= 0])
    for column in reference.columns:
        codes = given_codes(column)
        pairs = pair_counts(keys, codes)
        kinds = np.diff(pairs.start)
        value = np.full(int(keys.max(initial=-1)) + 1, -1, np.int64)
        one = np.flatnonzero(kinds == 1)
        value[one] = pairs.target[pairs.start[one]]
        told[column.name] = [column.values[code] if code >= 0 else None for code in value[known].tolist()]
    told[on] = [reference[on].values[code] for code in known.tolist()]
    return told


def _matched(column: Column, keys: Sequence[str], nearly: bool) -> _Found:
    """Return the reference's row of each row: by the same text, by the same words, by a text nearly the same."""
    import numpy as np

    exact = {key.strip(): place for place, key in enumerate(keys)}
    loose: dict[str, list[int]] = {}
    for place, key in enumerate(keys):
        loose.setdefault(_plain(key), []).append(place)
    places, sure = [], []
    blocks = _Blocks.of(keys) if nearly else None
    for value in column.values:
        place, likely = exact.get(value.strip(), -1), 1.0
        if place < 0 and not _is_number(value) and len(same := loose.get(_plain(value), [])) == 1:
            place, likely = same[0], 0.99
        if place < 0 and blocks is not None:
            place, likely = blocks.nearest(value)
        places.append(place)
        sure.append(likely if place >= 0 else 0.0)
    codes = given_codes(column)
    return _Found(np.array([*places, -1], np.int64)[codes], np.array([*sure, 0.0])[codes])


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _is_number(text: str) -> bool:
    return not any(character.isalpha() for character in text)


@dataclass(frozen=True, slots=True)
class _Blocks:
    """The keys of a reference by their beginning, their end and their words, so that few need comparing."""

    keys: tuple[str, ...]
    parts: Mapping[str, list[int]]

    @classmethod
    def of(cls, keys: Sequence[str]) -> "_Blocks":
        plain = tuple(_plain(key) for key in keys)
        parts: dict[str, list[int]] = {}
        for place, key in enumerate(plain):
            for part in cls.parts_of(key):
                parts.setdefault(part, []).append(place)
        return cls(plain, parts)

    @staticmethod
    def parts_of(key: str) -> set[str]:
        return {f"^{key[:3]}", f"{key[-3:]}$", *WORD.findall(key)}

    def nearest(self, value: str) -> tuple[int, float]:
        """Return the place of the one key that is nearly this value, and how sure that is; -1 where none is."""
        from rapidfuzz.distance import OSA

        key = _plain(value)
        if _is_number(value) or sum(character.isalpha() for character in key) < LEAST_LETTERS:
            return -1, 0.0
        several = [some for part in self.parts_of(key) if len(some := self.parts.get(part, ())) <= MOST_IN_BLOCK]
        scores = sorted(
            ((100 * OSA.normalized_similarity(key, self.keys[place]), -place) for place in set().union(*several)),
            reverse=True,
        )
        if not scores or scores[0][0] < LEAST_LIKE or (len(scores) > 1 and scores[0][0] - scores[1][0] < AHEAD):
            return -1, 0.0
        score, place = scores[0][0], -scores[0][1]
        return (place, score / 100) if same_digits(key, self.keys[place]) else (-1, 0.0)


def _changes(
    grid: Grid, on: str, keys: Sequence[str | None], shared: Mapping[str, Sequence[str | None]], found: _Found
) -> Changes:
    import numpy as np

    told: list[tuple[str, np.ndarray, np.ndarray, np.ndarray, np.ndarray]] = []
    agree, against = np.zeros(grid.rows, np.int64), np.zeros(grid.rows, np.int64)
    for name, values in shared.items():
        column = grid[name]
        codes = given_codes(column)
        place = {value: code for code, value in enumerate(column.values)}
        known = {value for value in values if value is not None}
        wanted = np.array([*(-2 if v is None else place.get(v, -3) for v in values), -2], np.int64)[found.row]
        speaks, given = wanted != -2, codes >= 0
        same = speaks & (wanted == codes)
        listed = np.array([value in known for value in column.values] + [False], bool)[column.codes]
        if (speaks & given & ~same & listed).sum() > WIDELY * max(int((speaks & given).sum()), 1):
            continue
        agree += same
        against += speaks & given & ~same & listed
        told.append((name, speaks & ~same, given, listed, np.array([*values, None], object)[found.row]))
    doubted = (against > agree) & (against > 1)
    parts = []
    for name, rows, given, listed, new in told:
        base = np.where(~given, FILLED, np.where(listed, OTHER, SPELT))
        sure = np.where(doubted, KEY_IN_DOUBT, base * found.sure)
        mine = np.flatnonzero(rows)
        why = f"the reference says so of this {on}"
        parts.append(Changes.of("rule", mine, grid.place(name), new[mine].tolist(), sure[mine], why))
    near = np.flatnonzero((found.row >= 0) & (found.sure < 1))
    texts = [keys[place] for place in found.row[near].tolist()]
    more = np.where(against > agree, KEY_IN_DOUBT, np.where(agree > 0, 1 - (1 - found.sure) / 4, found.sure))[near]
    parts.append(Changes.of("rule", near, grid.place(on), texts, more, f"the nearest {on} in the reference"))
    return Changes.joined(parts).real(grid)
