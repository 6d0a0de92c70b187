"""Votes in from files, and out."""

import csv
import json

import pytest
from click.testing import CliRunner
from tests.engine.voting.conftest import vote

import datastork as ds
from datastork.cli.commands.votes import command
from datastork.core.errors import NotFoundError
from datastork.engine.voting.exporting import export_votes
from datastork.engine.voting.importing import alike, import_votes
from datastork.engine.voting.matching import Names
from datastork.store.votes.store import open_votes

HEAD = """
[dataset]
name    = "test"
task    = "{task}"
license = "CC0-1.0"
labels  = ["cat", "dog"]

[[step]]
use  = "collect.files"
path = "raw/**/*"

[[step]]
use = "label.resolve"
"""


@pytest.fixture
def pets(make):
    dataset = ds.open(make(4, head=HEAD.format(task="image-classification"), steps=""))
    dataset.build()
    return dataset


@pytest.fixture
def boxed(make):
    dataset = ds.open(make(4, head=HEAD.format(task="object-detection"), steps=""))
    dataset.build()
    return dataset


def table(path, *rows):
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def current(dataset):
    with open_votes(dataset.home) as store:
        return list(store.read.current())


def test_votes_in_a_table_are_cast_on_the_samples_they_name(pets, tmp_path):
    uris = [row["source"]["uri"] for row in pets.samples().to_pylist()]
    short = uris[1].rpartition("/")[2]
    file = table(
        tmp_path / "v.csv",
        ["sample", "question", "annotator", "value"],
        [uris[0], "label", "ann", "cat"],
        [short, "label", "ann", "dog"],
        ["nothing.png", "label", "ann", "dog"],
        [uris[2], "label", "ann", "bird"],
        [uris[2], "mood", "ann", "good"],
    )
    done = import_votes(pets.home, file, format="csv")
    assert (done.votes, done.new, done.samples) == (2, 2, 2)
    assert dict(done.refused) == {"no such sample": 1, "wrong answer": 1, "no such question": 1}
    assert any("did you mean" in told or "no sample is called" in told for told in done.told)
    pets.build()
    found = {row["source"]["uri"]: row["label"] for row in pets.samples().to_pylist()}
    assert (found[uris[0]], found[uris[1]], found[uris[2]]) == ("cat", "dog", None)


def test_the_same_file_again_changes_nothing(pets, tmp_path):
    uri = pets.samples()["source"][0]["uri"].as_py()
    file = table(tmp_path / "v.csv", ["sample", "question", "annotator", "value"], [uri, "label", "ann", "cat"])
    assert import_votes(pets.home, file).new == 1
    again = import_votes(pets.home, file)
    assert (again.new, again.known) == (0, 1)
    assert len(current(pets)) == 1


def test_known_answers_teach_and_are_no_votes(pets, tmp_path):
    uri = pets.samples()["source"][0]["uri"].as_py()
    file = table(tmp_path / "v.csv", ["sample", "question", "annotator", "value"], [uri, "label", "owner", "cat"])
    done = import_votes(pets.home, file, gold=True)
    assert (done.gold, done.new) == (1, 0)
    assert current(pets) == []
    with open_votes(pets.home) as store:
        assert [(one.value, one.by) for one in store.gold.list()] == [("cat", "owner")]


@pytest.mark.parametrize("form", ["jsonl", "csv", "tsv"])
def test_everything_known_of_a_vote_goes_out_and_comes_back(pets, cast, tmp_path, form):
    ids = pets.samples()["id"].to_pylist()
    first = vote(ids[0], "ann", "cat", seconds=2.5, confidence=0.75, difficulty=3, device="phone", suggestion="dog")
    given = [first, vote(ids[1], "ann", None, skipped="broken"), vote(ids[0], "bob", "dog", decides=True)]
    cast(pets.home, given)
    path = tmp_path / f"votes.{form}"
    written = export_votes(pets.home, path, format=form)
    assert (written.count, written.lost) == (4, {})
    done = import_votes(pets.home, path, format=form)
    assert (done.new, done.known) == (0, 3)
    before = sorted(current(pets), key=lambda one: one.uuid)
    with open_votes(pets.home) as store:
        store.base.close()
    for name in pets.home.store.glob("votes.sqlite*"):
        name.unlink()
    assert import_votes(pets.home, path, format=form).new == 3
    assert sorted(current(pets), key=lambda one: one.uuid) == before


def test_boxes_go_out_as_coco_with_every_image_and_come_back(boxed, cast, tmp_path):
    ids = boxed.samples()["id"].to_pylist()
    box = {"label": "dog", "x": 4.0, "y": 5.0, "width": 20.0, "height": 10.0}
    cast(boxed.home, [vote(ids[0], "ann", [box]), vote(ids[1], "ann", [])])
    path = tmp_path / "coco.json"
    export_votes(boxed.home, path, format="coco")
    data = json.loads(path.read_text())
    assert (len(data["images"]), len(data["annotations"])) == (4, 1)
    assert data["annotations"][0]["bbox"] == [4.0, 5.0, 20.0, 10.0]
    done = import_votes(boxed.home, path)
    assert done.format == "coco"
    assert not done.refused
    mine = {one.sample: one.value for one in current(boxed) if one.annotator != "ann"}
    assert mine[ids[0]] == [box]


def test_samples_without_votes_can_be_left_out(pets, cast, tmp_path):
    ids = pets.samples()["id"].to_pylist()
    cast(pets.home, [vote(ids[2], "ann", "cat")])
    assert export_votes(pets.home, tmp_path / "v.jsonl", format="jsonl", voted_only=True).count == 1


def test_an_unknown_format_is_told_the_nearest(pets, tmp_path):
    with pytest.raises(NotFoundError, match="did you mean 'coco'"):
        export_votes(pets.home, tmp_path / "x.json", format="cocoa")


def test_a_name_that_fits_several_samples_is_never_guessed(pets):
    import pyarrow as pa

    names = Names(pa.table({"id": ["1", "2", "3"], "uri": ["a/x.png", "b/x.png", "b/y.png"]}))
    assert names.find("a/x.png") == ("1", "")
    assert names.find("/data/local-files/?d=b/x.png") == ("2", "")
    assert names.find("x.png")[0] is None
    assert "several" in names.find("x.png")[1]
    assert names.find("y") == ("3", "")
    assert names.find("2") == ("2", "")
    assert "did you mean 'y.png'" in names.find("yy.png")[1]


def test_an_answer_changed_in_another_tool_is_a_revision(pets, cast, tmp_path):
    ids = pets.samples()["id"].to_pylist()
    first = vote(ids[0], "ann", "cat")
    cast(pets.home, [first])
    path = tmp_path / "v.jsonl"
    export_votes(pets.home, path, format="jsonl")
    path.write_text(path.read_text().replace('"cat"', '"dog"'))
    assert import_votes(pets.home, path).new == 1
    assert import_votes(pets.home, path).known == 1
    [now] = current(pets)
    assert (now.value, now.replaces) == ("dog", first.uuid)
    with open_votes(pets.home) as store:
        assert [one.current for one in store.read.history(ids[0])] == [False, True]


def test_a_uuid_of_somebody_elses_vote_is_refused(pets, cast, tmp_path):
    ids = pets.samples()["id"].to_pylist()
    cast(pets.home, [vote(ids[0], "ann", "cat", uuid="one")])
    path = tmp_path / "v.jsonl"
    export_votes(pets.home, path, format="jsonl")
    path.write_text(path.read_text().replace('"ann"', '"bob"'))
    done = import_votes(pets.home, path)
    assert dict(done.refused) == {"uuid of another vote": 1}
    assert [one.annotator for one in current(pets)] == ["ann"]


def test_hostile_votes_cost_themselves_and_no_other(boxed, tmp_path):
    uri = boxed.samples()["source"][0]["uri"].as_py()
    box = {"label": "cat", "x": 1, "y": 1, "width": 2, "height": 2}
    right = json.dumps([box])
    rows = [
        [uri, "ann", right],
        [uri, "b\x07b", right],
        [uri, "x" * 5000, right],
        [uri, "cy", "[" * 100_000],
        [uri, "di", '["\\ud800"]'],
        [uri, "ed", json.dumps([box | {"attributes": {"a": "\ud800"}}])],
        [uri, "fay", '"<script>alert(1)</script>"'],
        [uri, "<script>alert(1)</script>", right],
        ["../../etc/passwd", "gus", right],
    ]
    done = import_votes(boxed.home, table(tmp_path / "v.csv", ["sample", "annotator", "label"], *rows))
    assert {one.annotator for one in current(boxed)} == {"ann", "<script>alert(1)</script>"}
    assert (done.votes, done.new, done.known) == (2, 2, 0)
    assert dict(done.refused) == {"could not be read": 4, "wrong vote": 2, "no such sample": 1}


def test_a_skip_is_no_known_answer(pets, tmp_path):
    uri = pets.samples()["source"][0]["uri"].as_py()
    head = ["sample", "question", "annotator", "value", "skipped"]
    file = table(tmp_path / "v.csv", head, [uri, "label", "owner", "", "broken"])
    done = import_votes(pets.home, file, gold=True)
    assert (done.gold, done.votes, dict(done.refused)) == (0, 0, {"no answer": 1})


def test_yolo_labels_alone_are_read_by_the_sizes_of_the_samples(boxed, tmp_path):
    row = boxed.samples().to_pylist()[0]
    stem = row["source"]["uri"].rpartition("/")[2].rpartition(".")[0]
    (tmp_path / "labels").mkdir()
    (tmp_path / "labels" / f"{stem}.txt").write_text("1 0.5 0.5 0.5 0.25\n")
    (tmp_path / "data.yaml").write_text("path: .\ntrain: images/train2017\nnames:\n  0: cat\n  1: dog\n")
    done = import_votes(boxed.home, tmp_path, format="yolo")
    assert (done.entries, done.new, dict(done.refused)) == (1, 1, {})
    [cast_] = current(boxed)
    [found] = cast_.value
    assert (found["label"], found["width"], found["height"]) == ("dog", row["width"] / 2, row["height"] / 4)


def test_a_file_without_a_vote_fails_and_says_so(boxed, tmp_path):
    (tmp_path / "labels").mkdir()
    (tmp_path / "classes.txt").write_text("cat\ndog\n")
    found = CliRunner().invoke(command, ["import", str(tmp_path), str(boxed.path), "--format", "yolo"])
    assert found.exit_code == 4
    assert "nothing was cast: there is no entry in it for a question of the recipe" in found.output


def test_a_place_in_a_text_that_moves_by_one_is_another_answer():
    assert not alike([{"start": 10_000, "end": 10_005}], [{"start": 10_001, "end": 10_005}])
    assert alike([{"x": 100.001, "id": "a"}], [{"x": 100.0, "id": "b"}])
