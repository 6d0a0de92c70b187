"""What is known of annotators from gold questions: right answers of all asked."""

import time
from threading import Lock
from typing import TYPE_CHECKING, Any

from datastork.app.judging.posterior import skill
from datastork.app.judging.right import is_right

if TYPE_CHECKING:
    from datastork.core.labelling import LabelPlan
    from datastork.core.questions import Question
    from datastork.store.votes import VoteStore

AGAIN = 600.0  # seconds after which it is counted anew from the votes


class Known:
    """Right answers and answers of each annotator to gold questions. Counted from the votes now and then, and kept up.

    Only first answers count: a question one was taught the answer of says nothing the second time.
    """

    def __init__(self, store: "VoteStore") -> None:
        self.store = store
        self._lock = Lock()
        self._counts: dict[str, list[int]] = {}
        self._at = float("-inf")

    def skill(self, annotator: str, plan: "LabelPlan") -> float:
        """Return how often an annotator is taken to be right."""
        self._count(plan)
        right, asked = self._counts.get(annotator, (0, 0))
        return skill(right, asked)

    def counts(self, plan: "LabelPlan") -> dict[str, tuple[int, int]]:
        """Return (right, asked) by annotator."""
        self._count(plan)
        with self._lock:
            return {name: (right, asked) for name, (right, asked) in self._counts.items()}

    def add(self, annotator: str, right: bool) -> None:
        """Note one more answer to a gold question."""
        with self._lock:
            held = self._counts.setdefault(annotator, [0, 0])
            held[0] += right
            held[1] += 1

    def forget(self) -> None:
        """Count anew next time: gold questions changed."""
        self._at = float("-inf")

    def _count(self, plan: "LabelPlan") -> None:
        if time.monotonic() - self._at < AGAIN:
            return
        with self._lock:
            if time.monotonic() - self._at < AGAIN:
                return
            found: dict[str, list[int]] = {}
            for gold in self.store.gold.list():
                question = plan.question(gold.question)
                if question is None:
                    continue
                for annotator, value in first_answers(self.store, gold.sample, question).items():
                    held = found.setdefault(annotator, [0, 0])
                    held[0] += is_right(question, value, gold.value)
                    held[1] += 1
            self._counts = found
            self._at = time.monotonic()


def first_answers(store: "VoteStore", sample: str, question: "Question") -> dict[str, Any]:
    """Return what each annotator answered first about a sample, whatever was revised since: before it was taught."""
    found: dict[str, Any] = {}
    for held in store.read.history(sample):
        vote = held.vote
        if vote.question != question.name or vote.value is None or vote.repeat or vote.decides:
            continue
        value = vote.value
        if vote.schema_version < question.version:
            value = store.taxonomy.apply(value, question.name, vote.schema_version)
        if value is not None:
            found.setdefault(vote.annotator, value)
    return found


def feedback(plan: "LabelPlan", known: Any, values: dict[str, Any]) -> dict[str, Any] | None:
    """Return what an annotator is told who answered gold questions: of the first that is wrong, else that it is right.

    `known` are the gold answers of the sample by question, `values` the answers given by question.
    """
    told: dict[str, Any] | None = None
    for gold in known.values():
        question = plan.question(gold.question)
        if question is None or gold.question not in values:
            continue
        right = is_right(question, values[gold.question], gold.value)
        if told is None or not right:
            told = {"question": gold.question, "right": right, "expected": gold.value, "says": gold.says}
        if not right:
            break
    return told
