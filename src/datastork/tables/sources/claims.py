"""What each source claims of each thing, as arrays."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from datastork.tables.grid import Column
from datastork.tables.sources.forms import Forms

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True, slots=True)
class Claims:
    """The claims on one column: m claims, one for each source, thing and key; c candidates, one for each thing and key.

    `source`  int32[m]
    `option`  int64[m]: place of the candidate
    `thing`   int64[c]: the thing of each candidate, ascending
    `key`     int32[c]: its key
    `row`     int64[n]: candidate that each row of the table claims, -1 for none
    """

    source: "np.ndarray"
    option: "np.ndarray"
    thing: "np.ndarray"
    key: "np.ndarray"
    row: "np.ndarray"

    def of_things(self, chosen: "np.ndarray") -> "Claims":
        """Return the claims on some things (bool[g]); `row` is empty."""
        import numpy as np

        kept = chosen[self.thing]
        place = np.cumsum(kept) - 1
        mine = kept[self.option]
        nothing = np.zeros(0, np.int64)
        return Claims(self.source[mine], place[self.option[mine]], self.thing[kept], self.key[kept], nothing)

    def winners(self, chance: "np.ndarray") -> "np.ndarray":
        """Return int64[<= g]: the likeliest candidate of each thing that has one, in the order of things."""
        import numpy as np

        order = np.lexsort((self.key, -chance, self.thing))
        things = self.thing[order]
        first: np.ndarray = order[np.flatnonzero(np.append(things[:1] >= 0, things[1:] != things[:-1]))]
        return first


def claims_of(column: Column, forms: Forms, things: "np.ndarray", sources: "np.ndarray") -> Claims:
    """Return the claims of a column on things (int64[n], -1 for none) by sources (int32[n], -1 for none)."""
    import numpy as np

    key = np.append(forms.key, -1)[column.codes]
    told = np.flatnonzero((key >= 0) & (things >= 0) & (sources >= 0))
    width = len(forms.names) + 1
    options, option = np.unique(things[told] * width + key[told], return_inverse=True)
    row = np.full(column.rows, -1, np.int64)
    row[told] = option
    count = max(1, len(options))
    pairs = np.unique(sources[told].astype(np.int64) * count + option)
    return Claims(
        (pairs // count).astype(np.int32), pairs % count, options // width, (options % width).astype(np.int32), row
    )
