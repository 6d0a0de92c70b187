"""A line that may be a rule of a table."""

import re
from dataclasses import dataclass
from typing import Literal

Section = Literal[
    "missing values", "how values are written", "columns that slipped", "columns that follow from others",
    "keys", "dependencies", "ranges",
]  # fmt: skip
SECTIONS: tuple[Section, ...] = (
    "missing values",
    "how values are written",
    "columns that slipped",
    "columns that follow from others",
    "keys",
    "dependencies",
    "ranges",
)
PLAIN = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A line, the section it belongs to, its columns, the rows it speaks of, what it tells beyond chance (0 to 1)."""

    section: Section
    line: str
    columns: tuple[str, ...]
    support: int
    gain: float = 1.0
    likely: bool = True


def is_writable(name: str) -> bool:
    """Return whether a column's name can stand in a line of rules."""
    return name.strip() == name != "" and name.isprintable() and "`" not in name


def written(name: str) -> str:
    """Return a column's name as it stands in a rule, in ` ` where it is no single word.

    >>> written("zip"), written("beer name"), written("missing")
    ('zip', '`beer name`', '`missing`')
    """
    words = ("missing", "not", "and", "or", "in", "split", "trust", "when")
    return name if PLAIN.fullmatch(name) and name not in words else f"`{name}`"
