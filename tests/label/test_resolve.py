import daft
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datastork.core.errors import BuildError
from datastork.label.resolve import resolve

VOTE = pa.struct([("annotator", pa.string()), ("value", pa.string()), ("confidence", pa.float64())])


def votes_of(*answers):
    return [{"annotator": a, "value": v, "confidence": c} for a, v, c in answers]


def resolved(votes, label=None, **settings_):
    table = pa.table(
        {
            "id": pa.array([f"s{at:03}" for at in range(len(votes))], pa.string()),
            "votes": pa.array(votes, pa.list_(VOTE)),
            "label": pa.array(label or [None] * len(votes), pa.string()),
            "label_probability": pa.nulls(len(votes), pa.float64()),
        }
    )
    frame, _ = resolve(daft.from_arrow(table), **settings_)
    return frame.sort("id").to_pylist()


def test_the_majority_wins_and_its_share_is_the_probability():
    [row] = resolved([votes_of(("ann", "cat", 1), ("bob", "cat", 1), ("cy", "dog", 1))])
    assert (row["label"], row["annotators"]) == ("cat", 3)
    assert row["label_probability"] == pytest.approx(2 / 3)
    assert row["drop_reason"] is None


def test_a_confident_vote_outweighs_two_unsure_ones():
    [row] = resolved([votes_of(("ann", "cat", 0.3), ("bob", "cat", 0.3), ("cy", "dog", 0.9))])
    assert row["label"] == "dog"
    assert row["label_probability"] == pytest.approx(0.3)


def test_one_unsure_vote_is_not_certain():
    [row] = resolved([votes_of(("model", "cat", 0.6))])
    assert (row["label"], row["label_probability"]) == ("cat", 0.6)


def test_a_tie_gives_no_label():
    [row] = resolved([votes_of(("ann", "cat", 1), ("bob", "dog", 1))])
    assert (row["label"], row["label_probability"], row["annotators"]) == (None, 0.5, 2)


def test_a_tie_of_decimals_does_not_depend_on_the_order_of_votes():
    answers = [("a", "cat", 0.1), ("b", "cat", 0.2), ("c", "cat", 0.3), ("d", "dog", 0.6)]
    rows = resolved([votes_of(*answers), votes_of(*answers[::-1])])
    assert [row["label"] for row in rows] == [None, None]


def test_an_annotator_who_answers_twice_counts_once():
    [row] = resolved([votes_of(("ann", "cat", 1), ("ann", "cat", 0.5), ("bob", "dog", 1))])
    assert (row["label"], row["annotators"]) == (None, 2)


def test_without_votes_the_label_stays_as_it_was():
    rows = resolved([None, [], []], label=["cat", None, "dog"])
    assert [row["label"] for row in rows] == ["cat", None, "dog"]
    assert [row["drop_reason"] for row in rows] == [None, None, None]


def test_a_vote_without_a_value_is_no_vote():
    [row] = resolved([votes_of(("ann", None, 1))])
    assert (row["label"], row["annotators"]) == (None, 0)


def test_a_vote_without_a_confidence_counts_in_full():
    [row] = resolved([votes_of(("ann", "cat", None), ("bob", "dog", 0.9))])
    assert row["label"] == "cat"


def test_a_value_outside_the_labels_drops_the_sample_and_names_the_nearest():
    rows = resolved(
        [votes_of(("folder", "cta", 1)), votes_of(("folder", "cat", 1)), votes_of(("folder", "xyz", 1))],
        labels=["cat", "dog"],
    )
    assert [row["drop_reason"] for row in rows] == [
        "label 'cta' is not one of the dataset's labels; did you mean 'cat'?",
        None,
        "label 'xyz' is not one of the dataset's labels",
    ]
    assert [row["drop_evidence"] for row in rows] == [None, None, None]


def test_samples_without_a_label_can_be_dropped():
    rows = resolved(
        [[], votes_of(("ann", "cat", 1), ("bob", "dog", 1)), votes_of(("ann", "cat", 1))], unlabelled="drop"
    )
    assert [row["drop_reason"] for row in rows] == [
        "no votes",
        "the votes are tied between several labels",
        None,
    ]
    assert [row["drop_evidence"] for row in rows] == [None, 0.5, None]


@pytest.mark.parametrize("confidence", [-0.1, 1.5, float("nan")])
def test_a_confidence_outside_its_range_stops_the_build(confidence):
    with pytest.raises(BuildError, match="a vote of 'ann' for 'cat' has confidence"):
        resolved([votes_of(("ann", "cat", confidence))])


def test_a_frame_without_samples():
    assert resolved([]) == []


ANSWER = st.tuples(st.sampled_from("abcd"), st.sampled_from(["cat", "dog", "cow"]), st.sampled_from([0.25, 0.5, 1]))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(ANSWER, max_size=6), min_size=1, max_size=8))
def test_the_label_is_what_counting_by_hand_gives(answers):
    for row, own in zip(resolved([votes_of(*one) for one in answers]), answers, strict=True):
        best = {}
        for annotator, value, confidence in own:
            best[annotator, value] = max(confidence, best.get((annotator, value), 0))
        weight = {}
        for (_, value), confidence in best.items():
            weight[value] = weight.get(value, 0) + confidence
        top = [value for value in weight if weight[value] == max(weight.values())]
        assert row["label"] == (top[0] if len(top) == 1 else None)
        assert row["annotators"] == len({annotator for annotator, *_ in own})
        if weight:
            assert row["label_probability"] == pytest.approx(max(weight.values()) / len(best))


def test_a_vote_that_names_no_classes_costs_its_own_sample_alone():
    nested = "[" * 100_000
    rows = resolved(
        [
            votes_of(("ann", '["cat","dog"]', 1), ("bob", '["dog"]', 1)),
            votes_of(("ann", nested, 1), ("bob", '["dog"]', 1)),
            votes_of(("ann", '{"cat": 1}', 1)),
            votes_of(("ann", "[1, 2]", 1)),
            votes_of(("ann", "[]", 1)),
        ],
        kind="tags",
    )
    assert [row["labels"] for row in rows][::4] == [["dog", "cat"], []]
    assert [row["drop_reason"] for row in rows][::4] == [None, None]
    assert rows[1]["drop_reason"].startswith("the vote of 'ann' is no list of classes: '[[[")
    assert rows[2]["drop_reason"] is None  # one class, whatever it is called
    assert rows[3]["drop_reason"] == "the vote of 'ann' is no list of classes: '[1, 2]'"


def test_votes_of_which_none_names_classes_stop_the_build():
    with pytest.raises(BuildError, match="the vote of 'ann' is no list of classes"):
        resolved([votes_of(("ann", "[1]", 1))], kind="tags")


def test_very_many_different_tags_take_no_more_room_than_they_are():
    many = [votes_of(("ann", f'["t{at}","t{at + 1}"]', 1), ("bob", f'["t{at}"]', 1)) for at in range(30_000)]
    rows = resolved(many, kind="tags", threshold=0.6)
    assert [row["labels"] for row in rows[:2]] == [["t0"], ["t1"]]
    assert rows[1]["labels_posterior"] == [{"value": "t1", "probability": 1.0}, {"value": "t2", "probability": 0.5}]
