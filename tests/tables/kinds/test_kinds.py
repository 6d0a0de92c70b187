"""What columns are: each kind in the forms people write, and what does not fit."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datastork.tables.grid import Column, Grid
from datastork.tables.kinds import NAMES, kind_of, kinds_of, numbers_of

THIRTY = [f"{one:02d}" for one in range(30)]


def column(*texts: str | None, name: str = "c", times: int = 1) -> Column:
    return Column.of(name, list(texts) * times)


@pytest.mark.parametrize(
    ("texts", "name"),
    [
        (["yes", "no", "yes"], "boolean"),
        (["0", "1", "1"], "boolean"),
        (["True", "FALSE", "true"], "boolean"),
        (["3", "5", "-2"], "integer"),
        (["1,234", "12,000", "3,456,789"], "integer"),
        (["3.5", "1e-3", ".25"], "number"),
        (["$1,200.50", "$3.99", "-$4.00"], "number"),
        (["12 %", "7.5%", "100 %"], "number"),
        (["02139", "10001", "00501"], "code"),
        (["2024-03-01", "2023-12-24"], "date"),
        (["7:10 a.m.", "11:45 p.m."], "time"),
        (["2024-03-01T12:30:00Z", "2024-03-02 08:00"], "datetime"),
        (["red", "green", "red", "red", "green", "red"], "category"),
        (["the cat sat", "on a mat", "and then it slept"], "text"),
        ([None, None], "empty"),
        (["N/A", "?", None], "empty"),
        (["", " "], "empty"),
    ],
)
def test_a_column_is_what_its_values_are(texts: list[str | None], name: str) -> None:
    assert kind_of(column(*texts)).name == name


def test_a_kind_counts_rows_not_distinct_values_and_marks_what_is_odd() -> None:
    mine = column(*["12"] * 50, *["13"] * 45, "twelve", "N/A", None)
    found = kind_of(mine)
    assert (found.name, found.missing_tokens) == ("integer", ("N/A",))
    assert found.share == pytest.approx(95 / 96, abs=1e-6)
    assert [value for value, odd in zip(mine.values, found.odd, strict=True) if odd] == ["twelve"]


def test_missing_is_said_in_other_languages_too() -> None:
    assert set(kind_of(column("3,5", "7,1", "12,0", "k.A.", "sin datos", times=4)).missing_tokens) == {
        "k.A.",
        "sin datos",
    }
    assert kind_of(column("Bonn", "Ulm", "Keine Angabe", times=4)).missing_tokens == ("Keine Angabe",)


def test_names_that_mean_missing_elsewhere_may_be_values_here() -> None:
    countries = column("DE", "FR", "NA", "ZA", "IT", times=4)
    assert kind_of(countries).missing_tokens == ()
    assert kind_of(column("red", "green", "NA", "blue", times=4)).missing_tokens == ("NA",)
    assert kind_of(column("None", "Some", "Severe", times=4)).missing_tokens == ()
    assert kind_of(column("3", "7", "12", "unknown", times=4)).missing_tokens == ("unknown",)
    assert kind_of(column("low", "high", "unknown", times=4)).missing_tokens == ()


def test_digits_that_are_names_are_told_from_amounts() -> None:
    postal = kind_of(Column.of("postal_code", [f"{one:05d}" for one in range(20000, 20900, 7)] + ["2139", "501"]))
    assert (postal.name, postal.width) == ("code", 5)
    assert postal.odd.sum() == 2
    salaries = kind_of(Column.of("salary", [str(one) for one in range(20_000, 90_000, 700)]))
    assert salaries.name == "integer"
    phones = kind_of(Column.of("c", [f"(555) {one:03d}-{7 * one:04d}" for one in range(40)]))
    assert (phones.name, phones.width) == ("code", 10)
    years = kind_of(Column.of("year", [str(1980 + one % 40) for one in range(300)]))
    assert years.name == "integer"


def test_identifiers_are_unique_and_dense() -> None:
    assert kind_of(Column.of("c", [str(one) for one in range(1, 40)])).name == "identifier"
    assert kind_of(Column.of("c", [str(one * one * 1000) for one in range(1, 40)])).name == "integer"
    assert kind_of(Column.of("c", [f"A-{one:04d}" for one in range(50)])).formats == (("A-9999", 1.0),)
    assert kind_of(Column.of("c", [str(one / 7) for one in range(50)])).name == "number"


def test_sentinels_are_told_with_a_reason() -> None:
    spread = [str(10 + one % 50) for one in range(200)]
    low = kind_of(Column.of("c", [*spread, *["-999"] * 5]))
    assert low.missing_tokens == ("-999",)
    assert "only value below 0" in low.sentinels[0][1]
    high = kind_of(Column.of("c", [*spread, *["9999"] * 5]))
    assert high.missing_tokens == ()
    assert high.sentinels[0][0] == "9999"
    zero = kind_of(Column.of("c", [*spread, *["0"] * 9]))
    assert zero.sentinels == (("0", "9 times, and no other value is below 10"),)
    assert kind_of(Column.of("c", [str(one % 40) for one in range(200)])).sentinels == ()
    assert kind_of(Column.of("c", [*spread, "9999"])).sentinels == ()  # once is an outlier


@settings(max_examples=50, deadline=None)
@given(st.lists(st.one_of(st.none(), st.text(max_size=12)), max_size=30))
def test_any_column_has_a_kind_with_a_mark_for_each_value(texts: list[str | None]) -> None:
    mine = Column.of("c", texts)
    found = kind_of(mine)
    assert found.name in NAMES
    assert 0 <= found.share <= 1
    assert len(found.odd) == len(mine.values) == len(numbers_of(mine, found))
    assert set(found.missing_tokens) <= set(mine.values)


def test_kinds_do_not_depend_on_the_order_of_rows() -> None:
    texts = ["12 oz", "16 oz.", "N/A", "12.5 ounce", "many"] * 7
    one = kinds_of(Grid.of({"c": texts}))["c"]
    other = kinds_of(Grid.of({"c": texts[::-1]}))["c"]
    assert (one.name, one.share, one.unit, one.units) == (other.name, other.share, other.unit, other.units)
