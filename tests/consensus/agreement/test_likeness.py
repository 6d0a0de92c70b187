"""Likeness of answers of regions and texts, and what is taken for what: by hand, and what must always hold."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datastork.consensus.agreement.likeness import CELLS
from datastork.consensus.agreement.likeness import region_likeness as alike
from datastork.consensus.agreement.likeness import text_likeness as texts_alike
from datastork.consensus.agreement.mistaken import NOTHING, mistaken_labels, mistaken_words


def region_likeness(kind: str, answers: Any) -> Any:
    return alike(kind, answers)


def text_likeness(texts: list[str]) -> Any:
    return texts_alike(texts)


def box(x: float, label: str = "cat", width: float = 10.0) -> dict[str, Any]:
    return {"label": label, "x": x, "y": 0.0, "width": width, "height": 10.0}


def test_one_region_more_costs_what_f1_says() -> None:
    found = region_likeness("boxes", [[box(0), box(50)], [box(0)]])
    assert found == (pytest.approx(2 / 3), True)


def test_regions_that_fit_loosely_are_less_alike_but_do_not_differ() -> None:
    found = region_likeness("boxes", [[box(0)], [box(0, width=6)]])
    assert found == (pytest.approx(0.6), False)
    assert region_likeness("boxes", [[box(0)], [box(0, width=4)]]) == (pytest.approx(0.4), True)


def test_another_label_is_another_thing() -> None:
    assert region_likeness("boxes", [[box(0)], [box(0, "dog")]]) == (0.0, True)


def test_nothing_and_nothing_are_alike_nothing_and_something_are_not() -> None:
    assert region_likeness("boxes", [[], []]) == (1.0, False)
    assert region_likeness("boxes", [[], [box(0)], []]) == (pytest.approx(1 / 3), True)
    assert region_likeness("boxes", [[box(0)]]) == (1.0, False)


@pytest.mark.parametrize(
    ("kind", "same", "other", "differ"),
    [
        ("spans", {"start": 0, "end": 10, "label": "x"}, {"start": 0, "end": 9, "label": "x"}, True),
        ("events", {"onset": 0.0, "offset": 1.0, "label": "x"}, {"onset": 0.1, "offset": 1.1, "label": "x"}, False),
        ("events", {"onset": 0.0, "offset": 1.0, "label": "x"}, {"onset": 0.3, "offset": 1.3, "label": "x"}, True),
        ("frames", {"start": 0, "end": 10, "label": "x"}, {"start": 2, "end": 10, "label": "x"}, False),
        (
            "masks",
            {"label": "x", "size": [4, 4], "counts": [0, 8, 8]},
            {"label": "x", "size": [4, 4], "counts": [0, 4, 12]},
            False,
        ),
        (
            "polygons",
            {"label": "x", "points": [[0, 0], [10, 0], [10, 10], [0, 10]]},
            {"label": "x", "points": [[0, 0], [4, 0], [4, 10], [0, 10]]},
            True,
        ),
    ],
)
def test_every_kind_says_when_answers_differ(kind: str, same: Any, other: Any, differ: bool) -> None:
    assert region_likeness(kind, [[same], [same]]) == (pytest.approx(1.0), False)
    found = region_likeness(kind, [[same], [other]])
    assert 0.3 < found.mean < 1
    assert found.differ is differ


BOXES = st.lists(
    st.builds(box, st.integers(0, 40), st.sampled_from(["cat", "dog"]), st.sampled_from([5.0, 10.0])), max_size=4
)


@given(st.lists(BOXES, min_size=2, max_size=4))
def test_likeness_is_a_share_and_knows_no_order(answers: list[list[dict[str, Any]]]) -> None:
    found = region_likeness("boxes", answers)
    assert 0 <= found.mean <= 1
    turned = region_likeness("boxes", [regions[::-1] for regions in answers[::-1]])
    assert turned == (pytest.approx(found.mean), found.differ)
    assert region_likeness("boxes", [answers[0], answers[0]]) == (pytest.approx(1.0), False)


def test_texts_by_word_error_rate() -> None:
    assert text_likeness(["a b c d", "a b x d"]) == (0.75, True)
    assert text_likeness(["Hello, world!", "hello world"]) == (1.0, False)
    assert text_likeness(["", ""]) == (1.0, False)
    assert text_likeness(["", "word"]) == (0.0, True)
    assert text_likeness(["a b", "a b", "x y"]) == (pytest.approx(1 / 3), True)


def test_long_texts_cost_no_long_time() -> None:
    words = [f"w{n}" for n in range(100_000)]
    assert text_likeness([" ".join(words), " ".join([*words[:50_000], "x", *words[50_000:]])]).mean > 0.9999
    assert len(words) ** 2 > CELLS
    assert text_likeness([" ".join(words), " ".join(f"x{n}" for n in range(100_000))]) == (0.0, True)


def test_labels_of_the_same_region_that_differ_are_mistaken_for_one_another() -> None:
    samples = [
        [[box(0), box(50)], [box(1, "dog"), box(50)]],
        [[box(0)], []],
        [[box(0)], [box(0)]],
    ]
    # meetings: cat-dog, cat-cat; cat-nothing; cat-cat: each counts for both annotators
    assert mistaken_labels("boxes", samples) == [("cat", NOTHING, 2.0, 0.25), ("cat", "dog", 2.0, 0.25)]


def test_words_in_one_place_that_differ_are_mistaken_for_one_another() -> None:
    found = mistaken_words([["they're here", "Their here now"], ["their", "they're"]])
    assert found == [("their", "they're", 4.0, 0.5), ("now", NOTHING, 2.0, 0.25)]
    assert mistaken_words([["one alone"]]) == []


def test_three_annotators_of_a_sample_weigh_as_three_answers() -> None:
    [(_, _, times, share)] = mistaken_labels("boxes", [[[box(0)], [box(0)], [box(0, "dog")]]])
    assert [times, share] == pytest.approx([2.0, 2 / 3])
