"""The vote among sources: rows of several sources that speak of one thing are brought to what is most likely true."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from datastork.tables.answers import Answers
from datastork.tables.changes import Changes
from datastork.tables.grid import Grid
from datastork.tables.rules.lines import Trust
from datastork.tables.sources.authority import Authority
from datastork.tables.sources.calibration import ceilings
from datastork.tables.sources.case import case_of
from datastork.tables.sources.find import find_source, group_codes
from datastork.tables.sources.outcome import changes_of
from datastork.tables.sources.truth import START, Truth, find_truth

if TYPE_CHECKING:
    pass


def vote(
    grid: Grid,
    fds: Sequence[tuple[tuple[str, ...], str]],
    *,
    trusts: Sequence[Trust] = (),
    source: str | None = None,
    answers: Answers | None = None,
) -> Changes:
    """Return what the rows of several sources on one thing should say, where they disagree or leave it out.

    Rows that agree in the given columns of a dependency speak of one thing. How reliable each source is in each column,
    which sources copy from one another and what is true is found together; a group of copies counts once. Values that
    say the same in other forms ("7:10 a.m.", "07:10") agree, and all rows get the form that most reliable rows use.

    fds: functional dependencies as (given columns, column).
    trusts: authority lines; what their rows say is taken, and shows how reliable the other sources are.
    source: the column that names the source; None to find it: few values, next to never twice for one thing.
    answers: cells a person vouched for: they decide their things, and show how reliable the sources are.

    Dependencies for which no column names the source give no changes. Raises KeyError for columns that are not there.
    """
    own = [Authority.of(one, grid) for one in trusts]
    told = answers or Answers.of([], [], [])
    topics = _topics(fds, own)
    found = [one for given, columns in topics.items() for one in _vote(grid, given, columns, own, source, told)]
    return Changes.joined(found)


def _topics(
    fds: Sequence[tuple[tuple[str, ...], str]], trusts: Sequence[Authority]
) -> dict[tuple[str, ...], list[str]]:
    """Return the columns that each set of given columns decides."""
    topics: dict[tuple[str, ...], list[str]] = {}
    for given, column in [*fds, *((one.given, column) for one in trusts for column in one.then)]:
        columns = topics.setdefault(tuple(sorted(given)), [])
        if column not in columns and column not in given:
            columns.append(column)
    return topics


def _vote(
    grid: Grid,
    given: tuple[str, ...],
    columns: list[str],
    trusts: Sequence[Authority],
    source: str | None,
    answers: Answers,
) -> list[Changes]:
    """Return the changes of one set of given columns, a part for each column."""
    import numpy as np
    import scipy.sparse as sp

    mine = [one for one in trusts if tuple(sorted(one.given)) == given]
    name = source or next((one.source for one in mine if one.source), None) or find_source(grid, given, columns)
    if name is None or name in columns or name in given:
        return []
    things, sources = group_codes(grid, given), grid[name].codes
    if not (things >= 0).any():
        return []
    cases = [case_of(grid, column, things, sources, mine, answers) for column in columns]
    spoken = (things >= 0) & (sources >= 0)
    shape = (len(grid[name].values), int(things.max()) + 1)
    present = sp.csr_matrix((np.ones(int(spoken.sum())), (sources[spoken], things[spoken])), shape=shape)
    present.data[:] = 1
    claims, start = [one.claims for one in cases], np.full(shape[0], START)

    def find(known: list[np.ndarray]) -> list[Truth]:
        return find_truth(claims, present, known, start)

    known = [one.known() for one in cases]
    parts = zip(cases, find(known), ceilings(claims, known, find), strict=True)
    what = " and ".join(given)
    return [changes_of(grid, one, truth, most, things, sources, what) for one, truth, most in parts]
