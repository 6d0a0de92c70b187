"""Taking votes: `POST /api/votes`. Answered only once they are on disk; sent again, they change nothing."""

from typing import TYPE_CHECKING, Any

from datastork.app.door import Call, Door
from datastork.app.judging.gold import feedback
from datastork.app.judging.judge import judge
from datastork.app.rounds import pilot
from datastork.app.security.answers import Refused
from datastork.app.security.bodies import VOTES
from datastork.app.tasks.hand_out import left_json
from datastork.app.tasks.submission import Submission, read, taken_back
from datastork.core.errors import DataError
from datastork.store.votes import ConflictError

if TYPE_CHECKING:
    from datastork.app.service import Service

MOST = 100  # submissions at once


def submit(service: "Service", call: Call) -> dict[str, Any]:
    """Take submissions. Each is saved, known already, or refused with what is wrong; one does not hinder another."""
    given = call.body.get("submissions")
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise Refused(422, "submissions must be a list of objects")
    if len(given) > MOST:
        raise Refused(422, f"{len(given)} submissions are more than {MOST}", f"send {MOST} at a time")
    refused: list[dict[str, Any]] = []
    right: list[Submission] = []
    for one in given:
        try:
            right.append(_read(service, call, one))
        except Refused as error:
            refused.append({"uuid": one.get("uuid"), "problems": [], **error.body})
    saved, known = _cast(service, right, refused)
    told: dict[str, Any] = {}
    for one in saved:
        if said := _after(service, call.annotator, one):
            told[one.uuid] = said
    return {
        "saved": [one.uuid for one in saved],
        "known": known,
        "refused": refused,
        "feedback": told,
        "left": left_json(service, call.annotator),
    }


def _read(service: "Service", call: Call, given: dict[str, Any]) -> Submission:
    plan, store = service.plan, service.store
    sample = given.get("item")
    media = service.media_of(sample) if isinstance(sample, str) and len(sample) <= 500 else None
    if media is None:
        raise Refused(
            422, "there is no such sample to be labelled", problems=["there is no such sample to be labelled"]
        )
    one = read(given, call.annotator, plan, store, media)
    if one.decides and call.me.role == "annotator":
        raise Refused(403, "only reviewers decide", problems=["only reviewers decide"])
    if given.get("replaces") is not None and one.votes:
        mark = f"{given['replaces']}:"
        before = {
            held.vote.question: held.vote.uuid
            for held in store.read.history(one.sample)
            if held.vote.annotator == call.annotator and held.vote.uuid.startswith(mark)
        }
        more = taken_back(one.votes, before, one.uuid, one.votes[0])
        return Submission(one.uuid, one.sample, (*one.votes, *more), one.values, one.skipped, one.repeat, one.decides)
    return one


def _cast(
    service: "Service", right: list[Submission], refused: list[dict[str, Any]]
) -> tuple[list[Submission], list[str]]:
    """Cast all in one transaction; where one of them cannot stand, each in its own."""
    if not right:
        return [], []
    try:
        new = service.store.cast([vote for one in right for vote in one.votes])
    except (ConflictError, DataError) as error:
        if len(right) == 1:
            told = {"error": error.message, "hint": error.hint, "problems": [error.message]}
            refused.append({"uuid": right[0].uuid, "conflict": isinstance(error, ConflictError), **told})
            return [], []
        saved, known = [], []
        for one in right:
            some, others = _cast(service, [one], refused)
            saved += some
            known += others
        return saved, known
    fresh = iter(new)
    saved, known = [], []
    for one in right:
        if sum(next(fresh) for _ in one.votes):
            saved.append(one)
        else:
            known.append(one.uuid)
    return saved, known


def _after(service: "Service", annotator: str, one: Submission) -> dict[str, Any] | None:
    """Do what follows from a new submission: judge how sure the sample is, and teach where the answer is known."""
    if one.skipped is not None or one.decides:
        pilot.look(service)
        return None
    gold = service.beside.gold(one.sample)
    if not gold:
        judge(service, one.sample)
        pilot.look(service)
        return None
    said = feedback(service.plan, gold, dict(one.values))
    if said is not None and not one.repeat and not any(vote.replaces for vote in one.votes):
        service.known.add(annotator, said["right"])
    return said


DOORS = (Door("POST", "/api/votes", submit, limit=VOTES),)
