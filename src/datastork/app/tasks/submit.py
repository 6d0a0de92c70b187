"""Taking votes: `POST /api/votes`. Answered only once they are on disk; sent again, they change nothing."""

import sys
import traceback
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from datastork.app.door import Call, Door
from datastork.app.judging.gold import feedback
from datastork.app.judging.judge import judge
from datastork.app.rounds import pilot
from datastork.app.security.answers import Refused
from datastork.app.security.bodies import VOTES
from datastork.app.tasks.hand_out import left_json
from datastork.app.tasks.submission import Submission, alike, read, taken_back, vote_uuid
from datastork.app.tasks.values import UUID
from datastork.core.errors import DataError, DatastorkError
from datastork.store.votes import ConflictError

if TYPE_CHECKING:
    from datastork.app.service import Service

MOST = 100  # submissions at once
LONGEST = 200  # characters of the name of a question


def submit(service: "Service", call: Call) -> dict[str, Any]:
    """Take submissions. Each is saved, known already, or refused with what is wrong; one does not hinder another."""
    given = call.body.get("submissions")
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise Refused(422, "submissions must be a list of objects")
    if len(given) > MOST:
        raise Refused(422, f"{len(given)} submissions are more than {MOST}", f"send {MOST} at a time")
    refused: list[dict[str, Any]] = []
    right: list[Submission] = []
    before: list[str] = []  # taken earlier, though they could not be now
    for one in given:
        try:
            right.append(_read(service, call, one))
        except Refused as error:
            if _taken(service, call, one):
                before.append(one["uuid"])
            else:
                refused.append({"uuid": one.get("uuid"), "problems": [], **error.body})
        except DatastorkError:  # the store: all is sent again
            raise
        except Exception:  # a fault of ours about this one; it must not hold up what comes behind it
            traceback.print_exc(file=sys.stderr)
            broke = "something broke here on this answer; it stays with you"
            refused.append({"uuid": one.get("uuid"), "error": broke, "hint": "tell the owner", "problems": [broke]})
    saved, known = _cast(service, right, refused, call)
    told: dict[str, Any] = {}
    for one in saved:
        if said := _after(service, call.annotator, one):
            told[one.uuid] = said
    return {
        "saved": [one.uuid for one in saved],
        "known": [*before, *known],
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
    service: "Service", right: list[Submission], refused: list[dict[str, Any]], call: Call
) -> tuple[list[Submission], list[str]]:
    """Cast all in one transaction; where one of them cannot stand, each in its own."""
    if not right:
        return [], []
    try:
        new = service.store.cast([vote for one in right for vote in one.votes])
    except (ConflictError, DataError) as error:
        if len(right) == 1:
            if _stands(service, call.annotator, right[0]):
                return [], [right[0].uuid]
            told = {"error": error.message, "hint": error.hint, "problems": [error.message]}
            refused.append({"uuid": right[0].uuid, "conflict": isinstance(error, ConflictError), **told})
            return [], []
        saved, known = [], []
        for one in right:
            some, others = _cast(service, [one], refused, call)
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


def _taken(service: "Service", call: Call, given: dict[str, Any]) -> bool:
    """Return whether a submission that cannot stand now was taken before.

    Its acknowledgement was lost on the way, and meanwhile the sample left, or a class or a question.
    """
    uuid, skipped, answers = given.get("uuid"), given.get("skipped"), given.get("answers")
    if not isinstance(uuid, str) or UUID.fullmatch(uuid) is None:
        return False
    values = answers if skipped is None and isinstance(answers, dict) else {}
    if len(values) > MOST or not all(isinstance(one, dict) and "value" in one for one in values.values()):
        return False
    plain = {name: one["value"] for name, one in values.items() if len(name) <= LONGEST}
    return _there(service, call.annotator, uuid, given.get("item"), plain, skipped)


def _stands(service: "Service", annotator: str, one: Submission) -> bool:
    """Return whether this very submission stands in the record: only what we noted beside it differs.

    A device whose clock is wrong has its answers dated by the moment they arrive, and that is another one each time.
    """
    return _there(service, annotator, one.uuid, one.sample, one.values, one.skipped)


def _there(service: "Service", annotator: str, uuid: str, sample: Any, values: Mapping[str, Any], skipped: Any) -> bool:
    names = list(values) if skipped is None else [service.plan.main.name]
    found = service.store.read.find([vote_uuid(uuid, name) for name in names])
    votes = {name: held.vote for name in names if (held := found.get(vote_uuid(uuid, name))) is not None}
    return bool(names) and all(
        (vote := votes.get(name)) is not None
        and (vote.annotator, vote.sample, vote.skipped) == (annotator, sample, skipped)
        and alike(vote.value, values.get(name))
        for name in names
    )


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


DOORS = (Door("POST", "/api/votes", submit, limit=VOTES, many=True),)
