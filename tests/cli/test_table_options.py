"""How a table is written can be said to `stork clean` and `stork rules`, where it is not found rightly."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.tables.reading.xlsx_files import write_xlsx

from datastork.cli.main import stork

TOWNS = [["zip", "town"], *([code, town] for code, town in (("97701", "Bend"), ("46402", "Gary")) for _ in range(20))]


@pytest.mark.parametrize("command", ["clean", "rules"])
def test_the_encoding(command: str, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(("name,zip\n" + "Łódź,1\nŻary,2\n" * 20).encode("cp1250"))

    told = CliRunner().invoke(stork, [command, str(tmp_path / "t.csv"), "--encoding", "cp1250"])
    assert told.exit_code == 0, told.output
    assert "was read as" not in told.output
    if command == "clean":
        assert (tmp_path / "t.clean.csv").read_text(encoding="utf-8").splitlines()[1] == "Łódź,1"
    wrong = CliRunner().invoke(stork, [command, str(tmp_path / "t.csv"), "--encoding", "quite"])
    assert wrong.exit_code != 0
    assert "there is no encoding 'quite'" in str(wrong.exception)


@pytest.mark.parametrize("command", ["clean", "rules"])
def test_the_sheet(command: str, tmp_path: Path) -> None:
    write_xlsx(tmp_path / "t.xlsx", {"Notes": [["x"], ["y"]], "Towns": TOWNS})

    told = CliRunner().invoke(stork, [command, str(tmp_path / "t.xlsx"), "--sheet", "Towns"])
    assert told.exit_code == 0, told.output
    assert ("80 cells" if command == "clean" else "zip -> town") in told.output
    wrong = CliRunner().invoke(stork, [command, str(tmp_path / "t.xlsx"), "--sheet", "Town"])
    assert "no sheet 'Town'; did you mean 'Towns'" in str(wrong.exception)
