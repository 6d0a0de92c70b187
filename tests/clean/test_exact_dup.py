import random

import daft
import pyarrow as pa

from datastork.clean.exact_dup import exact_dup

VOTE = pa.struct([("annotator", pa.string()), ("value", pa.string()), ("confidence", pa.float64())])


def done(rows, **settings):
    """Run the step on (id, uri, content, label voted for, state before)."""
    ids, uris, contents, labels, states = zip(*rows, strict=True)
    votes = [[{"annotator": "folder", "value": one, "confidence": 1.0}] if one else [] for one in labels]
    table = pa.table(
        {
            "id": pa.array(ids, pa.string()),
            "uri": pa.array(uris, pa.string()),
            "content": pa.array(contents, pa.string()),
            "votes": pa.array(votes, pa.list_(VOTE)),
            "label": pa.nulls(len(ids), pa.string()),
            "cluster": pa.nulls(len(ids), pa.string()),
            "state_before": pa.array(states, pa.string()),
            "colour": ["red"] * len(ids),
        }
    )
    return {row["id"]: row for row in exact_dup(daft.from_arrow(table), **settings).to_pylist()}


ROWS = [
    ("a", "3.png", "x", "cat", None),
    ("b", "1.png", "x", "cat", None),
    ("c", "2.png", "x", "dog", None),
    ("d", "4.png", "y", "cat", None),
]


def test_the_smallest_address_is_kept_and_the_others_say_of_what_they_are_copies():
    rows = done(ROWS)
    assert {name for name, row in rows.items() if row["drop_reason"] is None} == {"b", "d"}
    assert rows["a"]["drop_reason"] == "same bytes as b (1.png)"
    assert rows["a"]["drop_evidence"] == 1.0
    assert rows["a"]["copy_of"] == "b"


def test_copies_with_other_labels_say_so():
    assert done(ROWS)["c"]["drop_reason"] == "same bytes as b (1.png), labelled 'cat' there and 'dog' here"


def test_all_copies_are_in_one_cluster_and_others_in_none():
    assert {name: row["cluster"] for name, row in done(ROWS).items()} == {
        "a": "a",
        "b": "a",
        "c": "a",
        "d": None,
    }


def test_what_was_kept_before_stays():
    rows = done([("a", "3.png", "x", "", "kept"), ("b", "1.png", "x", "", None), ("c", "0.png", "x", "", "dropped")])
    assert {name for name, row in rows.items() if row["drop_reason"] is None} == {"a"}


def test_all_marks_and_drops_none():
    rows = done(ROWS, keep="all")
    assert rows["c"]["cluster"] == "a"
    assert "drop_reason" not in rows["c"]


def test_rows_and_other_columns_stay_and_the_order_does_not_matter():
    expected = done(ROWS)
    assert {row["colour"] for row in expected.values()} == {"red"}
    for turn in range(5):
        shuffled = random.Random(turn).sample(ROWS, len(ROWS))
        assert done(shuffled) == expected


def test_samples_without_copies_are_untouched():
    rows = done(ROWS[2:])
    assert [row["drop_reason"] for row in rows.values()] == [None, None]
    assert [row["drop_evidence"] for row in rows.values()] == [None, None]
