"""Names of columns as people write them: the column that is meant, or the nearest there is."""

import re
from collections.abc import Iterable, Sequence

from datastork.core.nearest import nearest

WORD = re.compile(r"[^\W\d_]+|\d+")
CAMEL = re.compile(r"(?<=[a-z\d])(?=[A-Z])")


def same_name(name: str, columns: Sequence[str]) -> str:
    """Return the column of this name; letters' case, blanks, - and _ count only where two would be the same.

    Raises ValueError with the nearest name where there is none.
    """
    if name in columns:
        return name
    alike = [column for column in columns if _plain(column) == _plain(name)]
    if len(alike) == 1:
        return alike[0]
    if alike:
        raise ValueError(f"column {name!r} may be any of {', '.join(map(repr, alike))}")
    folded = {column.casefold(): column for column in columns}
    near = nearest(name.casefold(), folded)
    meant = f"; did you mean {folded[near]!r}?" if near else "."
    raise ValueError(f"no column {name!r}{meant} There are {_listed(columns)}")


def meant_names(names: Iterable[str], columns: Sequence[str]) -> dict[str, str]:
    """Return, for names of another header for the same table, the columns that are meant, where that is unambiguous.

    A name stands for the column whose words it holds ("ZipCode" for zip), or whose name it shortens ("stateavg" for
    state_average); a column stands for one name at most, so that what fits one name only settles the others.
    """
    open_ = sorted(set(names))
    found: dict[str, str] = {}
    for fits in (_exactly, _shortened, _within):
        rest = [column for column in columns if column not in found.values()]
        fitting = {name: {column for column in rest if fits(name, column)} for name in open_ if name not in found}
        while only := {name: next(iter(some)) for name, some in fitting.items() if len(some) == 1}:
            sole = {name: column for name, column in only.items() if list(only.values()).count(column) == 1}
            if not sole:
                break
            found |= sole
            fitting = {name: some - set(sole.values()) for name, some in fitting.items() if name not in sole}
    return found


def _exactly(name: str, column: str) -> bool:
    return _plain(name) == _plain(column)


def _shortened(name: str, column: str) -> bool:
    """Whether the name is the column's words, each cut short or with letters left out."""
    plain, words = _plain(name), _words(column)
    places = {0}
    for word in words:
        places = {end for start in places for end in _ends(plain, start, word)}
    return len(plain) >= 3 and len(plain) in places


def _ends(plain: str, start: int, word: str) -> list[int]:
    """Return where a run from `start` may end that begins as the word does and keeps its letters in their order."""
    ends, at = [], 0
    for place in range(start, len(plain)):
        at = word.find(plain[place], at) + 1
        if not at or (place == start and at != 1):
            break
        ends.append(place + 1)
    return ends


def _within(name: str, column: str) -> bool:
    """Whether the column's words are some of the name's words."""
    mine, plain = _words(name), _plain(column)
    runs = {"".join(mine[i:j]) for i in range(len(mine)) for j in range(i + 1, len(mine) + 1)}
    return plain in runs


def _plain(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum())


def _words(name: str) -> list[str]:
    return [word.casefold() for word in WORD.findall(CAMEL.sub(" ", name))]


def _listed(columns: Sequence[str]) -> str:
    shown = ", ".join(map(repr, columns[:12]))
    return shown if len(columns) <= 12 else f"{shown}, … ({len(columns):,} in all)"
