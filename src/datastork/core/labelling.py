"""The plan of the labelling: what is asked, of how many annotators, in which order. The recipe's `[label]` table."""

from dataclasses import dataclass, field
from typing import Literal

from datastork.core.questions import MAIN, Question

Order = Literal["plan", "random", "uncertainty", "mix"]
ALSO = ("confidence", "difficulty", "prominence")  # what annotators may be asked beside every answer
SKIPS = ("broken", "unclear", "not sure")


@dataclass(frozen=True, slots=True)
class LabelPlan:
    """What is asked of whom.

    `questions`     the first is the main one
    `overlap`       annotators wanted for each sample
    `order`         "plan" (as the samples stand), "random", "uncertainty" (least sure first), or "mix": uncertainty
                    with `random_share` at random, so that what is measured on those stays unbiased
    `sure`          adaptive overlap: a sample is done once the posterior of its main question reaches this (None: off),
                    and at the latest after `most` annotators
    `gold`          share of what is shown that has a known answer; `repeat`: share shown to one annotator a second time
    `lease`         seconds a sample is held for one annotator
    `also_ask`      of `ALSO`; `skips`: the reasons offered for a skip
    `where`         SQL condition: which samples are to be labelled
    `pilot`         samples in a pilot round; 0 for none
    `hourly`        wanted pay per hour and `per_vote` what a vote pays, in `currency`
    `store`         where votes are kept, as a URL; None: `.stork/votes.sqlite`
    `instructions`  what annotators read first
    `suggest`       the column shown as a suggestion, or None
    `seed`          orders what is random
    """

    questions: tuple[Question, ...]
    overlap: int = 1
    order: Order = "plan"
    random_share: float = 0.25
    sure: float | None = None
    most: int = 5
    gold: float = 0.05
    repeat: float = 0.02
    lease: int = 600
    also_ask: tuple[str, ...] = ()
    skips: tuple[str, ...] = SKIPS
    where: str | None = None
    pilot: int = 0
    hourly: float | None = None
    per_vote: float | None = None
    currency: str = "USD"
    store: str | None = None
    instructions: str = ""
    suggest: str | None = None
    seed: int = 0
    version: int = field(default=1)

    @property
    def main(self) -> Question:
        """The question that is asked first; its answers fill the column `label`, unless it corrects cells of rows."""
        return self.questions[0]

    @property
    def labels(self) -> str:
        """The name of the question whose answers are labels: the main one, unless it corrects cells of rows ("")."""
        return "" if self.main.kind == "cells" else self.main.name

    def question(self, name: str) -> Question | None:
        """Return the question called `name`, or None."""
        return next((one for one in self.questions if one.name == name), None)

    @property
    def goal(self) -> int:
        """How many annotators a sample may get at most."""
        return max(self.overlap, self.most) if self.sure is not None else self.overlap


def column_of(question: str, plan_main: str = MAIN) -> str:
    """Return the column that the labels of a question go to: the main one's to `label`."""
    return MAIN if question == plan_main else question
