"""What a profile remarks: planted troubles are told, clean tables left in peace."""

from datetime import date

import numpy as np
import pytest

from datastork.tables.grid import Column, Grid
from datastork.tables.profile import Profile, profile

TODAY = date(2026, 1, 1)


def people(rows: int = 600) -> dict[str, list[str | None]]:
    draw = np.random.default_rng(0)
    age = draw.integers(18, 80, rows)
    town = draw.integers(0, 12, rows)
    return {
        "person": [str(one + 1) for one in range(rows)],
        "years": [str(one) for one in age],
        "town": [f"Town of {'abcdefghijkl'[one] * 4}" for one in town],
        "postal": [f"{one * 733 + 1000:05d}" for one in town],
        "joined": [f"20{one:02d}-0{month}-11" for one, month in zip(town + 10, draw.integers(1, 9, rows), strict=True)],
        "pay": [f"{one:.2f}" for one in draw.lognormal(7, 0.4, rows)],
        "good": ["yes" if one > 45 else "no" for one in age + draw.normal(0, 20, rows)],
    }


def told(table: dict[str, list[str | None]], **settings: object) -> Profile:
    return profile(Grid.of(table), today=TODAY, **settings)  # type: ignore[arg-type]


def about(found: Profile, sort: str) -> list[str]:
    return [one.text for one in found.remarks if one.about == sort]


def test_a_clean_table_is_told_of_its_identifier_only() -> None:
    found = told(people(), label="good")
    assert {one.about for one in found.remarks} == {"identifier"}
    assert found.keys[0].columns == ("person",)
    assert (found.repeats.rows, found.repeats.conflicts) == (0, 0)


def test_missing_words_and_numbers_are_told_once_for_all_columns() -> None:
    table = people()
    for row in range(10):
        table["town"][row] = "N/A"
        table["joined"][row + 20] = "N/A"
        table["pay"][row + 40] = "-999"
    found = told(table)
    assert (
        about(found, "missing_token")[0] == "'N/A' says that there is no value in town (10 rows) and joined (10 rows)."
    )
    assert "pay: missing -999" in about(found, "sentinel")[0]
    assert found.columns["pay"].given == 590


def test_lost_zeros_are_told_with_the_rule_that_gives_them_back() -> None:
    table = people()
    table["postal"] = [text.lstrip("0") if row % 9 == 0 and text else text for row, text in enumerate(table["postal"])]
    said = about(told(table), "lost_zeros")[0]
    assert 'the rule "postal: text, 5 digits" gives them back' in said


def test_values_that_do_not_fit_and_misspelt_ones_are_shown() -> None:
    table = people()
    table["years"][5] = "forty"
    table["town"][7] = "Town of aaba"
    found = told(table)
    assert about(found, "odd") == ["years: whole numbers, but 1 row is none: 'forty'."]
    assert about(found, "misspelt") == ["town: 1 row may be misspelt: 'Town of aaba' for 'Town of aaaa'."]
    assert any("postal tells town" in text for text in about(found, "exceptions"))


def test_units_spellings_and_blanks_are_told() -> None:
    table = people()
    table["pay"] = [f"{text} EUR" if row % 3 else f"{text} euro" for row, text in enumerate(table["pay"])]
    table["town"][3] = "  Town of aaaa"
    table["town"][4] = "TOWN OF AAAA"
    found = told(table)
    assert about(found, "units")[0].startswith(
        "pay: numbers with several units or spellings ('eur' 67 % and 'euro' 33 %)"
    )
    assert "in 1 row" in about(found, "blanks")[0]
    assert about(found, "variants")[0].startswith("town: one value is written in several ways")


def test_days_to_come_stand_ins_and_ambiguous_days_are_told() -> None:
    table = people()
    table["joined"][0] = "2031-05-05"
    for row in range(1, 60):
        table["joined"][row] = "1900-01-01"
    found = told(table)
    assert about(found, "future") == ["joined: 1 row lies in the future, up to 2031-05-05: planned, or mistyped?"]
    assert "1900-01-01 in 59 rows" in about(found, "placeholder_date")[0]
    table["joined"] = [f"0{row % 9 + 1}/0{row % 7 + 1}/2020" for row in range(600)]
    assert about(told(table), "ambiguous_dates")


def test_dates_out_of_their_order_are_told() -> None:
    table = people()
    table["left"] = [f"{int(text[:4]) + 2}{text[4:]}" if text else None for text in table["joined"]]
    table["left"][9] = "2001-01-05"
    assert "left comes before joined in 1 row" in about(told(table), "order")[0]


def test_what_gives_the_label_away_is_told() -> None:
    table = people()
    table["closed"] = ["2020-01-05" if one == "yes" else None for one in table["good"]]
    table["verdict"] = ["A" if one == "yes" else "B" for one in table["good"]]
    leaks = about(told(table, label="good"), "leak")
    assert leaks[0].startswith("closed: whether there is a value tells good in 100 % of the rows")
    assert leaks[1].startswith("verdict: alone it tells good")
    assert about(told(people(), label="good"), "leak") == []


def test_twins_across_splits_and_rows_of_two_labels_are_counted() -> None:
    table = people(400)
    for row in range(300, 320):
        for name, cells in table.items():
            if name != "person":
                cells[row] = cells[row - 300]
    table["good"][300] = "no" if table["good"][0] == "yes" else "yes"
    found = told(table, label="good", split=["train"] * 300 + ["test"] * 100)
    assert (found.repeats.rows, found.repeats.across, found.repeats.conflicts) == (19, 20, 2)
    assert about(found, "across_splits")[0].startswith("20 rows outside train have a twin in train")


def test_care_is_asked_for_by_name_and_by_value() -> None:
    table = people()
    draw = np.random.default_rng(3)
    table["gender"] = [("f", "m")[one] for one in draw.integers(0, 2, 600)]
    table["title"] = ["Ms" if one == "f" else "Mr" for one in table["gender"]]
    table["contact"] = [f"someone{row}@example.org" for row in range(600)]
    found = told(table)
    assert about(found, "sensitive")[0].startswith("gender: by its name")
    assert about(found, "personal")[0].startswith("contact: may name or reach persons")
    protected = told(table, protect=["gender"])
    assert about(protected, "sensitive") == []
    assert "gender can be told from others (title 1.00)" in about(protected, "proxies")[0]


@pytest.mark.parametrize("texts", [[], [None], ["x"], [None, None], ["", "?"]])
def test_small_and_empty_tables_are_profiled(texts: list[str | None]) -> None:
    found = profile(Grid((Column.of("a", texts), Column.of("b", texts))), label="a", today=TODAY)
    assert found.rows == len(texts)


def test_a_profile_is_the_same_twice() -> None:
    one, two = (told(people(), label="good", seed=3) for _ in range(2))
    assert one.remarks == two.remarks
    assert one.dependencies == two.dependencies
    assert one.associations == two.associations
