import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datastork.consensus.agreement import regions as module
from datastork.consensus.agreement.bootstrap import Resampling
from datastork.consensus.agreement.regions import region_agreement
from datastork.consensus.agreement.scores import by_event, by_segment, criteria, matched
from datastork.consensus.agreement.stretches import stretch_alpha
from datastork.consensus.agreement.tagging import tag_agreement
from datastork.consensus.agreement.wording import word_agreement, words_of
from datastork.consensus.structured.matching.answer import Answer
from datastork.consensus.structured.texts import Written


def box(x, label="car", width=10.0):
    return {"label": label, "x": float(x), "y": 0.0, "width": width, "height": 10.0}


def event(onset, offset, label="bark"):
    return {"onset": onset, "offset": offset, "label": label}


def span(start, end, label="PER"):
    return {"start": start, "end": end, "label": label}


def answers_of(*lists):
    return [Answer(f"p{at}", drawn) for at, drawn in enumerate(lists)]


def test_f1_of_two_annotators_by_hand():
    found = region_agreement(
        "boxes",
        [
            answers_of([box(0), box(50)], [box(2)]),  # 8/12 in common: one of three boxes at .5, none at .75
            answers_of([box(0)], [box(0, "van")]),  # the same place, another label
            answers_of([], []),  # says nothing
            answers_of([box(0)]),  # nobody to compare with
        ],
    )
    scores = {name: score.value for name, score in found.scores.items()}
    assert scores == pytest.approx({"iou_50": 2 / 5, "iou_75": 0.0, "iou_50_any_label": 4 / 5})
    assert found.main == "iou_50"
    assert (found.samples, found.compared) == (3, 3)
    assert [(one.label, one.regions, one.f1.value) for one in found.labels] == [("car", 4, 0.5), ("van", 1, 0.0)]
    assert [(one.first, one.second, one.samples, one.f1) for one in found.pairs] == [("p0", "p1", 3, 2 / 5)]
    # of two, the other one is what "the others" come to
    assert found.ceiling.value == pytest.approx(2 / 5)
    assert found.each["p0"] == (3, pytest.approx(2 / 5))


def test_the_ceiling_holds_each_annotator_against_what_the_others_come_to():
    good = [box(0), box(50), box(100)]
    bad = [box(0)]
    found = region_agreement("boxes", [answers_of(good, good, good, bad)] * 20)
    assert found.each["p0"] == (20, 1.0)
    assert found.each["p3"] == (20, pytest.approx(2 / 4))
    assert found.ceiling.value > found.scores["iou_50"].value
    assert found.ceiling.low <= found.ceiling.value <= found.ceiling.high


def test_agreement_on_spans_exact_and_overlapping():
    found = region_agreement("spans", [answers_of([span(0, 5), span(9, 12)], [span(0, 5), span(9, 11)])])
    assert {name: score.value for name, score in found.scores.items()} == {"exact": 0.5, "overlap": 1.0}


def test_events_by_onset_and_offset_by_hand():
    [hits] = by_event([event(1.0, 2.0)], [event(1.2, 2.2)])
    assert hits == ("bark", 1, 2)
    assert by_event([event(1.0, 2.0)], [event(1.21, 2.0)])[0].common == 0
    # 20 % of 4 s is .8 s, of 4.7 s .94 s: right whoever is the reference; of 1 s it is not
    assert by_event([event(0, 4.0)], [event(0, 4.7)])[0].common == 1
    assert by_event([event(0, 1.0)], [event(0, 1.24)])[0].common == 0.5
    assert by_event([event(0, 1.0)], [event(0, 9.0)], offsets=False)[0].common == 1
    assert [hits.common for hits in by_event([event(0, 1, "a")], [event(0, 1, "b")])] == [0, 0]


def test_events_are_matched_so_that_as_many_as_possible_are():
    # the first reference could take either, the second only the first
    assert by_event([event(0.1, 1), event(-0.05, 1)], [event(0.1, 1), event(0.25, 1)])[0].common == 2


def test_segments_by_hand():
    # seconds 0, 1, 2 against 2, 3
    assert by_segment([event(0.5, 2.1)], [event(2.0, 4.0)]) == [("bark", 1, 5)]
    assert by_segment([event(0.5, 0.5)], [event(0.0, 1.0)]) == [("bark", 1, 2)]


def test_every_kind_has_its_criteria():
    assert criteria("events") == ["event", "onset", "segment"]
    assert criteria("keypoints") == ["oks_50", "oks_75", "oks_50_any_label"]
    found = region_agreement("events", [answers_of([event(0, 1)], [event(0.1, 1)], [])])
    assert found.scores["event"].value == pytest.approx(2 / 4)


@settings(deadline=None)
@given(st.lists(st.lists(st.floats(0, 1), min_size=3, max_size=3), min_size=1, max_size=4))
def test_no_more_is_matched_than_there_is(rows):
    found = len(matched(np.array(rows), 0.5))
    assert 0 <= found <= min(len(rows), 3)
    assert (found > 0) == (np.max(rows) >= 0.5)


def test_where_there_is_too_much_samples_are_left_out_evenly(monkeypatch):
    monkeypatch.setattr(module, "COMPARED", 10)
    found = region_agreement("boxes", [answers_of([box(0)], [box(1)])] * 35)
    assert (found.samples, found.compared) == (35, 9)
    assert found.scores["iou_50"].value == 1.0


def test_the_order_of_annotators_and_samples_does_not_matter():
    chance = np.random.default_rng(0)
    samples = [
        answers_of(*[[box(x) for x in chance.uniform(0, 200, chance.integers(0, 4))] for _ in range(3)])
        for _ in range(15)
    ]
    one, other = (
        region_agreement("boxes", given) for given in (samples, [sample[::-1] for sample in reversed(samples)])
    )
    assert one.scores["iou_50"].value == pytest.approx(other.scores["iou_50"].value)
    assert one.ceiling.value == pytest.approx(other.ceiling.value)
    assert one.each == other.each


@pytest.mark.parametrize("lengths", [None, [30, 30, 30, 30, 30]])
def test_alpha_over_the_length_is_that_of_every_character(lengths):
    from datastork.consensus.agreement.coefficients import krippendorff
    from datastork.consensus.agreement.ratings import Ratings

    chance = np.random.default_rng(0)
    samples, rows = [], []
    for _ in range(5):
        drawn = [
            [
                span(start, start + 3, label)
                for start, label in zip(chance.integers(0, 20, 2).tolist(), "AB", strict=True)
            ]
            for _ in range(3)
        ]
        samples.append(answers_of(*drawn))
        last = 30 if lengths else max(one["end"] for here in drawn for one in here)
        for label in "AB":
            for at in range(last):
                rows.append(
                    [any(one["label"] == label and one["start"] <= at < one["end"] for one in here) for here in drawn]
                )
    found = stretch_alpha("spans", samples, lengths, again=Resampling(5, replicates=50))
    # the plain alpha is over votes drawn without replacement from the others, here from all, and over both labels
    assert found.value == pytest.approx(
        krippendorff(Ratings.of(rows), Resampling(len(rows), replicates=2)).value, abs=0.02
    )


def test_alpha_over_the_length_by_hand():
    # 10 of 20 characters: one marks 5, the other the same 5; then 5 others
    again = Resampling(1, replicates=10)
    same = answers_of([span(0, 5)], [span(0, 5)])
    other = answers_of([span(0, 5)], [span(5, 10)])
    assert stretch_alpha("spans", [same], [20], again=again).value == 1.0
    # 20 disagreements of 40 votes; expected 2 · 10 · 30 / 40 = 15
    assert stretch_alpha("spans", [other], [20], again=again).value == pytest.approx(1 - 20 / 15)
    assert np.isnan(stretch_alpha("spans", [answers_of([], [])], again=again).value)
    assert region_agreement("events", [answers_of([event(0, 1)], [event(0, 1)])] * 3).alpha.value != 0
    assert region_agreement("boxes", [answers_of([box(0)], [box(0)])]).alpha is None


def test_word_errors_by_hand():
    found = word_agreement(
        [
            [Written("a", "The cat sat."), Written("b", "the cat sat")],
            [Written("a", "one two three four"), Written("b", "one too three")],
            [Written("a", "alone")],
        ]
    )
    assert found.errors.value == pytest.approx((0 + 2) / (3 + 3.5))
    assert found.equal.value == 0.5
    assert found.each["a"] == (2, pytest.approx((0 + 2) / (3 + 3)))
    assert (found.samples, found.compared) == (2, 2)
    assert 0 < found.characters.value < found.errors.value


def test_of_three_the_two_who_agree_are_the_truth():
    found = word_agreement([[Written("a", "x y z"), Written("b", "x y z"), Written("c", "x y")]])
    assert found.each["a"][1] == pytest.approx(1 / 2)  # the others are one against one about "z": it is left out
    assert found.each["c"][1] == pytest.approx(1 / 3)


def test_texts_without_spaces_count_by_character():
    assert words_of("今日は良い天気ですねえ本当に良い天気ですから散歩に行きたいと思います。")[:2] == ["今", "日"]


def tags_of(rows):
    """Return items, tags and voters of a table: a row per item, for each annotator a set of tags or None."""
    given = [(item, tag) for item, row in enumerate(rows) for tags in row if tags is not None for tag in tags]
    lines = np.array(given, int).reshape(-1, 2)
    return lines[:, 0], lines[:, 1], np.array([sum(tags is not None for tags in row) for row in rows])


def test_agreement_on_tags_by_hand():
    found = tag_agreement(*tags_of([[{0, 1}, {0}], [{0}, {0}, {1}], [{1}, None, None], [set(), set()]]), 2)
    # pairs: (0 of 0 1 and 0): 2 of 3 tags; (0, 0): 2 of 2; (0, 1) twice: none of 4
    assert found.f1.value == pytest.approx(4 / 9)
    assert found.given.tolist() == [4, 2]
    assert found.tag_f1[0].value == pytest.approx((2 + 2 * 1 / 2) / 4)
    assert found.tag_f1[1].value == 0
    # against the others: {0 1} and {0}: 2·1 of 3, twice; {0} against {0}, {1}: no majority; {1} against {0 0}
    assert found.ceiling.value == pytest.approx((2 + 2 + 0 + 0 + 0) / (3 + 3 + 1 + 1 + 2))


def test_alpha_of_a_tag_is_that_of_a_binary_question():
    from datastork.consensus.agreement.coefficients import krippendorff
    from datastork.consensus.agreement.ratings import Ratings

    chance = np.random.default_rng(0)
    rows = [[{int(tag) for tag in np.flatnonzero(chance.random(3) < 0.4)} for _ in range(4)] for _ in range(30)]
    found = tag_agreement(*tags_of(rows), 3)
    for tag in range(3):
        binary = Ratings.of([[tag in tags for tags in row] for row in rows])
        assert found.tag_alpha[tag].value == pytest.approx(krippendorff(binary).value)
    everything = Ratings.of([[tag in tags for tags in row] for row in rows for tag in range(3)])
    assert found.alpha.value == pytest.approx(krippendorff(everything, Resampling(90, replicates=20)).value)
