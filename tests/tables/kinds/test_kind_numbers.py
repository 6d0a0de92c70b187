"""Numbers as people write them."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datastork.tables.grid import Column
from datastork.tables.kinds import kind_of, numbers_of


def read(*texts: str) -> list[float]:
    column = Column.of("c", list(texts))
    found = numbers_of(column, kind_of(column))
    return [float(found[code]) for code in column.codes]


def test_thousands_currency_minus_and_powers_are_read() -> None:
    assert read("1,234", "$5.50", "(12)", "−3", "1.5e3", "+7") == [1234, 5.5, -12, -3, 1500, 7]
    assert read("1 234 567", "12 000", "3") == [1234567, 12000, 3]
    assert read("12'500.25", "3.5", "1'000") == [12500.25, 3.5, 1000]


def test_a_decimal_comma_is_found_by_what_can_only_be_one() -> None:
    assert read("3,5", "1.234,25", "12,75") == [3.5, 1234.25, 12.75]
    assert read("1.234", "3,5", "12,75", "0,25") == [1234, 3.5, 12.75, 0.25]
    column = Column.of("c", ["3,5", "12,75"])
    assert kind_of(column).decimal == ","
    assert read("1,234", "5,678") == [1234, 5678]  # either way: thousands


def test_units_are_kept_apart_and_counted() -> None:
    column = Column.of("c", ["12 oz", "16 OZ.", "12 ounce", "8.4 oz can", "16 oz"])
    found = kind_of(column)
    assert (found.name, found.unit) == ("number", "oz")
    assert dict(found.units) == {"oz": 0.6, "ounce": 0.2, "oz can": 0.2}
    assert np.nansum(numbers_of(column, found)) == pytest.approx(12 + 16 + 12 + 8.4 + 16)


@pytest.mark.parametrize("texts", [["1st", "2nd", "3rd", "11th"], ["12 Main St", "4 High Rd", "7 Oak Ave", "9 Elm Ln"]])
def test_ordinals_and_addresses_are_no_numbers(texts: list[str]) -> None:
    assert not kind_of(Column.of("c", texts * 3)).is_number


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(-1e9, 1e9).map(lambda one: round(one, 4)), min_size=3, max_size=30, unique=True))
def test_what_python_writes_is_read_back(values: list[float]) -> None:
    column = Column.of("c", [repr(one) for one in values])
    found = kind_of(column)
    if found.is_number:
        read_back = numbers_of(column, found)
        assert all(math.isclose(a, b) for a, b in zip(read_back.tolist(), values, strict=True))


def test_units_are_letters_and_signs_of_units_of_any_script() -> None:
    assert read("5 µm", "7 µm", "9 µm") == [5, 7, 9]
    assert read("5 年", "7 年", "9 m²") == [5, 7, 9]
    assert all(math.isnan(one) for one in read("5 ★", "7 ★", "9 ★"))
