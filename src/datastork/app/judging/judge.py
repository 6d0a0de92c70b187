"""How sure a sample is after one more vote: for adaptive overlap, for the order, for what reviewers see first."""

from threading import Lock
from typing import TYPE_CHECKING

from datastork.app.judging.doubts import is_compared
from datastork.app.judging.posterior import posterior

if TYPE_CHECKING:
    from datastork.app.service import Service
    from datastork.core.labelling import LabelPlan

_JUDGING = tuple(Lock() for _ in range(64))  # by sample


def judge(service: "Service", sample: str) -> None:
    """Tell the queue how sure the main question of a sample is, and how unsure it is in nats.

    Regions and texts are compared by a helper, which tells the queue a little later (`doubts`): how sure a sample is,
    is then how like its answers are to one another.
    """
    plan = service.plan
    if plan.goal < 2 and plan.order in ("plan", "random"):
        return
    if is_compared(plan.main):
        service.doubts.wake()
        return
    with _JUDGING[hash(sample) % len(_JUDGING)]:  # whoever is last has seen the votes of all
        _judge(service, sample, plan)


def _judge(service: "Service", sample: str, plan: "LabelPlan") -> None:
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
