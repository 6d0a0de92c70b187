"""Verdicts on stored facts, kept: a row of finished work never changes, so a filter judges it once per settings.

What is kept of one filter is a file: a digest, then an Arrow table of the drops. A damaged one is as good as none.
"""

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datastork import catalog
from datastork.core.drop import Drop
from datastork.core.hashing import key_of
from datastork.engine.plan import Op
from datastork.engine.samples.branch import BuildWide
from datastork.engine.samples.worker import load
from datastork.recipe.check import resolved
from datastork.store.home import Home, write_whole
from datastork.store.passes import PassTable

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

Verdict = tuple[int, Drop | Exception]
DIGEST = 16  # bytes
KNOWN = b"known"  # in the metadata: one bit for each row of the pass table that was judged


class Judged:
    """What the filters of a pass said of the rows of its table, by their place in it."""

    def __init__(self, home: Home, key: str) -> None:
        self.root = home.root.resolve()
        self.folder = PassTable(home.pass_table(key)).judged

    def drops(self, rows: "pa.Table", op: Op, places: "np.ndarray") -> list[Verdict]:
        """Return the rows, of those at `places`, that a filter on facts drops, and those on which it fails."""
        import numpy as np

        spec = catalog.find(op.use)
        path = self.folder / f"{key_of(op.failure, spec.mark.version, spec.plugin)}.arrow"
        address = np.asarray(rows["__row"])
        known, before = _load(path, int(address.max(initial=-1)) + 1)
        fresh = places[~known[address[places]]]
        found = _judge(rows, op, fresh, self.root)
        if len(fresh):
            failed = [place for place, verdict in found if isinstance(verdict, Exception)]
            known[address[np.setdiff1d(fresh, failed)]] = True  # what failed is tried again, to be told again
            _save(path, known, before, [(int(address[place]), drop) for place, drop in found if isinstance(drop, Drop)])
        return sorted([*found, *_recalled(before, address, np.setdiff1d(places, fresh))], key=lambda pair: pair[0])


def _judge(rows: "pa.Table", op: Op, places: "np.ndarray", root: Path) -> list[Verdict]:
    function = catalog.find(op.use).function
    group: Any = load(op.facts)
    order = list(op.columns)
    columns = [rows[op.columns[name]].take(places).to_pylist() for name in order]
    settings = resolved(op.settings, op.files, root)
    found: list[Verdict] = []
    for row, *values in zip(places.tolist(), *columns, strict=True):
        drop: Drop | Exception | None
        try:
            drop = function(group(**dict(zip(order, values, strict=True))), **settings)
        except BuildWide:
            raise
        except Exception as error:  # one bad sample costs one sample
            drop = error
        if drop is not None:
            found.append((row, drop))
    return found


def _recalled(before: "pa.Table", address: "np.ndarray", places: "np.ndarray") -> list[Verdict]:
    import numpy as np
    import pyarrow as pa

    at = np.full(int(address.max(initial=-1)) + 1, -1)
    stored = before["row"].to_numpy()
    inside = stored < len(at)
    at[stored[inside]] = np.flatnonzero(inside)
    mine = at[address[places]]
    said = before.take(pa.array(mine[mine >= 0]))
    told = zip(places[mine >= 0].tolist(), said["reason"].to_pylist(), said["evidence"].to_pylist(), strict=True)
    return [(place, Drop(reason, evidence)) for place, reason, evidence in told]


def _schema() -> "pa.Schema":
    import pyarrow as pa

    return pa.schema([("row", pa.int64()), ("reason", pa.string()), ("evidence", pa.float64())])


def _load(path: Path, count: int) -> tuple["np.ndarray", "pa.Table"]:
    import numpy as np
    import pyarrow as pa

    known = np.zeros(count, dtype=bool)
    data = path.read_bytes() if path.is_file() else b""
    if data[:DIGEST] != _digest(data[DIGEST:]):  # never judged, or damaged
        return known, _schema().empty_table()
    table = pa.ipc.open_file(pa.BufferReader(memoryview(data)[DIGEST:])).read_all()
    bits = np.unpackbits(np.frombuffer((table.schema.metadata or {})[KNOWN], np.uint8))
    size = max(count, len(bits))
    known = np.zeros(size, dtype=bool)
    known[: len(bits)] = bits
    return known, table


def _save(path: Path, known: "np.ndarray", before: "pa.Table", drops: list[tuple[int, Drop]]) -> None:
    import numpy as np
    import pyarrow as pa

    columns = [
        [row for row, _ in drops],
        [drop.reason for _, drop in drops],
        [drop.evidence for _, drop in drops],
    ]
    more = pa.table([pa.array(values, f.type) for values, f in zip(columns, _schema(), strict=True)], schema=_schema())
    table = pa.concat_tables([before.replace_schema_metadata(None), more])
    table = table.replace_schema_metadata({KNOWN: np.packbits(known).tobytes()})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
        writer.write_table(table)
    path.parent.mkdir(parents=True, exist_ok=True)
    data = sink.getvalue().to_pybytes()
    write_whole(path, _digest(data) + data)


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=DIGEST).digest()
