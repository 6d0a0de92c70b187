"""`stork show`: lists, conditions, one sample, pages, and nothing from data that steers the terminal."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from click.testing import CliRunner

import datastork as ds
from datastork.cli.commands.show import command, drawn
from datastork.cli.options import visible
from datastork.core.errors import NotFoundError

HOSTILE = "<img src=x onerror=alert(1)>"
RECIPE = """
[dataset]
name = "mixed"
max_quarantine = 0.5
[[step]]
use = "collect.files"
path = "raw/**/*"
label = "folder"
[[step]]
use = "clean.image.dark"
[[step]]
use = "clean.image.resize"
width = 40
height = 40
[[step]]
use = "clean.exact_dup"
[[step]]
use = "label.resolve"
[[step]]
use = "split.random"
"""


def put(path: Path, seed: int, darker: int = 1) -> None:
    coarse = np.random.default_rng(seed).integers(0, 255, (12, 12, 3), dtype=np.uint8)
    pixels = cv2.resize(coarse, (48, 48), interpolation=cv2.INTER_NEAREST) // darker
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(cv2.imencode(".png", pixels)[1].tobytes())


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("show")
    for seed in range(30):
        put(root / "raw" / (HOSTILE, "cat", "dog")[seed % 3] / f"{seed:02}.png", seed)
    for seed in range(3):
        put(root / "raw" / "cat" / f"dark {seed}.png", seed, darker=8 + seed)
    put(root / "raw" / "dog" / "copy.png", 2)
    put(root / "raw" / "cat" / "copy.png", 2)
    (root / "raw" / "cat" / f"broken {HOSTILE}.png").write_bytes(b"\x89PNG \x1b[31m <script>")
    (root / "raw" / "cat" / "empty.png").write_bytes(b"")
    (root / "stork.toml").write_text(RECIPE)
    ds.open(root).build()
    return root


def show(*arguments: object) -> str:
    ran = CliRunner().invoke(command, [str(one) for one in arguments], catch_exceptions=False)
    assert ran.exit_code == 0, ran.output
    return ran.output


def test_a_list_for_programs_has_a_line_for_each_sample(dataset):
    lines = [line.split("\t") for line in show(dataset, "--limit", 0).splitlines()]

    assert lines[0] == ["id", "state", "label", "split", "uri", "reason"]
    assert len(lines) == 1 + 37
    assert {len(line) for line in lines} == {6}
    assert sum(line[1] == "dropped" for line in lines) == 5


@pytest.mark.parametrize(
    ("options", "count"),
    [
        (["--state", "quarantined"], 2),
        (["--state", "dropped", "--where", "dropped_by = 'clean.image.dark'"], 3),
        (["--label", "cat"], 11),
        (["--label", HOSTILE, "--split", "train"], None),
        (["--where", "width = 40 and label = 'dog'"], 9),
        (["--where", "reason like 'same bytes%'"], 2),
    ],
)
def test_conditions_choose_among_the_samples(dataset, options, count):
    found = json.loads(show(dataset, "--json", *options))
    rows = ds.open(dataset).samples().to_pylist()
    if count is None:
        count = sum(row["label"] == HOSTILE and row["split"] == "train" for row in rows)

    assert found["version"] == 1
    assert found["matching"] == count == len(found["samples"])
    states = {row["id"]: row["state"] for row in rows}
    assert all(states[one["id"]] == one["state"] for one in found["samples"])


def test_a_limit_takes_samples_evenly(dataset):
    all_of_them = json.loads(show(dataset, "--json"))["samples"]

    some = json.loads(show(dataset, "--json", "--limit", 3))

    assert some["matching"] == 37
    assert some["samples"] == [all_of_them[0], all_of_them[18], all_of_them[36]]


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (["--label", "cta"], "no label 'cta'; did you mean 'cat'"),
        (["--split", "tran"], "no split 'tran'; did you mean 'train'"),
        (["--where", "widht < 3"], "'widht < 3' cannot be answered.*did you mean 'width'"),
        (["--version", "9"], "no version '9'"),
    ],
)
def test_a_wrong_condition_gets_the_nearest_right_one(dataset, options, problem):
    with pytest.raises(NotFoundError, match=problem):
        show(dataset, *options)


def test_one_sample_is_told(dataset):
    row = next(row for row in ds.open(dataset).samples().to_pylist() if row["state"] == "dropped")

    assert row["dropped"]["reason"] in show(row["id"], dataset)
    assert json.loads(show(row["id"], dataset, "--json"))["id"] == row["id"]
    assert row["id"] in show(Path(row["source"]["uri"]).name, dataset)
    refused = CliRunner().invoke(command, [row["id"], str(dataset), "--state", "kept"])
    assert refused.exit_code == 2
    assert "--state chooses among samples" in refused.output


def test_pages_stand_alone_and_escape(dataset, tmp_path):
    sheet, sample = tmp_path / "sheet.html", tmp_path / "sample.html"

    assert show(dataset, "--html", sheet).strip() == str(sheet)
    assert show(f"broken {HOSTILE}.png", dataset, "--html", sample).strip() == str(sample)

    for page in (sheet.read_text(encoding="utf-8"), sample.read_text(encoding="utf-8")):
        assert HOSTILE not in page
        assert "&lt;img src=x onerror=alert(1)&gt;" in page
        assert "http://" not in page
        assert "https://" not in page
    assert sheet.read_text().count("data:image/jpeg;base64,") >= 35
    assert "There is no picture of this sample" in sample.read_text()


def test_names_cannot_steer_the_terminal(dataset):
    assert visible("a\x1b[31m\u202e\nb", keep="\n") == "a\\x1b[31m\\u202e\nb"
    assert "\x1b" not in show(dataset, "--limit", 0)


def test_a_picture_is_drawn_two_pixels_to_a_character():
    pixels = np.zeros((3, 4, 3), np.uint8)
    pixels[0, :, 0] = 255
    pixels[1, :, 2] = 255

    text = drawn(pixels)

    assert text.plain == "▀▀▀▀\n▀▀▀▀\n"
    assert str(text.spans[0].style) == "#ff0000 on #0000ff"
    assert str(text.spans[-1].style) == "#000000"
