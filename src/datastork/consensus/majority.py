"""The class most votes are for."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from datastork.consensus.crowd import Consensus, Crowd
from datastork.consensus.fitting.incidence import incidence
from datastork.consensus.fitting.posterior import ClassShares, Shares, start
from datastork.consensus.fitting.rounds import skills

if TYPE_CHECKING:
    import numpy as np


def majority(
    crowd: Crowd, *, prior: "np.ndarray | Shares | None" = None, gold: Mapping[int, int] | None = None
) -> Consensus:
    """Return the class most votes are for, each vote counting its weight.

    The posterior is the share of the votes; in an exact tie the label is -1: a person should look.

        >>> majority(Crowd.of([0, 0, 0, 1, 1], [0, 1, 2, 0, 1], [1, 1, 0, 0, 1])).labels
        array([ 1, -1])

    prior: shares of the classes, which items without votes get; by default what the others have
    gold: class by item, for items whose class is known
    """
    votes = incidence(crowd, gold)
    rows = start(votes)
    share = ClassShares(votes, prior).of(rows)
    rows[(votes.total <= 0) & (votes.gold < 0)] = share
    posterior, covered = votes.spread(rows), votes.spread(votes.total > 0)
    labels = posterior.argmax(axis=1)
    best = posterior.max(axis=1, initial=0.0)
    tied = (posterior >= best[:, None] - 1e-9).sum(axis=1) > 1
    labels[tied | (~covered & (votes.spread(votes.gold) < 0))] = -1
    ties = int((tied & covered).sum())
    return Consensus(
        posterior=posterior,
        labels=labels,
        skill=skills(votes, rows),
        prior=share,
        covered=covered,
        method="majority",
        notes=(f"{ties:,} of {crowd.n_items:,} items are tied",) if ties else (),
    )
