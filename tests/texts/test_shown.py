"""The recipes of docs/howto/texts.md on real texts, from files to a published folder."""

import json
import re
from pathlib import Path

import pytest

import datastork as ds

PAGE = Path(__file__).parents[2] / "docs" / "howto" / "texts.md"
KEY = "a key for tests, sixteen bytes or more"


def recipe(name: str) -> str:
    """Return the recipe of the page that makes the dataset `name`."""
    found = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    [text] = [one for one in found if re.search(rf'^name +?= "{name}"$', one, re.MULTILINE)]
    return text


@pytest.mark.real
def test_books_become_chapters_with_no_author_torn(real_data: Path, tmp_path: Path) -> None:
    books = tmp_path / "raw" / "books"
    books.mkdir(parents=True)
    for file in sorted((real_data / "text/nltk/resources/corpora/gutenberg").glob("*.txt")):
        (books / file.name).write_bytes(file.read_bytes())
    (tmp_path / "stork.toml").write_text(recipe("novels"))
    dataset = ds.open(tmp_path)

    dataset.build()
    dataset.publish()

    kept = [row for row in dataset.samples().to_pylist() if row["state"] == "kept"]
    assert len(kept) > 50
    authors = {row["group"]: {one["split"] for one in kept if one["group"] == row["group"]} for row in kept}
    assert len(authors) == 2
    assert all(len(splits) == 1 for splits in authors.values())
    texts = list((tmp_path / "published").rglob("*.txt"))
    assert len(texts) == len(kept)
    whole = "".join(file.read_text(encoding="utf-8") for file in texts)
    assert "Project Gutenberg" not in whole
    assert "Emma Woodhouse, handsome, clever, and rich" in whole
    summary = json.loads((tmp_path / "published" / "dataset.json").read_text())
    assert summary["findings"]["measure.text.richness"]["numbers"]["zipf_r2"] > 0.9


@pytest.mark.real
def test_messages_keep_their_labels_and_lose_personal_data(
    real_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATASTORK_PII_KEY", KEY)
    source = (real_data / "text/sms/data/sms.tsv").read_bytes()
    (tmp_path / "sms.tsv").write_bytes(source)
    (tmp_path / "stork.toml").write_text(recipe("sms"))
    dataset = ds.open(tmp_path)

    dataset.build()
    dataset.publish()
    report = dataset.report().read_text(encoding="utf-8")

    kept = [row for row in dataset.samples().to_pylist() if row["state"] == "kept"]
    assert {row["label"] for row in kept} == {"ham", "spam"}
    assert len(kept) > 4000
    assert sum(row["pii_found"] for row in kept) > 300
    assert "Personal data found, by type" in report
    card = (tmp_path / "published" / "README.md").read_text(encoding="utf-8")
    section = card.split("#### Personal and Sensitive Information")[1].split("## Measured")[0]
    assert "| `PHONE` |" in section
    # a sender's number that stands in the source stands nowhere in what is published
    import pyarrow.parquet as pq

    tables = [pq.read_table(file, columns=["text"]) for file in (tmp_path / "published" / "data").glob("*.parquet")]
    published = "\n".join(text for table in tables for text in table["text"].to_pylist())
    numbers = set(re.findall(r"\b0(?:7|8|9)\d{9}\b", source.decode()))
    assert len(numbers) > 50
    left = {number for number in numbers if number in published}
    assert len(left) <= len(numbers) / 10
