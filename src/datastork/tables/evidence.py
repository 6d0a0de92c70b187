"""What is known of cells before the model of the table speaks: answers, rules, references, examples, sources."""

from collections.abc import Callable, Sequence

from datastork.tables.answers import Answers
from datastork.tables.changes import Changes
from datastork.tables.examples import learn
from datastork.tables.grid import Grid
from datastork.tables.references import look_up
from datastork.tables.rules import Rules, certain
from datastork.tables.sources import vote
from datastork.tables.topics import contradicted, topics


def evidence(
    grid: Grid,
    *,
    rules: Rules | None,
    references: Sequence[tuple[Grid, str]],
    answers: Answers | None,
    source: str | None,
    apply: float,
    told: Callable[[str], None],
) -> tuple[Changes, Grid]:
    """Return what each layer in turn says of the cells, and the grid with all of it that is sure enough.

    references: tables to look values up in, each with the column that finds a row in it.
    apply: how sure a change must be for the layers after it to see it.
    """
    found = [answers.changes(grid)] if answers else []
    now = Changes.joined(found).applied(grid)

    def add(changes: Changes) -> None:
        nonlocal now
        mine = Changes.joined([*found, changes]).best()
        now = mine.where(mine.confidence >= apply).applied(grid)
        found.append(changes)

    if rules:
        told("rules")
        add(certain(rules, now))
    for reference, on in references:
        told("references")
        add(look_up(now, reference, on))
    if answers:
        told("examples")
        add(learn(grid, answers))
    trusts = rules.trusts if rules else ()
    fds = contradicted(now, rules.fds) if rules else []
    if answers and not (rules and rules.fds):
        told("sources")
        fds = topics(grid, answers)
    if fds or trusts:
        told("sources")
        add(vote(now, fds, trusts=trusts, source=source, answers=answers))
    return Changes.joined(found), now
