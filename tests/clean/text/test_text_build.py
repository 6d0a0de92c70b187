"""Folders of texts and pages become a dataset, through the basic steps of clean.text."""

from collections.abc import Callable
from pathlib import Path

import pytest

import datastork as ds

RECIPE = """
[dataset]
name    = "messages"
license = "CC0-1.0"
task    = "text-classification"

[[step]]
use   = "collect.files"
path  = "raw/**/*"
label = "folder"

[[step]]
use = "clean.text.fix_unicode"

[[step]]
use     = "clean.text.strip_html"
content = "all"

[[step]]
use = "clean.text.whitespace"

[[step]]
use   = "clean.text.too_short"
words = 3

[[step]]
use        = "clean.text.too_long"
characters = 500
{more}
[[step]]
use = "label.resolve"

[[step]]
use = "split.random"
"""


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., ds.Dataset]:
    """Return a function that makes a dataset of texts in two folders."""

    def build(more: str = "", count: int = 60) -> ds.Dataset:
        for number in range(count):
            place = tmp_path / "raw" / ("ham" if number % 2 else "spam") / f"{number:03}"
            place.parent.mkdir(parents=True, exist_ok=True)
            story = f"Robin number {number}  sang at the cafÃ©.\r\n\r\n\r\n\r\nThen it flew."
            if number % 3:
                place.with_suffix(".txt").write_bytes(story.encode())
            else:
                page = (
                    f"<html><head><meta charset=windows-1252></head><body><p>Wren {number} sang at the <b>café</b>.</p>"
                )
                place.with_suffix(".html").write_bytes(page.encode("cp1252"))
        (tmp_path / "stork.toml").write_text(RECIPE.replace("{more}", more))
        return ds.open(tmp_path)

    return build


def by_name(dataset: ds.Dataset) -> dict[str, dict[str, object]]:
    return {Path(row["source"]["uri"]).name: row for row in dataset.samples().to_pylist()}


def contents(dataset: ds.Dataset) -> dict[str, str]:
    """Return what each kept text says, by its id."""
    rows = dataset.frame().to_pydict()
    return {sample: bytes(data).decode() for sample, data in zip(rows["id"], rows["text"], strict=True)}


def content(dataset: ds.Dataset, name: str) -> str:
    return contents(dataset)[str(by_name(dataset)[name]["id"])]


def test_texts_and_pages_become_a_dataset(make: Callable[..., ds.Dataset]) -> None:
    dataset = make()

    outcome = dataset.build()

    assert outcome.record["samples"] == {"total": 60, "kept": 60, "dropped": 0, "quarantined": 0}
    assert {row["label"] for row in by_name(dataset).values()} == {"ham", "spam"}
    assert content(dataset, "001.txt") == "Robin number 1 sang at the café.\n\nThen it flew."
    assert content(dataset, "003.html") == "Wren 3 sang at the café."
    assert by_name(dataset)["003.html"]["media_format"] == "txt"
    assert by_name(dataset)["003.html"]["words"] == 6


def test_broken_texts_are_quarantined_and_poor_ones_dropped(make: Callable[..., ds.Dataset], tmp_path: Path) -> None:
    dataset = make()
    ham = tmp_path / "raw" / "ham"
    (ham / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0")
    (ham / "cut.txt").write_bytes("Всё хорошо, что кончается".encode()[:-1])
    (ham / "empty.txt").write_bytes(b"")
    (ham / "short.txt").write_text("Two words")
    (ham / "long.txt").write_text("much too long " * 40)
    (ham / "blank.html").write_text("<html><body></body></html>")

    outcome = dataset.build()

    assert outcome.record["samples"] == {"total": 66, "kept": 60, "dropped": 4, "quarantined": 2}
    rows = by_name(dataset)
    reasons = {name: row["dropped"]["reason"] for name, row in rows.items() if row["dropped"]}  # type: ignore[index]
    assert reasons == {
        "empty.txt": "0 words < 3",
        "short.txt": "2 words < 3",
        "long.txt": "559 characters > 500",
        "blank.html": "no text in the page",
    }
    errors = {name: row["error"]["message"] for name, row in rows.items() if row["error"]}  # type: ignore[index]
    assert errors["picture.txt"].startswith("the content is no text (it begins with b'\\x89PNG")
    assert errors["cut.txt"] == "the text is UTF-8 that ends in the middle of a character (byte 44)"


def test_every_step_has_its_turn(make: Callable[..., ds.Dataset]) -> None:
    steps = ["sentences", "normalise_case", "stop_words", "strip_punctuation", "words"]
    dataset = make("".join(f'\n[[step]]\nuse = "clean.text.{name}"\n' for name in steps), count=12)

    outcome = dataset.build()

    assert outcome.record["samples"]["total"] == 20  # eight texts of two sentences, four pages of one
    texts = sorted(contents(dataset).values())
    assert texts[:9] == ["flew"] * 8 + ["robin number 1 sang café"]
    assert texts[-1] == "wren 9 sang café"


def test_a_changed_threshold_decodes_nothing(make: Callable[..., ds.Dataset], tmp_path: Path) -> None:
    dataset = make()
    dataset.build()
    recipe = (tmp_path / "stork.toml").read_text()
    (tmp_path / "stork.toml").write_text(recipe.replace("words = 3", "words = 7"))

    outcome = dataset.build()

    assert outcome.decoded == 0
    assert outcome.record["samples"]["dropped"] == 20
