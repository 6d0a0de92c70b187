"""What the owner sees. Numbers come from a helper, and are counted anew at most every few seconds."""

import time
from typing import TYPE_CHECKING, Any

from starlette.responses import StreamingResponse

from datastork.app.door import OWNERS, REVIEWERS, Call, Door
from datastork.app.rounds import pilot
from datastork.app.security.answers import Refused, not_found
from datastork.app.security.bodies import encode
from datastork.app.security.rates import FEW
from datastork.app.tasks.comments import comment_json
from datastork.app.tasks.task import beside
from datastork.app.tasks.values import sample_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from datastork.app.service import Service

SECONDS = 120.0  # that all figures may take
APART = 5.0  # seconds between two counts while votes come in,
REST = 4.0  # and so many times what the last one cost: regions and texts are dear to compare
MOST = 500


async def counted(service: "Service", only: list[str] | None = None) -> dict[str, Any]:
    """Return all figures, from the votes as they were at most a few seconds ago."""
    name = "" if only is None else "only"
    held = service.figures.get(name)
    rest = APART if held is None else max(APART, REST * held[3].get("cpu", 0.0))
    if held is not None and time.monotonic() - held[0] < rest and only is None:
        return held[3]
    key = await beside(service, service.store.read.key)
    if held is not None and held[2] == key and held[1] == only:
        return held[3]
    async with service.counting:
        told, _ = await service.heavy.ask("figures", {} if only is None else {"only": only}, seconds=SECONDS)
    service.figures[name] = (time.monotonic(), only, key, told)
    return told


async def progress(service: "Service", call: Call) -> dict[str, Any]:
    """Return how far it is: samples, answers by class and by hour, skips by reason."""
    told = (await counted(service))["progress"]
    counts = await beside(service, service.store.read.counts)
    samples = {"total": counts.items, "done": counts.done, "votes": counts.votes, "current": counts.current}
    return {**told, "samples": samples, "annotators": counts.annotators, "preparing": service.preparing or False}


async def agreement(service: "Service", call: Call) -> dict[str, Any]:
    """Return agreement by question, with intervals."""
    return {"questions": (await counted(service))["agreement"]}


async def annotators(service: "Service", call: Call) -> dict[str, Any]:
    """Return one record per annotator."""
    told = (await counted(service))["annotators"]
    known = {one["annotator"] for one in told}
    people = await beside(service, service.store.people.list)
    idle = [
        {"annotator": one.name, "role": one.role, "disabled": one.disabled, "answers": 0, "skips": 0}
        for one in people
        if one.name not in known
    ]
    return {"annotators": [*told, *idle]}


async def confusion(service: "Service", call: Call) -> dict[str, Any]:
    """Return the pairs of classes that annotators give to the same samples, most often first."""
    return {"questions": (await counted(service))["confusion"]}


async def pay(service: "Service", call: Call) -> dict[str, Any]:
    """Return what annotators effectively earn an hour."""
    told: dict[str, Any] = (await counted(service))["pay"]
    return told


async def pilot_state(service: "Service", call: Call) -> dict[str, Any]:
    """Return the pilot rounds, with agreement and the most confused pair of the newest."""
    state = await beside(service, pilot.kept, service)
    running = await beside(service, service.store.queue.pilot)
    told: dict[str, Any] = {"state": state["state"], "size": service.plan.pilot, "rounds": state["rounds"]}
    told["done"] = running["done"] if running is not None else None
    told["total"] = len(running["samples"]) if running is not None else None
    if state["rounds"]:
        figures = await counted(service, state["rounds"][-1]["samples"])
        told["agreement"] = figures["agreement"]
        told["confusion"] = figures["confusion"]
        told["unsure"] = figures["unsure"][:20]
    return told


def comments(service: "Service", call: Call) -> dict[str, Any]:
    """Return comments, newest last."""
    after = call.whole("after", 0, 0, 2**53)
    found = service.store.comments.list(after, MOST)
    return {"comments": [comment_json(one, call) | {"seq": one.seq} for one in found]}


def captures(service: "Service", call: Call) -> dict[str, Any]:
    """Return what annotators recorded."""
    from datastork.app.capture.accept import capture_json

    return {"captures": [capture_json(one) for one in service.store.captures.list()][-MOST:]}


def samples(service: "Service", call: Call) -> dict[str, Any]:
    """Return one sample with everything said about it, or those that several skipped."""
    if not call.query("item"):
        aside = service.store.queue.aside(call.whole("limit", 100, 1, MOST))
        return {"aside": [{"item": one.sample, "why": one.why, "skips": one.skips} for one in aside]}
    sample = sample_of(call.query("item"))
    item = service.item(sample)
    if item is None:
        raise not_found("there is no such sample to be labelled")
    votes = [
        vote_json(held.vote) | {"seq": held.seq, "current": held.current} for held in service.store.read.history(sample)
    ]
    names = ("state", "why", "answered", "skips", "leased", "wanted", "probability", "uncertainty")
    return {"item": sample, **{name: getattr(item, name) for name in names}, "votes": votes}


def vote_json(vote: Any) -> dict[str, Any]:
    """Return a vote with all that is known of it."""
    return {name: getattr(vote, name) for name in type(vote).__slots__}


def export(service: "Service", call: Call) -> StreamingResponse:
    """Return all current votes, one JSON object a line, as they come out of the store."""
    if call.query("format", "jsonl") != "jsonl":
        raise Refused(422, "format is jsonl", "other formats: stork votes export")

    def lines() -> "Iterator[bytes]":
        for vote in service.store.read.current():
            yield encode(vote_json(vote)) + b"\n"

    name = f"{service.facts.name}-votes.jsonl"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(lines(), media_type="application/x-ndjson", headers=headers)


DOORS = (
    Door("GET", "/api/owner/progress", progress, OWNERS),
    Door("GET", "/api/owner/agreement", agreement, OWNERS),
    Door("GET", "/api/owner/annotators", annotators, OWNERS),
    Door("GET", "/api/owner/confusion", confusion, OWNERS),
    Door("GET", "/api/owner/pay", pay, OWNERS),
    Door("GET", "/api/owner/pilot", pilot_state, OWNERS),
    Door("GET", "/api/owner/comments", comments, REVIEWERS),
    Door("GET", "/api/owner/captures", captures, OWNERS),
    Door("GET", "/api/owner/samples", samples, OWNERS),
    Door("GET", "/api/owner/export", export, OWNERS, FEW),
)
