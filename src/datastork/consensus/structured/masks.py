"""Masks: matched by intersection over union, fused pixel by pixel, on run lengths throughout."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from datastork.consensus.structured.matching.answer import Answer, Fused, Region
from datastork.consensus.structured.matching.fusion import Fusion, fuse_regions
from datastork.consensus.structured.runs import Mask, area, box, edges_of, from_edges, ious

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

THRESHOLD = 0.3  # mean intersection over union from which masks mean the same object
ROUNDS, ENOUGH = 100, 1e-7
SENSITIVITY, SPECIFICITY = (9.0, 1.0), (9.0, 1.0)  # what is thought of annotators beforehand, times `PRIOR`
PRIOR = 0.001  # of the pixels of the object
AROUND = 0.25  # pixels beside the object that count as seen and left out, as a share of those of its box

Method = Literal["staple", "majority"]


def fuse(
    answers: Sequence[Answer], *, threshold: float = THRESHOLD, by_class: bool = False, method: Method = "staple"
) -> list[Fused]:
    """Return the masks that the answers about one sample come to.

    threshold: mean intersection over union (0 to 1) from which masks of different annotators mean the same object
    by_class: whether masks with different labels are always different objects; else the label is voted on
    method: how pixels are decided: "staple" learns from each object who marks too much and who too little, "majority"
        takes what has half of the weight or more
    """
    return fuse_all([answers], threshold=threshold, by_class=by_class, method=method).samples[0]


def fuse_all(
    samples: Sequence[Sequence[Answer]],
    *,
    threshold: float = THRESHOLD,
    by_class: bool = False,
    method: Method = "staple",
) -> Fusion:
    """Return what `fuse` does, for many samples at once: annotators' skills are learned from all of them."""

    def blended(members: Sequence[Region], weights: "Array") -> dict[str, Any]:
        return dict(blend(members, weights, method=method))

    return fuse_regions(samples, alike, blended, threshold=threshold, by_class=by_class, order=_order)


def alike(first: Sequence[Region], second: Sequence[Region]) -> "Array":
    """Return intersection over union of each two masks, float64[n, m]."""
    return ious(first, second)


def blend(members: Sequence[Region], weights: "Array", *, method: Method = "staple") -> Mask:
    """Return the mask that the members mean. What is decided is not pixels but the patterns of who marked them."""
    import numpy as np

    height, width, edges, marks, sizes = _patterns(members)
    if method == "staple" and len(members) > 2 and len(edges):
        within = _box_of(members)
        held = staple(marks, sizes, max(0.0, within * (1 + AROUND) - float(sizes.sum())), weights)
        inside = held > 0.5
    else:
        inside = marks @ weights >= weights.sum() / 2 - 1e-9
    if not inside.any():  # two of three that share nothing: what any of them marked most
        inside = marks @ weights >= (marks @ weights).max(initial=0) - 1e-9
    changes = np.flatnonzero(np.diff(inside, prepend=False, append=False))
    return from_edges(edges[changes], height, width) if len(edges) else from_edges(edges, height, width)


def staple(marks: "Array", sizes: "Array", outside: float, weights: "Array") -> "Array":
    """Return the probability that the pixels of each pattern belong to the object, float64[n].

    `marks[n, k]` says who marked them, `sizes[n]` how many pixels they are (0 is no harm); `outside` pixels near by
    nobody marked. Sensitivity and specificity of each annotator are learned, with a weak prior.
    Source: Warfield, Zou and Wells 2004, Simultaneous truth and performance level estimation, without the field.
    """
    import numpy as np

    marks = np.concatenate([marks, np.zeros((1, marks.shape[1]))]).astype(float)
    sizes = np.concatenate([sizes, [outside]]).astype(float)
    weights = np.asarray(weights, float)
    belongs = marks @ weights / (weights.sum() or 1.0)
    share = float(np.clip(belongs @ sizes / sizes.sum(), 1e-6, 1 - 1e-6))
    strength = max(1.0, PRIOR * float(sizes[:-1].sum()))
    weights = np.minimum(weights, 1.0)  # who is exact is learned here; more than once nobody's word counts
    for _ in range(ROUNDS):
        before = belongs
        inside, beyond = belongs * sizes, (1 - belongs) * sizes
        found = (SENSITIVITY[0] * strength + inside @ marks) / (sum(SENSITIVITY) * strength + inside.sum())
        left = (SPECIFICITY[0] * strength + beyond @ (1 - marks)) / (sum(SPECIFICITY) * strength + beyond.sum())
        odds = np.log(share / (1 - share))
        odds = (
            odds + marks @ (weights * np.log(found / (1 - left))) + (1 - marks) @ (weights * np.log((1 - found) / left))
        )
        belongs = 1 / (1 + np.exp(-np.clip(odds, -700, 700)))
        if np.abs(belongs - before).max() < ENOUGH:
            break
    probability: Array = belongs[:-1]
    return probability


def _patterns(members: Sequence[Region]) -> "tuple[int, int, Array, Array, Array]":
    """Return height, width, edges, and for the pixels from each edge to the next who marked them and how many.

    After the last edge come pixels that nobody marked; their size is given as 0.
    """
    import numpy as np

    parts = [edges_of(member) for member in members]
    height, width, _ = parts[0]
    if any(part[:2] != (height, width) for part in parts):
        from datastork.consensus.structured.runs import merge

        merge(members)  # says which sizes differ
    edges = np.unique(np.concatenate([edges for _, _, edges in parts]))
    marks = np.stack([np.searchsorted(part, edges, side="right") % 2 == 1 for _, _, part in parts], axis=1)
    sizes = np.diff(edges, append=edges[-1:]) * marks.any(axis=1)
    return height, width, edges, marks, sizes


def _box_of(members: Sequence[Region]) -> float:
    import numpy as np

    found = np.array([box(member) for member in members if area(member)], float).reshape(-1, 4)
    if not len(found):
        return 0.0
    return float((found[:, :2] + found[:, 2:]).max(axis=0).__sub__(found[:, :2].min(axis=0)).prod())


def _order(mask: dict[str, Any]) -> tuple[int, ...]:
    left, top, *size = box(mask)
    return top, left, *size
