"""Which of many trained models to take: one, or several that vote, by rows that none of them was trained on."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

FOLDS = 5
CERTAIN = 2.5  # standard errors from which a gain is no noise: folds share rows, so one useless choice in 40 passes


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen among K models.

    `best`     the place of the single model; 0, the baseline, where no other is better by more than noise
    `votes`    (place, weight) of the models that vote together; empty where that is no better than `best`
    `gain`     by how much choosing improves accuracy on rows it did not see (0 to 1), and its standard error
    `boosted`  the same for the vote, over the single model
    """

    best: int
    votes: tuple[tuple[int, float], ...]
    gain: tuple[float, float]
    boosted: tuple[float, float]

    @property
    def members(self) -> tuple[tuple[int, float], ...]:
        """The models that decide, with their weights."""
        return self.votes or ((self.best, 1.0),)


def choose(told: "np.ndarray", truth: "np.ndarray", classes: int, *, rounds: int = 5, seed: int = 0) -> Choice:
    """Return the choice among K models by what they say of n rows for validation.

    told: int64[K, n], the class each model foretells; the first model is the baseline
    truth: int64[n]

    A model is chosen on four fifths of the rows and measured on the rest, in turn; so the gain that is looked at is
    that of choosing, which the best of many useless models does not have. Where it is no more than noise, the
    baseline stays. The same is asked of two votes of at most `rounds` models, of which the better is looked at:
    AdaBoost over the finite set (for several classes: Zhu, Zou, Rosset and Hastie 2009), and models gathered one by one
    as they improve the vote (Caruana, Niculescu-Mizil, Crew and Ksikes 2004).
    """
    import numpy as np

    right = told == truth
    if len(right) == 1 or right.shape[1] < 2 * FOLDS:
        return Choice(0, (), (0.0, 0.0), (0.0, 0.0))
    fold = np.random.default_rng(seed).permutation(right.shape[1]) % FOLDS
    single, together = np.zeros(right.shape[1]), np.zeros((2, right.shape[1]))
    for one in range(FOLDS):
        seen, held = fold != one, fold == one
        single[held] = right[_best(right[:, seen])][held]
        for way, votes in enumerate(_votes(told[:, seen], truth[seen], classes, rounds)):
            together[way, held] = vote(told[:, held], votes, classes) == truth[held]
    way = int(together.mean(1).argmax())
    gain, boosted = _difference(single, right[0]), _difference(together[way], single)
    best = _best(right)
    if gain[0] <= CERTAIN * gain[1] or _difference(right[best], right[0])[0] <= 0:
        best, boosted = 0, _difference(together[way], right[0])
    votes = _votes(told, truth, classes, rounds)[way]
    better = boosted[0] > CERTAIN * boosted[1] and len(votes) > 1
    return Choice(best, votes if better else (), gain, boosted)


def boost(right: "np.ndarray", classes: int, rounds: int) -> tuple[tuple[int, float], ...]:
    """Return (place, weight) of the models that AdaBoost picks, by which rows each gets right (bool[K, n])."""
    import numpy as np

    weight = np.full(right.shape[1], 1 / right.shape[1])
    found: dict[int, float] = {}
    for _ in range(rounds):
        good = right @ weight
        place = int(good.argmax())
        error = float(np.clip(1 - good[place], 1e-6, 1))
        alpha = float(np.log((1 - error) / error) + np.log(classes - 1)) if error < 1 else -1.0
        if alpha <= 0:
            break
        found[place] = found.get(place, 0.0) + alpha
        weight = weight * np.exp(np.where(right[place], 0.0, alpha))
        weight /= weight.sum()
    return tuple(found.items())


def gather(told: "np.ndarray", truth: "np.ndarray", classes: int, rounds: int) -> tuple[tuple[int, float], ...]:
    """Return (place, weight) of models taken one by one, again too, each the one that improves the vote most.

    What is returned is the best vote on the way, the smallest of equal ones.
    """
    import numpy as np

    rows = np.arange(told.shape[1])
    alone = (told == truth).mean(1)
    weight = 1 + alone / 1000  # of two models that differ, the better one decides
    score, times = np.zeros((told.shape[1], classes)), np.zeros(len(told))
    best, found = -1.0, times
    for _ in range(rounds):
        lead, high = score.argmax(1), score.max(1)
        mine = score[rows, told] + weight[:, None]
        said = np.where((mine > high) | ((mine == high) & (told < lead)), told, lead)
        right = (said == truth).mean(1)
        place = int((right + 1e-7 * alone - 1e-6 * times).argmax())  # of equal ones, one that is not in it yet
        times = times.copy()
        times[place] += 1
        score[rows, told[place]] += weight[place]
        if right[place] > best:
            best, found = float(right[place]), times
    return tuple((at, float(found[at] * weight[at])) for at in np.flatnonzero(found).tolist())


def _votes(
    told: "np.ndarray", truth: "np.ndarray", classes: int, rounds: int
) -> tuple[tuple[tuple[int, float], ...], ...]:
    return boost(told == truth, classes, rounds), gather(told, truth, classes, rounds)


def vote(told: "np.ndarray", votes: tuple[tuple[int, float], ...], classes: int) -> "np.ndarray":
    """Return int64[n]: the class with the greatest weight of models (told: int64[K, n]); the first of equal ones."""
    import numpy as np

    score = np.zeros((told.shape[1], classes))
    for place, weight in votes:
        score[np.arange(told.shape[1]), told[place]] += weight
    found: np.ndarray = score.argmax(1)
    return found


def _best(right: "np.ndarray") -> int:
    """Return the model that is right most often; of equal ones the first."""
    return int(right.mean(1).argmax())


def _difference(one: "np.ndarray", other: "np.ndarray") -> tuple[float, float]:
    """Return the mean difference of two models on the same rows, and its standard error, at least that of one row."""

    difference = one.astype(float) - other
    count = len(difference)
    return float(difference.mean()), float(max(difference.std(), count**-0.5) / count**0.5)
