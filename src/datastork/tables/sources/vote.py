"""The vote among sources: rows of several sources that speak of one thing are brought to what is most likely true."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from datastork.tables.answers import Answers
from datastork.tables.changes import Changes
from datastork.tables.grid import Grid
from datastork.tables.rules.lines import Trust
from datastork.tables.sources.authority import Authority
from datastork.tables.sources.claims import Claims, claims_of
from datastork.tables.sources.find import find_source, group_codes
from datastork.tables.sources.forms import Forms, forms_of
from datastork.tables.sources.truth import START, Truth, find_truth
from datastork.tables.sources.wording import wordings

if TYPE_CHECKING:
    import numpy as np

SURE = 0.99  # that all rows of a thing have the value a person told for one of them
TRUSTED = 0.97  # that an authority is right which nobody contradicts


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


@dataclass(frozen=True, slots=True)
class _Case:
    """One column in a vote. `told` is the answer for each thing that has one; None in it for a cell rightly empty."""

    place: int
    forms: Forms
    claims: Claims
    told: dict[int, str | None]
    trusted: "np.ndarray"

    def known(self) -> "np.ndarray":
        """Return float64[c]: 1 for candidates that are true, 0 for wrong ones, nan where nobody said."""
        import numpy as np

        known = np.full(len(self.claims.thing), np.nan)
        chosen = np.unique(self.claims.row[self.trusted & (self.claims.row >= 0)])
        known[np.isin(self.claims.thing, self.claims.thing[chosen])] = 0
        known[chosen] = 1
        if self.told:
            things = np.array(list(self.told), np.int64)
            keys = np.array([self.forms.key_of(value) for value in self.told.values()], np.int64)
            order = np.argsort(things)
            at = np.searchsorted(things[order], self.claims.thing)
            at = order[np.minimum(at, len(things) - 1)]
            hit = things[at] == self.claims.thing
            known[hit] = (keys[at] == self.claims.key)[hit]
        return known


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
    cases = [_case(grid, column, things, sources, mine, answers) for column in columns]
    spoken = (things >= 0) & (sources >= 0)
    shape = (len(grid[name].values), int(things.max()) + 1)
    present = sp.csr_matrix((np.ones(int(spoken.sum())), (sources[spoken], things[spoken])), shape=shape)
    present.data[:] = 1
    truths = find_truth(
        [one.claims for one in cases], present, [one.known() for one in cases], np.full(shape[0], START)
    )
    what = " and ".join(given)
    return [_changes(grid, one, truth, things, sources, what) for one, truth in zip(cases, truths, strict=True)]


def _case(
    grid: Grid, column: str, things: "np.ndarray", sources: "np.ndarray", trusts: list[Authority], answers: Answers
) -> _Case:
    """Return one column as a vote sees it."""
    import numpy as np

    place = grid.place(column)
    forms = forms_of(grid.columns[place])
    told: dict[int, set[str | None]] = {}
    of_column = answers.of_column(place)
    for row, value in zip(of_column.row.tolist(), of_column.value.tolist(), strict=True):
        if things[row] >= 0:
            told.setdefault(int(things[row]), set()).add(value)
    trusted = np.zeros(grid.rows, bool)
    for one in trusts:
        if column in one.then:
            trusted |= one.rows
    alone = {thing: next(iter(values)) for thing, values in told.items() if len(values) == 1}
    return _Case(place, forms, claims_of(grid.columns[place], forms, things, sources), alone, trusted)


def _changes(grid: Grid, case: _Case, truth: Truth, things: "np.ndarray", sources: "np.ndarray", what: str) -> Changes:
    """Return the changes of one column."""
    import numpy as np

    claims, column = case.claims, grid.columns[case.place]
    count = int(things.max()) + 1
    order = np.lexsort((claims.key, -truth.chance, claims.thing))
    first = order[np.append(True, claims.thing[order][1:] != claims.thing[order][:-1])] if len(order) else order
    winner = np.full(count, -1, np.int64)
    winner[claims.thing[first]] = first
    texts = wordings(column, case.forms, claims, truth, winner, sources, list(case.told.values()))
    sure = np.where(winner >= 0, truth.chance[winner] if len(truth.chance) else 0.0, 0.0)
    by_trust = np.zeros(count, bool)
    by_trust[things[case.trusted & (claims.row >= 0)]] = True
    sure[by_trust & (sure > TRUSTED)] = TRUSTED
    for thing, value in case.told.items():
        texts[thing], sure[thing] = value, SURE
    rows = np.flatnonzero(things >= 0)
    held = np.array([*column.values, None], object)[column.codes[rows]]
    new = texts[things[rows]]
    asked = np.isin(things[rows], np.array(list(case.told), np.int64))
    differs = (held != new) & (asked | (winner[things[rows]] >= 0))
    rows, new = rows[differs], new[differs]
    same = (claims.row[rows] >= 0) & (claims.row[rows] == winner[things[rows]])
    votes, total = _tally(claims, winner, count)
    why = [
        f"a person said so of this {what}"
        if thing in case.told
        else "the same in the form of the other rows"
        if form
        else f"the trusted row of this {what} says so"
        if by_trust[thing]
        else f"{votes[thing]} of {total[thing]} sources of this {what} say so, weighed by how reliable they are"
        for thing, form in zip(things[rows].tolist(), same.tolist(), strict=True)
    ]
    return Changes.of("source", rows, case.place, new.tolist(), sure[things[rows]], why)


def _tally(claims: Claims, winner: "np.ndarray", count: int) -> "tuple[np.ndarray, np.ndarray]":
    """Return int64[g] twice: how many claims are for the winner of each thing, and how many there are."""
    import numpy as np

    each = np.bincount(claims.option, minlength=len(claims.thing))
    total = np.bincount(claims.thing, each, count).astype(np.int64)
    votes = np.where(winner >= 0, each[winner] if len(each) else 0, 0)
    return votes, total
