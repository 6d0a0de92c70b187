import json

import pytest
from tests.engine.conftest import write_picture
from tests.engine.voting.conftest import vote

import datastork as ds
from datastork.cli.commands.why import tell
from datastork.core.errors import BuildError, DataError, NotFoundError
from datastork.engine.voting.migrating import migrate, migrations
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
"""
RESOLVE = """
[[step]]
use = "label.resolve"
"""


def built(make, *, task="image-classification", steps=RESOLVE, extra="", count=4):
    dataset = ds.open(make(count, head=HEAD.format(task=task), steps=steps + extra))
    dataset.build()
    return dataset, sorted(dataset.samples()["id"].to_pylist())


def rows(dataset):
    return {row["id"]: row for row in dataset.samples().to_pylist()}


def test_votes_cast_in_the_app_become_labels_at_the_next_build(make, cast):
    dataset, ids = built(make)
    assert {row["label"] for row in rows(dataset).values()} == {None}
    cast(
        dataset.home, [vote(ids[0], "ann", "cat", seconds=2.5), vote(ids[0], "bob", "cat"), vote(ids[1], "ann", "dog")]
    )
    outcome = dataset.build()
    assert outcome.changed
    found = rows(dataset)
    assert [found[one]["label"] for one in ids] == ["cat", "dog", None, None]
    assert [found[one]["annotators"] for one in ids] == [2, 1, 0, 0]
    first = found[ids[0]]["votes"][0]
    assert (first["annotator"], first["value"], first["seconds"], first["question"]) == ("ann", "cat", 2.5, None)
    assert outcome.record["findings"]["label.resolve"]["numbers"]["votes"] == 3


def test_a_build_without_a_new_vote_has_nothing_to_do(make, cast):
    dataset, ids = built(make)
    cast(dataset.home, [vote(ids[0], "ann", "cat")])
    version = dataset.build().version
    again = dataset.build()
    assert (again.changed, again.version) == (False, version)
    cast(dataset.home, [vote(ids[1], "ann", "cat")])
    assert dataset.build().changed


def test_a_revised_vote_counts_as_it_stands_now_and_one_taken_back_not_at_all(make, cast):
    dataset, ids = built(make)
    first, second = vote(ids[0], "ann", "cat"), vote(ids[1], "ann", "cat")
    cast(dataset.home, [first, second])
    cast(
        dataset.home, [vote(ids[0], "ann", "dog", replaces=first.uuid), vote(ids[1], "ann", None, replaces=second.uuid)]
    )
    dataset.build()
    assert [rows(dataset)[one]["label"] for one in ids[:2]] == ["dog", None]


def test_votes_of_the_folder_and_of_people_meet(make, cast):
    dataset = ds.open(make(4, head=HEAD.format(task="image-classification") + 'label = "folder"\n', steps=RESOLVE))
    dataset.build()
    found = rows(dataset)
    cat = next(one for one, row in found.items() if row["label"] == "cat")
    cast(dataset.home, [vote(cat, "ann", "dog"), vote(cat, "bob", "dog")])
    dataset.build()
    row = rows(dataset)[cat]
    assert (row["label"], row["annotators"]) == ("dog", 3)


def test_a_decision_of_a_reviewer_settles_the_matter(make, cast):
    dataset, ids = built(make)
    cast(dataset.home, [vote(ids[0], who, "cat") for who in ("ann", "bob", "cy")])
    cast(dataset.home, [vote(ids[0], "rev", "dog", decides=True)])
    outcome = dataset.build()
    assert rows(dataset)[ids[0]]["label"] == "dog"
    assert outcome.record["findings"]["label.resolve"]["numbers"]["decided_by_reviewers"] == 1


def test_what_is_known_of_a_gold_sample_is_its_label(make):
    dataset, ids = built(make)
    with open_votes(dataset.home) as store:
        store.gold.set(ids[2], "label", "dog", "It barks.", "owner")
    dataset.build()
    assert rows(dataset)[ids[2]]["label"] == "dog"


def test_answers_to_other_questions_fill_columns_of_their_own(make, cast):
    extra = """
[[step]]
use      = "label.resolve"
name     = "quality"
question = "quality"

[label]
[[label.question]]
[[label.question]]
name = "quality"
kind = "rating"
"""
    dataset, ids = built(make, extra=extra)
    cast(dataset.home, [vote(ids[0], "ann", 2, question="quality"), vote(ids[0], "bob", 5, question="quality")])
    cast(dataset.home, [vote(ids[0], "cy", 5, question="quality"), vote(ids[0], "ann", "cat")])
    dataset.build()
    row = rows(dataset)[ids[0]]
    assert (row["quality"], row["quality_mean"], row["quality_annotators"], row["label"]) == (5.0, 4.0, 3, "cat")


def test_boxes_of_two_annotators_become_one(make, cast):
    dataset, ids = built(make, task="object-detection")
    box = {"label": "cat", "x": 4, "y": 4, "width": 20, "height": 20}
    cast(dataset.home, [vote(ids[0], "ann", [box]), vote(ids[0], "bob", [{**box, "x": 6}]), vote(ids[1], "ann", [])])
    dataset.build()
    found = rows(dataset)
    [one] = found[ids[0]]["boxes"]
    assert (one["label"], one["x"], one["annotators"]) == ("cat", 5.0, 2)
    assert found[ids[1]]["boxes"] == []
    assert found[ids[2]]["boxes"] is None


def test_tags_are_voted_on_one_by_one(make, cast):
    dataset, ids = built(make, task="image-multi-label-classification")
    cast(dataset.home, [vote(ids[0], "ann", ["cat", "dog"]), vote(ids[0], "bob", ["cat"]), vote(ids[0], "cy", ["cat"])])
    dataset.build()
    row = rows(dataset)[ids[0]]
    assert row["labels"] == ["cat"]
    assert {one["value"]: round(one["probability"], 2) for one in row["labels_posterior"]} == {"cat": 1.0, "dog": 0.33}


def test_a_class_that_was_renamed_takes_its_votes_along(make, cast):
    dataset, ids = built(make)
    cast(dataset.home, [vote(ids[0], "ann", "cat")])
    done = migrate(dataset.home, None, "rename", ["cat"], ["feline"], "clearer")
    assert done.version == 2
    recipe = dataset.home.recipe
    recipe.write_text(recipe.read_text().replace('"cat", "dog"', '"feline", "dog"'))
    dataset.build()
    assert rows(dataset)[ids[0]]["label"] == "feline"
    assert [one["what"] for one in migrations(dataset.home)] == ["rename cat → feline"]


def test_what_becomes_of_classes_is_recorded_of_classes_alone(make, cast):
    dataset, ids = built(make)
    cast(dataset.home, [vote(ids[0], "ann", "cat"), vote(ids[1], "ann", "lynx")])
    with pytest.raises(NotFoundError, match="no vote is called 'lynks'; did you mean 'lynx'"):
        migrate(dataset.home, None, "rename", ["lynks"], ["cat"], "")
    with pytest.raises(NotFoundError, match="'bird'"):
        migrate(dataset.home, None, "merge", ["dog", "bird"], ["cat"], "")
    with pytest.raises(DataError, match="rename makes 'cat' into itself"):
        migrate(dataset.home, None, "rename", ["cat"], ["cat"], "")
    with pytest.raises(DataError, match="a split makes two classes or more of one"):
        migrate(dataset.home, None, "split", ["cat"], ["tiger", "tiger"], "")
    assert migrations(dataset.home) == []
    assert migrate(dataset.home, None, "merge", ["lynx", "cat"], ["cat"], "").version == 2


def test_a_build_that_leaves_nothing_says_why(make, cast):
    dataset, ids = built(make)
    cast(dataset.home, [vote(one, "ann", "cat") for one in ids])
    migrate(dataset.home, None, "rename", ["cat"], ["feline"], "")
    with pytest.raises(BuildError, match="4 × label 'feline' is not one of the dataset's labels"):
        dataset.build()


def test_votes_on_samples_that_left_are_kept_and_told(make, cast):
    dataset, _ = built(make)
    cast(dataset.home, [vote("0" * 24, "ann", "cat")])
    outcome = dataset.build()
    assert any("1 votes are about samples that are not in the dataset" in note for note in outcome.notes)


def test_labels_stay_when_the_dataset_grows(make, cast):
    dataset, ids = built(make)
    cast(dataset.home, [vote(one, "ann", "cat") for one in ids])
    dataset.build()
    write_picture(dataset.path / "raw" / "cat" / "9999.png", 9999)
    dataset.build()
    found = rows(dataset)
    assert [found[one]["label"] for one in ids] == ["cat"] * 4
    assert len(found) == 5


def test_the_value_of_a_region_is_json_in_the_column(make, cast):
    dataset, ids = built(make, task="object-detection")
    box = {"label": "cat", "x": 4.0, "y": 4.0, "width": 20.0, "height": 20.0}
    cast(dataset.home, [vote(ids[0], "ann", [box])])
    dataset.build()
    [one] = rows(dataset)[ids[0]]["votes"]
    assert json.loads(one["value"]) == [box]


def test_the_life_of_a_sample_tells_every_vote_and_what_became_of_it(make, cast):

    dataset, ids = built(make)
    first = vote(ids[0], "ann", "cat", seconds=3.0)
    cast(dataset.home, [first, vote(ids[0], "bob", None, skipped="unclear")])
    cast(dataset.home, [vote(ids[0], "ann", "dog", replaces=first.uuid), vote(ids[0], "rev", "dog", decides=True)])
    dataset.build()
    told = tell(dataset.why(ids[0]))
    assert "cat by ann, 2026-11-21T10:00, 3.0 s; revised or taken back since" in told
    assert "skipped (unclear) by bob" in told
    assert "dog by rev, 2026-11-21T10:00; decides" in told


def test_why_says_regions_by_their_names(make, cast):
    dataset, ids = built(make, task="object-detection")
    box = {"label": "cat", "x": 1.0, "y": 1.0, "width": 2.0, "height": 2.0}
    cast(dataset.home, [vote(ids[0], "ann", [box])])
    dataset.build()
    assert "  boxes    1: cat 1.00" in tell(dataset.why(ids[0])).splitlines()
