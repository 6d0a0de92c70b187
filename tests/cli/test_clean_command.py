"""`stork clean`: one table in, the repaired one, its changes and its doubts out."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from datastork.cli.main import stork
from datastork.core.errors import DataError, DatastorkError
from datastork.tables.answers import Answers
from datastork.tables.grid import Grid

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
    assert "1 cell that a spreadsheet would run as a formula" in said.output


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

    assert "rule line 1: name: text, strip" in held.stderr
    assert 'stork clean --allow name, or in the recipe allow = ["name"]' in held.stderr
    assert read(table.with_name("people.clean.csv"))[0]["name"] == "0", changed.output


def test_what_cannot_be_is_said(table: Path) -> None:
    assert CliRunner().invoke(stork, ["clean", str(table), "--reference", "zips.csv"]).exit_code != 0
    assert CliRunner().invoke(stork, ["clean", str(table), "--json", "--ask", "3"]).exit_code == 2


def test_the_table_itself_is_never_written_over_and_folders_are_made_before_the_work(table: Path) -> None:
    before = table.read_bytes()

    over = CliRunner().invoke(stork, ["clean", str(table), "-o", str(table)])
    page = CliRunner().invoke(stork, ["clean", str(table), "--report", str(table)])
    behind = CliRunner().invoke(stork, ["clean", str(table), "-o", str(table / "out.csv")])
    made = run(table, "-o", table.parent / "new" / "out.csv")

    assert (over.exit_code, page.exit_code, behind.exit_code, made.exit_code) == (2, 2, 2, 0)
    assert "never touched" in over.output
    assert "cannot be written" in behind.output
    assert table.read_bytes() == before
    assert (table.parent / "new" / "out.csv").exists()


def test_tables_whose_names_differ_behind_a_dot_do_not_share_an_output(table: Path) -> None:
    run(table.rename(table.with_name("people.2024.csv")))

    assert table.with_name("people.2024.clean.csv").exists()


def test_rules_that_cannot_be_read_are_told_without_a_recipe_and_names_taken_for_others_too(table: Path) -> None:
    (packed := table.with_name("rules.bin")).write_bytes(b"\xff\xfe\x00")

    wrong = run(table, "--rules", packed)
    gone = run(table, "--rules", "nowhere.txt")
    taken = run(table, "--rule", "ZIP -> city")
    with pytest.raises(DatastorkError, match=r"^rules line 1: no column 'zap'") as unknown:
        run(table, "--rule", "zap -> city")

    assert (wrong.exit_code, gone.exit_code, taken.exit_code, unknown.value.exit_code) == (2, 2, 0, 2)
    assert "not text in UTF-8" in wrong.output
    assert "'ZIP' is taken for the column 'zip'" in taken.stderr


def test_answers_are_kept_and_taken_again(table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def person(grid: Grid, _: object, count: int) -> Answers:
        assert count == 2
        return Answers.of([0, 1], [grid.place("city"), grid.place("state")], ["BEND", None])

    monkeypatch.setattr("datastork.cli.asking.ask", person)
    out, answers = tmp_path / "out.csv", tmp_path / "out.answers.csv"

    first = run(table, "--ask", "2", "-o", out)

    assert str(answers) in first.output
    assert (read(out)[0]["city"], read(out)[1]["state"]) == ("BEND", "")
    run(table, "-o", out, "--answers", answers)
    assert (read(out)[0]["city"], read(out)[1]["state"]) == ("BEND", "")
    answers.write_text("row,column,value\n0,town,x\n")
    with pytest.raises(DataError, match="no column 'town'"):
        run(table, "-o", out, "--answers", answers)
    answers.write_text("a,b\n1,2\n")
    with pytest.raises(DataError, match="holds no answers"):
        run(table, "-o", out, "--answers", answers)
