"""`clean.table.active` and `stork clean-next`: rows proposed, answered, counted in, and again."""

import csv
import json
import random
from pathlib import Path

import pytest
from click.testing import CliRunner

from datastork.cli.main import stork
from datastork.core.errors import BuildError, DataError
from datastork.dataset import Dataset
from datastork.dataset import open as open_dataset
from datastork.store.samples import Samples
from datastork.testing import check_step

RECIPE = """
[dataset]
name    = "people"
task    = "table-classification"
license = "CC0-1.0"

[[step]]
use  = "collect.table"
path = "people.csv"

[[step]]
use        = "split.random"
train      = 0.6
validation = 0.2
test       = 0.2
{step}

[label]
suggest = "suspects"

[[label.question]]
kind = "cells"
ask  = "Which cells are wrong?"

[[publish]]
use = "publish.folder"
to  = "published"
"""
STEP = """
[[step]]
use    = "clean.table.active"
label  = "pays"
ignore = ["name"]
rules  = ["age: 0..120"]
"""


def people(root: Path, step: str = STEP, rows: int = 400) -> tuple[Dataset, dict[str, str]]:
    """Return a dataset of people of whom half of those who pay have their age in months, and the right ages."""
    draw = random.Random(3)
    lines, ages = ["name,age,town,pays"], {}
    for number in range(rows):
        age = draw.randint(18, 80)
        pays = draw.random() < (0.85 if age > 45 else 0.15)
        ages[f"person {number}"] = str(age)
        shown = age * 12 if pays and draw.random() < 0.5 else age
        lines.append(f"person {number},{shown},{draw.choice('ABC')},{'yes' if pays else 'no'}")
    (root / "people.csv").write_text("\n".join(lines) + "\n")
    (root / "stork.toml").write_text(RECIPE.format(step=step))
    dataset = open_dataset(root)
    dataset.build(workers=1)
    return dataset, ages


def run(*words: str) -> str:
    done = CliRunner().invoke(stork, [*words], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def rows_of(dataset: Dataset) -> dict[str, dict[str, str]]:
    return {row["name"]: row for row in map(json.loads, dataset.frame().to_pydict()["row"])}


def column(dataset: Dataset, name: str) -> dict[str, float]:
    found = dataset.frame().to_pydict()
    return {json.loads(row)["name"]: one for row, one in zip(found["row"], found[name], strict=True)}


def corrected(path: Path, ages: dict[str, str]) -> int:
    """Set the right ages in a written file, as a person would; return how many were wrong."""
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    wrong = sum(row["age"] != ages[row["name"]] for row in rows)
    for row in rows:
        row["age"] = ages[row["name"]]
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return wrong


def test_the_step_keeps_its_promises() -> None:
    check_step("clean.table.active", settings={"label": "income"})


def test_rows_are_proposed_answered_and_counted_in(tmp_path: Path) -> None:
    dataset, ages = people(tmp_path)
    before, gain = rows_of(dataset), column(dataset, "ask_gain")
    split = column(dataset, "split")
    assert {split[name] for name, one in gain.items() if one is not None} == {"train"}
    file = tmp_path / "rows.csv"

    run("clean-next", str(tmp_path), "-k", "30", "-o", str(file))
    asked = [row["name"] for row in csv.DictReader(file.read_text().splitlines())]
    assert asked == sorted((name for name in gain if gain[name] is not None), key=lambda name: -gain[name])[:30]
    wrong = corrected(file, ages)
    assert wrong >= 25  # flagged rows, and some that nothing flags
    told = json.loads(run("clean-next", str(tmp_path), "--answers", str(file), "--as", "ann", "--json"))
    assert told == {"rows": 30, "corrected": wrong, "cells": wrong, "new": 30}
    again = json.loads(run("clean-next", str(tmp_path), "--answers", str(file), "--as", "ann", "--json"))
    assert again["new"] == 0
    second = json.loads(run("clean-next", str(tmp_path), "-k", "5", "--json"))
    assert not {one["values"]["name"] for one in second["rows"]} & set(asked)

    dataset.build(workers=1)
    after, weight = rows_of(dataset), column(dataset, "weight")
    assert {name for name in after if after[name] != before[name]} == {
        name for name in asked if before[name]["age"] != ages[name]
    }
    assert all(after[name]["age"] == ages[name] for name in asked)
    assert {name for name, one in weight.items() if one is not None} == {n for n, s in split.items() if s == "train"}
    broken = [name for name, row in after.items() if int(row["age"]) > 120 and split[name] == "train"]
    assert broken
    assert all(weight[name] == 0 for name in broken)
    total = sum(one for one in weight.values() if one is not None)
    assert total == pytest.approx(sum(one == "train" for one in split.values()))
    found = Samples(dataset.home).record(None)["findings"]["clean.table.active"]
    assert found["numbers"]["answered"] == 30
    assert found["numbers"]["wrong_of_answered_flagged"] + found["numbers"]["wrong_of_answered_others"] == wrong
    assert not found["numbers"]["stop"]
    assert any("50 answers tell whether more would help" in one for one in found["sentences"])
    assert [table["caption"].split()[0] for table in found["tables"]] == ["Accuracy", "Classes", "Detectors,"]
    changes = dataset.why(next(name for name in _ids(dataset, asked)))["changes"]
    assert all(one["reason"] == "a person corrected it" for one in changes)


def _ids(dataset: Dataset, names: list[str]) -> list[str]:
    found = dataset.frame().to_pydict()
    return [one for one, row in zip(found["id"], found["row"], strict=True) if json.loads(row)["name"] in names]


def test_without_the_step_a_label_is_enough(tmp_path: Path) -> None:
    dataset, _ = people(tmp_path, step="")
    with pytest.raises(BuildError, match=r"no step clean\.table\.active"):
        run("clean-next", str(tmp_path))

    rule = ("--label", "pays", "--rule", "age: 0..120")
    told = json.loads(run("clean-next", str(tmp_path), *rule, "-k", "10", "--json"))

    ages = [int(one["values"]["age"]) for one in told["rows"]]
    assert sum(age > 120 for age in ages) >= 9
    assert dataset.votes("cells").num_rows == 0


def test_a_wrong_file_casts_nothing(tmp_path: Path) -> None:
    dataset, _ = people(tmp_path, rows=120)
    file = tmp_path / "rows.csv"
    for text, match in (
        ("name,age\nperson 1,3\n", "no column 'id'"),
        ("id,age\nnobody,3\n", "no row of the dataset is called 'nobody'"),
        (f"id,agge\n{_ids(dataset, ['person 1'])[0]},3\n", "no column 'agge'; did you mean 'age'"),
    ):
        file.write_text(text)
        with pytest.raises(DataError, match=match):
            run("clean-next", str(tmp_path), "--answers", str(file))
    assert dataset.votes("cells").num_rows == 0


def test_rows_with_outliers_are_flagged_and_can_be_proposed(tmp_path: Path) -> None:
    outliers = '[[step]]\nuse = "clean.table.outliers"\nignore = ["name"]\n'
    for place, step in (("with", outliers + STEP), ("without", outliers)):
        (tmp_path / place).mkdir()
        dataset, _ = people(tmp_path / place, step, 200)
        file = tmp_path / place / "people.csv"
        file.write_text(file.read_text() + "person 200,1234567890123,A,no\n")
        dataset.build(workers=1)
        found = dataset.frame().to_pydict()
        odd = {json.loads(row)["name"]: names for row, names in zip(found["row"], found["outlier"], strict=True)}
        assert odd["person 200"] == ["age"]

    assert column(open_dataset(tmp_path / "with"), "ask_gain")["person 199"] is not None
    assert "3 rows to look at" in run("clean-next", str(tmp_path / "without"), "--label", "pays", "-k", "3")


def test_rows_with_an_id_of_their_own_are_written_and_taken_back(tmp_path: Path) -> None:
    dataset, _ = people(tmp_path, rows=60)
    table, file = tmp_path / "people.csv", tmp_path / "rows.csv"
    head, *lines = table.read_text().splitlines()
    table.write_text("\n".join([f"id,{head}", *(f"{at},{line}" for at, line in enumerate(lines))]) + "\n")
    dataset.build(workers=1)

    run("clean-next", str(tmp_path), "-k", "5", "-o", str(file))
    assert file.read_text().startswith("stork_id,")
    assert "5 rows looked at" in run("clean-next", str(tmp_path), "--answers", str(file))
