import json

import pytest

from datastork.core import Findings
from datastork.measure.summary import summary


def vote(value, annotator="folder"):
    return {"annotator": annotator, "value": value, "confidence": 1.0}


def table(findings, caption):
    [found] = [one for one in findings.tables if one.caption == caption]
    return found


def test_what_there_is_is_counted(samples):
    found = summary(
        samples(
            4,
            votes=[[vote("cat"), vote("dog", "ann")], [vote("dog")], [], None],
            label=["cat", "dog", None, None],
            group=["g", "g", "h", None],
            license=["CC-BY-4.0", "CC-BY-4.0", None, "MIT"],
            width=[10, 20, 30, 40],
        )
    )
    expected = {
        "samples": 4,
        "labelled": 2,
        "labels": 2,
        "votes": 3,
        "annotators": 2,
        "groups": 2,
        "clusters": 0,
        "licenses": 2,
        "bytes": 4096,
        "folders": 1,
    }
    assert {name: found.numbers[name] for name in expected} == expected
    assert found.numbers["width_median"] == pytest.approx(25, abs=5)
    assert list(table(found, "Licences").rows) == [("CC-BY-4.0", 2, 0.5), ("MIT", 1, 0.25)]
    assert not found.warnings


def test_each_annotator_is_set_beside_the_labels(samples):
    votes = [[vote("cat"), vote("cat", "ann")], [vote("dog"), vote("cat", "ann")]]
    found = summary(samples(2, votes=votes, label=["cat", "dog"]))
    rows = table(found, "Who voted, and how often the label is what they said").rows
    assert list(rows) == [("ann", 2, 0.5), ("folder", 2, 1.0)]


def test_every_column_of_numbers_gets_a_histogram(samples):
    found = summary(samples(100, brightness=[at / 100 for at in range(100)], fingers=[5] * 100))
    drawn = table(found, "Spread of brightness")
    assert drawn.chart == "histogram"
    assert [count for _, count in drawn.rows] == [5] * 20
    assert list(table(found, "Spread of fingers").rows) == [(5, 100)]


def test_whole_numbers_are_not_cut_in_two(samples):
    found = summary(samples(60, height=[at % 3 for at in range(60)]))
    assert list(table(found, "Spread of height").rows) == [(0, 20), (1, 20), (2, 20)]


def test_numbers_that_are_missing_or_infinite_are_left_out(samples):
    found = summary(samples(3, sharpness=[1.5, None, float("inf")]))
    assert list(table(found, "Spread of sharpness").rows) == [(1.5, 1)]


def test_many_labels_share_a_row(samples):
    found = summary(samples(80, label=[f"l{at}" for at in range(80)]))
    rows = table(found, "Labels").rows
    assert len(rows) == 51
    assert rows[-1] == ("30 others", 30, 0.375)


def test_the_findings_survive_json(samples):
    found = summary(samples(5, label=["a"] * 5, width=[1, 2, 3, 4, 5]))
    assert Findings.from_dict(json.loads(json.dumps(found.as_dict()))).numbers == found.numbers


def test_a_frame_without_samples(samples):
    assert summary(samples(0)).numbers == {"samples": 0}


def test_numbers_of_all_sizes_get_columns_that_widen(samples):
    found = summary(samples(200, words=[1 + at % 90 for at in range(199)] + [100_000], weight=[0.0] * 199 + [5e6]))
    drawn = table(found, "Spread of words; the columns widen")
    edges = [row[0] for row in drawn.rows]
    assert edges == sorted(set(edges))
    assert sum(row[1] for row in drawn.rows) == 200
    assert max(row[1] for row in drawn.rows) < 100
    assert sum(row[1] for row in table(found, "Spread of weight; the columns widen").rows) == 200
