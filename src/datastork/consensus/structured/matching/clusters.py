"""Which regions of different annotators mean the same: clusters with at most one region of each."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from datastork.consensus.structured.matching.answer import Answer, Region

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

Alike = Callable[[Sequence[Region], Sequence[Region]], "Array"]
SAME_LABEL = 0.05  # what an equal label adds to the likeness, where labels need not be equal


def clusters(
    answers: Sequence[Answer], alike: Alike, *, threshold: float, by_class: bool
) -> list[list[tuple[int, int]]]:
    """Return groups of (number of the answer, number of its region), every region in one, no answer twice in any.

    The two groups that are most alike, as the mean over all their pairs, become one, again and again, as long as that
    mean is at least `threshold` and no annotator is in both. With `by_class` regions of different labels never meet.
    The likeness of n regions takes n² numbers.
    Source: Sokal and Michener 1958 (average linkage), with what cannot be linked as in Wagstaff and others 2001.
    """
    import numpy as np
    from scipy.sparse.csgraph import connected_components

    place = [(at, one) for at, answer in enumerate(answers) for one in range(len(answer.regions))]
    regions = [answers[at].regions[one] for at, one in place]
    if not regions:
        return []
    owner = np.array([at for at, _ in place])
    names = {label: code for code, label in enumerate(dict.fromkeys(str(region.get("label")) for region in regions))}
    label = np.array([names[str(region.get("label"))] for region in regions])
    likeness = alike(regions, regions)
    equal = label[:, None] == label[None, :]
    near = (likeness >= threshold) & (owner[:, None] != owner[None, :])
    near &= equal | (not by_class)
    likeness = likeness + SAME_LABEL * equal
    count, part = connected_components(near, directed=False)
    found: list[list[int]] = []
    for one in range(count):
        members = np.flatnonzero(part == one)
        within = np.ix_(members, members)
        alone = len(set(owner[members])) == len(members)
        if len(members) <= 2 or (alone and near[within].sum() == len(members) * (len(members) - 1)):
            found.append(members.tolist())
            continue
        kept = np.where(equal[within] | (not by_class), likeness[within], -1e9)
        found += [members[group].tolist() for group in _linked(kept, owner[members], threshold)]
    return [[place[at] for at in group] for group in sorted(found)]


def _linked(likeness: "Array", owner: "Array", threshold: float) -> list[list[int]]:
    """Return the groups of average linkage, where two of one owner are never linked."""
    import numpy as np

    n = len(owner)
    groups = [[at] for at in range(n)]
    owners = [{int(one)} for one in owner]
    mean = np.where(owner[:, None] == owner[None, :], -np.inf, likeness)
    size = np.ones(n)
    for _ in range(n - 1):
        at = int(np.argmax(np.round(mean, 12)))
        one, other = divmod(at, n)
        if mean[one, other] < threshold:
            break
        total = size[one] + size[other]
        row = (mean[one] * size[one] + mean[other] * size[other]) / total
        owners[one] |= owners[other]
        row[[at for at in range(n) if owners[at] & owners[one]]] = -np.inf
        row[one] = -np.inf
        mean[one], mean[:, one] = row, row
        mean[other], mean[:, other] = -np.inf, -np.inf
        size[one] = total
        groups[one] += groups[other]
        groups[other], owners[other] = [], set()
    return [sorted(group) for group in groups if group]
