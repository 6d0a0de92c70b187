import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from datastork.consensus.structured.runs import (
    area,
    box,
    decode,
    encode,
    from_string,
    iou,
    merge,
    select,
    shared,
    to_string,
)
from datastork.core.errors import DataError, TooLargeError

masks = arrays(bool, array_shapes(min_dims=2, max_dims=2, max_side=9))
pairs = array_shapes(min_dims=2, max_dims=2, max_side=9).flatmap(
    lambda shape: st.tuples(arrays(bool, shape), arrays(bool, shape))
)


def test_runs_go_down_the_columns_and_begin_with_zeros():
    assert encode(np.array([[1, 0, 0], [1, 0, 1]])) == {"size": [2, 3], "counts": [0, 2, 3, 1]}
    assert encode(np.zeros((2, 3))) == {"size": [2, 3], "counts": [6]}
    assert encode(np.ones((2, 3))) == {"size": [2, 3], "counts": [0, 6]}


@settings(deadline=None)
@given(masks)
def test_decoding_is_the_inverse_of_encoding(mask):
    rle = encode(mask)
    back = decode(rle)
    assert back.dtype == np.uint8
    assert np.array_equal(back, mask)
    assert area(rle) == mask.sum()
    assert decode({"size": rle["size"], "counts": to_string(rle["counts"])}).tolist() == back.tolist()


@settings(deadline=None)
@given(masks)
def test_the_box_is_the_smallest_one(mask):
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    expected = (0, 0, 0, 0)
    if len(rows):
        expected = (columns[0], rows[0], columns[-1] - columns[0] + 1, rows[-1] - rows[0] + 1)
    assert box(encode(mask)) == expected


@settings(deadline=None)
@given(pairs)
def test_what_is_done_on_runs_equals_what_is_done_on_pixels(pair):
    a, b = pair
    union = (a | b).sum()
    assert shared(encode(a), encode(b)) == (a & b).sum()
    assert iou(encode(a), encode(b)) == ((a & b).sum() / union if union else 1.0)
    assert merge([encode(a), encode(b)]) == encode(a | b)
    assert merge([encode(a), encode(b)], intersect=True) == encode(a & b)
    assert select([encode(a), encode(b)], 0.7, [0.8, 0.3]) == encode(a)


# read off pycocotools 2.0.11
@pytest.mark.parametrize(
    ("counts", "text"),
    [
        ([6], "6"),
        ([0, 6], "06"),
        ([2, 2], "22"),
        ([15, 16, 17], "?`0a0"),
        ([100, 1, 2, 3, 90, 511, 512, 1, 1023, 1, 100000], "T3122h2l?V=R@o?0QeP3"),
    ],
)
def test_compressed_text_is_that_of_cocos_tools(counts, text):
    assert to_string(counts) == text
    assert from_string(text) == counts


@settings(deadline=None)
@given(st.lists(st.integers(0, 2**31 - 1), max_size=40))
def test_compressed_text_goes_there_and_back(counts):
    assert from_string(to_string(counts)) == counts


@settings(deadline=None)
@given(st.text(st.characters(min_codepoint=48, max_codepoint=111), max_size=20))
def test_any_text_is_read_or_refused(text):
    try:
        counts = from_string(text)
    except DataError:
        return
    assert all(count >= 0 for count in counts)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2 2", "hold ' ' at character 1"),
        ("22P", "cut short"),
        ("oooooooo0", r"a number of 9 characters; 7 are the most"),
        ("J", "a run of -6 pixels"),
    ],
)
def test_wrong_text_is_refused(text, message):
    with pytest.raises(DataError, match=message):
        from_string(text)


@pytest.mark.parametrize(
    ("rle", "message"),
    [
        ({"size": [2, 2], "counts": [1, 2]}, r"sum up to 3 pixels, its size 2 × 2 to 4"),
        ({"size": [2, 2], "counts": [6, -2]}, "whole numbers from 0 on"),
        ({"size": [2, 2], "counts": [1.5, 2.5]}, "list of whole numbers"),
        ({"size": [2, 2], "counts": [[1], [1, 2]]}, "list of whole numbers"),
        ({"size": [2, 2], "counts": {"a": 1}}, "list of whole numbers"),
        ({"size": [2], "counts": [2]}, r"the size of a mask is \[height, width\]"),
        ({"size": [-2, 2], "counts": [2]}, "cannot be"),
        ({"counts": [2]}, r"the size of a mask"),
    ],
)
def test_wrong_masks_are_refused(rle, message):
    with pytest.raises(DataError, match=message):
        decode(rle)


@pytest.mark.parametrize(
    "rle", [{"size": [10**9, 10**9], "counts": [10**18]}, {"size": [2, 2], "counts": [2**62, 2**62, 4]}]
)
def test_huge_masks_are_refused_before_they_take_memory(rle):
    with pytest.raises(TooLargeError, match="beyond the limit"):
        decode(rle)


def test_masks_of_different_sizes_are_not_merged():
    with pytest.raises(DataError, match=r"different sizes: 1 × 2 and 2 × 1"):
        merge([{"size": [1, 2], "counts": [2]}, {"size": [2, 1], "counts": [2]}])


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**20), st.integers(1, 2**20))
def test_a_mask_of_many_pixels_costs_no_pixels(start, length):
    size = [2**14, 2**14]
    rle = {"size": size, "counts": [start, length, 2**28 - start - length]}
    assert iou(rle, rle) == 1.0
    assert merge([rle, rle]) == {
        "size": size,
        "counts": [count for at, count in enumerate(rle["counts"]) if count or not at],
    }
