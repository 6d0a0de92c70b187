"""Labels that look wrong: samples whose nearest neighbours all have another label."""

from typing import TYPE_CHECKING, Annotated, NamedTuple

from datastork.core import Findings, Frame, Range, step
from datastork.core.findings import Cell, Pair, Table, plural
from datastork.media.alike import stored, vectors
from datastork.media.fingerprint import Fingerprint
from datastork.media.stored import Media
from datastork.store.columns import take

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

REFERENCE = 20_000  # samples each is compared with, at most
DIMENSIONS = 64  # of the space of comparison
TRUSTED = 0.7  # balanced accuracy from which the neighbours are worth listening to
CHUNK = 4_000_000  # similarities in memory at a time
COMB = 16  # rows in which similarities are laid out to find the best
SHOWN = 50


@step(needs=(Fingerprint, Media))
def suspects(
    frame: Frame,
    *,
    neighbours: Annotated[int, Range(3, 100)] = 10,
    confidence: Annotated[float, Range(0.5, 1)] = 0.8,
) -> Findings:
    """List the labels that the nearest neighbours contradict, the surest first.

    Every labelled sample is compared with all others (with 20,000 of them, evenly spaced by id, where there
    are more) by fingerprint, reduced to its 64 principal components; its neighbours vote, it has no vote
    itself. A label is suspect where at least `confidence` of the neighbours agree on another. The method
    needs no model, and knows shapes and light, not meaning: on aligned pictures (digits, characters, faces,
    scans) it finds wrong labels; on photographs of everyday scenes it does not. So the neighbours' own
    accuracy is measured first: where the mean over labels (`neighbour_balanced_accuracy`) is below 0.7, no
    suspects are named. A suspect may be a hard sample with a right
    label: look before changing anything.

    neighbours: how many nearest samples vote
    confidence: share of the neighbours that must agree on another label (0.5 to 1)

    Source: Wilson, Asymptotic properties of nearest neighbor rules using edited data, 1972.
    """
    import numpy as np
    import pyarrow.compute as pc

    table = take(frame, "media_modality", "fingerprint", uri="string", label="string", split="string")
    table = table.filter(pc.and_(pc.is_valid(table["label"]), pc.is_valid(table["fingerprint"])))
    kinds = pc.unique(table["media_modality"]).to_pylist()
    labels = pc.unique(table["label"]).sort()
    numbers: dict[str, Cell] = {"labelled": table.num_rows, "labels": len(labels), "suspects": None}
    if len(labels) < 2 or table.num_rows <= 2 * neighbours or len(kinds) != 1:
        have = f"{plural(table.num_rows, 'labelled sample')}, {plural(len(labels), 'label')}"
        said = f"Nothing to compare: {have}."
        return Findings("Suspect labels", (said,), numbers=numbers)
    points = vectors(kinds[0], table["fingerprint"], stored(frame, table["id"]))
    if points is None:
        said = f"Samples of the kind {kinds[0]!r} cannot be compared by fingerprint."
        return Findings("Suspect labels", (said,), numbers=numbers)

    label = pc.index_in(table["label"], labels).to_numpy().astype(np.int64)
    votes = _vote(_reduced(points), label, neighbours)
    right = votes.own > votes.share
    accuracy = float(right.mean())
    each = np.bincount(label, right, minlength=len(labels)) / np.bincount(label, minlength=len(labels))
    balanced = float(each.mean())
    numbers |= {
        "neighbour_accuracy": round(accuracy, 4),
        "neighbour_balanced_accuracy": round(balanced, 4),
        "neighbours": neighbours,
    }
    said = (
        f"The label most frequent among the {neighbours} nearest neighbours is the sample's own "
        f"for {accuracy:.1%} of the samples ({balanced:.1%} as a mean over labels)."
    )
    if balanced < TRUSTED:
        return Findings(
            "Suspect labels",
            (said, "That is too seldom to tell wrong labels from hard samples: none are named."),
            numbers=numbers,
        )
    order = np.lexsort((votes.own, -votes.share))
    order = order[(votes.share >= confidence - 1e-9)[order]]
    numbers["suspects"] = len(order)
    numbers["suspect_share"] = round(len(order) / len(label), 6)
    found = _Found(table, labels, label, votes)
    tail = (
        f"{plural(len(order), 'label')} ({len(order) / len(label):.2%}) "
        f"{'is' if len(order) == 1 else 'are'} contradicted by {confidence:.0%} or more of the "
        "neighbours: wrong, or hard to tell. Look at them."
        if len(order)
        else f"No label is contradicted by {confidence:.0%} or more of its neighbours."
    )
    warnings = (
        [f"{plural(len(order), 'suspect label')}, listed with the picture that contradicts."] if len(order) else []
    )
    return Findings("Suspect labels", (said, tail), warnings, numbers, found.tables(order), found.pairs(order))


class _Votes(NamedTuple):
    """What the neighbours say: for the label, for which other most and with what share, and who they are."""

    own: "np.ndarray"
    second: "np.ndarray"
    share: "np.ndarray"
    nearest: "np.ndarray"


class _Found(NamedTuple):
    """The suspects, and how to show them."""

    table: "pa.Table"
    labels: "pa.Array"
    label: "np.ndarray"
    votes: _Votes

    def tables(self, order: "np.ndarray") -> list[Table]:
        """Return the ranked list, as far as it is shown."""
        if not len(order):
            return []
        rows = [
            (
                self.table["id"][row].as_py(),
                self.table["uri"][row].as_py(),
                self.labels[int(self.label[row])].as_py(),
                self.labels[int(self.votes.second[row])].as_py(),
                round(float(self.votes.share[row]), 3),
            )
            for row in order[: 4 * SHOWN].tolist()
        ]
        caption = "Suspect labels, the surest first"
        if len(order) > len(rows):
            caption += f" ({len(rows)} of {len(order):,})"
        return [Table(caption, ("id", "where", "label", "neighbours say", "confidence"), rows, "confidence")]

    def pairs(self, order: "np.ndarray") -> list[Pair]:
        """Return each suspect beside the nearest sample with the label its neighbours have."""
        shown = []
        for row in order[:SHOWN].tolist():
            against = [int(one) for one in self.votes.nearest[row] if self.label[one] == self.votes.second[row]]
            said, other = (
                self.labels[int(self.label[row])].as_py(),
                self.labels[int(self.votes.second[row])].as_py(),
            )
            share = f"{self.votes.share[row]:.0%} of its neighbours"
            note = f"labelled {said!r}; {share}, as the one beside it, are {other!r}"
            shown.append(Pair(self.table["id"][row].as_py(), self.table["id"][against[0]].as_py(), note))
        return shown


def _reduced(points: "np.ndarray") -> "np.ndarray":
    """Return the points in their first principal components, at unit length."""
    import numpy as np

    points = points.astype(np.float32)
    sample = points[:: max(1, len(points) // REFERENCE)]
    middle = sample.mean(axis=0)
    spread = np.cov((sample - middle).T.astype(np.float64))
    _, axes = np.linalg.eigh(np.atleast_2d(spread))
    flat = (points - middle) @ axes[:, ::-1][:, :DIMENSIONS].astype(np.float32)
    length = np.linalg.norm(flat, axis=1, keepdims=True)
    return np.asarray(flat / np.maximum(length, 1e-12))


def _vote(points: "np.ndarray", label: "np.ndarray", neighbours: int) -> _Votes:
    """Return what the nearest neighbours of each point say of its label."""
    import numpy as np

    count = len(points)
    reference = np.unique(np.linspace(0, count - 1, min(count, REFERENCE)).astype(np.int64))
    columns = max(neighbours, -(-len(reference) // COMB))
    against = points[reference].T.copy()
    nearest = np.empty((count, neighbours), np.int64)
    own, second, share = np.empty(count), np.empty(count, np.int64), np.empty(count)
    rows = max(1, CHUNK // len(reference))
    for start in range(0, count, rows):
        here = np.arange(start, min(start + rows, count))
        alike = np.full((len(here), COMB * columns), -np.inf, np.float32)
        np.matmul(points[here], against, out=alike[:, : len(reference)])
        place = np.minimum(np.searchsorted(reference, here), len(reference) - 1)
        itself = reference[place] == here
        alike[itself, place[itself]] = -np.inf
        # the best few lie in the few columns with the best maxima: far fewer numbers to sort
        best = alike.reshape(len(here), COMB, columns).max(axis=1)
        best = np.argpartition(-best, neighbours - 1, axis=1)[:, :neighbours]
        some = (best[:, None, :] + columns * np.arange(COMB)[:, None]).reshape(len(here), -1)
        found = np.take_along_axis(alike, some, axis=1)
        order = np.lexsort((some, -found))[:, :neighbours]
        nearest[here] = reference[np.take_along_axis(some, order, axis=1)]
        said = label[nearest[here]]
        for_it = (said[:, :, None] == said[:, None, :]).sum(axis=2)
        agree = said == label[here, None]
        own[here] = agree.sum(axis=1) / neighbours
        for_it[agree] = 0
        most = for_it.argmax(axis=1)  # of equals the one the nearest has
        second[here] = said[np.arange(len(here)), most]
        share[here] = for_it.max(axis=1) / neighbours
    return _Votes(own, second, share, nearest)
