"""What texts asked of the engine: steps that change or drop, record, read a column, read files, see the media."""

import json
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import pytest

import datastork as ds
from datastork import catalog
from datastork.core import Change, Column, Drop, Findings, Frame, InputFile, Scratch, step
from datastork.core.errors import BuildError, DataError, DatastorkError, RecipeError
from datastork.media.stored import Media
from datastork.media.text import Text
from datastork.recipe.check import check
from datastork.store import ledger
from datastork.store.columns import put, take
from datastork.store.media import read_media
from datastork.store.samples import Samples

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
CALLS: list[str] = []


@step(records=True)
def shout(text: Text, *, drop: str = "", word: str = "secret") -> Text | Drop:
    """Write a word in capitals, and drop texts that hold another.

    drop: the word that drops
    word: the word that is written in capitals
    """
    CALLS.append(text.content)
    if drop and drop in text.content:
        return Drop(f"it says {drop}", 1.0)
    at = text.content.find(word)
    if at < 0:
        return text
    changed = text.content[:at] + word.upper() + text.content[at + len(word) :]
    return text.replaced(changed, changes=(Change("WORD", at, at + len(word), "shouted", 0.75),))


@step(needs=(Media,))
def first_words(frame: Frame) -> Frame:
    """Give every text that says secret the column `word`."""
    import pyarrow as pa

    table = take(frame, "uri")
    media = {row["id"]: row["media"] for row in frame.select("id", "media").to_pylist()}
    words = [
        media[name].decode().split()[0] if b"ecret" in media[name].lower() else None for name in table["id"].to_pylist()
    ]
    return put(frame, pa.table({"id": table["id"], "word": pa.array(words, pa.string())}))


@step
def without(text: Text, *, word: Annotated[str | None, Column("word")] = None) -> Text:
    """Take out the word that the column says."""
    CALLS.append(text.content)
    return text.replaced(text.content.replace(word, "-")) if word else text


@step
def listed(text: Text, *, names: Annotated[str, InputFile()]) -> Drop | None:
    """Drop texts that are in a file.

    names: the file
    """
    CALLS.append(text.content)
    return Drop("it is listed") if text.content in Path(names).read_text().splitlines() else None


class Shape(NamedTuple):
    longest: int

    @staticmethod
    def of(text: Text) -> "Shape":
        if "bad" in text.content:
            raise DataError("a bad word")
        return Shape(max(map(len, text.words), default=0))

    @staticmethod
    def of_many(texts: list[Text]) -> list["Shape"]:
        CALLS.append(f"{len(texts)} at once")
        return [Shape.of(text) for text in texts]


@step(needs=(Shape,))
def shapes(frame: Frame, *, scratch: Annotated[str | None, Scratch()] = None) -> Findings:
    """Count how often it ran, in its folder."""
    assert scratch is not None
    counted = Path(scratch) / "count"
    count = int(counted.read_text()) + 1 if counted.exists() else 1
    counted.write_text(str(count))
    longest = max(take(frame, "longest")["longest"].to_pylist())
    return Findings("Shapes", sentences=(f"The longest word has {longest} letters.",), numbers={"runs": count})


@step
def picky(text: Text, *, names: Annotated[str, InputFile()]) -> Drop | None:
    """Say that its file is wrong, which is no fault of a text.

    names: the file
    """
    raise RecipeError([f"names: {Path(names).name} has no names"])


OURS = {"clean.text.shout": shout, "clean.first_words": first_words, "clean.text.without": without,
        "clean.text.listed": listed, "measure.shapes": shapes,
        "clean.text.picky": picky}  # fmt: skip


@pytest.fixture(autouse=True)
def ours(monkeypatch: pytest.MonkeyPatch) -> None:
    find = catalog.find
    specs = {name: catalog.describe(name, function) for name, function in OURS.items()}
    monkeypatch.setattr(catalog, "find", lambda name: specs.get(name) or find(name))
    CALLS.clear()


def dataset(root: Path, *steps: str, texts: tuple[str, ...] = ("my secret", "your secret too", "nothing")) -> Any:
    (root / "m.jsonl").write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))
    (root / "stork.toml").write_text(HEAD + "".join(f"\n[[step]]\n{one}\n" for one in steps))
    return ds.open(root)


def contents(found: Any) -> list[str]:
    samples = found.samples()
    pairs = zip(
        samples["source"].to_pylist(), samples["state"].to_pylist(), read_media(found.home, samples), strict=True
    )
    return [media.decode() for source, state, media in sorted(pairs, key=lambda p: p[0]["uri"]) if state == "kept"]


def test_what_a_step_records_is_in_the_ledger_once_and_in_two_columns(tmp_path: Path) -> None:
    found = dataset(tmp_path, 'use = "clean.text.shout"')
    found.build()

    rows = {row["source"]["uri"]: row for row in found.samples().to_pylist()}
    assert [rows[f"m.jsonl#{n}"]["shout_found"] for n in range(3)] == [1, 1, 0]
    assert rows["m.jsonl#0"]["shout_kinds"] == "WORD:1"
    assert contents(found) == ["my SECRET", "your SECRET too", "nothing"]
    entries = ledger.entries(found.home, 1).to_pylist()
    assert {(entry["reason"], entry["step"], entry["confidence"]) for entry in entries} == {
        ("WORD at 3–9 shouted", "clean.text.shout", 0.75),
        ("WORD at 5–11 shouted", "clean.text.shout", 0.75),
    }
    assert "secret" not in json.dumps(entries, default=str).lower()

    with (tmp_path / "m.jsonl").open("a") as file:
        file.write('{"text": "another secret"}\n')
    found.build()
    assert ledger.entries(found.home, 2).num_rows == 3


def test_a_step_that_changes_media_may_drop_and_the_drop_can_be_undone(tmp_path: Path) -> None:
    found = dataset(tmp_path, 'use = "clean.text.shout"\ndrop = "too"')
    found.build()

    rows = {row["source"]["uri"]: row for row in found.samples().to_pylist()}
    dropped = rows["m.jsonl#1"]
    assert dropped["dropped"] == {"step": "clean.text.shout", "reason": "it says too", "evidence": 1.0}
    assert contents(found) == ["my SECRET", "nothing"]

    found.undo(sample=dropped["id"])
    found.build()
    assert contents(found) == ["my SECRET", "your secret too", "nothing"]


def test_the_signature_says_whether_a_step_that_changes_media_may_drop() -> None:
    assert catalog.find("clean.text.shout").drops
    assert not catalog.find("clean.text.without").drops


def test_a_step_reads_a_column_that_a_whole_table_step_made(tmp_path: Path) -> None:
    steps = ('use = "clean.first_words"', 'use = "clean.text.without"')
    found = dataset(tmp_path, *steps)
    found.build()

    assert contents(found) == ["- secret", "- secret too", "nothing"]
    done = len(CALLS)
    found.build()
    assert len(CALLS) == done

    with pytest.raises(BuildError, match="reads the column 'word', which no step before it made"):
        dataset(tmp_path, steps[1]).build()


def test_a_changed_file_makes_the_work_due_again(tmp_path: Path) -> None:
    (tmp_path / "names.txt").write_text("nothing\n")
    found = dataset(tmp_path, 'use = "clean.text.listed"\nnames = "names.txt"')
    found.build()
    assert contents(found) == ["my secret", "your secret too"]
    assert len(CALLS) == 3

    (tmp_path / "names.txt").write_text("my secret\n")
    found.build()
    assert contents(found) == ["your secret too", "nothing"]

    (tmp_path / "names.txt").unlink()
    with pytest.raises(RecipeError, match=r"line 14: step 2 \(clean.text.listed\).names: no such file"):
        check(tmp_path / "stork.toml")


def test_facts_of_many_are_measured_at_once_and_one_bad_sample_costs_one(tmp_path: Path) -> None:
    found = dataset(tmp_path, 'use = "measure.shapes"', texts=("one", "a bad one", "seventeen", "three"))
    (tmp_path / "stork.toml").write_text(
        (tmp_path / "stork.toml").read_text().replace("name =", "max_quarantine = 1\nname =", 1)
    )
    found.build()

    states = {row["source"]["uri"]: row["state"] for row in found.samples().to_pylist()}
    assert states == {"m.jsonl#0": "kept", "m.jsonl#1": "quarantined", "m.jsonl#2": "kept", "m.jsonl#3": "kept"}
    assert "4 at once" in CALLS
    findings = Samples(found.home).record()["findings"]["measure.shapes"]
    assert findings["sentences"] == ["The longest word has 9 letters."]
    assert findings["numbers"]["runs"] == 1


def test_only_a_step_on_samples_reads_a_column_and_only_one_on_the_table_has_a_folder() -> None:
    def bad_column(frame: Frame, *, word: Annotated[str | None, Column("word")] = None) -> Frame:
        """Do."""
        return frame

    def bad_scratch(text: Text, *, at: Annotated[str | None, Scratch()] = None) -> Text:
        """Do."""
        return text

    with pytest.raises(DatastorkError, match="only a step on samples can be given a column"):
        catalog.describe("clean.bad_column", step(bad_column))
    with pytest.raises(DatastorkError, match="only a whole-table step can be given a scratch folder"):
        catalog.describe("clean.text.bad_scratch", step(bad_scratch))


def test_what_is_wrong_with_the_build_stops_it_and_quarantines_nothing(tmp_path: Path) -> None:
    (tmp_path / "names.txt").write_text("")
    found = dataset(tmp_path, 'use = "clean.text.shout"')
    found.build()

    with pytest.raises(BuildError, match=r"step clean.text.picky: the recipe has 1 problem"):
        dataset(tmp_path, 'use = "clean.text.picky"\nnames = "names.txt"').build()
    assert Samples(found.home).latest() == 1
