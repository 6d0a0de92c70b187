"""Votes out of a program: what a model says, or a script that asks somebody else."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from datastork.core.answers import check_answer
from datastork.core.errors import DataError
from datastork.core.labelling import LabelPlan
from datastork.core.nearest import did_you_mean
from datastork.core.questions import MAIN
from datastork.core.votes import CastVote
from datastork.recipe.check import check
from datastork.store.home import Home

KEYS = (
    "sample",
    "annotator",
    "value",
    "question",
    "confidence",
    "difficulty",
    "prominence",
    "seconds",
    "uuid",
    "skipped",
)


def cast(home: Home, votes: Iterable[Mapping[str, Any]], *, model: bool = False) -> int:
    """Cast votes and return how many are new.

    Each vote has `sample` (an id), `annotator`, `value` (in the form its question wants; `skipped`, a reason, in its
    place), and may have `question` (the main one by default), `confidence` (0 to 1), `difficulty` and `prominence` (1
    to 5), `seconds`, and a `uuid` of its own: the same uuid again changes nothing. `model`: the annotators are models;
    their votes are suggestions to people and count for no overlap. All are cast or none.

    Raises DataError for a vote that is none, ConflictError for a known uuid with another answer.
    """
    from datastork.store.votes.store import open_votes

    plan = check(home.recipe).label
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    made = [_vote(one, at, plan, now) for at, one in enumerate(votes, start=1)]
    with open_votes(home, plan.store) as store:
        if model:
            for name in sorted({one.annotator for one in made}):
                store.people.ensure(name, "model")
        known = store.read.find([one.uuid for one in made])
        fresh = [one for one in made if one.uuid not in known or not _same(known[one.uuid].vote, one)]
        return sum(store.cast(fresh))


def _same(old: CastVote, new: CastVote) -> bool:
    """Whether a vote says what the one under its uuid says, though at another time."""
    return replace(new, created_at=old.created_at) == old


def _vote(given: Mapping[str, Any], at: int, plan: LabelPlan, now: str) -> CastVote:
    for key in given:
        if key not in KEYS:
            raise DataError(f"vote {at}: unknown field {key!r}{did_you_mean(str(key), KEYS)}")
    for key in ("sample", "annotator"):
        if not isinstance(given.get(key), str) or not given[key]:
            raise DataError(f"vote {at}: {key} must be a text")
    name = given.get("question", plan.main.name)
    question = plan.question(name) or (plan.main if name == MAIN else None)
    if question is None:
        names = [one.name for one in plan.questions]
        raise DataError(f"vote {at}: the recipe asks no question {name!r}{did_you_mean(str(name), names)}")
    value = given.get("value")
    if (value is None) == (given.get("skipped") is None):
        raise DataError(f"vote {at}: give a value, or the reason of a skip in `skipped`")
    try:
        checked = None if value is None else check_answer(question, value)
    except DataError as error:
        raise DataError(f"vote {at} (sample {given['sample']}): {error.message}") from error
    rest = {key: given[key] for key in KEYS[4:] if key in given and key != "uuid"}
    return CastVote(
        sample=given["sample"],
        annotator=given["annotator"],
        question=question.name,
        value=checked,
        uuid=str(given.get("uuid") or uuid4()),
        created_at=now,
        schema_version=question.version,
        **rest,
    )
