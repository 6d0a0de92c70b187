"""How far the answers about samples differ, where answers are regions or texts. Runs in a helper."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from datastork.app.plan import read_plan
from datastork.consensus.agreement.likeness import Likeness, region_likeness, text_likeness
from datastork.core.errors import DatastorkError
from datastork.core.questions import REGIONS, Question
from datastork.store.home import Home
from datastork.store.votes import open_votes

if TYPE_CHECKING:
    from datastork.core.votes import CastVote
    from datastork.store.votes import VoteStore

Tell = Callable[[dict[str, Any]], None]

_TOUCHED = sa.text("""
SELECT DISTINCT v.sample FROM votes v WHERE v.question = :question AND v.seq > :after AND v.seq <= :upto
AND NOT EXISTS (SELECT 1 FROM votes w WHERE w.sample = v.sample AND w.question = v.question AND w.seq > :upto)
""")


def doubt(home: Home, request: dict[str, Any], tell: Tell) -> tuple[dict[str, Any], bytes]:
    """Return how far the answers differ of the samples voted on by the votes number `after` + 1 to `upto`.

    Samples voted on later as well are left out: their turn comes with the later votes.

    `doubts` by sample: `likeness` of its answers (see `consensus.agreement.likeness`), whether they `differ` and no
    reviewer has decided; `few`: samples with fewer than two answers now; `problems` by sample: why its answers cannot
    be compared, which for whoever looks at it is as much doubt as can be.
    """
    _, plan = read_plan(home)
    with open_votes(home, plan.store) as store:
        wanted = {"question": plan.main.name, "after": int(request["after"]), "upto": int(request["upto"])}
        with store.base.read() as connection:
            touched = list(connection.execute(_TOUCHED, wanted).scalars())
        return doubts(store, plan.main, touched), b""


def doubts(store: "VoteStore", question: Question, samples: Sequence[str]) -> dict[str, Any]:
    """Return what `doubt` does, for some samples."""
    by: dict[str, list[CastVote]] = {sample: [] for sample in samples}
    for vote in store.read.about(samples):
        if vote.question == question.name and vote.value is not None and not vote.repeat:
            by[vote.sample].append(vote)
    found: dict[str, Any] = {}
    few, problems = [], {}
    for sample, votes in by.items():
        answers = [vote.value for vote in votes if not vote.decides]
        if len(answers) < 2:
            few.append(sample)
            continue
        try:
            likeness = compared(question, answers)
        except (DatastorkError, ArithmeticError, LookupError, MemoryError, TypeError, ValueError) as error:
            likeness = Likeness(0.0, True)
            problems[sample] = f"{type(error).__name__}: {error}"[:300]
        decided = any(vote.decides for vote in votes)
        found[sample] = {"likeness": likeness.mean, "differ": likeness.differ and not decided}
    return {"doubts": found, "few": few, "problems": problems}


def compared(question: Question, answers: Sequence[Any]) -> Likeness:
    """Return how like answers to a question about regions or texts are."""
    if question.kind in REGIONS:
        return region_likeness(question.kind, answers)
    return text_likeness(answers)
