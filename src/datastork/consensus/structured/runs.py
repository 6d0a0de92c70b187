"""Masks as run lengths, in the convention of COCO: column by column, the first run being of zeros.

A mask is `{"size": [height, width], "counts": [runs]}`; `counts` may also be COCO's compressed text. What can be done
on the runs is done on the runs: no function but `encode` and `decode` holds pixels. Polygons are in `outlines`.
Source: the COCO data format, https://cocodataset.org/#format-data, and the mask API of its tools.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypedDict

from datastork.core.errors import DataError, TooLargeError

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

PIXELS = 2**28  # of one mask; 16,384 × 16,384
GROUPS = 7  # of five bits, of one number in compressed text: 35 bits, more than any mask has pixels
FOREIGN = re.compile(r"[^0-o]")  # the characters 48 to 111 carry six bits each


class Mask(TypedDict):
    """A mask: `size` is [height, width], `counts` the lengths of its runs, column by column, zeros first."""

    size: list[int]
    counts: list[int]


def encode(mask: "Array") -> Mask:
    """Return the run lengths of `mask` (height × width; what is not zero belongs to it).

    >>> import numpy as np
    >>> encode(np.array([[0, 1], [0, 1]]))
    {'size': [2, 2], 'counts': [2, 2]}
    """
    import numpy as np

    if mask.ndim != 2:
        raise DataError(f"a mask has height and width; this one has {mask.ndim} dimensions")
    height, width = mask.shape
    check_size(height, width)
    flat = np.asarray(mask != 0).ravel(order="F")
    return from_edges(np.flatnonzero(np.diff(flat, prepend=False)), height, width)


def decode(rle: Mapping[str, Any]) -> "Array":
    """Return the mask as uint8, height × width, of zeros and ones. Raises DataError where runs and size disagree."""
    import numpy as np

    height, width, edges = edges_of(rle)
    steps = np.zeros(height * width + 1, np.int8)
    steps[edges[0::2]] += 1
    steps[edges[1::2]] -= 1
    flat = np.cumsum(steps[:-1], dtype=np.int8).view(np.uint8)
    return flat.reshape((height, width), order="F")


def to_string(counts: Sequence[int]) -> str:
    """Return run lengths as the compressed text of COCO's tools.

    From the fourth on, each run is written as its difference from the run before the last, in groups of five bits,
    the lowest first, a sixth bit saying that more follow; 48 is added to make it a character.

    >>> to_string([2, 2])
    '22'
    """
    import numpy as np

    runs = np.asarray(counts, np.int64)
    if not len(runs):
        return ""
    runs = runs.copy()
    runs[3:] -= np.asarray(counts, np.int64)[1:-2]
    size = np.ones(len(runs), np.int64)
    for groups in range(1, GROUPS):
        half = 1 << (5 * groups - 1)
        size += (runs < -half) | (runs >= half)
    start = np.cumsum(size) - size
    signs = np.zeros(int(size.sum()), np.uint8)
    for group in range(int(size.max())):
        here = size > group
        more = (size > group + 1)[here] * 32
        signs[start[here] + group] = (runs[here] >> (5 * group) & 31) + more + 48
    return signs.tobytes().decode("ascii")


def from_string(text: str) -> list[int]:
    """Return the run lengths of COCO's compressed text; the inverse of `to_string`.

    Raises DataError where the text holds other characters, ends within a number, or gives a run below zero.
    """
    import numpy as np

    wrong = FOREIGN.search(text)
    if wrong:
        raise DataError(
            f"compressed run lengths hold {wrong[0]!r} at character {wrong.start()}, which is none of 0 to o"
        )
    if not text:
        return []
    signs = np.frombuffer(text.encode("ascii"), np.uint8).astype(np.int64) - 48
    last = np.flatnonzero(signs & 32 == 0)
    if not len(last) or last[-1] != len(signs) - 1:
        raise DataError("compressed run lengths end within a number: the text is cut short")
    start = np.concatenate([[0], last[:-1] + 1])
    size = last - start + 1
    if size.max() > GROUPS:
        raise DataError(f"compressed run lengths hold a number of {size.max()} characters; {GROUPS} are the most")
    place = np.arange(len(signs)) - np.repeat(start, size)
    runs = np.add.reduceat((signs & 31) << (5 * place), start)
    runs -= np.where(signs[last] & 16, np.int64(1) << (5 * size), 0)
    runs[1::2] = np.cumsum(runs[1::2])
    runs[2::2] = np.cumsum(runs[2::2])
    if runs.min() < 0:
        raise DataError(f"compressed run lengths give a run of {runs.min()} pixels")
    counts: list[int] = runs.tolist()
    return counts


def area(rle: Mapping[str, Any]) -> int:
    """Return how many pixels the mask has."""
    return int(_runs(rle)[1::2].sum())


def box(rle: Mapping[str, Any]) -> tuple[int, int, int, int]:
    """Return the smallest box around the mask as (x, y, width, height) in pixels; four zeros where it is empty."""
    height, _, edges = edges_of(rle)
    left, top, right, bottom = _around(height, edges)
    return left, top, right - left, bottom - top


def iou(a: Mapping[str, Any], b: Mapping[str, Any]) -> float:
    """Return intersection over union of two masks of one size, without decoding; two empty masks are alike: 1.0.

    >>> iou({"size": [1, 4], "counts": [0, 2, 2]}, {"size": [1, 4], "counts": [1, 2, 1]})
    0.3333333333333333
    """
    common = shared(a, b)
    union = area(a) + area(b) - common
    return common / union if union else 1.0


def shared(a: Mapping[str, Any], b: Mapping[str, Any]) -> int:
    """Return how many pixels two masks of one size have in common."""
    height, width, edges = edges_of(a)
    other_height, other_width, others = edges_of(b)
    _same_size([(height, width), (other_height, other_width)])
    return _common(edges, others, _below(others))


def ious(first: Sequence[Mapping[str, Any]], second: Sequence[Mapping[str, Any]]) -> "Array":
    """Return `iou` of each two of n and m masks, float64[n, m]; each mask is read once."""
    import numpy as np

    same = first is second
    sides = [first] if same else [first, second]
    parts = [[edges_of(one) for one in side] for side in sides]
    _same_size([part[:2] for side in parts for part in side])
    spans = [np.array([_around(height, edges) for height, _, edges in side]).reshape(-1, 4) for side in parts]
    a, b = spans[0], spans[-1]
    low, high = np.maximum(a[:, None, :2], b[None, :, :2]), np.minimum(a[:, None, 2:], b[None, :, 2:])
    below = [_below(edges) for _, _, edges in parts[-1]]
    sizes = [np.array([_area(edges) for _, _, edges in side]) for side in parts]
    common = np.zeros((len(a), len(b)))
    for row, column in np.argwhere((low < high).all(axis=2)).tolist():
        if same and column < row:
            common[row, column] = common[column, row]
        else:
            common[row, column] = _common(parts[0][row][2], parts[-1][column][2], below[column])
    union = sizes[0][:, None] + sizes[-1][None, :] - common
    found: Array = np.divide(common, union, out=np.ones_like(common), where=union > 0)
    return found


def merge(rles: Iterable[Mapping[str, Any]], intersect: bool = False) -> Mask:
    """Return the union of masks of one size, or their intersection."""
    rles = list(rles)
    return select(rles, len(rles) if intersect else 1)


def select(rles: Sequence[Mapping[str, Any]], least: float, weights: Sequence[float] | None = None) -> Mask:
    """Return the pixels at which the weights (1 each) of the masks that hold them sum up to `least` or more."""
    import numpy as np

    if not rles:
        raise DataError("there are no masks to merge")
    parts = [edges_of(one) for one in rles]
    _same_size([(height, width) for height, width, _ in parts])
    height, width, _ = parts[0]
    weigh = np.ones(len(rles)) if weights is None else np.asarray(weights, float)
    place = np.concatenate([edges for _, _, edges in parts])
    rise = np.concatenate([np.tile([w, -w], len(edges) // 2) for w, (_, _, edges) in zip(weigh, parts, strict=True)])
    place, at = np.unique(place, return_inverse=True)
    held = np.cumsum(np.bincount(at, rise, len(place))) >= least - 1e-9 * max(1.0, float(np.abs(weigh).sum()))
    changes = np.flatnonzero(np.diff(held, prepend=False))
    return from_edges(place[changes], height, width)


def check_size(height: int, width: int) -> None:
    """Raise TooLargeError for more than `PIXELS` pixels, DataError for sides below zero."""
    if height < 0 or width < 0:
        raise DataError(f"a mask of {height} × {width} pixels cannot be")
    if height * width > PIXELS:
        raise TooLargeError(f"a mask of {height:,} × {width:,} pixels is beyond the limit of {PIXELS:,}")


def edges_of(rle: Mapping[str, Any]) -> "tuple[int, int, Array]":
    """Return height, width, and where runs of ones begin and end, in turns, as int64; checked against the size."""
    import numpy as np

    size = rle.get("size")
    if not isinstance(size, list | tuple) or len(size) != 2 or not all(type(side) is int for side in size):
        raise DataError(f"the size of a mask is [height, width], two whole numbers; this one is {size!r:.60}")
    height, width = size
    check_size(height, width)
    runs = _runs(rle)
    edges = np.cumsum(runs)
    if (int(edges[-1]) if len(edges) else 0) != height * width or (len(runs) and int(runs.min()) < 0):
        total = int(edges[-1]) if len(edges) else 0
        raise DataError(
            f"the runs of the mask sum up to {total:,} pixels, its size {height} × {width} to "
            f"{height * width:,}; runs are whole numbers from 0 on"
        )
    return height, width, edges[: len(edges) // 2 * 2]


def _runs(rle: Mapping[str, Any]) -> "Array":
    import numpy as np

    counts = rle.get("counts")
    if isinstance(counts, bytes):
        counts = counts.decode("ascii", "replace")
    if isinstance(counts, str):
        counts = from_string(counts)
    try:
        runs = np.asarray(counts)
    except ValueError:
        runs = np.asarray(None)
    if runs.ndim != 1 or (len(runs) and runs.dtype.kind not in "iu"):
        raise DataError(f"the counts of a mask are a list of whole numbers, or compressed text; not {counts!r:.60}")
    if len(runs) and int(runs.max()) > PIXELS:
        raise TooLargeError(f"a run of {int(runs.max()):,} pixels is beyond the limit of {PIXELS:,}")
    return runs.astype(np.int64)


def from_edges(edges: "Array", height: int, width: int) -> Mask:
    """Return the mask whose pixels, counted column by column, change at `edges` (ascending, each once)."""
    import numpy as np

    ends = np.concatenate([[0], edges, [height * width]])
    counts = np.diff(ends)
    if len(counts) > 1 and counts[-1] == 0:
        counts = counts[:-1]
    return {"size": [int(height), int(width)], "counts": counts.tolist()}


def _same_size(sizes: Sequence[tuple[int, int]]) -> None:
    for size in sizes:
        if size != sizes[0]:
            raise DataError(f"masks of different sizes: {sizes[0][0]} × {sizes[0][1]} and {size[0]} × {size[1]}")


def _around(height: int, edges: "Array") -> tuple[int, int, int, int]:
    """Return left, top, right and bottom of what lies between the edges, ends exclusive."""
    import numpy as np

    first, last = edges[0::2], edges[1::2] - 1
    first, last = first[last >= first], last[last >= first]
    if not len(first):
        return 0, 0, 0, 0
    left, right = int(first[0] // height), int(last[-1] // height)
    if (first // height != last // height).any():  # a run from one column into the next
        return left, 0, right + 1, height
    return left, int(np.min(first % height)), right + 1, int(np.max(last % height)) + 1


def _area(edges: "Array") -> int:
    return int((edges[1::2] - edges[0::2]).sum())


def _below(edges: "Array") -> "Array":
    """Return how many pixels of a mask lie before each of its edges."""
    import numpy as np

    lengths = np.diff(edges, prepend=0)
    lengths[0::2] = 0
    return np.cumsum(lengths)


def _common(edges: "Array", others: "Array", below: "Array") -> int:
    """Return how many pixels lie between both edges; `below` counts those of the second mask."""
    import numpy as np

    if not len(edges) or not len(others):
        return 0
    at = np.interp(edges, others, below)
    return round(float(at[1::2].sum() - at[0::2].sum()))
