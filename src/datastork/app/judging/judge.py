"""How sure a sample is after one more vote: for adaptive overlap, for the order, for what reviewers see first."""

import math
from itertools import combinations
from typing import TYPE_CHECKING

from datastork.app.judging.posterior import posterior
from datastork.app.judging.right import is_right

if TYPE_CHECKING:
    from datastork.app.service import Service

MOST_COMPARED = 12  # answers of regions compared with one another


def judge(service: "Service", sample: str) -> None:
    """Tell the queue how sure the main question of a sample is, and how unsure it is in nats.

    Regions and texts have no posterior of this simple kind: their uncertainty is the share of pairs of answers that
    differ, times ln 2, and adaptive overlap leaves them to `overlap`.
    """
    plan = service.plan
    if plan.goal < 2 and plan.order in ("plan", "random"):
        return
    question = plan.main
    votes = [
        vote
        for vote in service.store.read.current(question=question.name, sample=sample)
        if vote.value is not None and not vote.decides and not vote.repeat
    ]
    if not votes:
        return
    found = posterior(question, [(vote.value, service.known.skill(vote.annotator, plan)) for vote in votes])
    if found is not None:
        if plan.sure is not None:
            service.store.queue.judge(sample, found[0])
        service.store.queue.set_uncertainty({sample: found[1]})
    elif len(votes) > 1:
        pairs = list(combinations([vote.value for vote in votes[:MOST_COMPARED]], 2))
        apart = sum(not is_right(question, one, other) for one, other in pairs)
        service.store.queue.set_uncertainty({sample: math.log(2) * apart / len(pairs)})
