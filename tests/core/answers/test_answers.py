import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datastork.core.answers import as_text, canonical, check_answer, from_text, problems_of
from datastork.core.errors import DataError
from datastork.core.questions import KINDS, LabelClass, Question

PETS = (LabelClass("animal", "Animal", abstract=True), LabelClass("dog", "Dog"), LabelClass("cat", "Cat"))
MASK = {"label": "dog", "size": [2, 3], "counts": [1, 2, 3]}
TRACK = {"label": "dog", "track": 1, "keyframes": [{"frame": 0, "x": 0, "y": 0, "width": 2, "height": 2}]}
KEYPOINTS = {"label": "dog", "points": [{"name": "nose", "x": 1, "y": 1, "visible": 2}]}
RIGHT = {
    "choice": ["dog"],
    "tags": [[], ["cat", "dog"]],
    "taxonomy": ["cat"],
    "open": ["dog", "none of these", "other: a gull"],
    "rating": [1, 5],
    "text": ["a dog in the rain"],
    "transcript": ["", "woof"],
    "spans": [[], [{"start": 0, "end": 3, "label": "dog"}]],
    "boxes": [[{"label": "dog", "x": 0, "y": 0, "width": 10, "height": 5.5, "rotation": 30}]],
    "polygons": [[{"label": "cat", "points": [[0, 0], [5, 0], [5, 5]]}]],
    "masks": [[MASK]],
    "keypoints": [[KEYPOINTS]],
    "events": [[{"label": "dog", "onset": 0.5, "offset": 1.5, "low": 100, "high": 900}]],
    "frames": [[{"label": "dog", "start": 0, "end": 5, "onset": 0.0, "offset": 0.2}]],
    "tracks": [[TRACK]],
    "preference": [{"left": "a", "right": "b", "answer": "tie"}],
    "cells": [{}, {"age": "42"}],
}
WRONG = {
    "choice": [
        ("dgo", "did you mean 'dog'"),
        ("animal", "only groups"),
        (["dog"], "expected the name"),
        ("", "expected"),
    ],
    "tags": [("dog", "expected a list"), (["dog", "bird"], "'bird' is not one"), ([3], "expected a list")],
    "taxonomy": [(["cat"], "expected the name")],
    "open": [("other: ", "needs words"), ("other: " + "x" * 500, "longer"), ("gull", "not one of its classes")],
    "rating": [(6, "not between 1 and 5"), (2.5, "whole number"), (True, "whole number")],
    "text": [(3, "expected a text"), ("   ", "is empty"), ("x" * 100_001, "more than")],
    "transcript": [(None, "expected a text")],
    "spans": [
        ([{"start": 3, "end": 3, "label": "dog"}], "no interval"),
        ([{"start": 0, "end": 11, "label": "dog"}], "behind the end of the sample"),
        ([{"start": 0, "end": 3}], "without label"),
        ([{"start": 0.5, "end": 3, "label": "dog"}], "whole numbers"),
    ],
    "boxes": [
        ([{"label": "dog", "x": 0, "y": 0, "width": -1, "height": 5}], "may not be negative"),
        ([{"label": "dog", "x": 0, "y": 0, "width": 30, "height": 5}], "outside the sample"),
        ([{"label": "dog", "x": float("nan"), "y": 0, "width": 1, "height": 5}], "must be numbers"),
        ([{"label": "dog", "x": 0, "y": 0, "width": 1, "height": 5, "z": 1}], "unknown field 'z'"),
        ([{"label": "dog", "x": 0, "y": 0, "width": 1, "height": 5, "attributes": {"a": []}}], "attribute 'a'"),
        ({"label": "dog"}, "expected a list of boxes"),
        ([[1, 2, 3, 4]], "1: expected label"),
    ],
    "polygons": [
        ([{"label": "dog", "points": [[0, 0], [1, 1]]}], "3 to"),
        ([{"label": "dog", "points": [[0, 0], [1, 1], [2, "x"]]}], "two numbers"),
    ],
    "masks": [
        ([{**MASK, "counts": [1, 2]}], "add up to 2 × 3"),
        ([{**MASK, "size": [3, 2]}], "height is 3, the sample's 2"),
        ([{**MASK, "counts": [-1, 7]}], "add up"),
    ],
    "keypoints": [
        ([{"label": "dog", "points": [{"name": "ear", "x": 1, "y": 1, "visible": 2}]}], "'ear' is no point"),
        ([{"label": "dog", "points": [{"name": "nose", "x": 1, "y": 1, "visible": 3}]}], "visible is 0"),
    ],
    "events": [
        ([{"label": "dog", "onset": 2, "offset": 1}], "no interval"),
        ([{"label": "dog", "onset": 0, "offset": 9}], "behind the end"),
        ([{"label": "dog", "onset": 0, "offset": 1, "low": 900, "high": 100}], "lies under low"),
    ],
    "frames": [
        ([{"label": "dog", "start": 0, "end": 99}], "behind the end"),
        ([{"label": "dog", "start": 0, "end": 2, "onset": 0}], "come together"),
    ],
    "tracks": [
        ([{**TRACK, "keyframes": []}], "1 to"),
        ([{**TRACK, "keyframes": TRACK["keyframes"] * 2}], "given twice"),
        ([{**TRACK, "keyframes": [{**TRACK["keyframes"][0], "frame": 50}]}], "behind the last one"),
    ],
    "preference": [({"left": "a", "right": "b", "answer": "both"}, "left, right or tie"), ("left", "expected")],
    "cells": [({"agee": "4"}, "did you mean 'age'"), ({"age": 4}, "must be given a text"), ([], "expected corrected")],
}
MEDIA = {"characters": 10, "seconds": 5.0, "frames": 10, "columns": ["age", "name"]}
SIZES = {"masks": {"width": 3, "height": 2}}


def question(kind):
    return Question("label", kind, classes=PETS, points=("nose", "tail"))


def media(kind):
    return MEDIA | SIZES.get(kind, {"width": 20, "height": 20})


def test_every_kind_is_tried():
    assert set(RIGHT) == set(KINDS) == set(WRONG)


@pytest.mark.parametrize(("kind", "value"), [(kind, value) for kind, values in RIGHT.items() for value in values])
def test_a_right_answer_has_no_problems_and_survives_as_text(kind, value):
    assert problems_of(question(kind), value, media(kind)) == []
    one = check_answer(question(kind), value, media(kind))
    text = as_text(kind, one)
    assert from_text(kind, text) == one
    assert as_text(kind, canonical(question(kind), from_text(kind, text))) == text


@pytest.mark.parametrize(
    ("kind", "value", "said"), [(kind, value, said) for kind, pairs in WRONG.items() for value, said in pairs]
)
def test_a_wrong_answer_is_told_what_is_wrong(kind, value, said):
    assert any(said in problem for problem in problems_of(question(kind), value, media(kind)))
    with pytest.raises(DataError, match="question 'label'"):
        check_answer(question(kind), value, media(kind))


def test_an_id_given_twice_is_a_problem():
    box = {"id": "b1", "label": "dog", "x": 0, "y": 0, "width": 1, "height": 1}
    assert problems_of(question("boxes"), [box, box]) == ["2: the id 'b1' is given twice"]


def test_only_so_many_regions_are_taken():
    span = {"start": 0, "end": 1, "label": "dog"}
    assert "more than 10,000" in problems_of(question("spans"), [span] * 10_001)[0]


def test_a_question_without_classes_takes_any():
    assert problems_of(Question("q", "choice"), "whatever") == []


def test_regions_have_one_order_and_numbers_one_type():
    boxes = [
        {"label": "dog", "x": 5, "y": 9, "width": 1, "height": 1},
        {"label": "cat", "x": 1, "y": 2, "width": 1, "height": 1, "rotation": 0},
    ]
    done = canonical(question("boxes"), boxes)
    assert [one["label"] for one in done] == ["cat", "dog"]
    assert "rotation" not in done[0]
    assert all(isinstance(done[0][name], float) for name in ("x", "y", "width", "height"))
    assert as_text("boxes", canonical(question("boxes"), boxes[::-1])) == as_text("boxes", done)


def test_tags_stand_in_the_order_of_the_classes():
    assert canonical(question("tags"), ["cat", "dog", "cat"]) == ["dog", "cat"]


FIELDS = (
    *("label", "x", "y", "width", "height", "points", "start", "end", "onset", "offset", "size", "counts", "track"),
    *("keyframes", "frame", "name", "visible", "left", "right", "answer", "id", "attributes"),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=6),
    max_leaves=20,
)


@given(kind=st.sampled_from(KINDS), value=JSON)
def test_no_answer_breaks_the_check(kind, value):
    if not problems_of(question(kind), value, media(kind)):
        json.dumps(canonical(question(kind), value), allow_nan=False)


@given(kind=st.sampled_from(KINDS), inner=JSON)
def test_no_list_of_regions_breaks_the_check(kind, inner):
    region = {**(inner if isinstance(inner, dict) else {}), "label": "dog"}
    if not problems_of(question(kind), [region], media(kind)):
        json.dumps(canonical(question(kind), [region]), allow_nan=False)


@pytest.mark.parametrize("text", ["[" * 200_000, '[{"x": NaN}]', "[-Infinity]", '["\\ud800"]', "[1,", ""])
def test_what_is_no_json_is_no_answer(text):
    with pytest.raises(DataError, match="a vote for a question of kind tags is no JSON"):
        from_text("tags", text)


def test_whole_characters_by_their_numbers_are_an_answer():
    assert from_text("tags", '["\\ud83d\\ude00"]') == ["😀"]


@pytest.mark.parametrize("kind", ["text", "transcript", "choice", "open"])
def test_half_a_character_is_no_answer(kind):
    assert problems_of(Question("q", kind), "a\ud800b") == [
        "it holds half of a character (a surrogate without its other half)"
    ]
    region = {"label": "a\ud800", "x": 0, "y": 0, "width": 1, "height": 1}
    assert problems_of(Question("q", "boxes"), [region])[0].startswith("it holds half of a character")
