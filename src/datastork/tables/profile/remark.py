"""The word for something in a table that a careful person would look into, and how values are quoted."""

from collections.abc import Iterable
from dataclasses import dataclass

LONGEST = 40  # characters of a quoted value


@dataclass(frozen=True, slots=True)
class Remark:
    """Something worth a look in the columns `columns`.

    `about` says of which sort it is ("leak", "missing", "odd", …); `weight` how much it matters: 3 what makes a model
    wrong, 2 what costs quality, 1 what is good to know; `text` says it in a sentence, with the nearest right action.
    """

    columns: tuple[str, ...]
    about: str
    weight: int
    text: str


def quoted(value: str) -> str:
    """Return a value between quotation marks, shortened.

    >>> quoted("a" * 60)
    "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…'"
    """
    return f"'{value if len(value) <= LONGEST else value[: LONGEST - 1] + '…'}'"


def listed(words: Iterable[str], most: int = 4) -> str:
    """Return words as a list in a sentence: "a, b and 3 more"."""
    every = list(words)
    shown, rest = (every, 0) if len(every) <= most else (every[: most - 1], len(every) - most + 1)
    if rest:
        return f"{', '.join(shown)} and {rest:,} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else "".join(shown)


def rows_of(count: int) -> str:
    """Return "1 row" or "1,234 rows"."""
    return f"{count:,} {'row' if count == 1 else 'rows'}"


def percent(share: float) -> str:
    """Return a share as per cent that is 0 or 100 only where it is so.

    >>> percent(0.25), percent(0.0004), percent(0.998), percent(0.99999)
    ('25 %', '0.04 %', '99.8 %', '> 99.9 %')
    """
    if 0.99 < share < 1:
        return f"{100 * share:.1f} %" if share < 0.9995 else "> 99.9 %"
    if 0 < share < 0.0001:
        return "< 0.01 %"
    return f"{100 * share:.{0 if share >= 0.1 or share == 0 else 1 if share >= 0.01 else 2}f} %"
