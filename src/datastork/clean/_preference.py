"""Which of several copies is preferred: by source, by what was kept before, by what the user asks for."""

import fnmatch
import re
from typing import TYPE_CHECKING

from datastork.core.errors import BuildError

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa


def ranks(some: "pa.Table", keep: str, best: "pa.ChunkedArray | None", priority: list[str]) -> "np.ndarray":
    """Return the place of each row in the order of preference, 0 first.

    `best` is the column of which the highest is preferred, for keep = "best".
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    def most(name: str) -> "pa.ChunkedArray":
        return pc.negate(pc.fill_null(some[name], 0))

    tenths = pc.negate(pc.round(pc.fill_null(some["seconds"], 0.0), ndigits=1))  # what codecs add is no length

    columns = {
        "source": pa.array(sources(some["uri"].to_pylist(), priority)),
        "new": pc.fill_null(pc.not_equal(some["state_before"], "kept"), True),
    }
    if keep == "largest":
        columns |= {"area": pc.negate(pc.fill_null(pc.multiply(some["width"], some["height"]), 0))}
        columns |= {"length": tenths, "weight": most("media_size")}
    elif keep == "longest":
        columns |= {"length": most("characters"), "seconds": tenths, "weight": most("media_size")}
    elif keep == "best":
        columns |= {"worth": pc.negate(best)}
    columns |= {"uri": some["uri"]} if keep == "first" else {}
    keys = pa.table({**columns, "id": some["id"]})
    order = pc.sort_indices(keys, sort_keys=[(name, "ascending") for name in keys.column_names]).to_numpy()
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return rank


def worth(table: "pa.Table", column: str) -> "pa.ChunkedArray":
    """Return a column of numbers (or true and false) by which samples are preferred; null and NaN come last.

    Raises BuildError where it holds anything else.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    values = table[column]
    kind = values.type
    if not (pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind)):
        raise BuildError(f"keep = 'best' needs a column of numbers; '{column}' is {kind}")
    numbers = values.cast(pa.float64())
    return pc.fill_null(pc.if_else(pc.is_nan(numbers), None, numbers), float("-inf"))


def sources(addresses: list[str | None], priority: list[str]) -> "np.ndarray":
    """Return for each address the number of the first pattern it matches; of none, how many patterns there are.

    A pattern is the beginning of an address, or, with * or ?, a whole one.
    """
    import numpy as np

    found = np.full(len(addresses), len(priority), np.int64)
    if priority:
        tests = [re.compile(_expression(pattern)) for pattern in priority]
        for place, address in enumerate(addresses):
            for number, test in enumerate(tests):
                if address is not None and test.match(address):
                    found[place] = number
                    break
    return found


def _expression(pattern: str) -> str:
    """Return a pattern as a regular expression that never goes back over what a star has taken."""
    if not re.search(r"[*?]", pattern):
        return re.escape(pattern)
    return fnmatch.translate(pattern.replace("[", "[[]"))
