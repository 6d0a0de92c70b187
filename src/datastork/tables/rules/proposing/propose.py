"""All rules that a table seems to keep, and the file a user edits."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from datastork.core.errors import RecipeError
from datastork.core.findings import plural
from datastork.tables.dependencies.said import MOST_COLUMNS
from datastork.tables.grid import Column, Grid
from datastork.tables.kinds import kinds_of
from datastork.tables.rules.checks.violations import violations
from datastork.tables.rules.effects.certain import carried_out
from datastork.tables.rules.proposing.candidate import SECTIONS, Candidate, Section, is_writable
from datastork.tables.rules.proposing.relations import dependencies, derived, keys, slipped
from datastork.tables.rules.proposing.shapes import MOST_RANGES, forms, missing_tokens, ranges
from datastork.tables.rules.reading import parse

SHOWN = 3
LONGEST = 200
MOST_IN_FILE = 500  # lines of a section: a file of 10,000 lines at most can be read back
WITH_EXAMPLES = 200  # of these
MOST_AGAINST = 0.5  # of the rows may be against a line, or it is no rule of the table
CHANGING: tuple[Section, ...] = ("missing values", "how values are written", "columns that slipped")


@dataclass(frozen=True, slots=True)
class Proposed:
    """A line of rules a table seems to keep.

    `support`    rows it speaks of
    `exceptions` rows against it; in the sections that change how values are written: rows it would change
    `examples`   some of these
    `gain`       what it tells beyond chance, from 0 to 1
    `likely`     whether it is so plain that the file has it as a rule, not as a comment to look at
    """

    line: str
    section: Section
    support: int
    exceptions: int
    examples: tuple[str, ...]
    gain: float
    likely: bool


def propose(grid: Grid, *, seed: int = 0) -> list[Proposed]:
    """Return the rules a table seems to keep, each with how many rows speak for it and against it.

    Dependencies and derived columns are looked for where missing tokens are not taken for values. Each line is read
    back and checked like a user's, so that what is told of it is what `violations` would find.

    Example:
        >>> rows = [("10001", "NY"), ("02801", "RI"), ("02108", "MA")] * 10
        >>> grid = Grid.of({"zip": [a for a, _ in rows], "state": [b for _, b in rows]})
        >>> [one.line for one in propose(grid)]
        ['zip: text, 5 digits', 'zip -> state', 'state -> zip']
    """
    kinds = kinds_of(grid)
    usable = Grid(tuple(column for column in grid.columns if is_writable(column.name)))
    made = list(derived(usable, kinds, seed))
    found: list[Candidate] = [
        *missing_tokens(usable, kinds),
        *forms(usable, kinds),
        *slipped(usable, kinds),
        *made,
        *keys(usable, kinds),
        *(one for one in dependencies(usable, kinds, seed) if not _is_same(one, made)),
        *ranges(usable, kinds),
    ]
    tokens = parse("\n".join(one.line for one in found if one.line.startswith("missing: ")), usable.names)
    before = {one.name: one for one in usable.columns}
    after = {one.name: one for one in carried_out(tokens.lines, usable).grid.columns}
    proposed = [
        one
        for each in found
        if (one := _checked(each, before if each.section == "missing values" else after)) is not None
    ]
    return sorted(proposed, key=lambda one: SECTIONS.index(one.section))


def _is_same(dependency: Candidate, made: list[Candidate]) -> bool:
    """Return whether a dependency is between two columns of which one is the other again."""
    given, _, column = dependency.line.partition(" -> ")
    return any(one.line in (f"{given} = {column}", f"{column} = {given}") for one in made)


def _checked(one: Candidate, columns: Mapping[str, Column]) -> Proposed | None:
    """Return a candidate with what is against it; None where it cannot be written, or too much is."""
    import numpy as np

    grid = Grid(tuple(columns[name] for name in dict.fromkeys(one.columns)))
    try:
        rules = parse(one.line, grid.names)
    except RecipeError:
        return None  # a name or a token that no line can hold
    found = violations(rules, grid)
    count = int(np.logical_or.reduce([each.rows for each in found]).sum()) if found else 0
    if one.section == "missing values":
        count = sum(each.count for each in found)  # of cells
    if one.section not in CHANGING and count > MOST_AGAINST * max(one.support, 1):
        return None
    if one.section == "how values are written" and not count and " digits" not in one.line and "date" not in one.line:
        return None
    examples = tuple(text for each in found for text in each.examples)[:SHOWN]
    return Proposed(one.line, one.section, one.support, count, examples, round(one.gain, 4), one.likely)


def rules_file(proposed: Iterable[Proposed], name: str, rows: int, columns: int = 0) -> str:
    """Return the text of a rules file: each line with what speaks for and against it, doubtful ones as comments.

    columns: how many the table has, to say in the file what was looked for in the first of them only
    """
    lines = [
        f"# Rules that {one_line(name)} ({plural(rows, 'row')}) seems to keep. Keep what is true, delete the rest.",
        "# A line that begins with # is a comment: take the # away to make it a rule.",
    ]
    if columns > MOST_COLUMNS:
        lines += [
            f"# {columns:,} columns: what several columns tell together was looked for in the first {MOST_COLUMNS},",
            f"# ranges in the first {MOST_RANGES} columns of numbers.",
        ]
    by_section: dict[Section, list[Proposed]] = {}
    for one in proposed:
        by_section.setdefault(one.section, []).append(one)
    for section, some in by_section.items():
        lines += ["", f"# ---- {section}"]
        for place, one in enumerate(some[:MOST_IN_FILE]):
            lines += _told(one, examples=place < WITH_EXAMPLES)
        if len(some) > MOST_IN_FILE:
            lines.append(f"# … and {len(some) - MOST_IN_FILE:,} more; `stork rules --json` has all")
    return "\n".join(lines) + "\n"


def _told(one: Proposed, *, examples: bool) -> list[str]:
    """Return the line of a rule after comments on what speaks for and against it."""
    changes = one.section in CHANGING
    against = "none" if not one.exceptions else f"{one.exceptions:,}"
    told = (
        f"{against} of these would change"
        if changes
        else f"{against} {'is' if one.exceptions < 2 else 'are'} against it"
    )
    shown = [f"#   {one_line(example)}" for example in one.examples] if examples else []
    return [f"# {plural(one.support, 'row')}; {told}", *shown, one.line if one.likely else f"# {one.line}"]


def one_line(text: str) -> str:
    """Return a text without what would break a line or steer a terminal."""
    shown = "".join(c if c.isprintable() else " " for c in text)
    return shown if len(shown) <= LONGEST else f"{shown[:LONGEST]}…"
