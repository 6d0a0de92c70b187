"""What a worker does with a chunk of inputs: read, decode, run every op, encode, write a fragment.

One bad sample costs one sample: whatever it raises goes to quarantine with its traceback. The worker never commits;
the driver does, so that nothing half-done is ever seen.
"""

import json
import threading
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datastork import catalog
from datastork.core.errors import DataError, SourceError, StoreError
from datastork.core.hashing import content_id
from datastork.core.seeds import seed_for
from datastork.engine.plan import Op
from datastork.media.modality import Modality, modality, recognise
from datastork.store.passes import base_schema, take, write_fragment
from datastork.store.sources import read_bytes

if TYPE_CHECKING:
    import pyarrow as pa

STOP = threading.Event()  # set by Ctrl-C: finish the sample in hand, then stop
MAX_TRACEBACK = 4000


@dataclass(frozen=True, slots=True)
class Job:
    """Everything a worker needs to know, as plain data."""

    root: str
    pass_path: str
    passes: str
    ops: tuple[Op, ...]
    modalities: tuple[str, ...]
    seed: int


@dataclass(slots=True)
class Tally:
    """What a chunk came to, for the progress bar and the timing of steps."""

    inputs: int = 0
    kept: int = 0
    dropped: int = 0
    quarantined: int = 0
    decoded: int = 0
    seconds: dict[str, float] = field(default_factory=dict)


def pass_schema(ops: tuple[Op, ...]) -> "pa.Schema":
    """Return the columns of facts and verdicts that a pass stores, beside the base columns."""
    import pyarrow as pa

    types = {
        "float": pa.float64(),
        "int": pa.int64(),
        "str": pa.string(),
        "bool": pa.bool_(),
        "bytes": pa.large_binary(),
        "floats": pa.list_(pa.float64()),
    }
    fields = {column: types[op.types[name]] for op in ops for name, column in op.columns.items()}
    return pa.schema(list(fields.items()))


def work(job: Job, chunk: bytes) -> str:
    """Work on one chunk (an Arrow IPC stream of inputs). Return, as JSON, its fragments and its tally.

    An error that concerns the whole build (the source is gone, the disk is full, a step says stop) is returned as
    `fatal`, so that it reaches the driver whole from any kind of worker.
    """
    import pyarrow as pa

    inputs = pa.ipc.open_stream(chunk).read_all().to_pylist()
    runner = _Runner(job)
    rows: list[dict[str, Any]] = []
    fatal: dict[str, str] | None = None
    for item in inputs:
        if STOP.is_set():
            break
        try:
            rows.extend(runner.run(item))
            runner.tally.inputs += 1
        except (SourceError, _StopBuild) as error:
            fatal = {"type": type(error).__name__, "message": str(error)}
            break
    fragments: list[str] = []
    if rows:
        try:
            fragments = write_fragment(Path(job.pass_path), runner.table(rows))
        except StoreError as error:
            fatal = {"type": "StoreError", "message": str(error)}
    tally = runner.tally
    return json.dumps(
        {
            "fragments": fragments,
            "fatal": fatal,
            "inputs": tally.inputs,
            "kept": tally.kept,
            "dropped": tally.dropped,
            "quarantined": tally.quarantined,
            "decoded": tally.decoded,
            "seconds": tally.seconds,
        }
    )


class _StopBuild(Exception):
    """A step with on_error = "stop" failed."""


class _Runner:
    def __init__(self, job: Job) -> None:
        self.job = job
        self.tally = Tally()
        self.functions = [catalog.find(op.use).function if op.use else None for op in job.ops]
        self.groups = [_load(op.facts) if op.facts else None for op in job.ops]

    def table(self, rows: list[dict[str, Any]]) -> "pa.Table":
        import pyarrow as pa

        schema = pa.schema([*base_schema(), *pass_schema(self.job.ops)])
        return pa.table({f.name: pa.array([row.get(f.name) for row in rows], f.type) for f in schema}, schema=schema)

    def run(self, item: dict[str, Any]) -> list[dict[str, Any]]:
        """Return the rows of one input."""
        row: dict[str, Any] = {"input": item["input"], "attempt": item["attempt"], "suffix": ""}
        started = time.perf_counter()
        place = "read"
        try:
            if item["problem"]:
                raise DataError(item["problem"])
            data = self._read(item)
            row["content"] = content_id(data) if item["sample"] is None else None
            place = "decode"
            found = recognise(data, self.job.modalities)
            value = found.decode(data)
            self.tally.decoded += 1
        except SourceError:
            raise
        except Exception as error:
            self._time("decode", started)
            return [self._failed(row, error, place, place)]
        self._time("decode", started)
        branch = _Branch(self, item, row, found, data)
        rows = list(branch.advance(0, value, {}, (), "", changed=False))
        for part, out in enumerate(rows):
            out["part"] = part
        return rows

    def _read(self, item: dict[str, Any]) -> bytes:
        if item["data"] is not None:
            data: bytes = item["data"]
            return data
        if item["media_row"] is not None:
            stored = take(Path(self.job.passes) / f"{item['media_pass']}.lance", [item["media_row"]])[0]
            if stored is None:
                raise DataError("its stored media is missing")
            return bytes(stored)
        return read_bytes(Path(self.job.root), item["uri"])

    def _time(self, name: str, started: float) -> None:
        self.tally.seconds[name] = self.tally.seconds.get(name, 0.0) + time.perf_counter() - started

    def _failed(self, row: dict[str, Any], error: Exception, step: str, key: str) -> dict[str, Any]:
        self.tally.quarantined += 1
        text = "".join(traceback.format_exception(error))[-MAX_TRACEBACK:]
        return {
            "part": 0,
            **row,
            "done": f"{row.get('done', '')} !{key}".strip(),
            "error_step": step,
            "error_type": type(error).__name__,
            "error_message": str(error) or type(error).__name__,
            "error_traceback": text,
        }


class _Branch:
    """The way of one input through the ops; it forks where an op yields several samples."""

    def __init__(
        self, runner: _Runner, item: dict[str, Any], row: dict[str, Any], found: Modality, data: bytes
    ) -> None:
        self.runner, self.item, self.row, self.found, self.data = runner, item, row, found, data
        self.skip = set(item["skip"] or ())
        self.spare = set(item["spare"] or ())
        self.sample = item["sample"] or row["content"]

    def advance(
        self,
        start: int,
        value: Any,
        facts: dict[str, Any],
        done: tuple[str, ...],
        suffix: str,
        *,
        changed: bool,
    ) -> Iterator[dict[str, Any]]:
        """Yield the finished rows of a value, from op `start` on."""
        runner = self.runner
        for index in range(start, len(runner.job.ops)):
            op = runner.job.ops[index]
            if index in self.skip:
                continue
            started = time.perf_counter()
            try:
                verdict: Any = None
                if op.kind == "many":
                    pieces = list(self._call(index, value))
                elif op.kind == "media":
                    value, changed = self._call(index, value), True
                else:
                    verdict = self._measure(index, value, facts, done)
                    done = done if op.key in done else (*done, op.key)
            except Exception as error:
                runner._time(op.name, started)
                if op.on_error == "stop":
                    text = f"step {op.name} failed on {self.item['uri'] or self.sample}: {error}"
                    raise _StopBuild(text) from error
                failed = runner._failed({**self._row(facts, done, suffix)}, error, op.name, op.key)
                yield failed
                return
            runner._time(op.name, started)
            if verdict is not None and op.name not in self.spare:
                runner.tally.dropped += 1
                yield self._row(facts, done, suffix)
                return
            if op.kind == "many":
                yield from self._fork(index, value, pieces, facts, done, suffix, changed)
                return
        yield self._finish(value, facts, done, suffix, changed)

    def _fork(
        self,
        index: int,
        value: Any,
        pieces: list[Any],
        facts: dict[str, Any],
        done: tuple[str, ...],
        suffix: str,
        changed: bool,
    ) -> Iterator[dict[str, Any]]:
        op = self.runner.job.ops[index]
        adds = op.use.startswith("generate.")  # what is generated comes beside the original, pieces replace it
        if adds:
            yield from self.advance(index + 1, value, dict(facts), done, suffix, changed=changed)
        elif not pieces:
            self.runner.tally.dropped += 1
            yield self._row(facts, (*done, f"0{op.key}"), suffix)
        word = "".join(c if c.isalnum() else "_" for c in op.name.rsplit(".", 1)[-1])
        for number, piece in enumerate(pieces):
            yield from self.advance(index + 1, piece, dict(facts), done, f"{suffix}-{word}{number}", changed=True)

    def _call(self, index: int, value: Any) -> Any:
        op, function = self.runner.job.ops[index], self.runner.functions[index]
        assert function is not None
        settings = dict(op.settings)
        if op.takes_seed:
            settings["seed"] = seed_for(self.runner.job.seed, op.name, self.sample)
        return function(value, **settings)

    def _measure(self, index: int, value: Any, facts: dict[str, Any], done: tuple[str, ...]) -> Any:
        """Put what the op measures into `facts`; return its verdict where it is a filter."""
        op = self.runner.job.ops[index]
        if op.kind == "filter":
            verdict = self._call(index, value)
            facts[op.columns["reason"]] = verdict.reason if verdict else None
            facts[op.columns["evidence"]] = verdict.evidence if verdict else None
            return verdict
        if op.key not in done:
            group: Any = self.runner.groups[index]
            if op.kind == "describe":
                measured = self.found.describe(value)
            elif op.facts:
                measured = group.of(value)
            else:
                measured = self._call(index, value)
            facts |= {op.columns[name]: getattr(measured, name) for name in op.columns}
        if op.kind == "judge":
            group = self.runner.groups[index]
            return self._call(index, group(**{name: facts[column] for name, column in op.columns.items()}))
        return None

    def _row(self, facts: dict[str, Any], done: tuple[str, ...], suffix: str) -> dict[str, Any]:
        return {**self.row, **facts, "done": " ".join(done), "suffix": suffix, "modality": self.found.name}

    def _finish(
        self, value: Any, facts: dict[str, Any], done: tuple[str, ...], suffix: str, changed: bool
    ) -> dict[str, Any]:
        row = self._row(facts, (*done, "end"), suffix)
        stored = {place["suffix"]: place["row"] for place in self.item["reuse"] or ()}
        self.runner.tally.kept += 1
        if not changed and self.item["media_row"] is not None:
            return row  # the media stays where it is
        started = time.perf_counter()
        if changed:
            try:
                data, kind = self.found.encode(value)
            except Exception as error:
                self.runner.tally.kept -= 1
                return self.runner._failed(self._row(facts, done, suffix), error, "encode", "encode")
        else:
            data, kind = self.data, self.found.sniff(self.data[:512]) or ""
        row |= {"format": kind, "size": len(data)}
        if suffix in stored:
            row["media_row"] = stored[suffix]
        else:
            row["media"] = data
        self.runner._time("encode", started)
        return row


def _load(place: str) -> type:
    module, name = place.split(":")
    found: Any = import_module(module)
    for part in name.split("."):
        found = getattr(found, part)
    kind: type = found
    return kind


def modality_names(primary: str) -> tuple[str, ...]:
    """Return the modalities whose content a dataset accepts."""
    return (modality(primary).name,)
