"""What annotators send: one submission is their answers to all questions about one sample, or a skip."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from datastork.app.security.answers import Refused
from datastork.app.security.bodies import encode
from datastork.app.tasks.task import limits
from datastork.app.tasks.values import moment, number, sample_of, short, uuid_of, whole
from datastork.core.answers import canonical, problems_of
from datastork.core.nearest import did_you_mean
from datastork.core.questions import Question
from datastork.core.votes import CastVote

if TYPE_CHECKING:
    from datastork.core.labelling import LabelPlan
    from datastork.store.votes import VoteStore

MARK = ":"  # between the uuid of a submission and the name of a question: the uuid of a vote
LONGEST_SECONDS = 86_400
KEYS = frozenset(
    (
        "uuid",
        "item",
        "answers",
        "skipped",
        "seconds",
        "device",
        "schema_version",
        "created_at",
        "replaces",
        "repeat",
        "decides",
    )
)
ANSWER_KEYS = frozenset(
    (
        "value",
        "confidence",
        "difficulty",
        "prominence",
        "suggestion",
        "suggestion_by",
        "suggestion_probability",
        "changed",
    )
)
WORDS = 500  # characters of a reason


@dataclass(frozen=True, slots=True)
class Submission:
    """One submission, checked: its votes, and the values by question."""

    uuid: str
    sample: str
    votes: tuple[CastVote, ...]
    values: Mapping[str, Any]
    skipped: str | None
    repeat: int
    decides: bool


def vote_uuid(submission: str, question: str) -> str:
    """Return the uuid of the vote on one question."""
    return f"{submission}{MARK}{question}"


def read(given: Any, annotator: str, plan: "LabelPlan", store: "VoteStore", media: Mapping[str, Any]) -> Submission:
    """Return a submission about a sample with this `media`. Raises Refused (422) with everything that is wrong."""
    problems = [
        f"unknown field {str(name)[:40]!r}{did_you_mean(str(name)[:40], KEYS)}" for name in given if name not in KEYS
    ]
    uuid, sample = uuid_of(given.get("uuid")), sample_of(given.get("item"))
    replaces = None if given.get("replaces") is None else uuid_of(given["replaces"], "replaces")
    version = whole(given.get("schema_version"), "schema_version", 1, 1_000_000_000, problems) or plan.version
    shared: dict[str, Any] = {
        "sample": sample,
        "annotator": annotator,
        "created_at": moment(given.get("created_at")),
        "seconds": number(given.get("seconds"), "seconds", 0, LONGEST_SECONDS, problems),
        "device": short(given.get("device"), "device", 100, problems),
        "schema_version": version,
        "repeat": whole(given.get("repeat"), "repeat", 0, 1000, problems) or 0,
        "decides": given.get("decides") is True,
    }
    skipped = short(given.get("skipped"), "skipped", WORDS, problems)
    answers = given.get("answers") or {}
    if not isinstance(answers, dict):
        raise Refused(422, "answers must be an object", problems=["answers must be an object"])
    values: dict[str, Any] = {}
    votes: list[CastVote] = []
    if skipped is not None:
        if answers:
            problems.append("a skip has no answers")
        votes.append(_vote(uuid, plan.main.name, None, replaces, shared | {"skipped": skipped}))
    else:
        for name, answer in answers.items():
            question = plan.question(name)
            if question is None:
                names = [one.name for one in plan.questions]
                problems.append(f"no question {str(name)[:40]!r}{did_you_mean(str(name)[:40], names)}")
                continue
            said = _answer(question, answer, store, version, media, problems)
            if said is not None:
                values[name] = said["value"]
                votes.append(_vote(uuid, name, replaces=replaces, shared=shared, **said))
        if version >= plan.version:  # who answered before a question came could not know of it
            problems += _missing(plan, values, answers)
        if not answers and not problems:
            problems.append("answers: there are none; answer, or skip the sample with a reason")
    if problems:
        raise Refused(422, problems[0], problems=problems[:50])
    return Submission(uuid, sample, tuple(votes), values, skipped, shared["repeat"], shared["decides"])


def _vote(uuid: str, question: str, value: Any, replaces: str | None, shared: dict[str, Any], **more: Any) -> CastVote:
    replaced = None if replaces is None else vote_uuid(replaces, question)
    return CastVote(uuid=vote_uuid(uuid, question), question=question, value=value, replaces=replaced, **shared, **more)


def _answer(
    question: Question, answer: Any, store: "VoteStore", version: int, media: Mapping[str, Any], problems: list[str]
) -> dict[str, Any] | None:
    name = question.name
    if not isinstance(answer, dict) or "value" not in answer:
        problems.append(f'{name}: expected {{"value": …}}')
        return None
    problems += [f"{name}: unknown field {str(key)[:40]!r}" for key in answer if key not in ANSWER_KEYS]
    value = answer["value"]
    # a page that was open while classes were renamed answers with the old names: they are kept, and read as the new
    seen = store.taxonomy.apply(value, name, version) if version < question.version else value
    wrong = problems_of(question, seen, limits(media))
    if wrong:
        problems += [f"{name}: {one}" for one in wrong]
        return None
    changed = answer.get("changed")
    return {
        "value": canonical(question, value),
        "confidence": number(answer.get("confidence"), f"{name}.confidence", 0, 1, problems),
        "difficulty": whole(answer.get("difficulty"), f"{name}.difficulty", 1, 5, problems),
        "prominence": whole(answer.get("prominence"), f"{name}.prominence", 1, 5, problems),
        "suggestion": answer.get("suggestion"),
        "suggestion_by": short(answer.get("suggestion_by"), f"{name}.suggestion_by", 200, problems),
        "changed": changed if isinstance(changed, bool) else None,
    }


def _missing(plan: "LabelPlan", values: Mapping[str, Any], answers: Mapping[str, Any]) -> list[str]:
    """Say which questions that are asked under these answers have none."""
    found = []
    for question in plan.questions:
        asked = all(_named(values.get(name), wanted) for name, wanted in question.when.items())
        if question.required and asked and question.name not in answers:
            found.append(f"{question.name}: no answer; answer it, or skip the sample with a reason")
    return found


def _named(value: Any, wanted: tuple[str, ...]) -> bool:
    """Say whether an answer names one of the classes that a further question depends on."""
    if isinstance(value, list):
        return any(_named(one.get("label") if isinstance(one, dict) else one, wanted) for one in value)
    return str(value) in wanted


def alike(kept: Any, given: Any) -> bool:
    """Return whether two answers say the same; the order of a list does not count.

    >>> alike(["dog", "rain"], ["rain", "dog"])
    True
    """
    if isinstance(kept, list) and isinstance(given, list):
        return sorted(map(encode, kept)) == sorted(map(encode, given))
    return bool(kept == given)


def taken_back(votes: tuple[CastVote, ...], before: Mapping[str, str], uuid: str, now: CastVote) -> list[CastVote]:
    """Return votes that take back what an earlier submission answered and this one does not.

    `before` are the uuids of its votes by question.
    """
    answered = {vote.question for vote in votes}
    return [
        CastVote(
            sample=now.sample,
            question=question,
            annotator=now.annotator,
            value=None,
            uuid=vote_uuid(uuid, question),
            created_at=now.created_at,
            schema_version=now.schema_version,
            replaces=replaced,
            decides=now.decides,
        )
        for question, replaced in before.items()
        if question not in answered
    ]
