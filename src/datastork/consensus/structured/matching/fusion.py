"""From the regions of several annotators to one list: match, decide what is there, fuse."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from datastork.consensus.structured.matching.answer import Answer, Fused, Region, common, in_order
from datastork.consensus.structured.matching.clusters import Alike, clusters
from datastork.consensus.structured.matching.existence import Skill, existence

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

ENOUGH = 5  # regions after which what an annotator drew counts as much as what is thought of all
POWER, MOST_CARE = 2.0, 4.0
ASIDE = ("id", "label", "attributes", "iscrowd")  # what of a region is no geometry
Blend = Callable[[Sequence[Region], "Array"], dict[str, Any]]


class Fusion(NamedTuple):
    """The regions of every sample, and how well each annotator marks."""

    samples: list[list[Fused]]
    skills: dict[str, Skill]


def fuse_regions(
    samples: Sequence[Sequence[Answer]],
    alike: Alike,
    blend: Blend,
    *,
    threshold: float,
    by_class: bool,
    order: Callable[[dict[str, Any]], Any],
) -> Fusion:
    """Return what the answers about each sample come to.

    `alike` gives the likeness of regions (n × m, 0 to 1), `blend` the geometry of what some regions with weights mean,
    `order` what the regions of a sample are sorted by. Skills are learned from all samples together.
    """
    import numpy as np

    ordered = [in_order(answers) for answers in samples]
    names = sorted({answer.annotator for answers in ordered for answer in answers})
    number = {name: at for at, name in enumerate(names)}
    found = [clusters(answers, alike, threshold=threshold, by_class=by_class) for answers in ordered]
    marked = [
        [number[answers[at].annotator] for at, _ in group]
        for answers, groups in zip(ordered, found, strict=True)
        for group in groups
    ]
    viewers = [[(number[answer.annotator], answer.weight) for answer in answers] for answers in ordered]
    seen = [viewers[at] for at, groups in enumerate(found) for _ in groups]
    probability, skills = existence(marked, seen, len(names))
    care = np.ones(len(names))
    once = _blended(ordered, found, care, number, alike, blend)
    if len(names) > 2:
        care = _care(once, number)
        once = _blended(ordered, found, care, number, alike, blend)
    fused: list[list[Fused]] = []
    sure = iter(probability.tolist())
    for parts in once:
        here = [Fused(part.region, next(sure) * part.share, len(part.likeness), part.spread) for part in parts]
        fused.append(sorted(here, key=lambda one: (order(one.region), str(one.region))))
    return Fusion(fused, {name: skills[at] for name, at in number.items()})


class _Part(NamedTuple):
    """What the members of one cluster mean, with the share of its label, and how alike each annotator's member is."""

    region: dict[str, Any]
    share: float
    likeness: dict[str, float]

    @property
    def spread(self) -> float:
        return max(0.0, 1 - sum(self.likeness.values()) / len(self.likeness))


def _blended(
    ordered: Sequence[Sequence[Answer]],
    found: Sequence[Sequence[Sequence[tuple[int, int]]]],
    care: "Array",
    number: Mapping[str, int],
    alike: Alike,
    blend: Blend,
) -> list[list[_Part]]:
    """Return what each cluster of each sample comes to, where annotators weigh as much as the care they take."""
    import numpy as np

    every = []
    for answers, groups in zip(ordered, found, strict=True):
        parts = []
        for group in groups:
            members = [answers[at].regions[one] for at, one in group]
            who = [answers[at].annotator for at, _ in group]
            weights = np.array([answers[at].weight for at, _ in group], float)
            said, share = common(members, weights.tolist())
            region = _fused(members, weights * care[[number[name] for name in who]], blend) | said
            likeness = alike(members, [region])[:, 0]
            parts.append(_Part(region, share, dict(zip(who, likeness.tolist(), strict=True))))
        every.append(parts)
    return every


def _care(parts: Sequence[Sequence[_Part]], number: Mapping[str, int]) -> "Array":
    """Return how exactly each annotator draws: how far all lie from what was fused, over how far theirs lie, squared.

    Only regions that three or more marked count; few of them say little; nobody gets more than `MOST_CARE` times the
    weight that is usual, or less than one of as many parts of it.
    """
    import numpy as np

    far, count = np.zeros(len(number)), np.zeros(len(number))
    for part in (part for here in parts for part in here if len(part.likeness) > 2):
        for name, likeness in part.likeness.items():
            far[number[name]] += 1 - likeness
            count[number[name]] += 1
    if not far.sum() > 0:
        return np.ones(len(number))
    mean = far.sum() / count.sum()
    care: Array = (mean / ((far + ENOUGH * mean) / (count + ENOUGH))) ** POWER
    return np.clip(care, 1 / MOST_CARE, MOST_CARE)


def _fused(members: Sequence[Region], weights: "Array", blend: Blend) -> dict[str, Any]:
    """Return what the members mean; where all drew the same, exactly that."""
    shapes = [{name: value for name, value in member.items() if name not in ASIDE} for member in members]
    if all(shape == shapes[0] for shape in shapes):
        return dict(shapes[0])
    return blend(members, weights)
