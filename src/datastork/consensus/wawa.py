"""Votes weighted by how often the annotator agrees with the majority."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from datastork.consensus.crowd import Consensus, Crowd
from datastork.consensus.fitting.incidence import incidence
from datastork.consensus.fitting.posterior import ClassShares, Shares, weighed
from datastork.consensus.fitting.rounds import Fit, consensus, skills

if TYPE_CHECKING:
    import numpy as np


def wawa(
    crowd: Crowd, *, prior: "np.ndarray | Shares | None" = None, gold: Mapping[int, int] | None = None
) -> Consensus:
    """Return the class with the largest sum of agreement (Worker Agreement with Aggregate, Appen).

    A vote counts as much as the share of the annotator's votes that agree with the majority; where a majority is tied,
    its classes share the agreement. The posterior is the share of the sum.

    prior: shares of the classes, which items without votes get; by default what the others have
    gold: class by item, for items whose class is known
    """
    votes = incidence(crowd, gold)
    rows = weighed(votes)
    share = ClassShares(votes, prior).of(rows)
    rows[(votes.total <= 0) & (votes.gold < 0)] = share
    found = consensus(votes, Fit(rows, share, 0.0, 1, True), "wawa", skills(votes, rows))
    return replace(found, log_likelihood=None)
