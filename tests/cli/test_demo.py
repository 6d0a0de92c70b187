"""The demo builds the digits, finds what was planted, and tells the truth about it."""

import json
import re
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import datastork
from datastork.cli.commands import demo
from datastork.core.errors import DatastorkError, MissingExtraError

EXAMPLE = Path(__file__).parents[2] / "examples" / "digits"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Return the folder of a demo, and what it printed."""
    folder = tmp_path_factory.mktemp("demo") / "digits"
    ran = CliRunner().invoke(demo.command, [str(folder)], catch_exceptions=False)
    assert ran.exit_code == 0
    return folder, ran.stdout


def rows(told: str) -> dict[str, tuple[int, int, str, int | None]]:
    """Return the table that the demo prints: planted, found, by, besides."""
    pattern = re.compile(r"^(\w[\w .]+?) +(\d+) +(\d+)  (\S.*?)(?:  +(\d+))?$", re.MULTILINE)
    return {
        match[1]: (int(match[2]), int(match[3]), match[4], int(match[5]) if match[5] else None)
        for match in pattern.finditer(told.split("besides", 1)[1].split("\nreport", 1)[0])
    }


@pytest.mark.slow
def test_the_demo_finds_what_was_planted(built: tuple[Path, str]) -> None:
    found = rows(built[1])

    assert found["truncated file"] == (1, 1, "reading and decoding", None)
    assert found["empty file"] == (1, 1, "reading and decoding", None)
    assert found["text file named .png"] == (1, 1, "reading and decoding", 0)
    assert found["blank image"] == (6, 6, "clean.image.flat", 0)
    assert found["exact copy"] == (20, 20, "clean.exact_dup", 0)
    assert found["exact copy under another label"] == (10, 10, "clean.exact_dup", None)
    planted, hits, by, besides = found["near copy"]
    assert (planted, by) == (60, "clean.near_dup")
    assert hits >= 58
    assert besides is not None
    assert besides <= 5
    planted, hits, by, besides = found["wrong label"]
    assert (planted, by) == (20, "measure.suspects")
    assert hits >= 15
    assert besides is not None
    assert besides <= 20


@pytest.mark.slow
def test_what_the_demo_tells_is_so(built: tuple[Path, str]) -> None:
    folder, told = built
    dataset = datastork.open(folder)
    planted = json.loads((folder / "planted.json").read_text())

    samples = dataset.status()["samples"]
    assert samples["total"] == planted["files"] == len(list(folder.glob("raw/*/*")))
    assert f"{samples['kept']:,} kept, {samples['dropped']:,} dropped, {samples['quarantined']:,} quarantined" in told
    for line in re.findall(r"^(?:report|published) +(\S+)", told, re.MULTILINE):
        assert Path(line).exists()
    assert len(re.findall(r"^  stork \w+ ", told, re.MULTILINE)) == 3


@pytest.mark.slow
def test_a_second_demo_has_nothing_to_do(built: tuple[Path, str]) -> None:
    folder, told = built
    again = CliRunner().invoke(demo.command, [str(folder)], catch_exceptions=False)

    assert "version 1 as it was, nothing had to be done" in again.stdout
    assert rows(again.stdout) == rows(told)


@pytest.mark.slow
def test_the_digits_are_the_same_every_time(built: tuple[Path, str], tmp_path: Path) -> None:
    make = demo._load(EXAMPLE / "make_digits.py")
    make.write(tmp_path)

    assert (tmp_path / "planted.json").read_bytes() == (built[0] / "planted.json").read_bytes()
    for path in tmp_path.glob("raw/*/*"):
        assert path.read_bytes() == (built[0] / path.relative_to(tmp_path)).read_bytes()


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("all my work")

    with pytest.raises(DatastorkError, match="holds something else"):
        CliRunner().invoke(demo.command, [str(tmp_path)], catch_exceptions=False)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_without_scikit_learn_the_demo_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib.util

    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "sklearn" else found(name))
    monkeypatch.setitem(sys.modules, "sklearn", None)

    with pytest.raises(MissingExtraError, match=r"stork demo needs scikit-learn: pip install 'datastork\[demo\]'"):
        CliRunner().invoke(demo.command, [str(tmp_path / "demo")], catch_exceptions=False)
    assert not (tmp_path / "demo").exists()
