"""What of a table is against its rules, which cells are in doubt, and what to look at before rules are applied."""

import numpy as np

from datastork.tables.grid import Grid
from datastork.tables.rules import contradictions, flagged, parse, trusted, violations

GRID = Grid.of(
    {
        "id": ["1", "2", "3", "4", "5", "5"],
        "zip": ["97701", "97701", "97701", "02108", "02108", ""],
        "city": ["Bend", "Bend", "Bned", "Boston", "Salem", "Reno"],
        "score": ["5%", "120%", "50 %", "N/A", "x%", None],
        "src": ["or", "ma", "ma", "ma", "MA", "xx"],
    }
)


def test_each_rule_tells_its_rows_and_examples() -> None:
    rules = parse("zip -> city\nscore: 0..100 %\nid: unique\nmissing: N/A\nsrc: lower case", GRID.names)

    found = {one.rule.line: (np.flatnonzero(one.rows).tolist(), one.examples) for one in violations(rules, GRID)}

    assert found[1] == (
        [2, 3, 4],
        (
            "zip '97701': 2 have 'Bend', row 2 has 'Bned'",
            "zip '02108': no value has more than half, row 3 has 'Boston'",
        ),
    )
    assert found[2] == ([1, 4], ("'120%': 1 row", "'x%': 1 row"))
    assert found[3] == ([4, 5], ("row 4 (id '5'): 2 rows",))
    assert found[4] == ([3], ("'N/A' → nothing: 1 row",))
    assert found[5] == ([4], ("'MA' → 'ma': 1 row",))


def test_a_rule_that_nothing_is_against_is_told_too() -> None:
    (found,) = violations(parse("missing: nobody", GRID.names), GRID)

    assert (found.count, found.examples, found.unchecked) == (0, (), "")


def test_cells_are_in_doubt_by_column() -> None:
    marks = flagged(parse("zip -> city\nzip: 5 digits\nscore: number\nscore: 0..10", GRID.names), GRID)

    assert {name: np.flatnonzero(rows).tolist() for name, rows in marks.items()} == {
        "city": [2, 3, 4],
        "score": [0, 1, 2, 3, 4],
    }


def test_ranges_are_flagged_and_never_clipped() -> None:
    from datastork.tables.rules import certain

    assert len(certain(parse("score: 0..10", GRID.names), GRID)) == 0


def test_a_source_is_trusted_without_regard_to_capitals_and_that_is_told() -> None:
    (rule,) = parse('zip -> city trust src when src == "ma"', GRID.names).trusts

    rows, note = trusted(rule, GRID)

    assert np.flatnonzero(rows).tolist() == [1, 2, 3, 4]
    assert note == "line 1: 4 rows fit, 1 of them but for letters' case"


def said(rules: str, grid: Grid = GRID) -> list[tuple[int, ...]]:
    return [one.lines for one in contradictions(parse(rules, grid.names), grid) if one.what == "against"]


def test_rules_of_one_column_that_cannot_both_hold() -> None:
    assert said("score: 0..10\nscore: 20..30") == [(1, 2)]
    assert said("src: text, 2 digits\nsrc: number") == [(1, 2)]
    assert said("src: number\nsrc: date") == [(1, 2)]
    assert said("score: minutes\nscore: hours") == [(1, 2)]
    assert said("score: 0..10\nscore: 5..") == []


def test_a_rule_that_would_change_a_fifth_is_shown_with_examples() -> None:
    (found,) = contradictions(parse('score: number, strip "%"', GRID.names), GRID)

    assert found.what == "much"
    assert found.share > 0.2
    assert "'5%' → '5': 1 row" in found.examples
    assert found.message.startswith("line 1: ")


def test_rules_that_turn_cells_out_of_a_range_are_shown() -> None:
    grid = Grid.of({"total": ["6", "", "8"], "price": ["2", "4", "8"], "count": ["3", "5", "1"]})

    (found,) = contradictions(parse("total = price * count\ntotal: 0..10", grid.names), grid)[-1:]

    assert found.lines == (1, 2)
    assert found.message == "other rules turn 1 cell of 'total' out of the range 'total: 0..10'"
    assert found.examples == ("'20': 1 row",)
    assert said("total = price * count\ntotal: 0..20", grid) == []


def test_dependencies_that_tell_different_values_are_shown() -> None:
    a = [str(row // 4) for row in range(64)]
    b = [str(row % 4) for row in range(64)]
    c = ["x" if row % 4 == 0 and row // 4 < 14 else str(row // 4) for row in range(64)]

    found = contradictions(parse("a -> c\nb -> c", ("a", "b", "c")), Grid.of({"a": a, "b": b, "c": c}))

    both = [one for one in found if one.lines == (1, 2)]
    assert both
    assert "tell different values of 'c'" in both[0].message
    assert both[0].examples


def test_an_authority_nobody_has_is_told() -> None:
    found = contradictions(parse('zip -> city trust src when src == "none"', GRID.names), GRID)

    assert [(one.lines, one.what) for one in found][-1] == ((1,), "nothing")
