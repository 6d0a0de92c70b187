"""Votes out to a file that other tools read."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datastork.core.errors import BuildError
from datastork.core.votes import CastVote
from datastork.engine.voting.matching import media_of
from datastork.formats.format import DEFAULTS, Options, Written
from datastork.formats.record import Annotated
from datastork.recipe.check import check
from datastork.store.home import Home
from datastork.store.media import read_media
from datastork.store.samples import Samples

if TYPE_CHECKING:
    import pyarrow as pa

    from datastork.store.votes.store import VoteStore

AT_ONCE = 2_000  # samples in memory at a time


def export_votes(
    home: Home,
    path: Path,
    *,
    format: str,  # noqa: A002  (what users call it)
    options: Options = DEFAULTS,
    voted_only: bool = False,
) -> Written:
    """Write every kept sample with its votes, in the order of the dataset; samples without votes are written too.

    `voted_only` leaves those out. What the format cannot hold is counted in what is returned. Memory does not grow
    with the number of samples. Raises NotFoundError, StoreError, BuildError where nothing was built.
    """
    from datastork.formats.catalog import find
    from datastork.store.votes.store import open_votes

    checked = check(home.recipe)
    plan = checked.label
    form = find(format)
    texts = checked.dataset.modality == "text"
    with open_votes(home, plan.store) as store:
        rows = _annotated(home, store, texts, voted_only)
        return form.write(path, rows, plan.questions, options=options)


def _annotated(home: Home, store: "VoteStore", texts: bool, voted_only: bool) -> Iterator[Annotated]:
    samples = Samples(home)
    if not samples.exists:
        raise BuildError("the dataset has no samples yet", hint=f"build it with: stork build {home.root}")
    for part in samples.batches(AT_ONCE):
        import pyarrow.compute as pc

        kept = part.filter(pc.equal(part["state"], "kept"))
        if not kept.num_rows:
            continue
        ids = kept["id"].to_pylist()
        votes: dict[str, list[CastVote]] = defaultdict(list)
        for vote in store.read.about(ids):
            votes[vote.sample].append(vote)
        contents = read_media(home, kept) if texts else [None] * len(ids)
        uris = pc.struct_field(kept["source"], "uri").to_pylist()
        splits = kept["split"].to_pylist()
        for row, sample in enumerate(ids):
            if voted_only and sample not in votes:
                continue
            yield _one(kept, row, sample, uris[row], splits[row], votes.get(sample, []), contents[row])


def _one(
    table: "pa.Table", row: int, sample: str, uri: str, split: str | None, votes: list[CastVote], content: bytes | None
) -> Annotated:
    facts: dict[str, Any] = media_of(table, row)
    return Annotated(
        name=uri,
        votes=tuple(votes),
        width=facts.get("width"),
        height=facts.get("height"),
        seconds=facts.get("seconds"),
        rate=facts.get("rate"),
        frames=facts.get("frames"),
        fps=facts.get("fps"),
        text=content.decode("utf-8") if content is not None else None,
        split=split,
        data={"id": sample},
    )
