"""The page on rules is true: its lines are read, its tables of forms are what happens."""

import re
from pathlib import Path

import pytest

from datastork.core.errors import RecipeError
from datastork.tables.grid import Grid
from datastork.tables.rules import certain, parse


@pytest.fixture(scope="module")
def page(repository: Path) -> str:
    return (repository / "docs" / "howto" / "rules.md").read_text(encoding="utf-8")


def test_every_line_shown_is_a_rule(page: str) -> None:
    blocks = re.findall(r"```rules\n(.*?)```", page, re.S)

    assert len(blocks) >= 4
    for block in blocks:
        assert parse(block).lines


def test_every_counter_example_is_wrong(page: str) -> None:
    lines = re.findall(r"Counter-example: `([^`]+)`", page)

    assert len(lines) >= 2
    for line in lines:
        with pytest.raises(RecipeError, match="rules line 1"):
            parse(line)


def test_forms_are_written_as_the_table_says(page: str) -> None:
    rows = re.findall(r"^\| (`x: .*?) \| (.*?) \| (.*?) \|$", page, re.M)

    assert len(rows) >= 10
    for rules, before, after in rows:
        given, then = (re.findall(r"`([^`]+)`", cell) for cell in (before, after))
        lines = re.findall(r"`([^`]+)`", rules)
        usual = given[1:] * 5 if "where most are" in before else given
        values = [given[0], *usual]
        wanted = then if len(lines) > 1 or len(then) == len(given) else then * len(given)
        for place, line in enumerate(lines):
            grid = Grid.of({"x": values})
            done = certain(parse(line), grid).applied(grid)["x"].texts()
            mine = wanted[place : place + 1] if len(lines) > 1 else wanted
            got = [done[values.index(one)] for one in (given[:1] if "where most are" in before else given)]
            assert got == mine[: len(got)], (line, got, mine)
