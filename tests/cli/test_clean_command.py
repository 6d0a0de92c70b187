"""`stork clean`: one table in, the repaired one, its changes and its doubts out."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from datastork.cli.main import stork

PLACES = {"97701": ("Bend", "OR"), "46402": ("Gary", "IN"), "02108": ("Boston", "MA"), "73301": ("Austin", "TX")}


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    lines = ["name,zip,city,state"]
    for number in range(120):
        code = list(PLACES)[number % 4]
        city, state = PLACES[code]
        lines.append(f"person {number},{code},{'Bnd' if number == 40 else city},{state}")
    path.write_text("\n".join([*lines, "=cmd|x,97701,Bend,OR"]) + "\n")
    return path


def run(*arguments: object, **options: object) -> Result:
    return CliRunner().invoke(stork, ["clean", *map(str, arguments)], catch_exceptions=False, **options)  # type: ignore[arg-type]


def read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_a_table_is_repaired_and_the_table_itself_is_left_alone(table: Path) -> None:
    before = table.read_bytes()

    said = run(table, "--rule", "zip -> city, state")

    assert said.exit_code == 0, said.output
    assert table.read_bytes() == before
    rows = read(table.with_name("people.clean.csv"))
    assert [row["city"] for row in rows] == [PLACES[row["zip"]][0] for row in rows]
    (change,) = read(table.with_name("people.clean.changes.csv"))
    assert (change["row"], change["column"], change["old"], change["new"]) == ("40", "city", "Bnd", "Bend")
    assert float(change["confidence"]) >= 0.95
    assert rows[-1]["name"] == "'=cmd|x"  # no spreadsheet runs it
    assert "formulas" in said.output


def test_machines_get_numbers_and_the_report_is_one_page(table: Path, tmp_path: Path) -> None:
    rule = ("--rule", "zip -> city, state")
    said = run(table, *rule, "-o", tmp_path / "out.csv", "--json", "--report", tmp_path / "out.html", "--keep-formulas")

    told = json.loads(said.stdout)
    assert told["repaired_cells"] == len(read(tmp_path / "out.changes.csv"))
    assert told["files"]["report"] == str(tmp_path / "out.html")
    page = (tmp_path / "out.html").read_text()
    assert "Repair of a table" in page
    assert "<script" not in page
    assert read(tmp_path / "out.csv")[-1]["name"] == "=cmd|x"


def test_a_rule_that_would_change_much_of_a_column_is_held_back_until_someone_says_yes(table: Path) -> None:
    rule = ("--rule", 'name: text, strip "person "')

    held = run(table, *rule)
    changed = run(table, *rule, "--yes")

    assert "name" in held.output
    assert read(table.with_name("people.clean.csv"))[0]["name"] == "0", changed.output


def test_what_cannot_be_is_said(table: Path) -> None:
    assert CliRunner().invoke(stork, ["clean", str(table), "--reference", "zips.csv"]).exit_code != 0
    assert CliRunner().invoke(stork, ["clean", str(table), "--json", "--ask", "3"]).exit_code == 2
