"""A column is repaired only if predicting its good cells, each left out, proves right."""

from dataclasses import dataclass

NEEDED = 0.98  # share of cells that the prediction must have right


@dataclass(frozen=True, slots=True)
class Backtest:
    """How a column's cells that nothing speaks against, and those that are exceptions by nature, were predicted."""

    right: int
    wrong: int

    @property
    def precision(self) -> float:
        """Share that was predicted right; 1 where nothing was."""
        cells = self.right + self.wrong
        return self.right / cells if cells else 1.0

    @property
    def passed(self) -> bool:
        """Whether the column may be repaired where values are replaced by others that are as good by themselves."""
        return self.precision >= NEEDED


def backtest(right: int, wrong: int) -> Backtest:
    """Return the backtest of a column: cells whose value the others foretell, and those where it is another by nature.

    Cells that are taken for errors count for neither.
    """
    return Backtest(right, wrong)
