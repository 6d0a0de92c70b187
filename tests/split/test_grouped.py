import daft
import pyarrow as pa
import pytest

from datastork.core.errors import BuildError
from datastork.split.grouped import grouped


def run(rows, **settings):
    """Split dictionaries with an `id`; return them by id."""

    def column(name):
        return pa.array([row.get(name) for row in rows], pa.string())

    names = ("id", "label", "group", "cluster", "recorder", "split_before")
    return {
        row["id"]: row
        for row in grouped(daft.from_arrow(pa.table({n: column(n) for n in names})), **settings).to_pylist()
    }


def samples(count, per_group=5, labels=("cat", "dog")):
    return [
        {"id": f"{at:05}", "label": labels[at % len(labels)], "group": f"g{at // per_group}"} for at in range(count)
    ]


def test_groups_are_whole_and_sizes_as_asked():
    rows = run(samples(1000))
    together = {}
    for row in rows.values():
        together.setdefault(row["group"], set()).add(row["split"])
    assert all(len(splits) == 1 for splits in together.values())
    sizes = [sum(row["split"] == name for row in rows.values()) for name in ("train", "validation", "test")]
    assert sizes == [800, 50, 150]


def test_a_group_larger_than_a_part_goes_where_it_fits():
    rows = run([{"id": f"{at:05}", "label": "cat", "group": "big" if at < 600 else None} for at in range(1000)])
    assert rows["00000"]["split"] == "train"
    assert sum(row["split"] == "test" for row in rows.values()) == 150


def test_clusters_and_groups_tie_together():
    rows = samples(100)
    rows[0]["cluster"] = rows[99]["cluster"] = "k"
    found = run(rows)
    assert len({found[row["id"]]["split"] for row in rows if row["group"] in ("g0", "g19")}) == 1


def test_another_column_can_be_the_group():
    rows = [{**row, "recorder": row["group"], "group": "all"} for row in samples(200)]
    found = run(rows, by="recorder")
    assert found["00000"]["group"] == "g0"
    assert len({row["split"] for row in found.values()}) == 3


def test_a_column_that_is_not_there_is_an_error_with_the_nearest_name():
    with pytest.raises(BuildError, match="no column 'recoder'; did you mean 'recorder'"):
        run(samples(5), by="recoder")


def test_a_new_member_joins_its_group():
    rows = samples(20)
    rows[7]["split_before"] = "test"
    found = run(rows)
    assert {found[row["id"]]["split"] for row in rows if row["group"] == "g1"} == {"test"}


def test_a_new_sample_that_would_tie_two_parts_together_is_dropped_and_says_why():
    found = run(
        [
            {"id": "a", "group": "r1", "split_before": "train"},
            {"id": "b", "cluster": "k", "split_before": "test"},
            {"id": "c", "group": "r1", "cluster": "k"},
            {"id": "d", "group": "r1"},
        ]
    )
    assert found["c"]["drop_reason"] == (
        "would tie splits together: its group 'r1' lies in train, its cluster 'k' lies in test"
    )
    assert found["c"]["split"] is None
    assert found["d"]["split"] == "train"
    assert [found[name]["drop_reason"] for name in "abd"] == [None] * 3


def test_of_a_chain_of_new_samples_only_what_ties_is_dropped():
    found = run(
        [
            {"id": "a", "group": "r1", "split_before": "train"},
            {"id": "b", "group": "r2", "split_before": "test"},
            {"id": "c", "group": "r1", "cluster": "k"},
            {"id": "d", "group": "r2", "cluster": "k"},
        ]
    )
    dropped = [name for name in "cd" if found[name]["drop_reason"]]
    assert len(dropped) == 1
    stays = "c" if dropped == ["d"] else "d"
    assert found[stays]["split"] == {"c": "train", "d": "test"}[stays]


def test_a_group_torn_before_takes_no_new_members():
    found = run(
        [
            {"id": "a", "group": "r", "split_before": "train"},
            {"id": "b", "group": "r", "split_before": "test"},
            {"id": "c", "group": "r"},
        ]
    )
    assert (found["a"]["split"], found["b"]["split"], found["c"]["split"]) == ("train", "test", None)
    assert found["c"]["drop_reason"] == "would tie splits together: its group 'r' lies in train and test"
