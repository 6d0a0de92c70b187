"""Strengths from comparisons of two."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from datastork.core.errors import DataError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike

MOST_DENSE = 3000  # so many players and fewer have exact standard errors: a matrix of 72 MB is inverted


@dataclass(frozen=True, slots=True, eq=False)
class Strengths:
    """What comparisons say of the players.

    `strength`   float64[n_players]: logarithm of strength, mean 0 in each component; a player beats another with
                  probability 1 / (1 + exp(difference))
    `error`      float64[n_players]: standard error of the strength
    `component`  int64[n_players]: which players are joined by comparisons; strengths compare within one only
    `log_likelihood` in nats; `iterations`, `converged`; `notes`: sentences about what happened
    """

    strength: "np.ndarray"
    error: "np.ndarray"
    component: "np.ndarray"
    log_likelihood: float
    iterations: int
    converged: bool
    notes: tuple[str, ...] = ()


def bradley_terry(
    left: "ArrayLike",
    right: "ArrayLike",
    outcome: "ArrayLike",
    n_players: int,
    *,
    weights: "ArrayLike | None" = None,
    spread: float = 3.0,
    iterations: int = 100,
    tolerance: float = 1e-8,
) -> Strengths:
    """Return the strength of each player in the model of Bradley and Terry, by Newton's method.

    A weak prior (normal, standard deviation `spread`) keeps a player who always wins finite, and its standard error
    honest. A tie is half a win for both. Sources: Bradley and Terry, Biometrika 39 (1952); Hunter, Annals of Statistics
    32 (2004).

        >>> bradley_terry([0, 0, 1], [1, 1, 0], [1, 1, 1], 2).strength.round(3)
        array([ 0.32, -0.32])

    left, right: int64[n], the two that are compared
    outcome: float64[n], 1 where left wins, 0 where right wins, 0.5 for a tie
    n_players: how many players there are
    weights: float64[n], how much each comparison counts; 1 by default
    spread: standard deviation of the prior, in the logarithm of strength
    iterations: most steps; tolerance: they end when no strength moves by so much

    Raises DataError where lengths differ, a player is outside, plays itself, or an outcome is not between 0 and 1.
    """
    import numpy as np
    from scipy import sparse
    from scipy.sparse.csgraph import connected_components
    from scipy.special import expit, log_expit

    one, two = np.asarray(left, dtype=np.int64), np.asarray(right, dtype=np.int64)
    won = np.asarray(outcome, dtype=np.float64)
    count = np.ones(len(one)) if weights is None else np.asarray(weights, dtype=np.float64)
    _check(one, two, won, count, n_players, spread)
    # a line for each pair that met: wins of the lower over the higher, and how often they met
    low, high = np.minimum(one, two), np.maximum(one, two)
    pair, place = np.unique(low * n_players + high, return_inverse=True)
    met = np.bincount(place, weights=count, minlength=len(pair))
    wins = np.bincount(place, weights=count * np.where(one == low, won, 1.0 - won), minlength=len(pair))
    low, high = np.divmod(pair, max(n_players, 1))
    shape = (n_players, n_players)
    graph = sparse.csr_matrix((met > 0, (low, high)), shape=shape)
    parts, component = connected_components(graph, directed=False)

    pull = 1.0 / spread**2
    strength = np.zeros(n_players)

    def goal(value: "np.ndarray") -> float:
        gap = value[low] - value[high]
        likely = float(np.sum(wins * log_expit(gap) + (met - wins) * log_expit(-gap)))
        return likely - 0.5 * pull * float(np.sum(value**2))

    done, converged, height = 0, n_players == 0, goal(strength)
    while done < iterations and not converged:
        chance = expit(strength[low] - strength[high])
        surprise = wins - met * chance
        slope = np.bincount(low, surprise, n_players) - np.bincount(high, surprise, n_players) - pull * strength
        bend = _bend(low, high, met * chance * (1.0 - chance), n_players, pull)
        step = _solve(bend, slope)
        while (new := goal(strength + step)) < height - 1e-9 and np.abs(step).max() > tolerance:
            step *= 0.5
        strength, height, done = strength + step, new, done + 1
        converged = bool(np.abs(step).max() < tolerance)
    size = np.bincount(component, minlength=parts)
    strength -= (np.bincount(component, weights=strength, minlength=parts) / np.maximum(size, 1))[component]
    chance = expit(strength[low] - strength[high])
    errors, exact = _errors(_bend(low, high, met * chance * (1.0 - chance), n_players, pull), component)
    notes = []
    if parts > 1:
        notes.append(f"the comparisons fall into {parts:,} parts that never meet; strengths compare within a part only")
    if not exact:
        notes.append(f"standard errors are of each player alone: {n_players:,} players are too many for exact ones")
    gap = strength[low] - strength[high]
    likelihood = float(np.sum(wins * log_expit(gap) + (met - wins) * log_expit(-gap)))
    return Strengths(strength, errors, component.astype(np.int64), likelihood, done, converged, tuple(notes))


def _check(
    one: "np.ndarray", two: "np.ndarray", won: "np.ndarray", count: "np.ndarray", n_players: int, spread: float
) -> None:
    if not len(one) == len(two) == len(won) == len(count):
        raise DataError(
            f"left, right, outcome and weights must be of one length, not {len(one)}, {len(two)}, {len(won)}, "
            f"{len(count)}"
        )
    if not spread > 0:
        raise DataError(f"spread must be above 0, not {spread}")
    if not len(one):
        return
    if min(one.min(), two.min()) < 0 or max(one.max(), two.max()) >= n_players:
        raise DataError(f"players must lie from 0 to {n_players - 1}")
    if (one == two).any():
        raise DataError(f"player {one[one == two][0]} is compared with itself")
    if not ((won >= 0) & (won <= 1)).all():
        raise DataError("an outcome is 1 (left wins), 0 (right wins) or 0.5 (tie)")
    if not (count >= 0).all():
        raise DataError("a weight must not be below 0")


def _bend(low: "np.ndarray", high: "np.ndarray", spread: "np.ndarray", n_players: int, pull: float) -> Any:
    """Return minus the second derivatives, as a sparse matrix."""
    import numpy as np
    from scipy import sparse

    own = np.bincount(low, spread, n_players) + np.bincount(high, spread, n_players) + pull
    at = np.arange(n_players)
    values = np.concatenate([own, -spread, -spread])
    where = (np.concatenate([at, low, high]), np.concatenate([at, high, low]))
    return sparse.csc_matrix((values, where), shape=(n_players, n_players))


def _solve(bend: Any, slope: "np.ndarray") -> "np.ndarray":
    """Return the Newton step: exactly for few players, by conjugate gradients for many."""
    import numpy as np
    from scipy.sparse.linalg import cg

    if bend.shape[0] <= MOST_DENSE:
        return np.asarray(np.linalg.solve(bend.toarray(), slope))
    step, _ = cg(bend, slope, rtol=1e-10, maxiter=500)
    return np.asarray(step)


def _errors(bend: Any, component: "np.ndarray") -> "tuple[np.ndarray, bool]":
    """Return standard errors of strengths whose mean in each component is 0, and whether they are exact.

    A player alone in a component keeps the error of the prior: nothing is known of him.
    """
    import numpy as np

    count = bend.shape[0]
    if not count:
        return np.zeros(0), True
    if count > MOST_DENSE:
        return 1.0 / np.sqrt(bend.diagonal()), False
    spread = np.linalg.inv(bend.toarray())
    size = np.bincount(component)
    order = np.argsort(component, kind="stable")
    starts = np.cumsum(size) - size
    with_own = np.add.reduceat(spread[:, order], starts, axis=1) / size  # mean covariance with each component
    with_own = with_own[np.arange(count), component]
    all_own = np.bincount(component, weights=with_own) / size
    centred = np.diag(spread) - 2.0 * with_own + all_own[component]
    return np.sqrt(np.where(size[component] > 1, np.maximum(centred, 0.0), np.diag(spread))), True
