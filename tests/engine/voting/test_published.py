import json

from tests.engine.voting.conftest import vote

import datastork as ds
from datastork.store.votes.store import open_votes

RECIPE = """
[dataset]
name    = "test"
task    = "image-classification"
license = "CC0-1.0"
labels  = ["cat", "dog"]

[label]
[[label.question]]
ask = "Which pet?"

[[step]]
use   = "collect.files"
path  = "raw/**/*"
label = "folder"

[[step]]
use = "label.resolve"

[[step]]
use = "measure.agreement"

[[publish]]
use = "publish.folder"
to  = "out"
"""


def test_what_is_published_names_no_person_and_says_how_it_was_annotated(make, cast):
    dataset = ds.open(make(12, head=RECIPE, steps=""))
    dataset.build()
    ids = dataset.samples()["id"].to_pylist()
    people = ("Ann Secret", "Bob Secret", "Cy Secret")
    cast(dataset.home, [vote(one, who, "cat", seconds=2.0) for one in ids for who in people])
    dataset.build()
    dataset.publish()
    out = dataset.path / "out"
    written = [path.read_bytes() for path in out.rglob("*") if path.is_file()]
    assert not any(b"Secret" in data for data in written)
    card = (out / "README.md").read_text()
    assert "Annotators were asked “Which pet?” (choice). Classes: cat, dog." in card
    assert "48 votes by 4 annotators: 36 cast by people or models, 12 that came with the samples." in card
    assert "| annotator 1 | 12 |" in card
    assert "folder" in card
    findings = json.loads((out / "dataset.json").read_text())["findings"]
    assert findings["measure.agreement"]["numbers"]["ceiling"] is not None


def test_names_are_kept_back_in_warnings_of_known_answers_and_of_tables_too(make, cast):
    steps = """
[[step]]
use       = "collect.table"
path      = "crowd.csv"
join      = "name"
key       = "file"
label     = "label"
annotator = "worker"
"""
    resolve = '[[step]]\nuse = "label.resolve"'
    folder = make(12, head=RECIPE.replace(resolve, steps + resolve), steps="")
    names = sorted(path.name for path in (folder / "raw").rglob("*.png"))
    lines = [f"{name},cat,WORKER-Secret-77" for name in names]
    (folder / "crowd.csv").write_text("file,label,worker\n" + "\n".join(lines) + "\n")
    dataset = ds.open(folder)
    dataset.build()
    ids = dataset.samples()["id"].to_pylist()
    cast(dataset.home, [vote(one, who, "cat") for one in ids for who in ("Ann Secret", "Bob Secret")])
    cast(dataset.home, [vote(one, "Troll Secret", "dog") for one in ids])
    with open_votes(dataset.home) as store:
        store.gold.set(ids[0], "label", "cat", "", "Owner Secret")
    dataset.build()
    dataset.publish()
    written = [path.read_bytes() for path in (dataset.path / "out").rglob("*") if path.is_file()]
    assert any(b"1 annotator agrees with the others less than guessing would" in data for data in written)
    assert not any(b"Secret" in data for data in written)
