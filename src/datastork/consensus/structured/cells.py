"""Corrected cells of a table row: each column is voted on."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from datastork.consensus.structured.matching.answer import elect


class Corrected(NamedTuple):
    """One annotator's corrections of a row, by column; empty where nothing is wrong."""

    annotator: str
    cells: Mapping[str, str]
    weight: float = 1.0


class FusedCells(NamedTuple):
    """The corrections that the votes come to, by column, and how sure each column that anyone corrected is.

    `probabilities` holds the share of the winning value, also for columns that stay as they are.
    """

    cells: dict[str, str]
    probabilities: dict[str, float]
    annotators: int


def fuse(answers: Sequence[Corrected]) -> FusedCells:
    """Return the corrections that the answers about one row come to.

    An annotator who did not correct a column says that it is right as it is. Where votes are equal it stays.

    >>> fuse([Corrected("a", {"age": "42"}), Corrected("b", {"age": "42", "city": "Rom"}), Corrected("c", {})]).cells
    {'age': '42'}
    """
    columns = sorted({column for answer in answers for column in answer.cells})
    cells, sure = {}, {}
    weights = [answer.weight for answer in answers]
    for column in columns:
        # "" before the others, so that what is equal stays as it is
        said = ["=" + answer.cells[column] if column in answer.cells else "" for answer in answers]
        value, sure[column] = elect(said, weights)
        if value:
            cells[column] = value[1:]
    return FusedCells(cells, sure, len(answers))
