"""Judge finished work by the recipe as it is now: what is kept, dropped and why, and what is not finished after all.

The workers stored what they measured; here the thresholds are applied to it, in the order of the steps, on columns.
So a changed threshold costs no decoding, unless it lets a sample pass that had been left unfinished.
"""

import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from datastork.core.drop import Drop
from datastork.core.errors import BuildError
from datastork.engine.plan import Op
from datastork.engine.samples.judged import Judged, Verdict
from datastork.engine.samples.worker import MAX_TRACEBACK

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa


@dataclass(slots=True)
class Verdicts:
    """One entry per row of finished work.

    `state` 0 kept, 1 dropped, 2 quarantined, 3 not finished; `step` is the index of the op that decided, or -1;
    `reached` counts, op by op, the rows that came to it (as a mask per op); `errors` what went wrong in judging.
    """

    state: "np.ndarray"
    step: "np.ndarray"
    reason: list[str | None]
    evidence: list[float | None]
    reached: list["np.ndarray"] = field(default_factory=list)
    errors: dict[int, dict[str, str]] = field(default_factory=dict)

    def take(self, at: "np.ndarray") -> "Verdicts":
        """Return the verdicts on these rows, in this order."""
        places = at.tolist()
        return Verdicts(
            self.state[at],
            self.step[at],
            [self.reason[row] for row in places],
            [self.evidence[row] for row in places],
            [mask[at] for mask in self.reached],
            {new: self.errors[row] for new, row in enumerate(places) if row in self.errors},
        )


KEPT, DROPPED, QUARANTINED, UNFINISHED = range(4)


class _Done:
    """Which keys each row has done; rows share few different lists, so each list is looked at once."""

    def __init__(self, column: "pa.ChunkedArray") -> None:
        import numpy as np

        encoded = column.combine_chunks().dictionary_encode()
        self.codes = np.asarray(encoded.indices.fill_null(-1))
        self.lists = [set((text or "").split()) for text in encoded.dictionary.to_pylist()] + [set()]

    def has(self, key: str) -> "np.ndarray":
        import numpy as np

        known: np.ndarray = np.array([key in keys for keys in self.lists], dtype=bool)
        return np.take(known, self.codes)


def judge(
    rows: "pa.Table",
    ops: tuple[Op, ...],
    skip: "list[np.ndarray]",
    spared: "dict[int, np.ndarray]",
    judged: Judged,
) -> Verdicts:
    """Apply the ops, in order, to finished work.

    `rows` are the newest rows of each input; `skip[i]` says for which rows op i does not apply (its `where`);
    `spared[i]`, where given, for which rows a drop by op i was undone.
    """
    import numpy as np

    count = rows.num_rows
    done = _Done(rows["done"])
    out = Verdicts(np.full(count, KEPT, np.int8), np.full(count, -1, np.int32), [None] * count, [None] * count)
    failed = np.asarray(rows["error_step"].is_valid())
    alive = np.ones(count, dtype=bool)

    def settle(mask: "np.ndarray", state: int, index: int) -> None:
        out.state[mask], out.step[mask] = state, index
        alive[mask] = False

    settle(failed & (done.has("!read") | done.has("!decode")), QUARANTINED, -1)
    for index, op in enumerate(ops):
        out.reached.append(alive.copy())
        active = alive & ~skip[index]
        settle(active & failed & done.has(f"!{op.failure}"), QUARANTINED, index)
        active &= alive
        if op.kind == "many":
            settle(active & done.has(f"0{op.key}"), DROPPED, index)
            for row in np.flatnonzero(active & ~alive):
                out.reason[row] = "it gave no pieces"
            continue
        if op.kind == "media":
            if "reason" in op.columns:
                _settle_drops(rows, op, active, spared.get(index), out, settle, index)
            continue
        settle(active & ~done.has(op.key), UNFINISHED, index)
        active &= alive
        if op.kind not in ("judge", "filter") or not active.any():
            continue
        places = np.flatnonzero(active & ~spared[index]) if index in spared else np.flatnonzero(active)
        drops = judged.drops(rows, op, places) if op.kind == "judge" else _stored_drops(rows, op, places)
        bad = {place: error for place, error in drops if isinstance(error, Exception)}
        out.errors |= {place: _told(op, error) for place, error in bad.items()}
        settle(_places(bad), QUARANTINED, index)
        _drop(out, drops)
        settle(_places([place for place, _ in drops if place not in bad]), DROPPED, index)
    settle(alive & failed & done.has("!encode"), QUARANTINED, len(ops) - 1)
    settle(alive & ~done.has("end"), UNFINISHED, -1)
    return out


def _settle_drops(
    rows: "pa.Table",
    op: Op,
    active: "np.ndarray",
    spared: "np.ndarray | None",
    out: Verdicts,
    settle: "Callable[[np.ndarray, int, int], None]",
    index: int,
) -> None:
    """Settle what a step that changes media dropped in place of changing it."""
    import numpy as np

    said = active & np.asarray(rows[op.columns["reason"]].is_valid())
    if spared is not None:
        said &= ~spared
    _drop(out, _stored_drops(rows, op, np.flatnonzero(said)))
    settle(said, DROPPED, index)


def _told(op: Op, error: Exception) -> dict[str, str]:
    """Return the failure of a filter on stored facts as it is kept. Raises BuildError where the step says stop."""
    if op.on_error == "stop":
        raise BuildError(f"step {op.name} failed: {type(error).__name__}: {error}") from error
    text = "".join(traceback.format_exception(error))[-MAX_TRACEBACK:]
    return {"step": op.name, "type": type(error).__name__, "message": str(error), "traceback": text}


def _stored_drops(rows: "pa.Table", op: Op, places: "np.ndarray") -> list[Verdict]:
    """Return the rows that a step dropped when it ran."""
    reasons, values = (rows[op.columns[name]].take(places).to_pylist() for name in ("reason", "evidence"))
    said = zip(places.tolist(), reasons, values, strict=True)
    return [(row, Drop(reason, evidence)) for row, reason, evidence in said if reason is not None]


def _drop(out: Verdicts, drops: list[Verdict]) -> None:
    for place, drop in drops:
        if isinstance(drop, Drop):
            out.reason[place], out.evidence[place] = drop.reason, drop.evidence


def _places(found: Iterable[int]) -> "np.ndarray":
    import numpy as np

    return np.fromiter(found, np.int64)
