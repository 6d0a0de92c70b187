"""The life of one sample: where it came from, what was measured, who voted, what dropped or changed it and when."""

from typing import TYPE_CHECKING, Any

from datastork.core.errors import NotFoundError
from datastork.engine.state import HIDDEN
from datastork.engine.voting.stored import vote_history
from datastork.store import ledger
from datastork.store.home import Home
from datastork.store.samples import Samples

if TYPE_CHECKING:
    import pyarrow as pa

MIN_PREFIX = 4


def find_sample(table: "pa.Table", sample: str) -> int:
    """Return the row of a sample given by id, by the beginning of its id, or by its uri (or the end of it).

    Raises NotFoundError where there is none, or where several fit.
    """
    import pyarrow.compute as pc

    ids = table["id"]
    exact = pc.index(ids, sample).as_py()
    if exact >= 0:
        return int(exact)
    import numpy as np

    if len(sample) >= MIN_PREFIX:
        found = np.flatnonzero(np.asarray(pc.starts_with(ids, sample).combine_chunks()))
        if not len(found):
            uris = pc.struct_field(table["source"], "uri")
            found = np.flatnonzero(np.asarray(pc.fill_null(pc.ends_with(uris, sample), False).combine_chunks()))
        if len(found) == 1:
            return int(found[0])
        if len(found) > 1:
            some = ", ".join(ids.take(found[:5]).to_pylist())
            raise NotFoundError(f"{sample!r} fits {len(found)} samples: {some}", hint="give more of the id")
    raise NotFoundError(f"no sample {sample!r}", hint="ids stand in the report, and in: stork show")


def why(home: Home, sample: str, version: int | str | None = None) -> dict[str, Any]:
    """Return the life of one sample as plain data: identity, source, steps in order, facts, votes, changes.

    `votes` are those the version holds, `cast` everything people ever said of it, revised and taken back included.
    """
    samples = Samples(home)
    number = samples.number_of(version)
    table = samples.table(number)
    row = find_sample(table, sample)
    record = samples.record(number)
    life = table.slice(row, 1).to_pylist()[0]
    changes = ledger.entries(home, number, life["id"]).to_pylist()
    known = (*HIDDEN, "id", "votes", "label", "label_probability", "group", "cluster", "split", "content")
    facts = {k: v for k, v in life.items() if k not in known and not k.startswith("media_") and v is not None}
    return {
        "id": life["id"],
        "version": number,
        "state": life["state"],
        "source": life["source"],
        "steps": _way(record, life),
        "dropped": life["dropped"],
        "error": life["error"],
        "votes": life["votes"] or [],
        "cast": vote_history(home, life["id"]),
        "label": life["label"],
        "label_probability": life["label_probability"],
        "group": life["group"],
        "cluster": life["cluster"],
        "split": life["split"],
        "media": {
            "modality": life["media_modality"],
            "format": life["media_format"],
            "size": life["media_size"],
        },
        "facts": facts,
        "changes": changes,
    }


def _way(record: dict[str, Any], life: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the steps in the order of the recipe, as far as the sample came."""
    stopped = (life["dropped"] or life["error"] or {}).get("step")
    way = []
    for step in record["steps"]:
        entry = {"name": step["name"], "settings": step["settings"], "result": "passed"}
        if step["where"]:
            entry["where"] = step["where"]
        if step["name"] == stopped:
            entry["result"] = life["state"]
        way.append(entry)
        if step["name"] == stopped:
            break
    if stopped in ("read", "decode"):
        place = next((i for i, step in enumerate(way) if step["name"] == "decode"), 0)
        way = way[: place + 1]
        if way:
            way[-1]["result"] = life["state"]
    return way
