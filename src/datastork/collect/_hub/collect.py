"""From a name to rows of a listing: look the dataset up, fetch its files, spool its rows; each step can be resumed."""

import hashlib
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datastork.collect._hub import ends, hf, openml, shipped
from datastork.collect._hub.download import download
from datastork.collect._hub.origin import Origin, Part, origin_of
from datastork.collect._hub.reading import opened
from datastork.collect._hub.samples import Columns, put
from datastork.collect._kept import Kept, Refresh, heed_stop
from datastork.core.errors import SourceError
from datastork.core.hashing import key_of
from datastork.fetch import Fetcher, FetchError
from datastork.store.spool import FOLDER, Spool

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Wish:
    """What a recipe asks for."""

    kind: str
    name: str
    config: str | None = None
    split: tuple[str, ...] = ()
    revision: str | None = None
    columns: Columns = field(default_factory=Columns)
    limit: int | None = None
    max_bytes: int = 5_000_000_000

    @property
    def key(self) -> str:
        """What work for this wish is kept under; bounds that it passed do not matter."""
        return key_of("collect.hub", {**asdict(self), "max_bytes": None})


def gathered(root: Path, wish: Wish, refresh: Refresh) -> "tuple[pa.Table, list[str], dict[str, Any]]":
    """Return the rows of a dataset, what the user should know, and for the card where it is from.

    Nothing is asked where all is there.
    """
    kept = Kept(root, wish.key)
    notes: list[str] = []
    now = kept.data.get("now")  # what is whole
    if now is None or kept.due(refresh):
        with Fetcher(ends.policy()) as fetcher:
            now = _brought(root, wish, kept, fetcher, notes)
    with Spool(root, now["spool"]) as spool:
        rows, state = spool.table(), spool.state
    origin = origin_of(now["origin"])
    return rows, [*origin.told(), *state.get("notes", ()), *notes], origin.as_source()


def _brought(root: Path, wish: Wish, kept: Kept, fetcher: Fetcher, notes: list[str]) -> dict[str, Any]:
    """Fetch a dataset, or go on fetching it; where the catalogue does not answer, what is there stays."""
    plan = kept.data.get("next")
    now: dict[str, Any] | None = kept.data.get("now")
    if plan is None:
        try:
            origin, parts = _found(wish, fetcher)
        except SourceError as error:
            if now is None:
                raise
            notes.append(f"{wish.kind}:{wish.name} could not be asked for a new revision: {error.message}")
            return now
        if now is not None and now["origin"]["revision"] == origin.revision and origin.revision:
            kept.asked_now()
            return now
        spool = key_of(wish.key, origin.revision, [asdict(part) for part in parts])
        plan = {"origin": origin.as_json(), "parts": [asdict(part) for part in parts], "spool": spool}
        kept.keep(next=plan)
    origin = origin_of(plan["origin"])
    parts = [Part(**part) for part in plan["parts"]]
    _fill(root, plan["spool"], wish, origin, parts, fetcher)
    done = {"origin": plan["origin"], "spool": plan["spool"]}
    kept.asked_now(now=done, next=None)
    return done


def _found(wish: Wish, fetcher: Fetcher) -> tuple[Origin, list[Part]]:
    if wish.kind == "sklearn":
        return shipped.find(wish.name)
    if wish.kind == "openml":
        return openml.find(fetcher, wish.name)
    return hf.find(
        fetcher, wish.name, config=wish.config, split=[*wish.split], revision=wish.revision, limit=wish.limit
    )


def _fill(root: Path, key: str, wish: Wish, origin: Origin, parts: list[Part], fetcher: Fetcher) -> None:
    """Put all rows of all parts into the spool. Each is one row of it, so its count says where to go on."""
    columns = wish.columns
    if columns.label is None and origin.target:
        columns = replace(columns, label=origin.target)
    total = sum(part.size or 0 for part in parts)
    if total > wish.max_bytes and wish.limit is None:
        raise SourceError(
            f"{origin.name}: {total / 1e6:,.0f} MB in {len(parts)} files, above max_bytes = {wish.max_bytes:,}",
            hint="choose one split or config, set limit, or raise max_bytes",
        )
    with Spool(root, key) as spool:
        if spool.finished:
            return
        at, base, before = (int(spool.state.get(name, 0)) for name in ("part", "base", "before"))
        told: list[str] = list(spool.state.get("notes", ()))
        files: list[dict[str, Any]] = list(spool.state.get("files", ()))
        while at < len(parts) and (wish.limit is None or spool.count < wish.limit):
            part = parts[at]
            path = root / FOLDER / f"{key}-{at}.{part.form}"
            brought = _bring(part, path, origin, wish, fetcher)
            there = opened(part, path, origin.name, fetcher, pictures=columns.bytes is not None)
            columns.check(origin.name, there)
            _read(spool, there, columns, origin, part, base, before, path, wish.limit)
            told += [note for note in there.notes if note not in told]
            same = at + 1 < len(parts) and parts[at + 1].place == part.place
            before = before + spool.count - base if same else 0
            at, base = at + 1, spool.count
            files += [brought] if brought else []
            spool.note(part=at, base=base, before=before, notes=told, files=files)
            if columns.bytes is None:
                path.unlink(missing_ok=True)
        if not spool.count:
            raise SourceError(f"{origin.name} has no rows")
        spool.finish()


def _bring(part: Part, path: Path, origin: Origin, wish: Wish, fetcher: Fetcher) -> dict[str, Any]:
    """Fetch the file of a part, where it has one, and return what is to be recorded of it."""
    if part.form not in ("parquet", "arff"):
        return {}
    headers = ends.token() if part.secret else {}
    try:
        etag = download(
            fetcher, part.url, path, name=origin.name, headers=headers, size=part.size, digest=part.digest,
            most=wish.max_bytes,
        )  # fmt: skip
    except FetchError as error:
        raise ends.unreachable(origin.name, error) from error
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"url": part.url, "bytes": path.stat().st_size, "sha256": digest, "etag": etag}


def _read(
    spool: Spool,
    there: Any,
    columns: Columns,
    origin: Origin,
    part: Part,
    base: int,
    before: int,
    path: Path,
    limit: int | None,
) -> None:
    """Spool the rows of one part, from the first that is not there yet."""
    cells = (FOLDER / path.name).as_posix()
    for batch in there.batches:
        heed_stop()
        done = spool.count - base - batch.start  # rows of this batch that are there
        if done >= len(batch.rows):
            continue
        most = len(batch.rows) if limit is None else min(len(batch.rows), done + limit - spool.count)
        rows, problems = batch.rows[done:most], batch.problems[done:most]
        part_of = replace(batch, start=batch.start + done, rows=rows, problems=problems)
        put(spool, part_of, columns, origin, part, there, before + part_of.start, cells)
        if limit is not None and spool.count >= limit:
            return
