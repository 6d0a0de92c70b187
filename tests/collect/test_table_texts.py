"""Tables whose column holds the text: taken out once, and of a file that grew its end alone."""

import json
import os

import pytest

import datastork as ds
from datastork.collect._tables import kept, texts
from datastork.core.errors import BuildError, RecipeError
from datastork.store.samples import Samples

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
    [vote] = rows["m.jsonl#1"]["votes"]
    known = {name: value for name, value in vote.items() if value is not None}
    assert known == {"annotator": "table:m.jsonl", "value": "b", "confidence": 1.0}
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


def test_another_size_is_another_file_whatever_its_time(tmp_path):
    for count in (1, 3):
        (tmp_path / "m.jsonl").write_text("".join(line(number) for number in range(count)))
        os.utime(tmp_path / "m.jsonl", (1_000_000_000, 1_000_000_000))
        assert len(build(tmp_path)) == count


def test_lines_that_come_while_it_is_read_are_taken_by_the_next_build_once(tmp_path, monkeypatch):
    (tmp_path / "m.jsonl").write_text("".join(line(number) for number in range(600)))
    look = kept._look

    def growing(path, seen):
        found = look(path, seen)
        with (tmp_path / "m.jsonl").open("a") as file:
            file.write(line(600))
        return found

    monkeypatch.setattr(kept, "_look", growing)
    assert len(build(tmp_path)) == 600
    monkeypatch.setattr(kept, "_look", look)
    assert sorted(row["id_given"] for row in build(tmp_path).to_pylist()) == list(range(601))


def test_an_empty_file_beside_others_is_noted(tmp_path):
    (tmp_path / "m1.jsonl").write_text("")
    (tmp_path / "m2.jsonl").write_text(line(0))
    assert len(build(tmp_path, "m*.jsonl")) == 1
    assert "m1.jsonl is empty" in Samples(ds.open(tmp_path).home).record()["notes"]

    (tmp_path / "m2.jsonl").unlink()
    with pytest.raises(BuildError, match=r"nothing was collected: m1.jsonl is empty"):
        build(tmp_path, "m1.jsonl")


def test_nothing_but_bad_rows_is_told_as_what_it_is(tmp_path):
    (tmp_path / "m.jsonl").write_text("{broken\n")
    with pytest.raises(BuildError, match="nothing is left of 1 samples: 1 went to quarantine"):
        build(tmp_path)


def test_two_columns_of_one_row_are_not_two_texts(tmp_path):
    (tmp_path / "m.jsonl").write_text('{"text": "a", "title": "b", "kind": "c"}\n')
    second = '\n[[step]]\nuse = "collect.table"\nname = "titles"\npath = "m.jsonl"\ntext = "title"\n'
    (tmp_path / "stork.toml").write_text(RECIPE.format(path="m.jsonl") + second)
    with pytest.raises(RecipeError, match=r"a step before took m.jsonl#0 from another column"):
        ds.open(tmp_path).build()


def test_a_column_may_have_another_type_in_the_next_file(tmp_path):
    for name, value in (("m1", 1), ("m2", 2.5), ("m3", "three")):
        (tmp_path / f"{name}.jsonl").write_text(json.dumps({"text": name, "kind": "a", "score": value}) + "\n")
    rows = by_uri(build(tmp_path, "m[12].jsonl"))
    assert [rows[f"m{number}.jsonl#0"]["score"] for number in (1, 2)] == [1.0, 2.5]
    rows = by_uri(build(tmp_path, "m*.jsonl"))
    assert [rows[f"m{number}.jsonl#0"]["score"] for number in (1, 2, 3)] == ["1", "2.5", "three"]


@pytest.mark.parametrize("damage", [b"", b"{", b"null", b"[]", b'{"parts": []}', b'{"parts": 5, "notes": []}'])
def test_where_the_note_of_what_was_taken_out_is_damaged_it_is_taken_out_again(grown, damage):
    root, before = grown
    (note,) = (root / ".stork" / "collected").glob("*.json")
    note.write_bytes(damage)
    with (root / "m.jsonl").open("a") as file:
        file.write(line(5))

    rows = by_uri(build(root))

    assert {uri: row["id"] for uri, row in rows.items() if uri in before} == {u: r["id"] for u, r in before.items()}
    assert rows["m.jsonl#5"]["id_given"] == 5
