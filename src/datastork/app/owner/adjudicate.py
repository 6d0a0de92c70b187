"""Adjudication: samples whose answers differ most, or that several skipped, with what was said; a reviewer decides."""

from typing import TYPE_CHECKING, Any

from datastork.app.door import REVIEWERS, Call, Door
from datastork.app.owner.figures import counted
from datastork.app.tasks.task import beside, complete, task_json

if TYPE_CHECKING:
    from datastork.app.service import Service

OVER = frozenset({"decided", "gone", "closed", "gold"})


async def adjudicate(service: "Service", call: Call) -> dict[str, Any]:
    """Return tasks with the answers of all annotators, most entropy first; who gave them is masked."""
    count = call.whole("count", 5, 1, 50)
    have = set(call.query("have").split(",")) - {""}
    figures = await counted(service)
    tasks, open_now = await beside(service, _tasks, service, call, figures["unsure"], count, have)
    await complete(service, tasks)
    return {"tasks": tasks, "left": open_now}


def _tasks(
    service: "Service", call: Call, unsure: list[dict[str, Any]], count: int, have: set[str]
) -> tuple[list[dict[str, Any]], int]:
    store = service.store
    aside = [item.sample for item in store.queue.aside(200)]
    entropies = {one["sample"]: one["entropy"] for one in unsure}
    candidates = list(dict.fromkeys([*entropies, *aside]))
    states = store.queue.state(candidates)
    waiting = [name for name in candidates if name in states and states[name].state not in OVER]
    found: list[dict[str, Any]] = []
    for sample in waiting:
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
                entropy=entropies.get(sample),
                why="skipped" if sample not in entropies else "differ",
                comments=service.beside.comments(sample),
            )
        )
    return found, len(waiting)


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
