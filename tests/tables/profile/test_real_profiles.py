"""Profiles of real tables: what is known to be in them is found, and no more."""

import csv
from pathlib import Path

import pytest

from datastork.tables.grid import Grid
from datastork.tables.profile import Profile, profile

pytestmark = pytest.mark.real
CENSUS = "age work weight school years married job role race sex gain loss hours country pay"


def read(path: Path, names: list[str] | None = None) -> Grid:
    with path.open(newline="", encoding="utf-8-sig") as file:
        rows = [row for row in csv.reader(file, skipinitialspace=True) if row]
    if names is None:
        names, rows = rows[0], rows[1:]
    return Grid.of({name: [row[at] or None for row in rows] for at, name in enumerate(names)})


def kinds(found: Profile) -> dict[str, str]:
    return {name: one.kind.name for name, one in found.columns.items()}


def test_census(real_data: Path) -> None:
    found = profile(read(real_data / "tables/jbrownlee/adult-train.csv", CENSUS.split()), label="pay", protect=["sex"])
    assert kinds(found) | {"age": "integer", "school": "category", "pay": "category"} == kinds(found)
    assert [(one.given, one.column) for one in found.dependencies] == [(("school",), "years"), (("years",), "school")]
    assert found.columns["gain"].kind.sentinels[0][0] == "99999"
    assert {one.name for one in found.columns.values() if one.said_missing} == {"work", "job", "country"}
    assert (found.repeats.rows, len(found.keys)) == (24, 0)
    assert {one.about for one in found.remarks} == (
        {"missing_token", "sentinel", "sensitive", "proxies", "mostly_zero", "missing_together"}
        | {"repeated_rows", "conflicts"}
    )


def test_recidivism(real_data: Path) -> None:
    found = profile(read(real_data / "tables/compas/compas-scores-two-years.csv"), label="two_year_recid")
    leaks = {name for one in found.remarks if one.about == "leak" for name in one.columns}
    assert leaks >= {"is_recid", "r_offense_date", "r_case_number"}
    assert {one.column for one in found.derived} >= {"name", "screening_date"}
    assert [key.columns for key in found.keys] == [("id",)]
    assert any(one.about == "order" and "c_jail_out" in one.columns for one in found.remarks)


def test_hospitals(real_data: Path) -> None:
    found = profile(read(real_data / "repair/hospital/dirty.csv"))
    assert kinds(found) | {"zip": "code", "phone": "code", "score": "integer", "address_2": "empty"} == kinds(found)
    assert {"zip", "name", "phone"} <= set(found.equivalents[1]) | set(found.equivalents[0])
    assert [one.text for one in found.derived] == ["state + '_' + measure_code"]
    assert found.columns["sample"].kind.unit == "patients"
    assert ("provider_number", "measure_code") in [key.columns for key in found.keys]


def test_flights_and_beers(real_data: Path) -> None:
    flights = profile(read(real_data / "repair/flights/dirty.csv"))
    assert [name for name, kind in kinds(flights).items() if kind == "time"] == list(flights.columns)[3:]
    assert ("src", "flight") in [key.columns for key in flights.keys]
    assert {one.column for one in flights.dependencies if one.given == ("flight",)} >= set(list(flights.columns)[3:4])
    beers = profile(read(real_data / "repair/beers/dirty.csv"))
    assert dict(beers.columns["ounces"].kind.units)["ounce"] > 0.2
    assert ("city", "state") in [(one.given[0], one.column) for one in beers.dependencies]


@pytest.mark.parametrize("name", ["breast-cancer-wisconsin", "german", "iris", "housing", "pima-indians-diabetes"])
def test_clean_tables_have_few_remarks_and_no_dependencies_of_classes(real_data: Path, name: str) -> None:
    path = real_data / f"tables/jbrownlee/{name}.csv"
    wide = len(path.read_text().split("\n", 1)[0].split(","))
    names = [f"c{at}" for at in range(wide)]
    found = profile(read(path, names), label=names[-1])
    assert len(found.remarks) <= 6
    assert not any(one.column == names[-1] for one in found.dependencies)
    assert not any(one.about == "leak" for one in found.remarks)
