"""The recipe that `stork new` writes checks, and builds where there is something to build."""

from pathlib import Path

import pytest
from click.testing import CliRunner

import datastork as ds
from datastork.cli.commands.new import command
from datastork.core.errors import DatastorkError
from datastork.core.tasks import TASKS
from datastork.recipe.check import check


def new(*arguments: object) -> str:
    ran = CliRunner().invoke(command, [str(one) for one in arguments], catch_exceptions=False)
    assert ran.exit_code == 0, ran.output
    return ran.output


@pytest.mark.parametrize("task", TASKS)
def test_the_recipe_of_every_task_checks(task: str, tmp_path: Path) -> None:
    (tmp_path / "data" / "raw").mkdir(parents=True)
    (tmp_path / "data" / "raw" / "one.csv").write_text("label,text\na,b\n")

    new(tmp_path / "data", "--task", task, "--from", "raw/one.csv" if TASKS[task] == "row" else "raw/**/*")

    check(tmp_path / "data" / "stork.toml")


SENTENCES = [
    "The robin sat on the wall of the garden and sang until the evening came.",
    "Nobody had told the gardener that the wren had moved into the old shed.",
    "Write to the owner at jan.novak@example.com before the end of the month.",
    "Rain fell all night, and in the morning the lawn was full of blackbirds.",
    "He counted the starlings on the wire and wrote the number in his book.",
    "A heron stood in the pond, as still as the reeds that grew around it.",
]


def write_texts(raw: Path) -> None:
    for number, sentence in enumerate(SENTENCES * 2):
        place = raw / ("plain" if number % 2 else "odd") / f"{number}.txt"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(f"{sentence} {sentence if number >= len(SENTENCES) else ''}", encoding="utf-8")


@pytest.mark.parametrize("task", ["text-classification", "text-generation"])
def test_a_first_dataset_of_texts_builds(task: str, tmp_path: Path) -> None:
    home = tmp_path / "birds"
    assert "Put files in" in new(home, "--task", task)
    write_texts(home / "raw")
    (home / "raw" / "odd" / "foreign.txt").write_text("Der Zaunkönig singt im Garten, bis es dunkel wird und regnet.")
    if task == "text-generation":  # these are no long prose
        recipe = home / "stork.toml"
        recipe.write_text(recipe.read_text().replace('rules = ["gopher"]', 'rules = ["gopher"]\nmin_words = 5'))
    dataset = ds.open(home)
    dataset.build()

    rows = dataset.samples().to_pylist()
    kept = [row for row in rows if row["state"] == "kept"]
    assert kept
    assert {row["language"] for row in kept} == {"en"}
    assert sum(row["pii_found"] for row in kept) >= 1
    dropped = {row["source"]["uri"]: row["dropped"]["step"] for row in rows if row["state"] == "dropped"}
    assert dropped["raw/odd/foreign.txt"] == "clean.text.keep_language"
    assert {row["label"] for row in kept} == ({"plain", "odd"} if "classification" in task else {None})


def test_texts_in_a_table(tmp_path: Path) -> None:
    home = tmp_path / "sms"
    told = new(home, "--task", "text-classification", "--from", "sms.csv")
    assert told.strip().endswith(f"seen from there. Name its columns in the recipe, then: stork build {home}")
    lines = "\n".join(f'{"ham" if n % 2 else "spam"},"{sentence}"' for n, sentence in enumerate(SENTENCES))
    (home / "sms.csv").write_text(f"label,text\n{lines}\n")
    dataset = ds.open(home)
    dataset.build()
    assert sum(row["state"] == "kept" for row in dataset.samples().to_pylist()) == len(SENTENCES)


def test_a_recipe_that_is_there_is_left_alone(tmp_path: Path) -> None:
    new(tmp_path / "one")
    with pytest.raises(DatastorkError, match="is there already"):
        CliRunner().invoke(command, [str(tmp_path / "one")], catch_exceptions=False)


def test_an_unknown_task_gets_the_nearest(tmp_path: Path) -> None:
    ran = CliRunner().invoke(command, [str(tmp_path / "one"), "--task", "text-clasification"])
    assert ran.exit_code == 2
    assert "did you mean 'text-classification'" in ran.output


def test_a_table_that_lies_elsewhere_is_told_with_the_command_that_brings_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("my data.csv").write_text("label,text\na,b\n")

    said = new("census", "--task", "table-classification", "--from", "my data.csv")

    assert "is not there yet: cp 'my data.csv' 'census/my data.csv'" in said
