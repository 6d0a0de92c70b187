"""Rules as people write them: what a line means, and what is said of a wrong one."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datastork.core.errors import RecipeError
from datastork.tables.rules import Fd, Format, Missing, Pin, Range, Split, Trust, Unique, Unit, parse

COLUMNS = ("flight", "src", "gate", "zip", "city", "state", "age", "married", "beer name", "ounces", "rent", "day")


def problem(line: str) -> str:
    with pytest.raises(RecipeError) as found:
        parse(line, COLUMNS)
    return str(found.value)


@pytest.mark.parametrize(
    ("line", "kind", "says"),
    [
        ("flight -> gate, src  # all rows", Fd, {"given": ("flight",), "then": ("gate", "src")}),
        ("flight, src → gate", Fd, {"given": ("flight", "src"), "then": ("gate",)}),
        ("flight -> gate trust src when src == flight[:2]", Trust, {"source": "src", "then": ("gate",)}),
        ("age: 0..120", Range, {"low": 0.0, "high": 120.0}),
        ("age: -5.5..", Range, {"low": -5.5, "high": None}),
        ("age: >= 18 years", Range, {"low": 18.0, "unit": "years"}),
        ("ounces: 0..100 %", Range, {"high": 100.0, "unit": "%"}),
        ('ounces: number, strip "oz", ounce, 2 decimals', Format, {"strip": ("oz", "ounce"), "decimals": 2}),
        ("age: integer", Format, {"kind": "whole number"}),
        ("day: day first", Format, {"kind": "date", "order": "day first"}),
        ('day: date month first, as "YYYY-MM-DD"', Format, {"order": "month first", "out": "YYYY-MM-DD"}),
        ("zip: text, 5 digits", Pin, {"digits": (5, 5)}),
        ("zip: 5..9 digits", Pin, {"digits": (5, 9)}),
        ("missing: N/A, #N/A, ?, 'none'", Missing, {"column": None, "tokens": ("N/A", "#N/A", "?", "'none'")}),
        ('age: missing -1, "not known"', Missing, {"column": "age", "tokens": ("-1", "not known")}),
        ('city, state split "Portland OR"', Split, {"first": "city", "second": "state"}),
        ("flight, src: unique", Unique, {"columns": ("flight", "src")}),
        ("rent: dollars (maybe thousands)", Unit, {"unit": "dollars", "maybe": ("thousands",)}),
        ('age: minutes (also h, "1:30"; maybe hours)', Unit, {"also": ("h", "h:mm"), "maybe": ("hours",)}),
        ("`beer name` -> city", Fd, {"given": ("beer name",)}),
        ('"beer name", BEER_NAME: unique', Unique, {"columns": ("beer name", "beer name")}),
    ],
)
def test_a_line_means_what_it_says(line: str, kind: type, says: dict[str, object]) -> None:
    (found,) = parse(line, COLUMNS).lines

    assert type(found) is kind
    assert found.line == 1
    assert {name: getattr(found, name) for name in says} == says


def test_a_line_may_say_several_things_of_a_column() -> None:
    found = parse("ounces: number, 0..50, missing -1, unique", COLUMNS).lines

    assert {type(one) for one in found} == {Format, Range, Missing, Unique}


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("zp -> city", "did you mean 'zip'"),
        ("age: numbr", "did you mean 'number'"),
        ("age: 120..0", "did you mean 0..120"),
        ("rent: dollars (maybe thousnds)", "did you mean 'thousands'"),
        ("not (a.zip = b.zip)", "did you mean '=='"),
        ("not (age <> 3)", "did you mean '!='"),
        ("not (lowr(city) == state)", "did you mean 'lower'"),
        ("not (a.zip == b.zip and age > 1)", "columns of two rows are all written"),
        ("not (a.zip == 3)", "only one row is spoken of"),
        ("age == 3", "what must never be is written: not (age == 3)"),
        ("zip city", "the nearest form is"),
        ("zip -> zip", "on both sides"),
        ("zip ->", "columns are missing"),
        ("flight -> gate trust src", "the form is"),
        ("missing:", "what means missing is missing"),
        ("city split Portland", "two columns and an example"),
        ("city = lower(city)", "follow from itself"),
        ("city = 'x'", "a value of other columns"),
        ("age: number, text", "not both"),
        ("age: number, as YYYY", "belong to a date"),
        ("day: date, as nonsense", "no form of a date"),
        ('not (city == "Bend)', "never closed"),
        ("t1&t2&EQ(t1.city,t2.city)&IQQ(t1.zip,t2.zip)", "did you mean 'IQ'"),
        ("t1&EQ(t1.city,t2.city)", "not among the rows"),
        ("not (" + "(" * 60 + "age" + ")" * 60 + " == 1)", "nested more than"),
        ("not (" + "age + " * 400 + "age == 1)", "more than 300 parts"),
        ("not (age" + "[1:]" * 200 + " == 1)", "more than 300 parts"),
        ("zip -> " + "city, " * 2000, "characters"),
        ("not (" + "not " * 60 + "age == 1)", "nested more than"),
    ],
)
def test_a_wrong_line_gets_its_reason_and_the_nearest_right_form(line: str, says: str) -> None:
    found = problem(line)

    assert says in found
    assert "rules line 1" in found


def test_all_wrong_lines_are_told_at_once() -> None:
    found = problem("zp -> city\nage: 0..120\n\n# a comment\nage: numbr\n")

    assert "2 problems" in found
    assert "line 1:" in found
    assert "line 5:" in found


def test_a_comment_needs_blanks_around_its_sign() -> None:
    rules = parse('missing: #N/A, x  # and why\n#age: 0..1\nage: missing "a # b"', COLUMNS)

    assert [one.tokens for one in rules.of(Missing)] == [("#N/A", "x"), ("a # b",)]


def test_names_differ_in_case_and_signs_only_and_that_is_told() -> None:
    rules = parse("Beer_Name -> CITY", COLUMNS)

    assert rules.fds == ((("beer name",), "city"),)
    assert rules.notes[0] == "'Beer_Name' is taken for the column 'beer name' (first in line 1)"


def test_a_name_that_may_be_two_columns_is_an_error() -> None:
    with pytest.raises(RecipeError, match="may be any of"):
        parse("a_b: unique", ("A-B", "a b"))


def test_holoclean_lines_find_the_columns_of_another_header() -> None:
    rules = parse(
        "t1&t2&EQ(t1.ShopName,t2.ShopName)&IQ(t1.ZipCode,t2.ZipCode)\nt1&t2&EQ(t1.AreaAvg,t2.AreaAvg)&IQ(t1.CityName,t2.CityName)",
        ("name", "zip", "city", "area_average", "area"),
    )

    assert rules.fds == ((("name",), "zip"), (("area_average",), "city"))
    assert len(rules.notes) == 4


def test_dependencies_inside_denial_constraints_are_dependencies() -> None:
    rules = parse("not (a.zip == b.zip and b.state != a.state)\nnot (a.zip == b.zip and a.age < b.age)", COLUMNS)

    assert rules.fds == ((("zip",), "state"),)


def test_without_columns_names_are_taken_as_written() -> None:
    assert parse("anything -> at_all").fds == ((("anything",), "at_all"),)


@given(st.text(max_size=80))
def test_any_text_is_rules_or_an_error_with_its_line(text: str) -> None:
    try:
        told = [one.line for one in parse(text, COLUMNS).lines]
    except RecipeError as error:
        told = [int(found[1]) for line in error.problems if (found := re.match(r"rules line (\d+): ", line))]

    assert all(1 <= line <= len(text.splitlines()) for line in told)


@pytest.mark.parametrize("said", ["drop", "strip", "remove", "no", "without"])
def test_zeros_before_a_number_go_where_a_line_says_so(said: str) -> None:
    assert parse(f"zip: number, {said} leading zeros", ("zip",)).lines == (
        Format(1, f"zip: number, {said} leading zeros", "zip", "number", zeros=False),
    )


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("zip: drop leading zeros", "zip: number, drop leading zeros"),
        ("zip: number, drop leadin zeroes", "did you mean 'drop leading zeros'"),
        ("zip: date, drop leading zeros", "only numbers"),
    ],
)
def test_a_wrong_line_about_zeros_gets_the_right_one(line: str, says: str) -> None:
    with pytest.raises(RecipeError) as told:
        parse(line, ("zip",))
    assert says in str(told.value)
