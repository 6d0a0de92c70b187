"""From the regions of several annotators to one list: match, decide what is there, fuse."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from datastork.consensus.structured.matching.answer import Answer, Fused, Region, common, in_order
from datastork.consensus.structured.matching.clusters import Alike, clusters
from datastork.consensus.structured.matching.existence import Skill, existence

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

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
    fused: list[list[Fused]] = []
    sure = iter(probability.tolist())
    for answers, groups in zip(ordered, found, strict=True):
        here = []
        for group in groups:
            members = [answers[at].regions[one] for at, one in group]
            weights = np.array([answers[at].weight for at, _ in group], float)
            said, share = common(members, weights.tolist())
            region = _fused(members, weights, blend) | said
            spread = 1 - float(np.mean(alike(members, [region])))
            here.append(Fused(region, next(sure) * share, len(group), max(0.0, spread)))
        fused.append(sorted(here, key=lambda one: (order(one.region), str(one.region))))
    return Fusion(fused, {name: skills[at] for name, at in number.items()})


def _fused(members: Sequence[Region], weights: "Array", blend: Blend) -> dict[str, Any]:
    """Return what the members mean; where all drew the same, exactly that."""
    shapes = [{name: value for name, value in member.items() if name not in ASIDE} for member in members]
    if all(shape == shapes[0] for shape in shapes):
        return dict(shapes[0])
    return blend(members, weights)
