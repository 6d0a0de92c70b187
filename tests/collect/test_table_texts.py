"""Tables whose column holds the text: taken out once, and of a file that grew its end alone."""

import json

import pytest

import datastork as ds
from datastork.collect._tables import texts
from datastork.core.errors import RecipeError

RECIPE = """
[dataset]
name = "messages"
task = "text-classification"
license = "CC0-1.0"
max_quarantine = 1

[[step]]
use   = "collect.table"
path  = "{path}"
text  = "text"
label = "kind"
"""


def build(root, path="m.jsonl"):
    (root / "stork.toml").write_text(RECIPE.format(path=path))
    dataset = ds.open(root)
    dataset.build()
    return dataset.samples()


def line(number, text=None):
    return json.dumps({"text": text or f"message number {number}", "kind": "ab"[number % 2], "id": number}) + "\n"


def by_uri(samples):
    rows = sorted(samples.to_pylist(), key=lambda row: row["state"] != "dropped")  # what is there wins over what was
    return {row["source"]["uri"]: row for row in rows}


@pytest.fixture
def grown(tmp_path):
    (tmp_path / "m.jsonl").write_text("".join(line(number) for number in range(5)))
    return tmp_path, by_uri(build(tmp_path))


def test_each_row_is_a_text_with_its_label_and_its_other_columns(grown):
    _, rows = grown

    assert [rows[f"m.jsonl#{number}"]["id_given"] for number in range(5)] == [0, 1, 2, 3, 4]
    assert rows["m.jsonl#1"]["votes"] == [{"annotator": "table:m.jsonl", "value": "b", "confidence": 1.0}]
    assert rows["m.jsonl#1"]["characters"] == len("message number 1")
    assert all(row["media_modality"] == "text" for row in rows.values())


def test_of_a_file_that_grew_only_the_end_is_read(grown, monkeypatch):
    root, before = grown
    seen = []
    taken = texts._texts
    monkeypatch.setattr(texts, "_texts", lambda batches, *rest: seen.extend(batches) or taken(batches, *rest))
    with (root / "m.jsonl").open("a") as file:
        file.write(line(5) + "{broken\n" + line(7))

    rows = by_uri(build(root))

    assert [(batch.start, len(batch.rows)) for batch in seen] == [(5, 3)]
    assert {uri: row["id"] for uri, row in rows.items() if uri in before} == {u: r["id"] for u, r in before.items()}
    assert rows["m.jsonl#7"]["id_given"] == 7
    assert rows["m.jsonl#6"]["state"] == "quarantined"
    assert "line 7" in rows["m.jsonl#6"]["error"]["message"]


def test_a_file_whose_beginning_changed_is_read_anew(grown):
    root, _ = grown
    text = (root / "m.jsonl").read_text()
    (root / "m.jsonl").write_text(text.replace("number 0", "of a new kind") + line(5))

    rows = by_uri(build(root))

    assert rows["m.jsonl#0"]["characters"] == len("message of a new kind")
    assert sum(row["state"] == "kept" for row in rows.values()) == 6


def test_a_last_line_that_is_still_growing_is_read_again(tmp_path):
    (tmp_path / "m.jsonl").write_text(line(0) + line(1).rstrip("\n")[:-4])
    first = by_uri(build(tmp_path))
    (tmp_path / "m.jsonl").write_text(line(0) + line(1))
    second = by_uri(build(tmp_path))

    assert first["m.jsonl#1"]["state"] == "quarantined"
    assert sorted(row["state"] for row in second.values()) == ["kept", "kept"]


def test_what_has_no_text_is_quarantined_and_an_empty_text_is_a_text(tmp_path):
    rows = [{"text": ""}, {"text": 5}, {"kind": "a"}, {"text": "good", "kind": "b"}]
    (tmp_path / "m.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))

    found = by_uri(build(tmp_path))

    states = {uri[-1]: row["state"] for uri, row in found.items()}
    assert states == {"0": "kept", "1": "quarantined", "2": "quarantined", "3": "kept"}
    assert found["m.jsonl#1"]["error"]["message"] == "row 1: 'text' is no text"
    assert found["m.jsonl#2"]["error"]["message"] == "row 2: no text in 'text'"


def test_texts_of_csv_and_parquet_are_the_same_samples(tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table({"text": ["one, two\nthree", "vier"], "kind": ["a", "b"]})
    pq.write_table(table, tmp_path / "m.parquet")
    (tmp_path / "m.csv").write_text('text,kind\n"one, two\nthree",a\nvier,b\n')

    ids = [{row["id"] for row in build(tmp_path, path).to_pylist() if row["state"] == "kept"} for path in
           ("m.parquet", "m.csv")]  # fmt: skip

    assert ids[0] == ids[1]
    assert len(ids[0]) == 2


def test_a_column_that_is_not_there_is_named(tmp_path):
    (tmp_path / "m.csv").write_text("txt,kind\na,b\n")

    with pytest.raises(RecipeError, match=r"text: m.csv has no column 'text'; did you mean 'txt'"):
        build(tmp_path, "m.csv")
