"""The way of one input through the ops of a pass; it forks where an op yields several samples."""

import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from datastork.core.drop import Drop
from datastork.core.errors import DatastorkError, MissingExtraError, RecipeError, SourceError
from datastork.core.seeds import seed_for
from datastork.media.modality import Modality

if TYPE_CHECKING:
    from datastork.engine.samples.worker import Runner


BuildWide = (RecipeError, SourceError, MissingExtraError)  # wrong with the build, not with a sample
VALUE = "__value"  # in a row of a worker: the decoded sample, for what is measured of many at once


class StopBuildError(DatastorkError):
    """A step with on_error = "stop" failed."""


class Branch:
    """One input on its way."""

    def __init__(
        self, runner: "Runner", item: dict[str, Any], row: dict[str, Any], found: Modality, data: bytes
    ) -> None:
        self.runner, self.item, self.row, self.found, self.data = runner, item, row, found, data
        self.skip = set(item["skip"] or ())
        self.spare = set(item["spare"] or ())
        self.sample = item["sample"] or row["content"]
        self.columns: dict[str, Any] = json.loads(item["columns"]) if item["columns"] else {}

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
            if index in runner.deferred:
                done = (*done, op.key)
                continue
            started = time.perf_counter()
            try:
                verdict: Any = None
                if op.kind == "many":
                    pieces = list(self._call(index, value))
                elif op.kind == "media":
                    made, verdict = self._change(index, value, facts)
                    value, changed = made, changed or made is not value
                else:
                    verdict = self._measure(index, value, facts, done)
                    done = done if op.key in done else (*done, op.key)
            except BuildWide as error:  # no other sample would fare better
                runner.spend(op.name, started)
                raise StopBuildError(f"step {op.name}: {error.message}", hint=error.hint) from error
            except Exception as error:
                runner.spend(op.name, started)
                if op.on_error == "stop":
                    text = f"step {op.name} failed on {self.item['uri'] or self.sample}: {error}"
                    raise StopBuildError(text) from error
                failed = runner.failed({**self._row(facts, done, suffix)}, error, op.name, op.failure)
                yield failed
                return
            runner.spend(op.name, started)
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
        for number, piece in enumerate(pieces):
            yield from self.advance(index + 1, piece, dict(facts), done, f"{suffix}-{op.word}{number}", changed=True)

    def _change(self, index: int, value: Any, facts: dict[str, Any]) -> tuple[Any, Drop | None]:
        """Return the changed media, or the media as it is with the step's drop; note in `facts` what it recorded."""
        op = self.runner.job.ops[index]
        made = self._call(index, value)
        if isinstance(made, Drop):
            if "reason" not in op.columns:
                raise TypeError(f"{op.use} returned a Drop, which its signature does not say")
            facts[op.columns["reason"]], facts[op.columns["evidence"]] = made.reason, made.evidence
            return value, made
        if "spans" in op.columns:
            changes = made.changes
            facts[op.columns["found"]] = len(changes)
            if changes:
                kinds = Counter(change.kind for change in changes)
                facts[op.columns["kinds"]] = " ".join(f"{kind}:{kinds[kind]}" for kind in sorted(kinds))
                facts[op.columns["spans"]] = json.dumps(changes)
                made = replace(made, changes=())  # they are told; the next step's are its own
        return made, None

    def _call(self, index: int, value: Any) -> Any:
        op, function = self.runner.job.ops[index], self.runner.functions[index]
        assert function is not None
        settings = self.runner.settings[index]
        if op.takes_seed or op.reads:
            settings = dict(settings)
            if op.takes_seed:
                settings["seed"] = seed_for(self.runner.job.seed, op.name, self.sample)
            for name, column in op.reads:
                settings[name] = self.columns[column]
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
        if self.runner.deferred:
            row[VALUE] = value
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
                return self.runner.failed(self._row(facts, done, suffix), error, "encode", "encode")
        else:
            data, kind = self.data, self.found.sniff(self.data[:512]) or ""
        row |= {"format": kind, "size": len(data)}
        if suffix in stored:
            row["media_row"] = stored[suffix]
        else:
            row["media"] = data
        self.runner.spend("encode", started)
        return row
