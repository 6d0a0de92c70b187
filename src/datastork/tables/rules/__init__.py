"""Rules in plain lines: what a user knows about a table, read, checked against it, and carried out."""

from datastork.tables.rules.effects.certain import certain
from datastork.tables.rules.lines import (
    Denial,
    Derived,
    Fd,
    Format,
    Missing,
    Pin,
    Range,
    Rule,
    Rules,
    Split,
    Trust,
    Unique,
    Unit,
)
from datastork.tables.rules.reading import parse

__all__ = [
    "Denial",
    "Derived",
    "Fd",
    "Format",
    "Missing",
    "Pin",
    "Range",
    "Rule",
    "Rules",
    "Split",
    "Trust",
    "Unique",
    "Unit",
    "certain",
    "parse",
]
