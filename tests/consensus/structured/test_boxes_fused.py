import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from datastork.consensus.structured.boxes import alike, blend, fuse, fuse_all
from datastork.consensus.structured.matching import fusion as fusion_module
from datastork.consensus.structured.matching.answer import Answer


def box(x, y, width, height, label="car", **more):
    return {"label": label, "x": x, "y": y, "width": width, "height": height, **more}


boxes = st.builds(
    box,
    *[st.floats(0, 500)] * 2,
    *[st.floats(5, 100)] * 2,
    st.sampled_from(["car", "van"]),
)


def crowd(seed, samples, annotators, noise=0.08, recall=(0.6, 0.95), invented=0.3):
    """Return answers to planted truth, and the truth."""
    chance = np.random.default_rng(seed)
    found = chance.uniform(*recall, annotators)
    answers, truth = [], []
    for _ in range(samples):
        real = [box(*chance.uniform(0, 500, 2), *chance.uniform(20, 150, 2)) for _ in range(chance.integers(0, 6))]
        here = []
        for at in range(annotators):
            drawn = []
            for one in real:
                if chance.random() < found[at]:
                    left, right, top, bottom = chance.normal(0, noise, 4)
                    width, height = one["width"], one["height"]
                    drawn.append(
                        box(
                            one["x"] + left * width,
                            one["y"] + top * height,
                            width * (1 + right - left),
                            height * (1 + bottom - top),
                        )
                    )
            for _ in range(chance.poisson(invented)):
                drawn.append(box(*chance.uniform(0, 500, 2), *chance.uniform(20, 150, 2)))
            here.append(Answer(f"p{at}", drawn))
        answers.append(here)
        truth.append(real)
    return answers, truth, found


def score(given, truth):
    """Return F1 at an overlap of .5, and the mean overlap of what was matched."""
    hits, total, overlaps = 0, 0, []
    for drawn, real in zip(given, truth, strict=True):
        total += len(drawn) + len(real)
        if drawn and real:
            table = alike(drawn, real)
            matched = table[linear_sum_assignment(-table)]
            overlaps += matched[matched >= 0.5].tolist()
            hits += (matched >= 0.5).sum()
    return 2 * hits / total, np.mean(overlaps)


@pytest.mark.parametrize(("annotators", "noise", "least"), [(5, 0.08, 0.96), (3, 0.08, 0.87), (5, 0.15, 0.94)])
def test_fused_boxes_are_nearer_to_the_truth_than_those_of_annotators(annotators, noise, least):
    answers, truth, recall = crowd(1, 80, annotators, noise)
    fusion = fuse_all(answers)
    fused, overlap = score([[one.region for one in here if one.probability > 0.5] for here in fusion.samples], truth)
    each = [score([here[at].regions for here in answers], truth) for at in range(annotators)]
    assert fused > least
    assert fused > max(one for one, _ in each)
    assert overlap > max(one for _, one in each) + 0.05
    assert [fusion.skills[f"p{at}"].recall for at in range(annotators)] == pytest.approx(recall, abs=0.1)


@pytest.mark.parametrize(("noises", "gain"), [((0.03, 0.03, 0.15, 0.15, 0.15), 0.04), ((0.08,) * 5, -0.002)])
def test_who_draws_exactly_weighs_more(noises, gain, monkeypatch):
    chance = np.random.default_rng(4)
    truth, answers = [], []
    for _ in range(60):
        real = [box(300 * at, *chance.uniform(0, 200, 1), *chance.uniform(20, 150, 2)) for at in range(3)]
        truth.append(real)
        here = []
        for at, noise in enumerate(noises):
            moved = chance.normal(0, noise, (3, 4))
            drawn = [
                box(
                    one["x"] + a * one["width"],
                    one["y"] + b * one["height"],
                    one["width"] * (1 + c),
                    one["height"] * (1 + d),
                )
                for one, (a, b, c, d) in zip(real, moved, strict=True)
            ]
            here.append(Answer(f"p{at}", drawn))
        answers.append(here)

    def overlap():
        return score([[one.region for one in here] for here in fuse_all(answers).samples], truth)[1]

    weighed = overlap()
    monkeypatch.setattr(fusion_module, "MOST_CARE", 1.0)
    assert weighed > overlap() + gain


def test_probabilities_are_honest():
    answers, truth, _ = crowd(2, 250, 4)
    said, true = [], []
    for here, real in zip(fuse_all(answers).samples, truth, strict=True):
        said += [one.probability for one in here]
        true += [bool(real) and alike([one.region], real).max() > 0.4 for one in here]
    said, true = np.array(said), np.array(true)
    for low in (0.0, 0.25, 0.5, 0.75):
        here = (said >= low) & (said < low + 0.2501)
        if here.sum() > 30:
            assert said[here].mean() == pytest.approx(true[here].mean(), abs=0.2)
    assert np.mean((said - true) ** 2) < 0.08  # Brier


@settings(deadline=None)
@given(st.lists(boxes, max_size=3), st.integers(2, 5))
def test_the_same_answer_of_all_is_the_answer(drawn, people):
    fused = fuse([Answer(f"p{at}", drawn) for at in range(people)])
    if len(drawn) == 1:
        assert fused[0].region == pytest.approx(drawn[0])
    for one in fused:
        if one.annotators == people:
            assert one.probability > (0.9 if people > 2 else 0.8)


@settings(deadline=None)
@given(st.lists(st.lists(boxes, max_size=3), min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_the_order_of_annotators_does_not_matter(lists, chance):
    answers = [Answer(f"p{at}", drawn) for at, drawn in enumerate(lists)]
    assert fuse(answers) == fuse(chance.sample(answers, len(answers)))


def test_one_spammer_among_five_moves_no_box_by_much():
    chance = np.random.default_rng(3)
    true = box(100, 100, 50, 40)
    near = [box(*(np.array([100, 100, 50, 40]) + chance.normal(0, 2, 4))) for _ in range(5)]
    fused = blend([*near, box(60, 60, 130, 120)], np.ones(6))
    without = blend(near, np.ones(5))
    assert max(abs(fused[side] - without[side]) for side in without) < 2.5
    assert alike([fused], [true])[0, 0] > 0.9


def test_nothing_seen_by_all_is_nothing():
    assert fuse([Answer("a", []), Answer("b", [])]) == []
    assert fuse([]) == []


def test_a_lone_box_among_empty_answers_is_doubted():
    [one] = fuse([Answer("a", [box(0, 0, 9, 9)]), Answer("b", []), Answer("c", [])])
    assert (one.annotators, one.spread) == (1, 0.0)
    assert one.probability < 0.5


def test_the_label_is_voted_on_and_its_share_is_in_the_probability():
    drawn = [[box(0, 0, 9, 9, label)] for label in ("car", "car", "van")]
    [one] = fuse([Answer(f"p{at}", here) for at, here in enumerate(drawn)])
    assert one.region["label"] == "car"
    assert one.probability < 0.7
    assert len(fuse([Answer(f"p{at}", here) for at, here in enumerate(drawn)], by_class=True)) == 2
    [heavy] = fuse(
        [Answer(f"p{at}", here, weight) for at, (here, weight) in enumerate(zip(drawn, [1, 1, 3], strict=True))]
    )
    assert heavy.region["label"] == "van"


def test_overlaps_by_hand():
    table = alike([box(0, 0, 10, 10), box(0, 0, 0, 0)], [box(5, 0, 10, 10), box(20, 0, 5, 5), box(0, 0, 0, 0)])
    assert table.tolist() == [[pytest.approx(1 / 3), 0, 0], [0, 0, 1]]


def test_turned_boxes_are_compared_as_they_lie():
    one = box(0, 0, 10, 10)
    turned = box(0, 0, 10, 10, rotation=45.0)
    assert alike([one], [turned])[0, 0] == pytest.approx(1 / np.sqrt(2), abs=1e-9)  # the octagon of two squares
    assert alike([box(0, 0, 20, 10, rotation=90.0)], [box(5, -5, 10, 20)])[0, 0] == pytest.approx(1)
    assert alike([box(0, 0, 30, 10, rotation=180.0)], [box(0, 0, 30, 10)])[0, 0] == pytest.approx(1)
    # clockwise on the screen: the right end of a long box goes down
    assert alike([box(0, 0, 100, 2, rotation=30.0)], [box(80, 20, 10, 10)])[0, 0] > 0
    assert alike([box(0, 0, 100, 2, rotation=-30.0)], [box(80, 20, 10, 10)])[0, 0] == 0


def test_turned_boxes_are_fused_whichever_side_is_called_width():
    members = [
        box(0, 0, 40, 10, rotation=20.0),
        box(15, -15, 10, 40, rotation=112.0),
        box(0, 0, 40, 10, rotation=201.0),
    ]
    fused = blend(members, np.ones(3))
    assert alike(members, [fused]).min() > 0.85
    assert fused["rotation"] % 180 == pytest.approx(21, abs=1.1)
