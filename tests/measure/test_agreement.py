import json
from datetime import UTC, datetime

import daft
import numpy as np
import pyarrow as pa
import pytest

from datastork.core.errors import BuildError
from datastork.measure.agreement import agreement

FULL = pa.struct(
    [
        ("annotator", pa.string()),
        ("value", pa.string()),
        ("confidence", pa.float64()),
        ("question", pa.string()),
        ("seconds", pa.float64()),
        ("created_at", pa.timestamp("us", tz="UTC")),
        ("repeat", pa.int32()),
        ("decides", pa.bool_()),
    ]
)
SHORT = pa.struct([("annotator", pa.string()), ("value", pa.string()), ("confidence", pa.float64())])


def frame(*rows, kind=FULL):
    """Return samples with votes; a row is a dictionary annotator → value, or a list of votes."""
    votes = [
        [{"annotator": name, "value": value} for name, value in row.items()] if isinstance(row, dict) else row
        for row in rows
    ]
    ids = pa.array([f"{at:04}" for at in range(len(rows))], pa.string())
    return daft.from_arrow(pa.table({"id": ids, "votes": pa.array(votes, pa.list_(kind))}))


def words(answer):
    return json.dumps(answer)


def table(found, start):
    [one] = [one for one in found.tables if one.caption.startswith(start)]
    return one


def test_classes_by_hand():
    found = agreement(
        frame(
            {"ada": "cat", "bob": "cat", "eve": "cat"},
            {"ada": "cat", "bob": "dog", "eve": "cat"},
            {"ada": "dog", "bob": "dog"},
            {"ada": "dog"},
        )
    )
    numbers = found.numbers
    assert [numbers[name] for name in ("votes", "annotators", "samples_voted", "samples_compared")] == [9, 3, 4, 3]
    assert numbers["agreement"] == pytest.approx((1 + 1 / 3 + 1) / 3, abs=1e-4)
    # alpha: o = 3·1 … cat-cat 3 + 1, dog-dog 2, cat-dog 2 of n = 8 votes, 5 cat and 3 dog
    assert numbers["krippendorff_alpha"] == pytest.approx(1 - 7 * 2 / (2 * 5 * 3), abs=1e-4)
    # left out in turn: the cats of the second sample see a tie, its dog sees two cats
    assert numbers["ceiling"] == pytest.approx((1 + (0.5 + 0.5 + 0) / 3 + 1) / 3, abs=1e-4)
    assert numbers["agreement_low"] <= numbers["agreement"] <= numbers["agreement_high"]
    assert found.sentences[0] == "9 votes by 3 annotators on 4 samples; 3 of them have two votes or more."
    assert any(sentence.startswith("Human ceiling: the accuracy of one annotator") for sentence in found.sentences)
    assert "'cat' and 'dog' are confused most: 25.0 % of all meetings of two votes." in found.sentences
    assert table(found, "Each class").rows[0][:2] == ("cat", 5)
    assert table(found, "Each annotator").rows[0][:2] == ("ada", 3)
    assert [row[:3] for row in table(found, "Pairs").rows] == [("ada", "bob", 3), ("ada", "eve", 2), ("bob", "eve", 2)]
    assert json.loads(json.dumps(found.as_dict()))["numbers"] == numbers


def test_a_folder_and_a_table_are_annotators_too():
    found = agreement(
        frame({"folder": "cat", "table:labels.csv": "cat"}, {"folder": "cat", "table:labels.csv": "dog"}, kind=SHORT)
    )
    assert found.numbers["annotators"] == 2
    assert found.numbers["agreement"] == 0.5


def test_what_does_not_count():
    def vote(name, value, **more):
        return {"annotator": name, "value": value, **more}

    early, late = datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 1, 2, tzinfo=UTC)
    found = agreement(
        frame(
            [
                vote("ada", "dog", created_at=late),
                vote("ada", "cat", created_at=early),  # her last word counts, wherever it stands
                vote("bob", "dog"),
                vote("bob", "cat", repeat=1),  # shown again on purpose
                vote("eve", None),  # a skip
                vote("max", "cat", decides=True),  # the reviewer
                vote("ada", "7", question="age"),
            ],
            [],
            None,
        )
    )
    assert found.numbers["votes"] == 2
    assert found.numbers["agreement"] == 1.0
    assert found.numbers["krippendorff_alpha"] is None
    assert "nothing can be said of agreement beyond chance" in " ".join(found.sentences)


def test_where_nobody_voted_or_nobody_twice_that_is_said():
    assert agreement(frame({}, {})).sentences == ("Nobody voted.",)
    found = agreement(frame({"ada": "cat"}, {"bob": "dog"}))
    assert found.sentences[1] == "Nobody can disagree: no sample has two votes."
    assert found.numbers["ceiling"] is None


def test_questions_are_told_apart():
    votes = [{"annotator": name, "value": value, "question": "age"} for name, value in (("a", "1"), ("b", "3"))]
    found = agreement(frame(votes, [{"annotator": "a", "value": "cat"}]), question="age", kind="rating")
    assert (found.numbers["votes"], found.numbers["level"]) == (2, "ordinal")


# Krippendorff 2011, Computing Krippendorff's alpha-reliability, section D: an observer a line, a unit a column
FOUR = ("123321412...", "1233224125.3", ".3332342251.", "12332441251.")


@pytest.mark.parametrize(("level", "alpha"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)])
def test_levels_give_the_published_alphas(level, alpha):
    units = zip(*FOUR, strict=True)
    rows = [{f"o{at}": value for at, value in enumerate(unit) if value != "."} for unit in units]
    found = agreement(frame(*rows), level=level)
    assert found.numbers["krippendorff_alpha"] == pytest.approx(alpha, abs=0.0005)
    assert ("gwet_ac1" in found.numbers) == (level == "nominal")


def test_labels_give_the_order_where_values_are_no_numbers():
    samples = frame({"a": "low", "b": "low"}, {"a": "mid", "b": "high"}, {"a": "high", "b": "high"})
    right = agreement(samples, level="ordinal", labels=["low", "mid", "high"])
    wrong = agreement(samples, level="ordinal", labels=["mid", "low", "high"])
    assert right.numbers["krippendorff_alpha"] > wrong.numbers["krippendorff_alpha"]
    with pytest.raises(BuildError, match="\"ordinal\" needs numbers, or labels in their order; 'high' is neither"):
        agreement(samples, level="ordinal")
    with pytest.raises(BuildError, match='"interval" needs numbers'):
        agreement(samples, level="interval", labels=["low", "mid", "high"])


def test_low_agreement_and_lost_annotators_are_warned_of():
    chance = np.random.default_rng(0)
    rows = []
    for _ in range(60):
        true = str(chance.choice(["cat", "dog"]))
        other = {"cat": "dog", "dog": "cat"}[true]
        rows.append({"ada": true, "bob": true, "eve": true, "troll": other})
    found = agreement(frame(*rows))
    assert found.warnings[0].startswith("Krippendorff's alpha is ")
    assert found.warnings[1] == (
        "1 annotator agrees with the others less than guessing would. Have they understood the question?"
    )
    assert [table.rows for table in found.tables if "less than guessing" in table.caption] == [[("troll", 60, 0.0)]]
    assert len(found.pairs) == 20
    assert found.pairs[0].note.startswith("votes are divided: 3 × ")


def test_the_same_seed_gives_the_same_findings_and_the_order_of_rows_none_other():
    rows = [{"a": "x", "b": "x", "c": "y"}, {"a": "y", "b": "y"}, {"a": "x", "c": "y"}] * 5
    first = agreement(frame(*rows), seed=3)
    assert first == agreement(frame(*rows), seed=3)
    assert first != agreement(frame(*rows), seed=4)


def test_tags():
    found = agreement(
        frame({"a": words(["dog", "rain"]), "b": words(["dog"])}, {"a": "[]", "b": "[]"}),
        kind="tags",
        labels=["dog", "rain"],
    )
    assert found.numbers["agreement"] == pytest.approx(2 / 3, abs=1e-4)
    assert found.numbers["equal_sets"] == 0.5
    assert [row[:3] for row in table(found, "Each tag").rows] == [("dog", 2, 1.0), ("rain", 1, 0.0)]
    nodes = frame({"a": words(["/m/1", "/m/2"]), "b": words(["/m/1"])}, {"a": words([]), "b": words(["/m/2"])})
    assert agreement(nodes, kind="taxonomy").numbers["classes"] == 2


def test_boxes():
    near = {"label": "car", "x": 0, "y": 0, "width": 10, "height": 10}
    found = agreement(
        frame(
            {"a": words([near]), "b": words([near | {"x": 1}]), "c": words([near])},
            {"a": words([near]), "b": words([]), "c": words([near])},
        ),
        kind="boxes",
    )
    assert found.numbers["agreement"] == found.numbers["f1_iou_50"] == pytest.approx((6 + 2) / (6 + 4), abs=1e-4)
    assert found.numbers["ceiling"] is not None
    assert found.numbers["regions"] == 5
    assert any(
        "Of the boxes that one of two annotators marks, the other marks 80.0 %" in one for one in found.sentences
    )
    assert table(found, "Each class").rows == [("car", 5, 0.8, pytest.approx(0.5, abs=0.2), 1.0)]


def test_transcripts():
    found = agreement(frame({"a": "the cat", "b": "the hat"}, {"a": "one", "b": "One."}), kind="transcript")
    assert found.numbers["word_error_rate"] == pytest.approx(1 / 3, abs=1e-4)
    assert found.numbers["agreement"] == 0.5


def test_preferences_count_whichever_side_was_left():
    def shown(left, right, answer):
        return words({"left": left, "right": right, "answer": answer})

    found = agreement(
        frame({"a": shown("x", "y", "left"), "b": shown("y", "x", "right"), "c": shown("x", "y", "tie")}),
        kind="preference",
    )
    assert found.numbers["agreement"] == pytest.approx(1 / 3, abs=1e-4)
    assert found.numbers["samples_compared"] == 1


def test_cells_count_where_somebody_corrected():
    found = agreement(frame({"a": words({"age": "42"}), "b": words({"age": "42", "city": "Rome"})}), kind="cells")
    assert found.numbers["agreement"] == 0.5


@pytest.mark.parametrize(
    ("kind", "value", "message"),
    [
        ("boxes", "{", r"the answer of 'a' about the sample 0000 cannot be read: a vote for .* is no JSON"),
        ("boxes", '[{"label": "car"}]', "without x, y, width, height"),
        ("spans", "[7]", "spans are a list of regions"),
        ("tags", '"dog"', "tags are a list of texts"),
        ("cells", '{"age": 7}', "cells are texts by column"),
        ("preference", '{"left": "x"}', "a preference has left, right and answer"),
        ("box", "[]", "'box' is no kind of question; did you mean 'boxes'"),
    ],
)
def test_answers_that_cannot_be_read_are_named(kind, value, message):
    with pytest.raises(BuildError, match=message):
        agreement(frame({"a": value, "b": value}), kind=kind)


@pytest.mark.real
@pytest.mark.parametrize(
    ("name", "share", "alpha", "ceiling"),
    [
        ("SpectralMethodsMeetEM__rte", 0.6287, 0.2415, 0.7090),
        ("SpectralMethodsMeetEM__dog", 0.6411, 0.5194, 0.7249),
    ],
)
def test_crowds(real_data, name, share, alpha, ceiling):
    votes = np.load(real_data / "crowd" / f"{name}.npz")
    items = np.unique(votes["item"], return_inverse=True)[1]
    rows = [{} for _ in range(items.max() + 1)]
    for item, worker, label in zip(items, votes["worker"], votes["label"], strict=True):
        rows[item][f"w{worker}"] = f"c{label}"
    found = agreement(frame(*rows)).numbers
    assert found["agreement"] == pytest.approx(share, abs=5e-4)
    assert found["krippendorff_alpha"] == pytest.approx(alpha, abs=5e-5)
    assert found["ceiling"] == pytest.approx(ceiling, abs=5e-4)
