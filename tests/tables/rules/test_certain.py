"""What rules change by themselves: forms, missing tokens, units, derived and slipped columns."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datastork.tables.grid import Grid
from datastork.tables.rules import certain, parse
from datastork.tables.units.numbers import number_of, shortest

Texts = Sequence[str | None]


def after(rules: str, /, sure: float = 1.0, **columns: Texts) -> dict[str, list[str | None]]:
    grid = Grid.of(columns)
    changes = certain(parse(rules, grid.names), grid)
    done = changes.where(changes.confidence >= sure).applied(grid)
    return {name: done[name].texts() for name in columns}


@pytest.mark.parametrize(
    ("rule", "before", "then"),
    [
        ('x: number, strip "oz"', ["12.0 oz", "12 OZ.", "16.50oz can", "oz 3", "8"], ["12", "12", "16.5", "3", "8"]),
        ('x: number, strip "oz"', ["12 oz x 6", "007", "many", None, ""], ["12 oz x 6", "007", "many", None, ""]),
        ("x: number", ["0.056", "0.055999999999999994", "0.1"], ["0.056", "0.056", "0.1"]),
        ("x: number", ["3.50", "2.00", "1.25", "4.10"], ["3.50", "2.00", "1.25", "4.10"]),
        ('x: number, strip "$"', ["$3.5", *["2.00", "1.20"] * 20], ["3.50", *["2.00", "1.20"] * 20]),
        ("x: number", ["1,250", "12,34", "-1,000,000.5"], ["1250", "12,34", "-1000000.5"]),
        ("x: number, decimal comma", ["1.250,5", "3,5", "7"], ["1250.5", "3.5", "7"]),
        ('x: number, strip "m"', ["5 m", "5 mm", "3 am", "4 M."], ["5", "5 mm", "3 am", "4"]),
        ('x: number, strip "ounce"', ["5 ounces", "5 ounced"], ["5", "5 ounced"]),
        ("x: number, shortest", ["3.50", "0.0", "1.25"], ["3.5", "0", "1.25"]),
        ("x: number, drop leading zeros", ["02801", "-007", "00.50", "0", "0b"], ["2801", "-7", "0.5", "0", "0b"]),
        ("x: whole number, drop leading zeros", ["007.0", "0.5", "00"], ["7", "0.5", "0"]),
        ("x: number, shortest", ["02801", "2801"], ["02801", "2801"]),
        ("x: number, 2 decimals", ["1.5", "2", "n"], ["1.50", "2.00", "n"]),
        ("x: whole number", ["3.0", "3.5", "4"], ["3", "3.5", "4"]),
        ("x: percent", ["5 %", "12%", "40", "0.4"], ["5%", "12%", "40%", "0.4"]),
        ("x: lower case", ["Bend", "GARY"], ["bend", "gary"]),
        ('x: strip "Inc.", "Mr"', ["Acme Inc.", "Mr Smith", "Inc."], ["Acme", "Smith", "Inc."]),
        ("x: missing N/A, -999", ["N/A", "n/a", "-999.0", "5"], [None, "n/a", None, "5"]),
        ("missing: ?", ["?", "what?"], [None, "what?"]),
        ("x: text, 5 digits", ["02801.0", "2801", "1234567"], ["02801", "2801", "1234567"]),
        ("x: minutes (also h)", ["90", "1.5 h", "2 hrs", "1h 30m", "soon"], ["90", "90", "120", "90", "soon"]),
        ("x: minutes", ["90", "45 min", "0:30"], ["90", "45", "0:30"]),
        ('x: minutes (also "1:30")', ["1:30", "0:45", "20"], ["90", "45", "20"]),
        ("x: minutes", ["1:30", "20"], ["1:30", "20"]),
        ("x: kg", ["2 lb", "70", "500 g", "12 oz"], ["0.91", "70", "0.5", "0.34"]),
        ("x: celsius", ["68 °F", "20", "20°C"], ["20", "20", "20"]),
        ("x: dollars", ["$1.2k", "$1,500", "900", "3 kg"], ["1200", "1500", "900", "3 kg"]),
        ("x: day first", ["7/3/2020", "2020-03-08", "31/12/2019"], ["7/3/2020", "8/3/2020", "31/12/2019"]),
        ("x: day first", ["7/3/2020", "8/3/2020", "9 Mar 2020"], ["7/3/2020", "8/3/2020", "9/3/2020"]),
        ("x: month first, as YYYY-MM-DD", ["3/7/2020", "12.31.19", "30/30/9"], ["2020-03-07", "2019-12-31", "30/30/9"]),
        ("x: time", ["7:10 a.m.", "7:05 p.m.", "8:10p", "19:20"], ["7:10 a.m.", "7:05 p.m.", "8:10 p.m.", "7:20 p.m."]),
        ("x: time", ["7:10 a.m.", "7:05 p.m.", "7:30"], ["7:10 a.m.", "7:05 p.m.", "7:30"]),
    ],
)  # fmt: skip
def test_values_are_written_in_one_way(rule: str, before: Texts, then: Texts) -> None:
    assert after(rule, x=before)["x"] == then


def test_what_may_be_meant_is_proposed_and_not_sure() -> None:
    grid = Grid.of({"zip": ["02801", "2801"], "day": ["13/2/2020", "2/13/2020"]})
    found = certain(parse("zip: 5 digits\nday: day first", grid.names), grid)

    assert found.new.tolist() == ["13/2/2020", "02801"]
    assert found.row.tolist() == [1, 1]
    assert found.confidence.tolist() == [0.9, 0.9]


def test_why_names_the_line() -> None:
    grid = Grid.of({"x": ["1 oz", "N/A"]})
    found = certain(parse('# none\nx: number, strip "oz"\nmissing: N/A', grid.names), grid).best()

    assert found.why.tolist() == ['rule line 2: x: number, strip "oz"', "rule line 3: missing: N/A"]
    assert found.new.tolist() == ["1", None]


def test_a_slipped_value_is_taken_off_where_its_own_column_lacks_it() -> None:
    done = after(
        'city, state split "Portland OR"',
        city=["Bend OR", "Gary IN", "Bend", "Salem OR", "St Louis", "Ames IA", "York"],
        state=["", None, "OR", "WA", "MO", "", "PA"],
    )

    assert done["city"] == ["Bend", "Gary", "Bend", "Salem OR", "St Louis", "Ames", "York"]
    assert done["state"] == ["OR", "IN", "OR", "WA", "MO", "IA", "PA"]


def test_a_slipped_value_may_have_words_of_its_own() -> None:
    done = after(
        'town, state split "Albany, New York"',
        town=["Ithaca, New York", "Reno"],
        state=[None, "Nevada"] + ["New York"] * 0,
    )

    assert done["town"] == ["Ithaca, New York", "Reno"]
    done = after(
        'town, state split "Albany, New York"',
        town=["Ithaca, New York", "Reno", "Troy"],
        state=[None, "Nevada", "New York"],
    )
    assert (done["town"][0], done["state"][0]) == ("Ithaca", "New York")


def test_a_derived_cell_is_changed_where_only_what_derives_is_known() -> None:
    key = ["al_1", "al_1", "al_2", "al_2", "ax_1", "", "al_2"]
    state = ["al", "al", "al", "al", "al", "al", "xl"]
    code = ["1", "1", "2", "2", "1", "2", "2"]

    done = after('key = state + "_" + code', key=key, state=state, code=code)

    assert done["key"] == ["al_1", "al_1", "al_2", "al_2", "al_1", "al_2", "al_2"]


def test_a_derived_number_that_differs_is_in_doubt_for_its_parts_may_be_wrong() -> None:
    rule = "total = price * count"
    total: Texts = ["6", "10", None]
    price, count = ["2", "2.5", "3"], ["3", "5", "4"]

    assert after(rule, total=total, price=price, count=count)["total"] == ["6", "10", "12"]
    assert after(rule, 0.5, total=total, price=price, count=count)["total"] == ["6", "12.5", "12"]


def test_rules_of_one_cell_follow_each_other() -> None:
    done = after('x: number, strip "about"\nx: minutes (also h)\nmissing: none', x=["about 3", "2 h", "none"])

    assert done["x"] == ["3", "120", None]


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=4))
def test_a_number_keeps_its_value_in_its_shortest_spelling(number: object) -> None:
    text = shortest(str(number))

    assert number_of(text) == pytest.approx(float(str(number)), rel=1e-11, abs=1e-12)
    assert shortest(text) == text


@pytest.mark.parametrize("rule", ['x: number, strip "oz"', "x: minutes", "x: time", "x: lower case", "x: day first"])
@settings(max_examples=40)
@given(
    texts=st.lists(
        st.one_of(st.none(), st.text(max_size=8), st.from_regex(r"\d{1,2}[:/.]\d\d? ?(h|min|oz|pm)?", fullmatch=True)),
        max_size=8,
    )
)
def test_what_is_certain_is_certain_only_once(rule: str, texts: list[str | None]) -> None:
    rules = parse(f"{rule}\nmissing: ?", ["x"])
    grid = Grid.of({"x": texts})
    done = certain(rules, grid).applied(grid)

    assert len(certain(rules, done)) == 0
