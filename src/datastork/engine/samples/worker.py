"""What a worker does with a chunk of inputs: read, decode, run every op, encode, write a fragment.

One bad sample costs one sample: whatever it raises goes to quarantine with its traceback. The worker never commits;
the driver does, so that nothing half-done is ever seen.
"""

import json
import time
import traceback
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datastork import catalog
from datastork.core.errors import DataError, MissingExtraError, SourceError, StoreError
from datastork.core.hashing import content_id
from datastork.engine.interrupt import STOP
from datastork.engine.plan import Op
from datastork.engine.samples.branch import VALUE, Branch, StopBuildError
from datastork.media.modality import modality, recognise
from datastork.recipe.check import resolved
from datastork.store.passes import base_schema, take, write_fragment
from datastork.store.sources import read_bytes
from datastork.store.values import read_values

if TYPE_CHECKING:
    import pyarrow as pa

MAX_TRACEBACK = 4000
HALTED: set[str] = set()  # the runs that met something fatal: their other chunks need not be begun


@dataclass(frozen=True, slots=True)
class Job:
    """Everything a worker needs to know, as plain data."""

    root: str
    pass_path: str
    passes: str
    ops: tuple[Op, ...]
    modalities: tuple[str, ...]
    seed: int
    run: str  # names this piece of work among those of the process


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
    runner = Runner(job, inputs)
    rows: list[dict[str, Any]] = []
    fatal: dict[str, str] | None = None
    for item in inputs:
        if STOP.is_set() or job.run in HALTED:
            break
        try:
            rows.extend(runner.run(item))
            runner.tally.inputs += 1
        except (SourceError, StopBuildError) as error:
            fatal = _told(error)
            HALTED.add(job.run)
            break
    rows = runner.measured_together(rows)
    fragments: list[str] = []
    if rows:
        try:
            fragments = write_fragment(Path(job.pass_path), runner.table(rows))
        except StoreError as error:
            fatal = _told(error)
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


def _told(error: Exception) -> dict[str, str]:
    message, hint = getattr(error, "message", str(error)), getattr(error, "hint", "")
    return {"type": type(error).__name__, "message": message, "hint": hint}


class Runner:
    """Works on the inputs of one chunk."""

    def __init__(self, job: Job, inputs: list[dict[str, Any]]) -> None:
        self.job = job
        self.stored = _stored(Path(job.passes), inputs)
        self.values = read_values(Path(job.root), [item["media_place"] for item in inputs])
        self.tally = Tally()
        self.functions = [catalog.find(op.use).function if op.use else None for op in job.ops]
        self.groups = [load(op.facts) if op.facts else None for op in job.ops]
        self.settings = [resolved(op.settings, op.files, Path(job.root)) for op in job.ops]
        self.deferred = self._deferred()

    def _deferred(self) -> frozenset[int]:
        """Return the ops at the end that measure many samples at once: their group has `of_many`, samples are small."""
        if not all(getattr(modality(name), "batches", False) for name in self.job.modalities):
            return frozenset()
        found = set()
        for index in reversed(range(len(self.job.ops))):
            op, group = self.job.ops[index], self.groups[index]
            if op.use or op.kind != "facts" or not hasattr(group, "of_many"):
                break
            found.add(index)
        return frozenset(found)

    def measured_together(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return the rows with what is measured of many at once; one bad sample costs one sample."""
        ready = [place for place, row in enumerate(rows) if VALUE in row]
        values = [rows[place].pop(VALUE) for place in ready]
        for index in sorted(self.deferred):
            op, group = self.job.ops[index], self.groups[index]
            started = time.perf_counter()
            try:
                facts: list[Any] = group.of_many(values)  # type: ignore[union-attr]
            except Exception:  # one of them is bad: which one, and how, is told one by one
                facts = []
                for value in values:
                    try:
                        facts.append(group.of(value))  # type: ignore[union-attr]
                    except Exception as error:
                        facts.append(error)
            for place, measured in zip(ready, facts, strict=True):
                row = rows[place]
                if isinstance(measured, Exception):
                    self.tally.kept -= 1
                    plain = {key: row[key] for key in ("input", "attempt", "part", "content", "suffix", "done")}
                    plain["done"] = " ".join(key for key in row["done"].split() if key not in ("end", op.key))
                    rows[place] = self.failed(plain, measured, op.name, op.failure)
                elif "error_step" not in row:
                    row |= {op.columns[name]: getattr(measured, name) for name in op.columns}
            self.spend(op.name, started)
        return rows

    def table(self, rows: list[dict[str, Any]]) -> "pa.Table":
        """Return rows as they are stored."""
        import pyarrow as pa

        schema = pa.schema([*base_schema(), *pass_schema(self.job.ops)])
        try:
            return _as_table(rows, schema)
        except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
            return _as_table([self._storable(row, schema) for row in rows], schema)

    def _storable(self, row: dict[str, Any], schema: "pa.Schema") -> dict[str, Any]:
        """Return the row, or its failure where a step gave a fact of another type than it declares."""
        import pyarrow as pa

        for op in self.job.ops:
            for name, column in op.columns.items():
                try:
                    pa.array([row.get(column)], schema.field(column).type)
                except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
                    error = DataError(f"{op.name} gave {row[column]!r} for {name}, which is no {op.types[name]}")
                    plain = {key: row[key] for key in ("input", "attempt", "part", "content", "suffix")}
                    return self.failed(plain, error, op.name, op.failure)
        return row

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
        except MissingExtraError as error:  # no sample of this kind would fare better
            raise StopBuildError(error.message, hint=error.hint) from error
        except Exception as error:
            self.spend("decode", started)
            return [self.failed(row, error, place, place)]
        self.spend("decode", started)
        branch = Branch(self, item, row, found, data)
        rows = list(branch.advance(0, value, {}, (), "", changed=False))
        for part, out in enumerate(rows):
            out["part"] = part
        return rows

    def _read(self, item: dict[str, Any]) -> bytes:
        if item["data"] is not None:
            data: bytes = item["data"]
            return data
        if item["media_row"] is not None:
            stored = self.stored.get((item["media_pass"], item["media_row"]))
            if stored is None:
                raise DataError("its stored media is missing")
            return bytes(stored)
        place = item["media_place"] or item["uri"]
        value = self.values.pop(place, None)  # two inputs may have one place; the second is read by itself
        return read_bytes(Path(self.job.root), place) if value is None else value

    def spend(self, name: str, started: float) -> None:
        """Count the time since `started` for a step."""
        self.tally.seconds[name] = self.tally.seconds.get(name, 0.0) + time.perf_counter() - started

    def failed(self, row: dict[str, Any], error: Exception, step: str, key: str) -> dict[str, Any]:
        """Return the row of a sample that goes to quarantine."""
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


def _as_table(rows: list[dict[str, Any]], schema: "pa.Schema") -> "pa.Table":
    import pyarrow as pa

    return pa.table({f.name: pa.array([row.get(f.name) for row in rows], f.type) for f in schema}, schema=schema)


def _stored(passes: Path, inputs: list[dict[str, Any]]) -> dict[tuple[str, int], Any]:
    """Return the stored media of the inputs that have any, read in one go per pass."""
    wanted: dict[str, list[int]] = {}
    for item in inputs:
        if item["media_row"] is not None:
            wanted.setdefault(item["media_pass"], []).append(item["media_row"])
    found = {key: take(passes / f"{key}.lance", rows) for key, rows in wanted.items()}
    return {(key, row): data for key, rows in wanted.items() for row, data in zip(rows, found[key], strict=True)}


def load(place: str) -> type:
    """Return the class at "module:name"."""
    module, name = place.split(":")
    found: Any = import_module(module)
    for part in name.split("."):
        found = getattr(found, part)
    kind: type = found
    return kind


def modality_names(primary: str) -> tuple[str, ...]:
    """Return the modalities whose content a dataset accepts."""
    return (modality(primary).name,)
