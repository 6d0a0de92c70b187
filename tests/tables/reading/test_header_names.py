"""Whether a first line holds names is told by what lies below it."""

import pytest

from datastork.tables.reading.header import is_header, named


@pytest.mark.parametrize(
    ("first", "body", "expected"),
    [
        (["name", "age"], [["ann", "3"], ["ben", "4"]], True),
        (["5.1", "3.5", "setosa"], [["4.9", "3.0", "setosa"], ["6.2", "2.2", "virginica"]] * 3, False),
        (["39", "Private", "2020-01-01"], [["50", "Private", "2020-02-01"]] * 4, False),
        (["country", "2019", "2020"], [["Chad", "1", "2"], ["Peru", "3", "4"]], True),
        (["1", "2", "3"], [["0.5", "7", "1"], ["0.2", "9", "1"]], True),
        (["400", "410", "420"], [["5", "7", "1"], ["2", "9", "1"]], True),
        (["3", "1", "2"], [["5", "7", "1"], ["2", "9", "1"]], False),
        (["town", "street"], [["Bonn", "Am Hof"], ["Bonn", "Markt"]], True),
        (["yes", "no"], [["no", "no"], ["yes", "yes"], ["no", "yes"], ["yes", "no"]], False),
        (["a", "b"], [], True),
        (["", "x"], [["1", "y"], ["2", "z"]], True),
    ],
)
def test_a_header_is_told_from_a_row(first, body, expected):
    assert is_header(first, body) is expected


def test_names_are_made_different_and_that_is_told():
    notes = []
    assert named("t.csv", ["a", " a ", "", "a_2", "a"], notes) == ["a", "a_3", "column_2", "a_2", "a_4"]
    assert "1 column without a name" in notes[0]
    assert "the later ones are called a_3, a_4" in notes[1]


def test_many_columns_of_one_name_are_named_in_time():
    found = named("t.csv", ["x"] * 20_000, [])
    assert len(set(found)) == 20_000
    assert found[-1] == "x_20000"
