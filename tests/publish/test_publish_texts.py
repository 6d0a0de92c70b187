"""Texts, published in every form, and read back by those who read them."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from datastork.core.findings import Findings, Table
from datastork.publish import _texts
from datastork.publish.folder import folder
from datastork.publish.huggingface import huggingface
from datastork.store.release import Release


def contents(release: Release) -> dict[str, str]:
    """Return the texts of a release by id."""
    ids = release.samples["id"].to_pylist()
    return {ids[row]: (data or b"").decode() for row, data in release.media()}


def labels(release: Release) -> dict[str, str | None]:
    return dict(zip(release.samples["id"].to_pylist(), release.samples["label"].to_pylist(), strict=True))


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    datasets = pytest.importorskip("datasets", reason="the library datasets is the oracle")
    return lambda *given, **named: datasets.load_dataset(*given, cache_dir=str(tmp_path / "cache"), **named)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("how", ["parquet", "files", "lines"])
def test_texts_load_as_they_were(messages: Release, load: Callable[..., Any], how: str) -> None:
    if how == "parquet":
        place = huggingface(messages, to="out").place
    else:
        place = folder(messages, to="out", text_files=10_000 if how == "files" else 0).place
    loaded = load(place)
    assert {name: split.num_rows for name, split in loaded.items()} == {"train": 15, "test": 5}
    samples = [sample for split in loaded.values() for sample in split]
    assert {sample["id"]: sample["text"] for sample in samples} == contents(messages)
    feature = loaded["train"].features["label"]
    names = {
        s["id"]: s["label"] if how == "lines" or s["label"] is None else feature.int2str(s["label"]) for s in samples
    }
    assert names == labels(messages)
    if how != "lines":
        assert feature.names == ["ham", "spam"]


def test_the_column_of_texts_is_a_string(messages: Release) -> None:
    place = Path(huggingface(messages, to="out").place)
    [file] = place.glob("data/train-*.parquet")
    features = json.loads(pq.read_schema(file).metadata[b"huggingface"])["info"]["features"]
    assert features["text"] == {"dtype": "string", "_type": "Value"}
    assert features["label"] == {"names": ["ham", "spam"], "_type": "ClassLabel"}
    column = pq.read_metadata(file).row_group(0).column(0)
    assert (column.path_in_schema, column.compression) == ("text", "ZSTD")


def test_files_lie_where_scikit_learn_looks(messages: Release) -> None:
    place = Path(folder(messages, to="out").place)
    datasets = pytest.importorskip("sklearn.datasets")
    read = datasets.load_files(place / "test", encoding="utf-8")
    expected = {
        text: labels(messages)[sample] for sample, text in contents(messages).items() if sample in _of(messages, "test")
    }
    assert {text: read.target_names[at] for text, at in zip(read.data, read.target, strict=True)} == expected


def _of(release: Release, split: str) -> set[str]:
    rows = release.samples.select(["id", "split"]).to_pylist()
    return {row["id"] for row in rows if row["split"] == split}


def test_every_line_is_one_sample_of_strict_json(messages: Release) -> None:
    place = Path(folder(messages, to="out", text_files=0).place)
    [file] = place.glob("data/train-*.jsonl")
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").split("\n")[:-1]]
    assert len(rows) == 15
    assert {row["id"]: row["text"] for row in rows} == {
        sample: text for sample, text in contents(messages).items() if sample in _of(messages, "train")
    }
    assert {row["label"] for row in rows} == {"ham", "spam", None}
    assert (place / "ATTRIBUTION.csv").is_file()


def test_lines_are_divided_into_files(messages: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_texts, "BATCH_ROWS", 2)
    place = messages.root / "parts"
    written: dict[str, int] = {}

    from datastork.publish._content import arrange
    from datastork.publish._media import Media
    from datastork.publish._place import whole

    content = arrange(messages, "test")
    with whole(place) as inside:
        written = _texts.write_lines(inside, content, Media(messages, content, gps=False), shard=500)
    files = sorted(file.name for file in place.glob("data/train-*"))
    assert len(files) > 2
    assert files[0] == f"train-00000-of-{len(files):05d}.jsonl"
    lines = [line for file in sorted(place.glob("data/*.jsonl")) for line in file.read_text().split("\n")[:-1]]
    assert len(lines) == 20
    assert sum(written.values()) == sum(file.stat().st_size for file in place.glob("data/*"))


def test_row_groups_of_texts_are_bounded(store: Any, row: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    release = store([row(f"{at} {'long ' * 1000}".encode(), "a", "train", format="txt") for at in range(20)])
    from datastork.publish import huggingface as publisher

    monkeypatch.setattr(publisher, "GROUP_BYTES", 12_000)
    [file] = Path(huggingface(release, to="out").place).glob("data/*.parquet")
    found = pq.read_metadata(file)
    assert [found.row_group(at).num_rows for at in range(found.num_row_groups)] == [2] * 10


def test_a_column_of_the_user_called_text_gives_way(store: Any, row: Any) -> None:
    release = store([row(b"the text", "a", "train", format="txt", text="theirs")])
    [file] = Path(huggingface(release, to="out").place).glob("data/*.parquet")
    [found] = pq.read_table(file).to_pylist()
    assert (found["text"], found["own_text"]) == ("the text", "theirs")


def _measured(release: Release) -> Release:
    languages = Table("Languages of the texts", ("language", "samples", "share"), [("en", 19, 0.95), ("de", 1, 0.05)])
    private = Table("Personal data found, by type", ("type", "found", "samples", "share"), [("EMAIL", 7, 5, 0.25)])
    findings = {
        "language": Findings("Languages", tables=[languages]),
        "measure.text.private": Findings(
            "Personal data found", ("7 pieces of personal data.",), numbers={"looked": True}, tables=[private]
        ),
        "pii": Findings("Self-test", ("Of 100 planted pieces 93 were found (recall 93 %).",)),
    }
    uses = {"language": "measure.text.language", "measure.text.private": "measure.text.private", "pii": "measure.pii"}
    counts = {"in": 20, "out": 20, "kept": 20, "dropped": 0, "quarantined": 0, "settings": {}}
    steps = [{"name": name, "use": use, **counts} for name, use in uses.items()]
    return replace(release, findings=findings, record={**release.record, "steps": steps})


def test_the_card_says_what_was_measured(messages: Release) -> None:
    card = (Path(huggingface(_measured(messages), to="out").place) / "README.md").read_text(encoding="utf-8")
    assert "measured: en 95.0 %, de 5.0 %" in card
    assert 'language:\n  - "en"\n  - "de"\n' in card
    assert 'task_categories:\n  - "text-classification"\n' in card
    assert 'tags:\n  - "text"\n' in card
    assert 'size_categories:\n  - "n<1K"\n' in card
    section = card.split("#### Personal and Sensitive Information")[1].split("## Measured")[0]
    assert "recall 93 %" in section
    assert "| `EMAIL` | 7 | 5 |" in section


def test_where_nobody_looked_the_card_says_so(messages: Release) -> None:
    card = (Path(huggingface(messages, to="out").place) / "README.md").read_text(encoding="utf-8")
    assert "Nobody looked for personal data in the texts." in card
    assert "- **Language(s):** unknown" in card


@pytest.mark.parametrize("how", ["parquet", "files", "lines"])
def test_the_same_release_gives_the_same_bytes(messages: Release, how: str) -> None:
    def sums(to: str) -> str:
        if how == "parquet":
            place = huggingface(messages, to=to).place
        else:
            place = folder(messages, to=to, text_files=100 if how == "files" else 0).place
        return (Path(place) / "checksums.sha256").read_text()

    assert sums("one") == sums("two")
