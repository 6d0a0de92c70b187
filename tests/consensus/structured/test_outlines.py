import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis.extra.numpy import array_shapes, arrays

from datastork.consensus.structured import outlines
from datastork.consensus.structured.outlines import from_polygon, to_polygons
from datastork.consensus.structured.runs import area, decode, encode, merge
from datastork.core.errors import DataError, TooLargeError

masks = arrays(bool, array_shapes(min_dims=2, max_dims=2, max_side=12))


def test_a_pixel_belongs_to_a_polygon_where_its_centre_does():
    assert decode(from_polygon([[0.6, 0], [3, 0], [3, 1.4], [0.6, 1.4]], 3, 4)).tolist() == [
        [0, 1, 1, 0],
        [0, 0, 0, 0],
        [0, 0, 0, 0],
    ]
    assert decode(from_polygon([[0, 0], [4, 0], [0, 4]], 4, 4)).tolist() == [
        [1, 1, 1, 0],
        [1, 1, 0, 0],
        [1, 0, 0, 0],
        [0, 0, 0, 0],
    ]


def test_what_lies_outside_the_image_is_cut_off():
    assert area(from_polygon([[-9, -9], [99, -9], [99, 99], [-9, 99]], 5, 7)) == 35
    assert area(from_polygon([[-9, -9], [-1, -9], [-1, 99], [-9, 99]], 5, 7)) == 0
    assert area(from_polygon([[1, -9], [3, -9], [3, 2], [1, 2]], 5, 7)) == 4


def test_the_area_of_a_disc_is_that_of_geometry():
    turn = np.linspace(0, 2 * np.pi, 200, endpoint=False)
    disc = np.stack([150 + 100 * np.cos(turn), 150 + 100 * np.sin(turn)], axis=1)
    assert area(from_polygon(disc, 300, 300)) == pytest.approx(np.pi * 100**2, rel=1e-3)


@settings(deadline=None)
@given(masks)
def test_the_outlines_of_a_mask_give_it_back(mask):
    rle = encode(mask)
    polygons = to_polygons(rle)
    if not mask.any():
        assert polygons == []
        return
    again = [from_polygon(points, *mask.shape) for points in polygons]
    assert merge(again) == rle
    assert sum(area(one) for one in again) == area(rle)


def test_a_ring_is_one_polygon_with_its_hole_cut_in():
    mask = np.ones((5, 5), bool)
    mask[2, 2] = False
    [points] = to_polygons(encode(mask))
    assert len(points) == 4 + 1 + 4 + 1
    assert len(to_polygons(encode(np.eye(3)))) == 1


@pytest.mark.parametrize(
    ("points", "message"),
    [
        ([[0, 0], [1, 1]], "3 or more points"),
        ([[0, 0], [1, 1], [float("nan"), 1]], "not a finite number"),
        ([0, 0, 1, 1, 2, 2], "3 or more points"),
    ],
)
def test_wrong_polygons_are_refused(points, message):
    with pytest.raises(DataError, match=message):
        from_polygon(points, 4, 4)


def test_a_polygon_that_crosses_the_image_too_often_is_refused(monkeypatch):
    monkeypatch.setattr(outlines, "CROSSINGS", 50)
    with pytest.raises(TooLargeError, match="crosses columns 80 times"):
        from_polygon([[0, 0], [10, 5], [0, 9]] * 4, 10, 10)


def test_an_image_too_large_is_refused():
    with pytest.raises(TooLargeError, match="beyond the limit"):
        from_polygon([[0, 0], [1, 1], [0, 1]], 10**6, 10**6)
