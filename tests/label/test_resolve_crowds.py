"""Votes of many annotators, some of them good, some bad, with the truth known."""

import daft
import numpy as np
import pyarrow as pa
import pytest

from datastork.core.errors import BuildError
from datastork.label.resolve import resolve
from datastork.store.samples import sample_schema

VOTES = sample_schema().field("votes").type


def crowd(seed=0, samples=120, good=2, bad=5):
    """Return the truth, and votes: `good` annotators are right in 92 of 100 cases, `bad` ones in 55."""
    rng = np.random.default_rng(seed)
    truth = rng.choice(["cat", "dog"], samples)
    skills = {f"good{at}": 0.92 for at in range(good)} | {f"bad{at}": 0.55 for at in range(bad)}
    other = {"cat": "dog", "dog": "cat"}
    votes = [
        [
            {"annotator": who, "value": one if rng.random() < skill else other[one], "confidence": None, "seconds": 2.0}
            for who, skill in skills.items()
        ]
        for one in truth
    ]
    return list(truth), votes


def resolved(votes, **settings):
    table = pa.table(
        {
            "id": pa.array([f"s{at:04}" for at in range(len(votes))]),
            "votes": pa.array(votes, VOTES),
            "label": pa.nulls(len(votes), pa.string()),
            "label_probability": pa.nulls(len(votes), pa.float64()),
        }
    )
    frame, findings = resolve(daft.from_arrow(table), **settings)
    return frame.sort("id").to_pylist(), findings


def right(rows, truth, column="label"):
    return np.mean([row[column] == one for row, one in zip(rows, truth, strict=True)])


def test_good_annotators_outweigh_a_majority_of_bad_ones():
    truth, votes = crowd()
    rows, findings = resolved(votes)
    assert right(rows, truth) >= right(rows, truth, "label_majority") + 0.05
    assert right(rows, truth) >= 0.9
    assert findings.numbers["method"] != "majority"
    assert findings.numbers["differs_from_majority"] == sum(
        row["label"] != row["label_majority"] and row["label_majority"] is not None for row in rows
    )
    skill = {row[0]: row[2] for table in findings.tables if "skill" in table.columns for row in table.rows}
    assert min(skill["good0"], skill["good1"]) > max(value for who, value in skill.items() if who.startswith("bad"))


@pytest.mark.parametrize("method", ["auto", "wawa", "one_coin", "dawid_skene", "glad", "mace"])
def test_every_method_gives_labels_with_probabilities(method):
    truth, votes = crowd(samples=80, good=4, bad=2)
    rows, findings = resolved(votes, method=method)
    assert right(rows, truth) > 0.75
    for row in rows:
        posterior = {one["value"]: one["probability"] for one in row["label_posterior"]}
        assert max(posterior, key=posterior.get) == row["label"]
        assert row["label_probability"] == pytest.approx(posterior[row["label"]], abs=1e-5)
        assert 0.98 < sum(posterior.values()) < 1.0001
    assert findings.sentences


def test_the_order_of_votes_and_samples_changes_nothing():
    _, votes = crowd(samples=60)
    rows, _ = resolved(votes)
    again, _ = resolved([one[::-1] for one in votes])
    assert [row["label"] for row in rows] == [row["label"] for row in again]


def test_few_votes_are_counted_and_nothing_more_is_claimed():
    rows, findings = resolved([[{"annotator": "folder", "value": "cat"}], [{"annotator": "ann", "value": "dog"}]])
    assert findings.numbers["method"] == "majority"
    assert "label_posterior" not in rows[0]


def test_what_a_reviewer_decided_stands_and_teaches_whom_to_trust():
    truth, votes = crowd(good=1, bad=2, samples=80)
    for at in range(40):
        votes[at].append({"annotator": "reviewer", "value": truth[at], "decides": True})
    rows, findings = resolved(votes, method="dawid_skene")
    assert [row["label"] for row in rows[:40]] == truth[:40]
    assert all(row["label_probability"] > 0.999 for row in rows[:40])
    assert findings.numbers["decided_by_reviewers"] == 40
    assert right(rows[40:], truth[40:]) > right(rows[40:], truth[40:], "label_majority")


def test_repeats_do_not_count_twice():
    votes = [{"annotator": "ann", "value": "cat"}, {"annotator": "ann", "value": "dog", "repeat": 1}]
    [row], _ = resolved([votes])
    assert (row["label"], row["annotators"]) == ("cat", 1)


def test_tags_of_a_crowd_weigh_annotators():
    rng = np.random.default_rng(3)
    votes, truth = [], []
    for _ in range(60):
        own = [tag for tag in ("a", "b", "c") if rng.random() < 0.5]
        truth.append(set(own))
        good = [
            {
                "annotator": f"g{at}",
                "value": str([t for t in "abc" if (t in own) != (rng.random() < 0.05)]).replace("'", '"'),
            }
            for at in range(2)
        ]
        bad = [
            {
                "annotator": f"b{at}",
                "value": str([t for t in "abc" if (t in own) != (rng.random() < 0.45)]).replace("'", '"'),
            }
            for at in range(3)
        ]
        votes.append(good + bad)
    rows, findings = resolved(votes, kind="tags")
    counted, _ = resolved(votes, kind="tags", method="majority")
    hits = np.mean([set(row["labels"]) == own for row, own in zip(rows, truth, strict=True)])
    plain = np.mean([set(row["labels"]) == own for row, own in zip(counted, truth, strict=True)])
    assert hits > plain
    assert findings.numbers["method"] == "multi_label"


@pytest.mark.parametrize(
    ("kind", "value"), [("boxes", "cat"), ("boxes", '"cat"'), ("tags", "[1]"), ("preference", "{}")]
)
def test_a_vote_that_is_no_answer_of_its_kind_stops_with_its_name(kind, value):
    with pytest.raises(BuildError, match="'ann'"):
        resolved([[{"annotator": "ann", "value": value}]], kind=kind)


BOX = '{"label":"cat","x":1,"y":1,"width":2,"height":2}'


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        ("boxes", f"[{BOX}]", ["[{}]", "[" * 100_000, f"[{BOX.replace('1', 'NaN', 1)}]", f"[{BOX},1]", '"cat"']),
        ("spans", '[{"label":"PER","start":0,"end":2}]', ['[{"label":"PER","start":2,"end":0}]', "{}"]),
        ("rating", "3", ['"3"', "true", "1e400", "[3]", "x"]),
        ("cells", '{"age":"42"}', ['{"age":42}', "[]", "null"]),
        (
            "preference",
            '{"left":"s0","right":"s1","answer":"tie"}',
            ['{"left":"s0","right":"s0","answer":"tie"}', "{}"],
        ),
    ],
)
def test_a_bad_vote_costs_its_own_sample_alone(kind, right, wrong):
    votes = [[{"annotator": "ann", "value": value}, {"annotator": "bob", "value": right}] for value in (right, *wrong)]
    rows, _ = resolved(votes, kind=kind)
    rows = sorted(rows, key=lambda row: row["id"])
    assert rows[0]["drop_reason"] is None
    assert all(row["drop_reason"].startswith("the vote of 'ann' cannot be used: ") for row in rows[1:])


def test_preferences_give_each_sample_a_strength():
    def said(left, right, answer):
        return {"annotator": "ann", "value": f'{{"left": "s000{left}", "right": "s000{right}", "answer": "{answer}"}}'}

    votes = [[said(0, 1, "left"), said(0, 2, "left")], [said(1, 2, "left"), said(1, 0, "right")], [], []]
    rows, findings = resolved(votes, kind="preference")
    assert rows[0]["preference"] > rows[1]["preference"] > rows[2]["preference"]
    assert rows[3]["preference"] is None
    assert (findings.numbers["compared"], findings.numbers["comparisons"]) == (3, 4)


def test_transcripts_are_aligned_word_by_word():
    texts = ("the cat sat", "the cat sat down", "a cat sat")
    rows, _ = resolved([[{"annotator": f"a{at}", "value": text} for at, text in enumerate(texts)]], kind="transcript")
    assert rows[0]["transcript"] == "the cat sat"
    assert 0 < rows[0]["transcript_probability"] < 1


def test_cells_are_corrected_where_most_agree():
    values = ('{"age": "42"}', '{"age": "42", "city": "Rom"}', "{}")
    rows, _ = resolved([[{"annotator": f"a{at}", "value": text} for at, text in enumerate(values)]], kind="cells")
    assert [(one["column"], one["value"]) for one in rows[0]["cells"]] == [("age", "42")]


@pytest.mark.real
@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("SpectralMethodsMeetEM__bluebird", 0.885),
        ("SpectralMethodsMeetEM__rte", 0.925),
        ("SpectralMethodsMeetEM__dog", 0.840),
        ("active-crowd-toolkit__CF", 0.88),
        ("active-crowd-toolkit__CF_amt", 0.855),
    ],
)
def test_real_crowds_are_resolved_as_well_as_wanted(real_data, name, least):
    given = np.load(real_data / "crowd" / f"{name}.npz")
    items = np.unique(given["item"])
    votes = [[] for _ in items]
    for item, worker, label in zip(np.searchsorted(items, given["item"]), given["worker"], given["label"], strict=True):
        votes[item].append({"annotator": f"w{worker}", "value": f"c{label}"})
    rows, _ = resolved(votes)
    known = dict(zip(given["truth_item"].tolist(), given["truth"].tolist(), strict=True))
    labels = [rows[at]["label"] == f"c{known[one]}" for at, one in enumerate(items.tolist()) if one in known]
    assert np.mean(labels) >= least


@pytest.mark.parametrize("method", ["auto", "wawa", "one_coin", "dawid_skene", "glad"])
def test_classes_that_are_as_likely_give_no_label_by_any_method(method):
    votes = [[{"annotator": who, "value": value} for who, value in zip("abcd", "xyxy", strict=True)]] * 12
    rows, _ = resolved(votes, method=method)
    assert {row["label"] for row in rows} == {None}
    rows, _ = resolved(votes, method=method, unlabelled="drop")
    assert {row["drop_reason"] for row in rows} == {"the votes are tied between several labels"}


def test_reviewers_who_differ_settle_nothing():
    decided = [{"annotator": f"r{value}", "value": value, "decides": True} for value in "xy"]
    crowd = [{"annotator": who, "value": value} for who, value in zip("abc", "xxy", strict=True)]
    rows, _ = resolved([decided, *[crowd] * 12])
    assert [row["label"] for row in sorted(rows, key=lambda row: row["id"])][:2] == [None, "x"]


def test_masks_that_cannot_be_one_cost_their_own_sample():
    def mask(side):
        return f'[{{"label":"a","size":[{side},{side}],"counts":[0,{side * side}]}}]'

    both = [[{"annotator": "ann", "value": mask(2)}, {"annotator": "bob", "value": mask(side)}] for side in (2, 3)]
    rows, _ = resolved(both, kind="masks")
    rows = sorted(rows, key=lambda row: row["id"])
    assert len(rows[0]["masks"]) == 1
    assert rows[1]["drop_reason"] == "its masks cannot be fused: masks of different sizes: 2 × 2 and 3 × 3"


def test_ratings_nobody_was_sure_of_are_none():
    [row], _ = resolved([[{"annotator": "ann", "value": "3", "confidence": 0.0}]], kind="rating")
    assert (row["rating"], row["rating_mean"]) == (None, None)
