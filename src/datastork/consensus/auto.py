"""The method the votes themselves speak for."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from datastork.consensus.choosing.candidates import MOST_CELLS, Candidate, candidates, for_one_class_each
from datastork.consensus.choosing.held_out import scores
from datastork.consensus.choosing.mean import Mean, keeps_its_meaning, shares_of
from datastork.consensus.choosing.sentences import of_amount, of_disagreement, of_scores, of_shares
from datastork.consensus.crowd import Consensus, Crowd
from datastork.consensus.fitting.confusions import confusions, dense
from datastork.consensus.fitting.incidence import Incidence, incidence
from datastork.consensus.fitting.posterior import ClassShares, Shares, clamp
from datastork.consensus.fitting.rounds import Fit, consensus, skills
from datastork.consensus.majority import majority
from datastork.core.errors import DataError

if TYPE_CHECKING:
    import numpy as np

ROUNDS, TOLERANCE = 100, 1e-4
MOST_SHOWN = 20_000_000  # cells of confusion matrices given out
ONE_CLASS = 0.99  # so much of an annotator's votes are for one class
BY_CHANCE = 1e-3  # ... and would be by chance with less than this probability
LEAST_VOTES = 5


def auto(
    crowd: Crowd,
    *,
    prior: "np.ndarray | Shares | None" = None,
    gold: Mapping[int, int] | None = None,
    names: Sequence[str] | None = None,
    disagreement: float = 0.1,
    seed: int = 0,
) -> Consensus:
    """Return the mean of all methods, each counting as much as it predicts hidden votes.

    No method wins everywhere: confusion matrices need many votes from each annotator, one skill per annotator is false
    where classes differ in kind, and on hard items annotators err together. So a third of the votes is hidden at a
    time; each candidate is fitted to the rest, and its labels are scored by the hidden votes (in nats). Candidates
    count by that score, less where a class has become something that annotators mostly call by another name. The mean
    is of logarithms of probabilities. Where most votes are by annotators who know one class each (rules, keywords),
    hidden votes tell nothing, and the mean is a plain one. `notes` say what was seen and chosen; `shares` how much
    each candidate counts; `beside["majority"]` is the majority, and a note warns where labels differ much from it.

    Gold labels stand as given; in the choice they are hidden in turn and count as evidence for the candidates that find
    them.

    prior: shares of the classes that items without votes get, by default what the others have; candidates find theirs
    gold: class by item, for items whose class is known
    names: names of the classes, for the notes
    disagreement: share of items with another label than a clear majority above which a note warns
    seed: of the choice of hidden votes. Where candidates are near to one another, another seed may change some labels

    Raises DataError where `names` are not as many as classes, or gold is about an item or class that is not there.
    """
    import numpy as np

    if names is not None and len(names) != crowd.n_classes:
        raise DataError(f"{len(names)} names for {crowd.n_classes} classes")
    known = dict(gold or {})
    plain = majority(crowd, prior=prior, gold=known)
    votes = incidence(crowd, known)
    several = _answered_by_several(crowd)
    if not several or crowd.n_classes == 1:
        why = "no item has votes of two annotators: the labels are the votes as they are"
        return replace(plain, method="auto", notes=(why, *plain.notes), beside={"majority": plain})
    notes = [of_amount(crowd)]
    alone = _of_one_class(crowd)
    if alone > 0.5:
        pool = for_one_class_each(votes)
        share = np.full(len(pool), 1.0 / len(pool))
        notes.append(
            f"{alone:.0%} of the votes are by annotators who know one class each: class shares cannot be learned from "
            "them, nor methods chosen by hidden votes"
        )
    else:
        pool = candidates(votes)
        if votes.cells > MOST_CELLS:
            notes.append(f"{crowd.n_classes:,} classes are too many for confusion matrices")
        score, gold_score, n_scored = scores(crowd, known, pool, seed)
        notes += of_scores(pool, score, gold_score, len(known))
    fits = [candidate.run(votes, ROUNDS, TOLERANCE) for candidate in pool]
    if alone <= 0.5:
        kept = np.array([keeps_its_meaning(votes, fit.rows) for fit in fits])
        share = shares_of(np.array([one.weight for one in pool]), score, gold_score, kept, n_scored)
    notes.append(of_shares(pool, share))
    found = _together(votes, pool, fits, share, prior, of_logs=alone <= 0.5)
    warning = of_disagreement(found.labels, plain.labels, crowd.n_classes, disagreement, names)
    notes += [warning] if warning else []
    shares = {candidate.name: float(part) for candidate, part in zip(pool, share, strict=True)}
    return replace(found, notes=(*notes, *found.notes), beside={"majority": plain}, shares=shares)


def _together(
    votes: Incidence,
    pool: list[Candidate],
    fits: list[Fit],
    share: "np.ndarray",
    prior: "np.ndarray | Shares | None",
    *,
    of_logs: bool,
) -> Consensus:
    mean = Mean(len(votes.total), votes.n_classes, of_logs=of_logs)
    for fit, part in zip(fits, share, strict=True):
        mean.add(fit.rows, float(part))
    rows = clamp(mean.rows(), votes.gold)
    prior_ = ClassShares(votes, prior).of(rows)
    rows[(votes.total <= 0) & (votes.gold < 0)] = prior_
    steady = all(fit.converged for fit, part in zip(fits, share, strict=True) if part > 0.05)
    fit = Fit(rows, prior_, 0.0, max(fit.iterations for fit in fits), steady)
    skill, confusion = skills(votes, rows), None
    people = votes.of.shape[0]
    if votes.cells <= MOST_CELLS and people * votes.n_classes**2 <= MOST_SHOWN:
        matrices = confusions(votes, rows)
        skill, confusion = matrices.skill, dense(votes, matrices)
    return replace(consensus(votes, fit, "auto", skill, confusion=confusion), log_likelihood=None)


def _answered_by_several(crowd: Crowd) -> bool:
    """Return whether some item has votes of two annotators."""
    import numpy as np

    heavy = crowd.weights > 0
    pairs = np.sort(crowd.items[heavy] * max(crowd.n_annotators, 1) + crowd.annotators[heavy])
    pairs = pairs[np.diff(pairs, prepend=-1) > 0]
    return bool((np.bincount(pairs // max(crowd.n_annotators, 1), minlength=1) > 1).any())


def _of_one_class(crowd: Crowd) -> float:
    """Return the share of the votes that are by annotators who give one class only, and not by chance."""
    import numpy as np

    by_class = np.bincount(crowd.values, minlength=crowd.n_classes)
    most = by_class.max() / max(len(crowd), 1)
    pair, count = np.unique(crowd.annotators * crowd.n_classes + crowd.values, return_counts=True)
    cast = np.bincount(crowd.annotators, minlength=crowd.n_annotators)
    top = np.zeros(crowd.n_annotators, dtype=np.int64)
    np.maximum.at(top, pair // crowd.n_classes, count)
    least = max(LEAST_VOTES, np.log(BY_CHANCE) / np.log(min(most, 1.0 - 1e-9)) if most > 0 else 0)
    alone = (top >= ONE_CLASS * cast) & (cast >= least)
    return float(cast[alone].sum() / max(cast.sum(), 1))
