"""The Adult table with planted errors, from CSV to published: rules proposed, kept, applied, one column undone."""

import csv
import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import datastork as ds
from datastork.cli.main import stork

EXAMPLE = Path(__file__).parents[1] / "examples/census"
ROWS = 4000


def run(*arguments: object) -> str:
    said = CliRunner().invoke(stork, list(map(str, arguments)), catch_exceptions=False)
    assert said.exit_code == 0, said.output
    return said.output


def cells(dataset: ds.Dataset) -> dict[tuple[int, str], str]:
    """Return what every cell of the newest version holds, by row and column of the source."""
    frame = dataset.frame().to_pydict()
    found = {}
    for uri, data in zip(frame["uri"], frame["row"], strict=True):
        row = int(uri.split("#")[1])
        found |= {(row, name): value for name, value in json.loads(data).items()}
    return found


@pytest.mark.real
@pytest.mark.slow
def test_the_census_from_csv_to_published(tmp_path: Path, real_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(EXAMPLE))
    plant = __import__("plant")
    lines = (real_data / "tables/jbrownlee/adult-train.csv").read_text().splitlines()[:ROWS]
    (tmp_path / "adult.data").write_text("\n".join(lines) + "\n")
    folder = tmp_path / "census"
    run("new", folder, "--task", "table-classification", "--from", "data.csv", "--label", "income")
    plant.plant(tmp_path / "adult.data", folder)
    sys.modules.pop("plant")

    run("rules", folder / "data.csv", "-o", folder / "rules.txt")
    proposed = (folder / "rules.txt").read_text()
    assert "education -> education_num" in proposed
    assert "age: number, strip" in proposed
    kept = [line for line in (EXAMPLE / "rules.txt").read_text().splitlines() if not line.startswith("#")]
    (folder / "rules.txt").write_text("\n".join(kept))
    assert "education -> education_num" in run("rules", folder / "data.csv", "--check", folder / "rules.txt")

    recipe = folder / "stork.toml"
    recipe.write_text(recipe.read_text().replace('# rules_file = "rules.txt"', 'rules_file = "rules.txt"'))
    run("check", folder)
    assert "changed by clean.table.repair" in run("build", folder)

    dataset = ds.open(folder)
    with (folder / "data.csv").open(newline="") as file:
        dirty = list(csv.DictReader(file))
    with (folder / "planted.csv").open(newline="") as file:
        planted = {(int(one["row"]), one["column"]): one for one in csv.DictReader(file)}
    now = cells(dataset)
    changed = {cell for cell, value in now.items() if (value or "") != dirty[cell[0]][cell[1]]}
    right = {cell for cell in changed if cell in planted and now[cell] == planted[cell]["before"]}
    meant = {
        cell for cell in changed if cell in planted and planted[cell]["what"] == "missing word"
    }  # emptied, by rule
    assert len(right | meant) >= 0.98 * len(changed)
    for what, share in (("form", 1.0), ("unit", 1.0), ("wrong number", 0.95), ("typing error", 0.5)):
        all_of = {cell for cell, one in planted.items() if one["what"] == what}
        assert len(right & all_of) >= share * len(all_of), what

    row = next(cell[0] for cell in sorted(right) if planted[cell]["what"] == "wrong number")
    told = run("why", f"data.csv#{row}", folder)
    assert "changed  education_num" in told
    assert "clean.table.repair" in told
    page = Path(run("report", folder).strip()).read_text()
    assert "Where it was repaired" in page
    assert "<ins>" in page

    assert "changes of age do not count any more" in run("undo", folder, "--column", "age")
    after = cells(dataset)
    assert all((after[cell] or "") == dirty[cell[0]]["age"] for cell in after if cell[1] == "age")
    assert {cell for cell in right if cell[1] != "age"} <= {cell for cell in right if after[cell] == now[cell]}
    run("publish", "--in", folder)
    assert len(list((folder / "published/data").glob("*.parquet"))) == 3
