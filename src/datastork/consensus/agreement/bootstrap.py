"""Intervals by resampling items: sums are resampled, never rows."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

BLOCKS = 2_000  # groups of items that are drawn together, at most
WIDE, STRIP = 1_000, 250  # columns of which sums of squares are resampled at most, and at a time
NUMBERS = 4_000_000  # sums in memory at a time


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its interval (95 % unless said otherwise); nan where it is not defined."""

    value: float
    low: float
    high: float

    @classmethod
    def of(cls, drawn: "Array", confidence: float = 0.95) -> "Estimate":
        """Return the estimate of values of which the first is that of the sample, the others those of replicates."""
        import numpy as np

        value, rest = float(drawn[0]), drawn[1:][np.isfinite(drawn[1:])]
        if not np.isfinite(value) or not len(rest):
            return cls(value, float("nan"), float("nan"))
        low, high = np.quantile(rest, [(1 - confidence) / 2, (1 + confidence) / 2])
        return cls(value, float(low), float(high))


class Resampling:
    """Draws of items with replacement, for statistics that are functions of sums over items.

    Items are dealt at random into at most 2,000 blocks, and blocks are drawn: where there are no more items than that,
    this is the bootstrap of Efron 1979; where there are more, the sums of blocks vary as those of items do, and the
    interval is as wide but for chance. The same seed gives the same draws.
    """

    def __init__(self, items: int, *, replicates: int = 1000, seed: int = 0) -> None:
        import numpy as np

        chance = np.random.default_rng(seed)
        self.blocks = max(1, min(items, BLOCKS))
        self.block = np.empty(items, np.int64)
        self.block[chance.permutation(items)] = np.arange(items) % self.blocks
        drawn = chance.integers(0, self.blocks, (replicates, self.blocks))
        drawn += np.arange(replicates)[:, None] * self.blocks
        times = np.bincount(drawn.ravel(), minlength=replicates * self.blocks).reshape(replicates, self.blocks)
        self.times = np.concatenate([np.ones((1, self.blocks)), times])  # the first row is the sample itself

    def sums(self, item: "Array", weight: "Array", column: "Array | None" = None, columns: int = 1) -> "Array":
        """Return the sums of `weight` for the sample and each replicate: (1 + replicates) × columns.

        `item` and `column` say where each weight belongs.
        """
        import numpy as np

        if column is None:
            column = np.zeros(len(item), np.int64)
        each = np.bincount(self.block[item] * columns + column, weight, self.blocks * columns)
        summed: Array = self.times @ each.reshape(self.blocks, columns)
        return summed

    def squares(self, item: "Array", weight: "Array", column: "Array", columns: int) -> "Array":
        """Return what `sums` gives, squared and added up over the columns: 1 + replicates numbers.

        Of more than `WIDE` columns, the heaviest are resampled, and the others, of which each adds next to nothing, are
        taken to grow as the whole does.
        """
        import numpy as np

        size = np.bincount(column, weight, columns)
        order = np.lexsort((np.arange(columns), -size))
        total = self.sums(item, weight)[:, 0]
        rest = float((size[order[WIDE:]] ** 2).sum())
        found: Array = rest * (total / (total[0] or 1.0)) ** 2
        place = np.full(columns, -1)
        place[order[:WIDE]] = np.arange(min(columns, WIDE))
        place = place[column]
        for start in range(0, min(columns, WIDE), STRIP):
            here = (place >= start) & (place < start + STRIP)
            part = self.sums(item[here], weight[here], place[here] - start, STRIP)
            found = found + (part**2).sum(axis=1)
        return found
