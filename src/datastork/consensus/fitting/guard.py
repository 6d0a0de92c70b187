"""The guard: a fit that has fallen into one class, or in which classes have changed places, is not believed."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from datastork.consensus.fitting.incidence import Incidence

FEW = 16
SEEN = 0.02  # a class that most votes are for on this share of the items must not vanish
VANISHED = 0.02  # ... to less than this share of those items


def fault(votes: "Incidence", rows: "np.ndarray", reference: "np.ndarray") -> str:
    """Return what is wrong with the posterior `rows` beside the `reference` (shares of the votes), or "".

    Fallen: a single class is left, where the votes show several. Exchanged: labels agree with the clear majority less
    often than they would if they meant something else (less than half, or 1.5 / classes where that is less).
    """
    import numpy as np

    weight = votes.times * (votes.total > 0)
    if not weight.sum():
        return ""
    most, now = _largest(reference), _largest(rows)
    there = np.bincount(most, weights=weight, minlength=votes.n_classes)
    kept = np.bincount(now, weights=weight, minlength=votes.n_classes)
    seen = there >= max(SEEN * weight.sum(), 3.0)
    if seen.sum() > 1 and (kept[seen] >= VANISHED * there[seen]).sum() <= 1:
        return "fallen"
    clear = weight * (reference[np.arange(len(most)), most] > 0.5)  # more than half: no tie
    agree = np.sum(clear * (now == most))
    if clear.sum() and agree < min(0.5, 1.5 / votes.n_classes) * clear.sum():
        return "exchanged"
    return ""


def _largest(rows: "np.ndarray") -> "np.ndarray":
    """Return the first column with the largest number of each row; quicker than argmax where columns are few."""
    import numpy as np

    if rows.shape[1] > FEW:
        return np.asarray(rows.argmax(axis=1))
    best, peak = np.zeros(len(rows), dtype=np.int64), rows[:, 0].copy()
    for at in range(1, rows.shape[1]):
        np.copyto(best, at, where=rows[:, at] > peak)
        np.maximum(peak, rows[:, at], out=peak)
    return best


def put_back(votes: "Incidence", rows: "np.ndarray", reference: "np.ndarray") -> "np.ndarray":
    """Return rows with the classes in the order that agrees most with the reference."""
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    weight = votes.times * (votes.total > 0)
    together = rows.T @ (reference * weight[:, None])
    found, meant = linear_sum_assignment(-together)
    back = np.empty_like(rows)
    back[:, meant] = rows[:, found]
    return back
