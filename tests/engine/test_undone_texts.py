"""Undone drops belong to a sample: wherever its text lies now, and to none of its pieces, parents or neighbours."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

import datastork as ds
from datastork.engine.versions.undo import redo
from datastork.store.media import read_media

HEAD = """
[dataset]
name = "messages"
task = "text-classification"
license = "CC0-1.0"

[[step]]
use = "collect.table"
path = "m.jsonl"
text = "text"
"""
AT_LEAST_TWO = 'use = "clean.text.too_short"\nwords = 2'
SENTENCES = 'use = "clean.text.sentences"'
NEAR_DUP = 'use = "clean.near_dup"'
CLOCK = [1_000_000_000]


def dataset(root: Path, texts: list[str], *steps: str) -> ds.Dataset:
    (root / "m.jsonl").write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))
    CLOCK[0] += 10
    os.utime(root / "m.jsonl", (CLOCK[0], CLOCK[0]))
    (root / "stork.toml").write_text(HEAD + "".join(f"\n[[step]]\n{one}\n" for one in steps))
    found = ds.open(root)
    found.build()
    return found


def rows(found: ds.Dataset) -> list[dict[str, Any]]:
    samples = found.samples()
    media = read_media(found.home, samples)
    return [{**row, "text": (data or b"").decode()} for row, data in zip(samples.to_pylist(), media, strict=True)]


def kept(found: ds.Dataset) -> list[str]:
    return sorted(row["text"] for row in rows(found) if row["state"] == "kept")


def dropped(found: ds.Dataset, place: int = 0) -> str:
    """Return the id of a dropped sample."""
    name: str = sorted(row["id"] for row in rows(found) if row["state"] == "dropped")[place]
    return name


def test_it_goes_where_the_text_goes(tmp_path: Path) -> None:
    found = dataset(tmp_path, ["one two", "short"], AT_LEAST_TWO)
    found.undo(sample=dropped(found))
    assert kept(dataset(tmp_path, ["tiny", "one two", "short"], AT_LEAST_TWO)) == ["one two", "short"]


def test_it_does_not_pass_to_the_text_that_took_its_place(tmp_path: Path) -> None:
    found = dataset(tmp_path, ["one two", "short"], AT_LEAST_TWO)
    found.undo(sample=dropped(found))
    assert kept(dataset(tmp_path, ["one two", "other"], AT_LEAST_TWO)) == ["one two"]


@pytest.mark.parametrize("between", [(), (NEAR_DUP,)])
def test_of_pieces_only_the_one(tmp_path: Path, between: tuple[str, ...]) -> None:
    found = dataset(tmp_path, ["One. Here are more words. Two. Three."], SENTENCES, *between, AT_LEAST_TWO)
    name = dropped(found)
    found.undo(sample=name)
    found.build()
    assert len(kept(found)) == 2
    assert name in {row["id"] for row in rows(found) if row["state"] == "kept"}


def test_of_what_was_dropped_before_it_was_cut_every_piece(tmp_path: Path) -> None:
    steps = ('use = "clean.text.too_short"\nwords = 5', SENTENCES)
    found = dataset(tmp_path, ["One. Two.", "Here are quite some more words."], *steps)
    found.undo(sample=dropped(found))
    found.build()
    assert kept(found) == ["Here are quite some more words.", "One.", "Two."]


def test_of_two_copies_the_one_that_was_named(tmp_path: Path) -> None:
    for place in (0, 1):
        root = tmp_path / str(place)
        root.mkdir()
        found = dataset(root, ["short", "one two", "short"], AT_LEAST_TWO)
        name = dropped(found, place)
        found.undo(sample=name)
        found.build()
        assert {row["id"] for row in rows(found) if row["text"] == "short" and row["state"] == "kept"} == {name}
        grown = dataset(root, ["short", "one two", "short", "short"], AT_LEAST_TWO)
        assert {row["id"] for row in rows(grown) if row["text"] == "short" and row["state"] == "kept"} == {name}


def test_a_near_duplicate_that_is_back_stays_when_the_file_grows(tmp_path: Path) -> None:
    story = "the quick brown fox jumps over the lazy dog and runs through the wide green field to the far river bank"
    texts = [story + " today", story + " tonight", "something else entirely"]
    found = dataset(tmp_path, texts, 'use = "clean.near_dup"\nthreshold = 0.5')
    name = dropped(found)
    found.undo(sample=name)
    found.build()
    assert len(kept(found)) == 3
    grown = dataset(tmp_path, [*texts, "one more"], 'use = "clean.near_dup"\nthreshold = 0.5')
    assert len(kept(grown)) == 4
    redo(grown.home)
    grown.build()
    assert len(kept(grown)) == 3


def test_a_drop_by_a_step_that_changes_texts(tmp_path: Path) -> None:
    pii = 'use = "clean.pii"\naction = "drop"'
    found = dataset(tmp_path, ["write to anna@example.org", "nothing here"], pii, 'use = "clean.text.normalise_case"')
    found.undo(sample=dropped(found))
    grown = dataset(
        tmp_path,
        ["Now first", "write to anna@example.org", "write to otto@example.org"],
        pii,
        'use = "clean.text.normalise_case"',
    )
    assert kept(grown) == ["now first", "write to anna@example.org"]
