"""`stork rules`: rules proposed into a file, and a table checked against them."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from datastork.cli.main import stork


@pytest.fixture
def table(tmp_path: Path) -> Path:
    rows = ["zip,city,size"]
    for number in range(60):
        code, city = (("97701", "Bend"), ("02108", "Boston"), ("46402", "Gary"))[number % 3]
        rows.append(f"{code},{'Bned' if number == 3 else city},{number % 7 + 1}.0{' oz' if number % 2 else ''}")
    path = tmp_path / "shops.csv"
    path.write_text("\n".join(rows) + "\n")
    return path


def run(*words: object) -> Result:
    return CliRunner().invoke(stork, ["rules", *map(str, words)])


def test_proposed_rules_are_written_edited_and_checked(table: Path, tmp_path: Path) -> None:
    file = tmp_path / "rules.txt"

    proposed = run(table, "-o", file)
    assert proposed.exit_code == 0, proposed.output
    assert "rules proposed, written to" in proposed.output
    text = file.read_text()
    assert "\nzip -> city\n" in text
    assert "zip '97701': 19 have 'Bend', row 3 has 'Bned'" in text

    file.write_text('zip -> city\nsize: number, strip "oz"\nSIZE: 0..6\nnot (similar(a.city, b.zip))\n')
    checked = run(table, "--check", file)
    assert checked.exit_code == 0, checked.output
    assert "'SIZE' is taken for the column 'size'" in checked.output
    assert "zip -> city: 1 row against it" in checked.output
    assert "'2.0 oz' → '2.0': " in checked.output
    assert "Look at these before the rules are applied:" in checked.output


def test_json_for_machines(table: Path, tmp_path: Path) -> None:
    proposed = json.loads(run(table, "--json").stdout)
    assert {"line", "section", "support", "exceptions", "examples", "gain", "likely"} == set(proposed[0])

    file = tmp_path / "rules.txt"
    file.write_text("zip -> city\n")
    checked = json.loads(run(table, "--check", file, "--json").stdout)
    assert checked["rules"][0]["count"] == 1
    assert checked["look_first"] == []


def test_a_wrong_line_is_told_with_its_number(table: Path, tmp_path: Path) -> None:
    file = tmp_path / "rules.txt"
    file.write_text("zip -> cty\n\nsize: numbr\n")

    found = run(table, "--check", file)

    assert found.exit_code != 0
    assert "rules line 1: no column 'cty'; did you mean 'city'?" in str(found.exception)
    assert "rules line 3: 'numbr' is not known; did you mean 'number'?" in str(found.exception)


def test_a_file_that_is_there_is_not_replaced(table: Path) -> None:
    found = run(table, "-o", table)

    assert found.exit_code == 2
    assert "is there already" in found.output


def test_what_comes_from_data_cannot_steer_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "evil.csv"
    path.write_text("zip,city\n" + "97701,Bend\n46402,Gary\n" * 20 + "97701,\x1b[2JBend\n")

    found = run(path)

    assert found.exit_code == 0
    assert "\x1b" not in found.output
