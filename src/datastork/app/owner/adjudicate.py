"""Adjudication: samples whose answers differ most, or that several skipped, with what was said; a reviewer decides."""

from typing import TYPE_CHECKING, Any

from datastork.app.door import REVIEWERS, Call, Door
from datastork.app.judging.doubts import is_compared
from datastork.app.owner.figures import counted
from datastork.app.tasks.task import beside, complete, task_json

if TYPE_CHECKING:
    from datastork.app.service import Service

OVER = frozenset({"decided", "gone", "closed", "gold"})
WAIT = 10.0  # seconds for answers to be compared; what is known by then is shown, the rest when it is asked again
LOOKED = 500  # samples whose state is looked at together


async def adjudicate(service: "Service", call: Call) -> dict[str, Any]:
    """Return tasks with the answers of all annotators, the most doubtful first; who gave them is masked.

    `entropy` is that of the answers in nats; of regions and texts it is 1 minus how like they are. With `counting`
    true, not all answers have been compared yet.
    """
    count = call.whole("count", 5, 1, 50)
    have = set(call.query("have").split(",")) - {""}
    compared = True
    if is_compared(service.plan.main):
        unsure, compared = await service.doubts.unsure(WAIT)
    else:
        unsure = {one["sample"]: one["entropy"] for one in (await counted(service))["unsure"]}
    tasks, left = await beside(service, _tasks, service, call, unsure, count, have)
    await complete(service, tasks)
    return {"tasks": tasks, "left": left} | ({} if compared else {"counting": True})


def _tasks(
    service: "Service", call: Call, unsure: dict[str, float], count: int, have: set[str]
) -> tuple[list[dict[str, Any]], int]:
    store = service.store
    aside = [item.sample for item in store.queue.aside(200)]
    candidates = list(dict.fromkeys([*unsure, *aside]))
    found: list[dict[str, Any]] = []
    waiting = 0
    for start in range(0, len(candidates), LOOKED):
        if len(found) >= count:
            waiting += len(candidates) - start  # not looked at: few of them are decided
            break
        part = candidates[start : start + LOOKED]
        states = store.queue.state(part)
        for sample in part:
            if sample not in states or states[sample].state in OVER:
                continue
            waiting += 1
            if sample in have or len(found) >= count:
                continue
            item = states[sample]
            found.append(
                task_json(
                    service,
                    sample,
                    item.media,
                    annotator=call.annotator,
                    columns=item.columns,
                    decisions=_decisions(service, sample),
                    entropy=unsure.get(sample),
                    why="skipped" if sample not in unsure else "differ",
                    comments=service.beside.comments(sample),
                )
            )
    return found, waiting


def _decisions(service: "Service", sample: str) -> list[dict[str, Any]]:
    """Return what each annotator said, under letters: A, B, … in an order that says nothing of who they are."""
    said: dict[str, dict[str, Any]] = {}
    for vote in service.store.read.current(sample=sample):
        if vote.decides or vote.repeat:
            continue
        one = said.setdefault(vote.annotator, {})
        if vote.skipped is not None:
            one["skipped"] = vote.skipped
        else:
            one[vote.question] = vote.value
            one.setdefault("confidence", {})[vote.question] = vote.confidence
    order = sorted(said, key=lambda name: hash_of(sample, name))
    return [{"annotator": letters(at), **said[name]} for at, name in enumerate(order)]


def hash_of(sample: str, name: str) -> bytes:
    """Return what orders annotators of a sample without saying who they are."""
    import hashlib

    return hashlib.sha256(f"{sample}\0{name}".encode()).digest()


def letters(number: int) -> str:
    """Return A, B, …, Z, AA, AB, …

    >>> letters(0), letters(25), letters(26)
    ('A', 'Z', 'AA')
    """
    text = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(65 + rest) + text
    return text


DOORS = (Door("GET", "/api/adjudicate", adjudicate, REVIEWERS),)
