"""Rules in plain lines: what a user knows about a table, read, checked against it, and carried out."""

from datastork.tables.rules.checks.contradictions import Contradiction, contradictions
from datastork.tables.rules.checks.trusted import trusted
from datastork.tables.rules.checks.violations import Violation, flagged, violations
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
from datastork.tables.rules.proposing.propose import Proposed, propose, rules_file
from datastork.tables.rules.reading import parse

__all__ = [
    "Contradiction",
    "Denial",
    "Derived",
    "Fd",
    "Format",
    "Missing",
    "Pin",
    "Proposed",
    "Range",
    "Rule",
    "Rules",
    "Split",
    "Trust",
    "Unique",
    "Unit",
    "Violation",
    "certain",
    "contradictions",
    "flagged",
    "parse",
    "propose",
    "rules_file",
    "trusted",
    "violations",
]
