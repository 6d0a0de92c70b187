"""Keypoints: figures matched by object keypoint similarity, points fused one by one."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from datastork.consensus.structured.matching.answer import Answer, Fused, Region, elect
from datastork.consensus.structured.matching.fusion import Fusion, fuse_regions

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

THRESHOLD = 0.3  # mean object keypoint similarity from which figures are the same
SIGMA = 0.05  # how far people place a point from where others do, as a share of the figure's size
SIGMAS = {  # of COCO's points of a person, https://cocodataset.org/#keypoints-eval
    "nose": 0.026,
    **dict.fromkeys(("left_eye", "right_eye"), 0.025),
    **dict.fromkeys(("left_ear", "right_ear"), 0.035),
    **dict.fromkeys(("left_shoulder", "right_shoulder"), 0.079),
    **dict.fromkeys(("left_elbow", "right_elbow"), 0.072),
    **dict.fromkeys(("left_wrist", "right_wrist"), 0.062),
    **dict.fromkeys(("left_hip", "right_hip"), 0.107),
    **dict.fromkeys(("left_knee", "right_knee"), 0.087),
    **dict.fromkeys(("left_ankle", "right_ankle"), 0.089),
}
ROUNDS, ENOUGH = 100, 1e-9


def fuse(answers: Sequence[Answer], *, threshold: float = THRESHOLD, by_class: bool = False) -> list[Fused]:
    """Return the figures that the answers about one sample come to, from the top of the picture to its bottom.

    threshold: mean object keypoint similarity (0 to 1) from which figures of different annotators are the same
    by_class: whether figures with different labels are always different; else the label is voted on
    """
    return fuse_all([answers], threshold=threshold, by_class=by_class).samples[0]


def fuse_all(samples: Sequence[Sequence[Answer]], *, threshold: float = THRESHOLD, by_class: bool = False) -> Fusion:
    """Return what `fuse` does, for many samples at once: annotators' skills are learned from all of them."""
    return fuse_regions(samples, alike, blend, threshold=threshold, by_class=by_class, order=_order)


def alike(first: Sequence[Region], second: Sequence[Region]) -> "Array":
    """Return object keypoint similarity of each two figures, float64[n, m].

    The mean, over the points that either has, of exp(-d² / (8 s² σ²)): d pixels apart, s² the area of the box around
    both figures' points (at least a tenth of the square of its longer side), σ as COCO says, .05 for other points. A
    point that only one of them has counts 0.
    """
    import numpy as np

    names = sorted({point["name"] for figure in (*first, *second) for point in figure["points"]})
    a, b = _table(first, names), _table(second, names)
    sigma = np.array([SIGMAS.get(name, SIGMA) for name in names])
    found = np.zeros((len(first), len(second)))
    for row, figure in enumerate(a):
        both = np.where(np.isnan(b), figure[None], b)
        here: Array = np.concatenate([b, np.broadcast_to(figure, b.shape)], axis=1)
        low = np.min(here, axis=1, initial=np.inf, where=~np.isnan(here))
        high = np.max(here, axis=1, initial=-np.inf, where=~np.isnan(here))
        side = np.where(np.isfinite(low), high - low, 0)
        size = np.maximum(side.prod(axis=1), np.maximum(side.max(axis=1), 1.0) ** 2 / 10)
        apart = ((both - figure[None]) ** 2).sum(axis=2)
        points = np.exp(-apart / (8 * size[:, None] * sigma[None, :] ** 2))
        has, have = ~np.isnan(figure[:, 0]), ~np.isnan(b[:, :, 0])
        points = np.where(has[None] & have, np.nan_to_num(points), 0)
        union = (has[None] | have).sum(axis=1)
        found[row] = np.where(union > 0, points.sum(axis=1) / np.maximum(union, 1), 1.0)
    return found


def blend(members: Sequence[Region], weights: "Array") -> dict[str, Any]:
    """Return the figure that the members mean: whether a point is there and seen is voted on, its place is the weighted
    geometric median of those who placed it.
    """
    import numpy as np

    names = list(dict.fromkeys(point["name"] for member in members for point in member["points"]))
    points = []
    for name in names:
        here: list[Mapping[str, Any]] = [
            next((one for one in member["points"] if one["name"] == name), {}) for member in members
        ]
        seen, _ = elect([int(one.get("visible", 2)) if one else 0 for one in here], weights.tolist())
        placed = [at for at, one in enumerate(here) if one and one.get("visible", 2) > 0]
        if not seen or not placed:
            points.append({"name": name, "x": 0.0, "y": 0.0, "visible": 0})
            continue
        rows = np.array([[here[at]["x"], here[at]["y"]] for at in placed], float)
        x, y = geometric_median(rows, weights[placed]).tolist()
        points.append({"name": name, "x": x, "y": y, "visible": seen})
    return {"points": points}


def geometric_median(points: "Array", weights: "Array") -> "Array":
    """Return the point with the smallest weighted sum of distances to n points (n × d).

    Source: Weiszfeld 1937; at a point of its own, the step of Vardi and Zhang 2000.
    """
    import numpy as np

    if not weights.sum() > 0:
        weights = np.ones(len(points))
    found: Array = np.asarray(weights @ points / weights.sum())
    for _ in range(ROUNDS):
        far = np.sqrt(((points - found) ** 2).sum(axis=1))
        at = far < 1e-12
        pull = np.where(at, 0, weights / np.where(at, 1, far))
        if not pull.sum():
            return found
        target = pull @ points / pull.sum()
        force = float(np.sqrt(((pull[:, None] * (points - found)).sum(axis=0) ** 2).sum()))
        hold = min(1.0, float(weights[at].sum()) / force) if force else 1.0
        moved: Array = (1 - hold) * target + hold * found
        if np.abs(moved - found).max() < ENOUGH:
            return moved
        found = moved
    return found


def _table(figures: Sequence[Region], names: list[str]) -> "Array":
    import numpy as np

    place = {name: at for at, name in enumerate(names)}
    table = np.full((len(figures), len(names), 2), np.nan)
    for row, figure in enumerate(figures):
        for point in figure["points"]:
            if point.get("visible", 2) > 0:
                table[row, place[point["name"]]] = point["x"], point["y"]
    return table


def _order(figure: dict[str, Any]) -> tuple[float, float]:
    return min(((point["y"], point["x"]) for point in figure["points"] if point["visible"]), default=(0.0, 0.0))
