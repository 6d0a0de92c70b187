"""Masks and polygons."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datastork.consensus.structured import masks, polygons
from datastork.consensus.structured.matching.answer import Answer
from datastork.consensus.structured.runs import area, decode, encode, iou
from datastork.core.errors import DataError


def disc(x, y, radius, size=120):
    rows, columns = np.indices((size, size))
    return (columns - x) ** 2 + (rows - y) ** 2 <= radius**2


def mask(pixels, label="cell"):
    return {"label": label, **encode(pixels)}


def answers_of(*lists):
    return [Answer(f"p{at}", regions) for at, regions in enumerate(lists)]


def dice(first, second):
    return 2 * (first & second).sum() / (first.sum() + second.sum())


def test_masks_are_matched_and_voted_on_pixel_by_pixel():
    near, far = disc(30, 30, 15), disc(90, 80, 20)
    fused = masks.fuse(
        answers_of([mask(disc(31, 30, 15)), mask(far)], [mask(near), mask(far)], [mask(far), mask(disc(29, 30, 15))])
    )
    assert [one.annotators for one in fused] == [3, 3]
    assert iou(fused[0].region, mask(near)) > 0.98
    assert {**fused[1].region} == mask(far)
    assert fused[1].spread == 0.0
    assert min(one.probability for one in fused) > 0.95


@pytest.mark.parametrize("method", ["staple", "majority"])
@settings(max_examples=25, deadline=None)
@given(st.integers(2, 5), st.data())
def test_the_same_mask_of_all_is_the_mask(method, people, data):
    pixels = np.array(data.draw(st.lists(st.lists(st.booleans(), min_size=6, max_size=6), min_size=5, max_size=5)))
    drawn = mask(pixels)
    [one] = masks.fuse(answers_of(*[[drawn]] * people), method=method)
    assert decode(one.region).tolist() == pixels.tolist()


def planted(seed, misses):
    """Return a disc, and masks of annotators of whom each misses or adds a share of the pixels near it."""
    chance = np.random.default_rng(seed)
    true = disc(60, 60, 30)
    around = disc(60, 60, 38)
    drawn = []
    for missed, added in misses:
        pixels = true & (chance.random(true.shape) >= missed)
        drawn.append(pixels | (around & ~true & (chance.random(true.shape) < added)))
    return true, drawn


@pytest.mark.parametrize(
    "misses",
    [
        [(0.02, 0.02)] * 2 + [(0.6, 0.0)] * 3,  # three who draw too little
        [(0.02, 0.02)] * 2 + [(0.0, 0.6)] * 3,  # three who draw too much
    ],
)
def test_staple_is_better_than_the_majority_where_annotators_are_biased(misses):
    for seed in range(3):
        true, drawn = planted(seed, misses)
        found = {
            method: decode(masks.blend([encode(one) for one in drawn], np.ones(len(drawn)), method=method)).astype(bool)
            for method in ("staple", "majority")
        }
        assert dice(found["staple"], true) > dice(found["majority"], true) + 0.02
        assert dice(found["staple"], true) > 0.95


def test_among_good_annotators_staple_does_as_well_as_the_majority():
    true, drawn = planted(0, [(0.1, 0.1)] * 5)
    for method in ("staple", "majority"):
        assert dice(decode(masks.blend([encode(one) for one in drawn], np.ones(5), method=method)) > 0, true) > 0.99


def test_an_annotator_without_weight_is_not_heard():
    small, large = mask(disc(60, 60, 20)), mask(disc(60, 60, 30))
    answers = [Answer("a", [large]), Answer("b", [large]), Answer("c", [small], 0.0), Answer("d", [small], 0.0)]
    for method in ("staple", "majority"):
        assert area(masks.fuse(answers, method=method)[0].region) == area(large)


def test_empty_masks_are_alike_and_masks_of_other_sizes_are_refused():
    nothing = mask(np.zeros((9, 9), bool))
    assert masks.alike([nothing], [nothing, mask(np.ones((9, 9)))]).tolist() == [[1.0, 0.0]]
    [one] = masks.fuse(answers_of([nothing], [nothing]))
    assert area(one.region) == 0
    with pytest.raises(DataError, match="different sizes"):
        masks.fuse(answers_of([mask(np.ones((9, 9)))], [mask(np.ones((9, 8)))]))


def test_large_masks_cost_runs_and_no_pixels():
    size = 16_000
    rows = np.arange(4000, 12000)
    drawn = []
    for shift in range(5):
        counts = [4000 * size + 4000 + shift]
        counts += [8000, size - 8000] * (len(rows) - 1) + [8000]
        counts.append(size * size - sum(counts))
        drawn.append({"label": "field", "size": [size, size], "counts": counts})
    [one] = masks.fuse(answers_of(*[[each] for each in drawn]))
    assert iou(one.region, drawn[2]) > 0.999


def ring(points):
    return {"label": "leaf", "points": [list(map(float, point)) for point in points]}


def circle(x, y, radius, corners=40, wobble=0.0, seed=0):
    chance = np.random.default_rng(seed)
    turn = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    far = radius * (1 + chance.normal(0, wobble, corners))
    return ring(np.stack([x + far * np.cos(turn), y + far * np.sin(turn)], axis=1))


def test_polygons_are_compared_by_area_whatever_their_corners():
    square, same = ring([[0, 0], [10, 0], [10, 10], [0, 10]]), ring([[0, 10], [0, 5], [0, 0], [10, 0], [10, 10]])
    half = ring([[0, 0], [10, 0], [10, 5], [0, 5]])
    found = polygons.alike([square], [square, same, half, ring([[20, 20], [30, 20], [20, 30]])])
    assert found[0] == pytest.approx([1, 1, 0.5, 0], abs=0.01)
    tiny = polygons.alike([ring([[0.1, 0.1], [0.3, 0.1], [0.3, 0.3]])], [ring([[0.1, 0.1], [0.3, 0.3], [0.1, 0.3]])])
    assert tiny[0, 0] < 0.02


def test_fused_polygons_are_nearer_to_the_truth_than_those_of_annotators():
    true = circle(200, 150, 80, 200)
    drawn = [circle(200, 150, 80, 24, 0.08, seed) for seed in range(5)]
    [one] = polygons.fuse(answers_of(*[[each] for each in drawn]))
    each = polygons.alike(drawn, [true])[:, 0]
    assert polygons.alike([one.region], [true])[0, 0] > max(each.max(), each.mean() + 0.02)
    assert one.annotators == 5
    assert one.spread == pytest.approx(1 - polygons.alike(drawn, [one.region]).mean())


def test_the_same_polygon_of_all_is_the_polygon_to_the_last_corner():
    drawn = circle(20, 30, 7, 12, 0.1)
    [one] = polygons.fuse(answers_of([drawn], [drawn], [drawn]))
    assert one.region == drawn
    assert one.probability > 0.9


def test_of_a_polygon_that_falls_apart_the_largest_part_is_kept():
    # a large and a small square with a thin bridge that only one drew
    both = ring(
        [
            [0, 0],
            [40, 0],
            [40, 19],
            [60, 19],
            [60, 15],
            [70, 15],
            [70, 25],
            [60, 25],
            [60, 21],
            [40, 21],
            [40, 40],
            [0, 40],
        ]
    )
    square = ring([[0, 0], [40, 0], [40, 40], [0, 40]])
    [one] = polygons.fuse(answers_of([both], [square], [square]))
    assert polygons.alike([one.region], [square])[0, 0] > 0.99


def test_the_order_of_annotators_does_not_matter():
    drawn = [[circle(50 + 2 * at, 50, 20, 16, 0.1, at), circle(150, 50 - at, 15)] for at in range(4)]
    answers = answers_of(*drawn)
    assert polygons.fuse(answers) == polygons.fuse(answers[::-1])
    shapes = [[mask(disc(40 + at, 40, 20))] for at in range(4)]
    assert masks.fuse(answers_of(*shapes)) == masks.fuse(answers_of(*shapes)[::-1])
