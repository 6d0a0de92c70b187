"""Which regions of different annotators mean the same: clusters with at most one region of each."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from datastork.consensus.structured.matching.answer import Answer, Region
from datastork.core.errors import DataError

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

Alike = Callable[[Sequence[Region], Sequence[Region]], "Array"]
STRIP = 2_000  # regions compared with all others at a time
FEW = 60  # regions linked by products of their table, which is quicker than a graph
CROWDED = 4_000  # regions of which each lies upon another of the same heap
SAME_LABEL = 0.05  # what an equal label adds to the likeness, where labels need not be equal


def clusters(
    answers: Sequence[Answer], alike: Alike, *, threshold: float, by_class: bool
) -> list[list[tuple[int, int]]]:
    """Return groups of (number of the answer, number of its region), every region in one, no answer twice in any.

    The two groups that are most alike, as the mean over all their pairs, become one, again and again, as long as that
    mean is at least `threshold` and no annotator is in both. With `by_class` regions of different labels never meet.
    Raises DataError where more than 4,000 regions lie upon each other.
    Source: Sokal and Michener 1958 (average linkage), with what cannot be linked as in Wagstaff and others 2001.
    """
    import numpy as np

    place = [(at, one) for at, answer in enumerate(answers) for one in range(len(answer.regions))]
    regions = [answers[at].regions[one] for at, one in place]
    if not regions:
        return []
    owner = np.array([at for at, _ in place])
    names = {label: code for code, label in enumerate(dict.fromkeys(str(region.get("label")) for region in regions))}
    label = np.array([names[str(region.get("label"))] for region in regions])
    part, table = _parts(regions, owner, label, alike, threshold, by_class)
    order = np.argsort(part, kind="stable")
    found: list[list[int]] = []
    for members in np.split(order, np.flatnonzero(np.diff(part[order])) + 1):
        if len(members) == 1:
            found.append(members.tolist())
            continue
        if len(members) > CROWDED:
            raise DataError(f"{len(members):,} regions lie upon each other; at most {CROWDED:,} can be told apart")
        chosen = [regions[at] for at in members]
        likeness = alike(chosen, chosen) if table is None else table[np.ix_(members, members)]
        equal = label[members][:, None] == label[members][None, :]
        near = (likeness >= threshold) & (equal | (not by_class))
        if len(np.unique(owner[members])) == len(members) and near.all():
            found.append(members.tolist())
            continue
        likeness = np.where(equal | (not by_class), likeness + SAME_LABEL * equal, -1e9)
        found += [members[group].tolist() for group in _linked(likeness, owner[members], threshold)]
    return [[place[at] for at in group] for group in sorted(found)]


def _parts(
    regions: Sequence[Region], owner: "Array", label: "Array", alike: Alike, threshold: float, by_class: bool
) -> "tuple[Array, Array | None]":
    """Return which regions could be one at all, as a number of the part of each; and all likenesses, if they are few.

    Many regions are compared in strips, so that memory does not grow with their square.
    """
    import numpy as np

    ends: list[Array] = []
    table = None
    for start in range(0, len(regions), STRIP):
        rows = slice(start, start + STRIP)
        table = alike(regions if len(regions) <= STRIP else regions[rows], regions)
        near = (table >= threshold) & (owner[rows, None] != owner[None, :])
        near &= (label[rows, None] == label[None, :]) | (not by_class)
        ends.append(np.argwhere(near) + np.array([start, 0]))
        if len(regions) <= FEW:
            return _reached(near), table
    links = np.concatenate(ends)
    from scipy import sparse
    from scipy.sparse import csgraph

    graph = sparse.coo_matrix((np.ones(len(links), bool), (links[:, 0], links[:, 1])), (len(regions), len(regions)))
    _, part = csgraph.connected_components(graph, directed=False)
    return part, table if len(regions) <= STRIP else None


def _reached(near: "Array") -> "Array":
    """Return for each region the first that it is linked with, over others too; for few regions.

    >>> import numpy as np
    >>> _reached(np.array([[0, 0, 0, 1], [0, 0, 0, 0], [0, 0, 0, 1], [1, 0, 1, 0]], bool)).tolist()
    [0, 1, 0, 0]
    """
    import numpy as np

    linked = near | near.T
    np.fill_diagonal(linked, True)
    while True:
        further = linked @ linked
        if (further == linked).all():
            return np.asarray(linked.argmax(axis=1))
        linked = further


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
