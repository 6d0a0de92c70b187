"""Where each sample goes: exact fractions, labels alike, units whole, old samples where they were."""

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from datastork.core.errors import BuildError
from datastork.split._order import shuffle_keys
from datastork.split._place import place_singles, place_units
from datastork.split._units import FREE, SET_ASIDE, find_units

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa


def check_fractions(fractions: Mapping[str, float]) -> None:
    """Raise BuildError unless the fractions sum to 1."""
    total = math.fsum(fractions.values())
    if abs(total - 1) > 1e-6:
        raise BuildError(f"{' + '.join(fractions)} = {total:.6g}, not 1", hint="the fractions of the splits sum to 1")


def assign(
    table: "pa.Table", *, fractions: Mapping[str, float], tied_by: Sequence[str], seed: int, stratify: bool
) -> "pa.Table":
    """Return `id`, `split`, `drop_reason` and `drop_evidence` for each row of `table` (in the order of `id`).

    The table has `id`, `label`, `split_before` and the columns `tied_by`; rows that share a value in one of
    these are never apart.
    """
    import numpy as np
    import pyarrow as pa

    check_fractions(fractions)
    earlier = table["split_before"].combine_chunks().cast("string")
    known = list(fractions)
    names = known + sorted({name for name in earlier.unique().to_pylist() if name is not None} - set(known))
    before = _codes(earlier, names)
    turn = shuffle_keys(table["id"], seed)
    units = find_units({name: table[name] for name in tied_by}, before, names, turn)
    home = units.home.copy()

    free = np.flatnonzero(home == FREE)
    counted = np.flatnonzero((home != SET_ASIDE) & (home < len(known)))
    stratum = _strata(table["label"] if stratify else None, turn)
    share = np.array([fractions[name] for name in known])
    strata = int(stratum.max()) + 1 if len(stratum) else 0
    size = np.bincount(stratum[counted], minlength=strata)
    placed = counted[home[counted] >= 0]
    filled = np.bincount(stratum[placed] * len(known) + home[placed], minlength=strata * len(known))
    filled = filled.reshape(strata, len(known))
    ideal = size[:, None] * share
    total = whole(ideal.sum(axis=0), int(size.sum()))

    alone = np.bincount(units.unit[free], minlength=1)[units.unit[free]] == 1
    together, singles = free[~alone], free[alone]
    home[together], filled = place_units(units.unit[together], stratum[together], turn[together], ideal, filled, total)
    home[singles] = place_singles(stratum[singles], turn[singles], ideal, filled, total)

    split = pa.array(names, pa.string()).take(pa.array(home, mask=home < 0)) if len(home) else pa.array([], pa.string())
    reasons = np.full(len(home), None, object)
    for row, reason in units.reasons.items():
        reasons[row] = reason
    return pa.table(
        {
            "id": table["id"],
            "split": split,
            "drop_reason": pa.array(reasons, pa.string()),
            "drop_evidence": pa.nulls(len(home), pa.float64()),
        }
    )


def whole(ideal: "np.ndarray", total: int) -> "np.ndarray":
    """Return whole numbers near `ideal` that sum to `total` (largest remainders, ties to the smaller)."""
    import numpy as np

    floor = np.floor(ideal + 1e-9).astype(np.int64)
    order = np.lexsort((ideal, -np.round(ideal - floor, 9)))
    floor[order[: total - int(floor.sum())]] += 1
    return floor


def _codes(column: "pa.Array", names: list[str]) -> "np.ndarray":
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    found = pc.index_in(column, pa.array(names, pa.string()))
    codes: np.ndarray = pc.fill_null(found, FREE).to_numpy(zero_copy_only=False).astype(np.int64)
    return codes


def _strata(labels: "pa.ChunkedArray | None", turn: "np.ndarray") -> "np.ndarray":
    """Return the stratum of each row: its label, in shuffled order; rows without a label are one stratum."""
    import numpy as np
    import pyarrow.compute as pc

    if labels is None:
        return np.zeros(len(turn), np.int64)
    codes = labels.combine_chunks().dictionary_encode().indices
    code = pc.fill_null(codes, -1).to_numpy(zero_copy_only=False).astype(np.int64) + 1
    first = np.full(int(code.max(initial=0)) + 1, np.iinfo(np.uint64).max, np.uint64)
    np.minimum.at(first, code, turn)
    rank = np.empty(len(first), np.int64)
    rank[np.argsort(first, kind="stable")] = np.arange(len(first))
    return np.asarray(rank[code])
