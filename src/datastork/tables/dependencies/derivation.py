"""The word for a column that others make up."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np

How = Literal["equal", "joined", "part", "scaled", "sum", "product"]
AGREE = 0.9  # share of rows, where all parts are given, that must keep the relation
UNUSUAL = 0.1  # how much less where the column has not its commonest value: two columns of zeros tell nothing
LEAST_ROWS = 20
PROBE = 400  # rows of the sample in which columns are compared


@dataclass(frozen=True, slots=True)
class Derivation:
    """`column` is made of the columns `parts`.

    `how` and `text` say how ("a + '_' + b"); `support` rows have all parts, `violations` of them keep it not.
    `told` is the agreement among rows where the column has not its commonest value.
    """

    column: str
    parts: tuple[str, ...]
    how: How
    text: str
    support: int
    violations: int
    told: float

    @property
    def agreement(self) -> float:
        """Share of supporting rows that keep it."""
        return 1 - self.violations / self.support if self.support else 0.0

    def is_real(self, least: float = AGREE) -> bool:
        """Whether enough rows keep it, also where it is not the commonest value that they share."""
        return self.support >= LEAST_ROWS and self.agreement >= least and self.told >= least - UNUSUAL


def drawn(count: int, seed: int, size: int = PROBE) -> "np.ndarray":
    """Return places of rows drawn by a seed, in order; all where there are few."""
    import numpy as np

    if count <= size:
        return np.arange(count)
    return np.sort(np.random.default_rng(seed).choice(count, size, replace=False))
