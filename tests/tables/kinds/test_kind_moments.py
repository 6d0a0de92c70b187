"""Dates and times in the forms people write, and what of them is ambiguous."""

import numpy as np
import pytest

from datastork.tables.grid import Column
from datastork.tables.kinds import kind_of, moments_of


def read(*texts: str) -> list[str]:
    column = Column.of("c", list(texts))
    found = moments_of(column, kind_of(column))
    return [str(np.datetime64(int(found[code]), "s")) for code in column.codes]


@pytest.mark.parametrize(
    "text",
    [
        *("2024-02-09", "2024/02/09", "20240209", "9 Feb 2024", "9-Feb-24", "Feb 9, 2024", "February 9 2024"),
        *("Fri, 9 Feb 2024", "9th February 2024", "2024.02.09"),
    ],
)
def test_a_day_is_read_in_all_its_forms(text: str) -> None:
    assert read(text, text, text) == ["2024-02-09T00:00:00"] * 3


def test_clocks_of_twelve_and_twenty_four_hours_are_read() -> None:
    assert read("7:10 a.m.", "12:05 AM", "12:00 pm", "11:59PM") == [
        *("1970-01-01T07:10:00", "1970-01-01T00:05:00", "1970-01-01T12:00:00", "1970-01-01T23:59:00"),
    ]
    assert read("2024-02-09 23:15", "2024-02-09T07:05:30Z")[1] == "2024-02-09T07:05:30"


def test_days_first_and_months_first_are_told_apart_where_values_tell() -> None:
    assert read("03/04/2020", "25/12/2020") == ["2020-04-03T00:00:00", "2020-12-25T00:00:00"]
    assert read("03/04/2020", "12/25/2020") == ["2020-03-04T00:00:00", "2020-12-25T00:00:00"]
    open_one = kind_of(Column.of("c", ["03/04/2020", "05/06/2021"]))
    assert open_one.formats == (("D/M/YYYY or M/D/YYYY", 1.0),)
    both = kind_of(Column.of("c", ["13/04/2020", "05/26/2021", "25/01/2020"]))
    assert {form for form, _ in both.formats} == {"D/M/YYYY", "M/D/YYYY"}


def test_of_a_date_with_a_time_among_times_the_time_counts() -> None:
    assert read("7:10", "8:00", "9:30", "10:15", "2024-02-09 11:00")[4] == "1970-01-01T11:00:00"


def test_days_that_are_none_are_odd() -> None:
    column = Column.of("c", ["2024-02-29", "2023-02-28", "2024-01-31", "2024-03-01", "2024-03-02", "2023-02-30"])
    found = kind_of(column)
    assert (found.name, found.share) == ("date", pytest.approx(5 / 6, abs=1e-6))
    assert column.values[int(found.odd.argmax())] == "2023-02-30"


@pytest.mark.parametrize("texts", [["1-2", "3-4"], ["1700000000", "1700000001"], ["1.5", "2.75"], ["12", "2024"]])
def test_what_may_be_something_else_is_no_date(texts: list[str]) -> None:
    assert not kind_of(Column.of("c", texts * 4)).is_moment
