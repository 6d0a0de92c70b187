"""Rules on real tables: the lines a user would write repair them, and break nothing."""

import html
import re
from pathlib import Path

import pytest

from datastork.tables.grid import Column, Grid
from datastork.tables.reading.table import read_table
from datastork.tables.rules import certain, flagged, parse, propose, violations

pytestmark = pytest.mark.real

LINES = """
ounces: number, strip "oz", "ounce"
abv: number, strip "%"
missing: N/A
city, state split "Portland OR"
"""


def tables(folder: Path) -> tuple[Grid, Grid]:
    dirty, _ = read_table(folder / "dirty.csv")
    clean, _ = read_table(folder / "clean.csv")
    named = zip(clean.columns, dirty.columns, strict=True)
    return dirty, Grid(tuple(Column(two.name, one.values, one.codes, one.counts) for one, two in named))


def told(text: str | None) -> str:
    return re.sub(r"\s+", " ", html.unescape(text or "")).strip()


def counted(dirty: Grid, clean: Grid, repaired: Grid) -> tuple[int, int, int, int]:
    """Return errors, changed, right, broken cells."""
    errors = changed = right = broken = 0
    for d, c, r in zip(dirty.columns, clean.columns, repaired.columns, strict=True):
        for before, truth, now in zip(d.texts(), c.texts(), r.texts(), strict=True):
            was, should, has = told(before), told(truth), told(now)
            errors += was != should
            changed += has != was
            right += has != was and has == should
            broken += has != was and was == should
    return errors, changed, right, broken


def test_four_lines_repair_the_beers_without_a_broken_cell(real_data: Path) -> None:
    dirty, clean = tables(real_data / "repair" / "beers")
    rules = parse(LINES, dirty.names)

    errors, changed, right, broken = counted(dirty, clean, certain(rules, dirty).applied(dirty))

    assert broken == 0
    assert 2 * right / (errors + changed) >= 0.99


def test_the_likely_proposals_alone_do_so_too(real_data: Path) -> None:
    dirty, clean = tables(real_data / "repair" / "beers")
    rules = parse("\n".join(one.line for one in propose(dirty) if one.likely), dirty.names)

    errors, changed, right, broken = counted(dirty, clean, certain(rules, dirty).applied(dirty))

    assert broken == 0
    assert 2 * right / (errors + changed) >= 0.99


def test_constraints_of_another_header_find_the_errors_of_the_hospitals(real_data: Path) -> None:
    folder = real_data / "repair" / "hospital"
    dirty, clean = tables(folder)
    rules = parse((folder / "constraints.txt").read_text(), dirty.names)

    marks = flagged(rules, dirty)
    wrong = {
        name: [a != b for a, b in zip(dirty[name].texts(), clean[name].texts(), strict=True)] for name in dirty.names
    }
    found = sum(int(rows[wrong[name]].sum()) for name, rows in marks.items())

    assert len(rules.fds) == len(rules.lines) == 15
    assert found >= 0.94 * sum(sum(wrong[name]) for name in marks)
    assert found >= 0.94 * sum(int(rows.sum()) for rows in marks.values())
    assert not any(one.unchecked for one in violations(rules, dirty))


@pytest.mark.parametrize("name", ["beers", "hospital", "flights"])
def test_what_holds_of_a_clean_table_changes_nothing_in_it(real_data: Path, name: str) -> None:
    _, clean = tables(real_data / "repair" / name)
    lines = [one.line for one in propose(clean) if one.likely and one.section != "missing values"]

    changes = certain(parse("\n".join(lines), clean.names), clean)

    assert (changes.confidence >= 0.95).sum() <= 0.001 * clean.rows * len(clean.columns)
