import daft
import numpy as np
import pyarrow as pa
import pytest

from datastork.core.errors import BuildError
from datastork.core.step import mark_of
from datastork.split.random import random


def frame(labels, cluster=None, before=None, order=None):
    count = len(labels)
    table = pa.table(
        {
            "id": pa.array([f"{at:06x}" for at in range(count)], pa.string()),
            "label": pa.array(labels, pa.string()),
            "cluster": pa.array(cluster or [None] * count, pa.string()),
            "split_before": pa.array(before or [None] * count, pa.string()),
            "split": pa.nulls(count, pa.string()),
            "size": pa.array(range(count), pa.int64()),
        }
    )
    return daft.from_arrow(table if order is None else table.take(order))


def splits(given_frame, **settings):
    return [row["split"] for row in random(given_frame, **settings).sort("id").to_pylist()]


def counts(found):
    return tuple(found.count(name) for name in ("train", "validation", "test"))


def test_it_remembers_the_split():
    assert mark_of(random).remembers == ("split",)


def test_sizes_are_exact_and_so_is_each_label():
    labels = ["cat", "dog", None, "cow"] * 100
    found = splits(frame(labels))
    assert counts(found) == (320, 20, 60)
    for label in set(labels):
        assert counts([s for s, one in zip(found, labels, strict=True) if one == label]) == (80, 5, 15)


@pytest.mark.parametrize(
    ("size", "expected"),
    [(1, (1, 0, 0)), (2, (2, 0, 0)), (3, (2, 0, 1)), (7, (6, 0, 1)), (10, (8, 1, 1)), (0, (0, 0, 0))],
)
def test_small_datasets_get_the_nearest_whole_numbers(size, expected):
    assert counts(splits(frame(["cat"] * size))) == expected


def test_a_label_with_one_sample_goes_to_train():
    labels = ["cat"] * 97 + ["x", "y", "z"]
    found = splits(frame(labels))
    assert counts(found) == (80, 5, 15)
    assert found[97:] == ["train"] * 3


def test_sizes_stay_exact_where_every_label_is_its_own():
    assert counts(splits(frame([str(at) for at in range(200)]))) == (160, 10, 30)


def test_without_stratify_labels_are_not_looked_at():
    labels = ["cat", "dog"] * 100
    found = splits(frame(labels), stratify=False, seed=3)
    assert counts(found) == (160, 10, 30)
    assert counts(found[::2]) != (80, 5, 15)


def test_a_seed_is_a_split():
    labels = ["cat", "dog"] * 50
    assert splits(frame(labels), seed=1) == splits(frame(labels), seed=1)
    assert splits(frame(labels), seed=1) != splits(frame(labels), seed=2)


def test_the_order_of_rows_does_not_matter_and_other_columns_stay():
    labels = ["cat", "dog", "cow"] * 20
    order = np.random.default_rng(0).permutation(60)
    assert splits(frame(labels), seed=1) == splits(frame(labels, order=order), seed=1)
    assert {row["size"] for row in random(frame(labels)).to_pylist()} == set(range(60))


def test_near_duplicates_stay_together():
    cluster = [f"c{at // 4}" if at < 80 else None for at in range(200)]
    found = splits(frame(["cat", "dog"] * 100, cluster))
    assert counts(found) == (160, 10, 30)
    for at in range(0, 80, 4):
        assert len(set(found[at : at + 4])) == 1


def test_a_part_without_a_share_stays_empty():
    assert counts(splits(frame(["cat"] * 50), train=0.5, validation=0.0, test=0.5)) == (25, 0, 25)


def test_shares_that_do_not_sum_to_one_are_an_error():
    with pytest.raises(BuildError, match=r"train \+ validation \+ test = 1\.1, not 1"):
        random(frame(["cat"]), train=0.9)
