"""How far annotators agree who mark regions: F1 between each two of them, and of each against the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any, NamedTuple

from datastork.consensus.agreement.bootstrap import Estimate, Resampling
from datastork.consensus.agreement.coefficients import ratio
from datastork.consensus.agreement.scores import Hits, compare, criteria
from datastork.consensus.agreement.stretches import ENDS, stretch_alpha
from datastork.consensus.structured.kinds import fuse_kind
from datastork.consensus.structured.matching.answer import Answer

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

COMPARED = 20_000  # pairs of answers, at most; beyond that samples are left out evenly
LEFT_OUT = 4_000  # answers held against the others, at most


class OfLabel(NamedTuple):
    """How far annotators agree on one label; `regions` is how many they marked."""

    label: str
    regions: int
    f1: Estimate


class OfTwo(NamedTuple):
    """How far two annotators agree on the `samples` both answered."""

    first: str
    second: str
    samples: int
    f1: float


@dataclass(frozen=True, slots=True)
class RegionAgreement:
    """What `region_agreement` found; all but `scores` is by the `main` criterion.

    `scores`: F1 by criterion over all pairs of annotators; `ceiling`: F1 of one annotator against what the others come
    to; `each`: that of every annotator, with the number of samples; `compared` of the `samples` with two answers or
    more were looked at; `alpha`: Krippendorff's over the length of texts, sounds and videos, for spans, events, frames.
    """

    main: str
    alpha: Estimate | None
    scores: dict[str, Estimate]
    labels: list[OfLabel]
    pairs: list[OfTwo]
    ceiling: Estimate
    each: dict[str, tuple[int, float]]
    samples: int
    compared: int


def region_agreement(
    kind: str, samples: Sequence[Sequence[Answer]], *, replicates: int = 1000, seed: int = 0, most_pairs: int = 50
) -> RegionAgreement:
    """Return how far annotators agree on regions: `samples` holds the answers about each sample, one per annotator.

    F1 is the share of regions, of both annotators of a pair, that the other marked too (twice the common ones over
    all): the mean of recall and precision, whoever is taken for right. Regions of all samples and pairs are counted
    together, so that a sample on which both marked nothing counts neither for nor against. Intervals come from
    resampling samples.
    """
    names = criteria(kind)
    main = names[0]
    several = [answers for answers in samples if len(answers) > 1]
    shown = _thinned(several, [len(answers) * (len(answers) - 1) // 2 for answers in several], COMPARED)
    again = Resampling(len(shown), replicates=replicates, seed=seed)
    hits: dict[str, list[tuple[int, tuple[str, str], Hits]]] = {name: [] for name in names}
    met: dict[tuple[str, str], int] = {}
    for at, answers in enumerate(shown):
        ordered = sorted(answers, key=lambda answer: answer.annotator)
        for one, other in combinations(ordered, 2):
            pair = one.annotator, other.annotator
            met[pair] = met.get(pair, 0) + 1
        for first, second, name, found in compare(kind, [answer.regions for answer in ordered]):
            pair = ordered[first].annotator, ordered[second].annotator
            hits[name] += [(at, pair, hit) for hit in found]
    scores = {name: _f1(again, [(at, hit, 0) for at, _, hit in found], 1)[0] for name, found in hits.items()}
    each, ceiling = _against_others(kind, several, replicates, seed)
    return RegionAgreement(
        main=main,
        alpha=stretch_alpha(kind, shown, again=again) if kind in ENDS else None,
        scores=scores,
        labels=_by_label(again, hits[main], shown),
        pairs=_by_pair(hits[main], met, most_pairs),
        ceiling=ceiling,
        each=each,
        samples=len(several),
        compared=len(shown),
    )


def _f1(again: Resampling, hits: Sequence[tuple[int, Hits, int]], columns: int) -> list[Estimate]:
    import numpy as np

    item = np.array([at for at, _, _ in hits], np.int64)
    column = np.array([where for _, _, where in hits], np.int64)
    common, both = (np.array([hit[part] for _, hit, _ in hits], float) for part in (1, 2))
    found = ratio(2 * again.sums(item, common, column, columns), again.sums(item, both, column, columns))
    return [Estimate.of(found[:, at]) for at in range(columns)]


def _by_label(
    again: Resampling, hits: Sequence[tuple[int, tuple[str, str], Hits]], samples: Sequence[Sequence[Answer]]
) -> list[OfLabel]:
    marked: dict[str, int] = {}
    for answers in samples:
        for answer in answers:
            for region in answer.regions:
                label = str(region.get("label"))
                marked[label] = marked.get(label, 0) + 1
    order = {label: at for at, label in enumerate(sorted(marked, key=lambda label: (-marked[label], label))[:200])}
    counted = [(at, hit, order[str(hit.label)]) for at, _, hit in hits if str(hit.label) in order]
    found = _f1(again, counted, len(order)) if order else []
    return [OfLabel(label, marked[label], found[at]) for label, at in order.items()]


def _by_pair(
    hits: Sequence[tuple[int, tuple[str, str], Hits]], met: dict[tuple[str, str], int], most: int
) -> list[OfTwo]:
    sums = {pair: [0.0, 0.0] for pair in met}
    for _, pair, hit in hits:
        sums[pair][0] += 2 * hit.common
        sums[pair][1] += hit.both
    order = sorted(met, key=lambda pair: (-met[pair], pair))[:most]
    return [OfTwo(*pair, met[pair], sums[pair][0] / sums[pair][1] if sums[pair][1] else float("nan")) for pair in order]


def _against_others(
    kind: str, samples: Sequence[Sequence[Answer]], replicates: int, seed: int
) -> tuple[dict[str, tuple[int, float]], Estimate]:
    """Return for every annotator (samples, F1 against what the others come to), and F1 over all."""
    shown = _thinned(samples, [len(answers) for answers in samples], LEFT_OUT)
    out = [(at, one) for at, answers in enumerate(shown) for one in range(len(answers))]
    rest = [[answer for place, answer in enumerate(shown[at]) if place != one] for at, one in out]
    fused = fuse_kind(kind, rest).samples
    again = Resampling(len(shown), replicates=replicates, seed=seed)
    hits: list[tuple[int, Hits, int]] = []
    sums: dict[str, list[float]] = {}
    for (at, one), regions in zip(out, fused, strict=True):
        answer = shown[at][one]
        held = sums.setdefault(answer.annotator, [0, 0.0, 0.0])
        held[0] += 1
        # of two annotators the other one is the only word there is
        sure = [region.region for region in regions if region.probability >= 0.5 or len(shown[at]) == 2]
        for _, _, _, found in compare(kind, [answer.regions, sure], main=True):
            for hit in found:
                hits.append((at, hit, 0))
                held[1] += 2 * hit.common
                held[2] += hit.both
    each = {name: (int(n), common / both if both else float("nan")) for name, (n, common, both) in sums.items()}
    return dict(sorted(each.items())), _f1(again, hits, 1)[0]


def _thinned(samples: Sequence[Sequence[Answer]], costs: Sequence[int], most: int) -> list[Sequence[Answer]]:
    every = max(1, -(-sum(costs) // most))
    return list(samples[::every])
