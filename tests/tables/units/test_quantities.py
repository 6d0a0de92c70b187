"""Numbers with a unit beside them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datastork.core.errors import DataError
from datastork.tables.grid import Column, Grid
from datastork.tables.units.convert import converted
from datastork.tables.units.find import find_units
from datastork.tables.units.quantities import pointed, read_quantity, read_written
from datastork.tables.units.table import MEASURES, Measure, measure


@pytest.mark.parametrize(
    ("text", "unit", "number"),
    [
        ("90", "minutes", 90),
        ("1.5 h", "minutes", 90),
        ("1h30m", "minutes", 90),
        ("2 Hrs.", "minutes", 120),
        ("1:30", "minutes", None),
        ("$1.2k", "dollars", 1200),
        ("US$ 5", "dollars", 5),
        ("-3 °C", "°F", 26.6),
        ("32°F", "celsius", 0),
        ("1 kg", "lb", 2.20462),
        ("5 m", "cm", 500),
        ("5 m", "seconds", 300),
        ("1,200 g", "kg", 1.2),
        ("5 kg", "minutes", None),
        ("3 4", "minutes", None),
        ("about 5 h", "minutes", None),
        ("50 %", "fraction", 0.5),
        ("", "minutes", None),
        ("5 million", "dollars", 5e6),
    ],
)
def test_a_quantity_in_another_unit(text: str, unit: str, number: float | None) -> None:
    target = measure(unit)
    assert target is not None

    assert read_quantity(text, target) == (None if number is None else pytest.approx(number, rel=1e-5, abs=1e-9))


def test_a_clock_is_read_where_it_is_one() -> None:
    minutes = measure("minutes")
    assert minutes is not None

    assert read_quantity("1:30", minutes, clock=True) == 90
    assert read_quantity("0:01:30", minutes, clock=True) == 1.5


@given(st.sampled_from([one for words in MEASURES.values() for one in words.values()]), st.floats(-1e6, 1e6))
def test_units_turn_into_each_other_and_back(unit: Measure, number: float) -> None:
    for other in MEASURES[unit.dimension].values():
        assert other.to(unit.to(number, other), unit) == pytest.approx(number, rel=1e-9, abs=1e-6)


@given(st.text(max_size=80))
def test_any_text_is_a_quantity_or_none(text: str) -> None:
    target = measure("minutes")
    assert target is not None

    assert read_quantity(text, target) is None or any(character.isdigit() for character in text)
    written = read_written(text)
    assert written is None or "{}" in written.form


def test_an_unknown_unit_gets_the_nearest() -> None:
    with pytest.raises(DataError, match="did you mean 'minutes'"):
        converted(Column.of("t", ["1"]), "minuets")


def test_a_column_of_several_units_is_brought_into_that_of_most() -> None:
    grid = Grid.of(
        {
            "took": ["90 min", "45 min", "60 min", "1.5 h", "2 h", "n/a"],
            "size": ["10M", "20M", "35M", "512k", "100k", ""],
            "same": ["12 oz", "12 oz", "16 oz", "8 oz", "1 oz", "2 oz"],
            "text": ["5 m", "route 66", "h", "3 l", "2 h", "1 kg"],
            "bare": ["90", "45", "60", "1 h", "2 h", "30"],
        }
    )

    table = find_units(grid).to_arrow(grid)

    assert list(zip(table["column"].to_pylist(), table["new"].to_pylist(), strict=True)) == [
        ("took", "90 min"),
        ("took", "120 min"),
        ("size", "0.51M"),
        ("size", "0.1M"),
    ]


def test_only_the_columns_named_are_looked_at() -> None:
    grid = Grid.of({"a": ["90 min", "45 min", "60 min", "1.5 h", "2 h"], "b": ["9 kg", "4 kg", "6 kg", "15 g", "2 g"]})

    assert {grid.names[place] for place in find_units(grid, columns=["b"]).column.tolist()} == {"b"}


COMMAS = [f"{60 + n % 30},{n % 10} kg" for n in range(60)]


def test_with_decimal_commas_words_tell_units_as_with_points() -> None:
    column = Column.of("weight", [*COMMAS, "150,4 lb", "132,3 lb", "1.250,5 kg", "70,5", "12.5 kg", "n/a"])

    points = pointed(column).values
    assert (points[0], *points[-6:]) == ("60.0 kg", "150.4 lb", "132.3 lb", "1250.5 kg", "70.5", "12.5 kg", "n/a")
    told = dict(zip(column.values, converted(column, "kg"), strict=True))
    assert (told["60,0 kg"], told["150,4 lb"], told["1.250,5 kg"], told["70,5"]) == ("60", "68.22", "1250.5", "70.5")
    assert told["n/a"] == "n/a"


def test_what_is_converted_unasked_has_the_decimal_sign_of_its_column() -> None:
    found = find_units(Grid.of({"weight": [*COMMAS, "150,4 lb", "132,3 lb"]}))

    assert (found.row.tolist(), found.new.tolist()) == ([60, 61], ["68,22 kg", "60,01 kg"])
    points = [value.replace(",", ".") for value in [*COMMAS, "150,4 lb", "132,3 lb"]]
    assert find_units(Grid.of({"weight": points})).new.tolist() == ["68.22 kg", "60.01 kg"]


def test_a_column_with_points_stays_as_it_is_written() -> None:
    column = Column.of("weight", ["1,250 kg", "12.5 kg", "2,400 kg"])

    assert pointed(column) is column
    assert converted(column, "kg") == ["1250", "12.5", "2400"]
