"""Keypoints."""

import numpy as np
import pytest

from datastork.consensus.structured.keypoints import alike, fuse, geometric_median
from datastork.consensus.structured.matching.answer import Answer

NAMES = ("nose", "tail", "paw")


def figure(*points, seen=(2, 2, 2), label="dog"):
    return {
        "label": label,
        "points": [
            {"name": name, "x": float(x), "y": float(y), "visible": visible}
            for name, (x, y), visible in zip(NAMES, points, seen, strict=False)
        ],
    }


def test_likeness_by_hand():
    one, moved = figure((0, 0), (100, 0), (0, 100)), figure((0, 0), (100, 10), (0, 100))
    assert alike([one], [one])[0, 0] == 1.0
    # one of three points is 10 pixels off, on a figure of 100 × 100: exp(-100 / (8 · 10,000 · .05²))
    assert alike([one], [moved])[0, 0] == pytest.approx((2 + np.exp(-0.5)) / 3)
    without = figure((0, 0), (100, 0), (0, 0), seen=(2, 2, 0))
    assert alike([one], [without])[0, 0] == pytest.approx(2 / 3)
    assert alike([without], [without])[0, 0] == 1.0
    assert alike([one], [figure((900, 900), (999, 900), (900, 999))])[0, 0] < 1e-6


def test_points_are_fused_one_by_one_and_whether_they_are_seen_is_voted_on():
    drawn = [
        figure((10, 10), (110, 10), (60, 60)),
        figure((12, 10), (110, 12), (0, 0), seen=(2, 1, 0)),
        figure((10, 12), (112, 10), (0, 0), seen=(2, 1, 0)),
    ]
    [one] = fuse([Answer(f"p{at}", [each]) for at, each in enumerate(drawn)])
    nose, tail, paw = one.region["points"]
    assert (nose["visible"], tail["visible"], paw["visible"]) == (2, 1, 0)
    assert (nose["x"], nose["y"]) == pytest.approx((10.5, 10.5), abs=0.5)
    assert (paw["x"], paw["y"]) == (0.0, 0.0)
    assert one.annotators == 3


def test_fused_points_are_nearer_to_the_truth_and_not_moved_by_a_spammer():
    chance = np.random.default_rng(0)
    true = np.array([[50, 50], [150, 60], [90, 140]])
    drawn = [figure(*(true + chance.normal(0, 4, (3, 2)))) for _ in range(6)]
    away = [Answer("spammer", [figure(*(true + 12))])]

    def error(region):
        return np.mean([np.hypot(p["x"] - x, p["y"] - y) for p, (x, y) in zip(region["points"], true, strict=True)])

    answers = [Answer(f"p{at}", [each]) for at, each in enumerate(drawn)]
    [plain] = fuse(answers)
    spammed = max(fuse(answers + away), key=lambda one: one.annotators)
    assert error(plain.region) < 0.7 * np.mean([error(each) for each in drawn])
    assert error(spammed.region) < error(plain.region) + 2
    assert fuse(answers) == fuse(answers[::-1])


def test_two_figures_are_kept_apart():
    left, right = figure((0, 0), (50, 0), (0, 50)), figure((300, 0), (350, 0), (300, 50))
    fused = fuse([Answer("a", [left, right]), Answer("b", [right, left])])
    assert [one.region for one in fused] == [left, right]


def test_the_geometric_median_by_hand():
    # of three points with an angle of 120 degrees or more at one of them, it is that point
    points = np.array([[0.0, 0.0], [10.0, 1.0], [-10.0, 1.0]])
    assert geometric_median(points, np.ones(3)) == pytest.approx([0, 0], abs=1e-6)
    square = np.array([[0.0, 0.0], [2.0, 0.0], [2.0, 2.0], [0.0, 2.0]])
    assert geometric_median(square, np.ones(4)) == pytest.approx([1, 1])
    assert geometric_median(square, np.array([9.0, 1, 1, 1])) == pytest.approx([0, 0], abs=1e-6)
    assert geometric_median(square[:1], np.zeros(1)).tolist() == [0, 0]
