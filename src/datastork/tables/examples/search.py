"""The transforms that make one text another, found by trying: the simplest first."""

from collections.abc import Iterator
from functools import lru_cache

from datastork.tables.examples.affixes import affixes
from datastork.tables.examples.dates import dates
from datastork.tables.examples.durations import durations
from datastork.tables.examples.letters import letters
from datastork.tables.examples.numerals import numerals
from datastork.tables.examples.operation import Operation, Transform

LONGEST = 200  # characters of a text that is looked at
DEEPEST = 3  # operations in a transform
WIDEST = 60  # texts on the way that are followed at each depth
WAYS = 3  # transforms kept that lead to one text on the way
MOST = 40  # transforms given


@lru_cache(maxsize=4096)
def transforms(text: str, goal: str) -> tuple[Transform, ...]:
    """Return transforms of at most three operations that make `goal` of `text`, the simplest first."""
    if text == goal or not text or not goal or max(len(text), len(goal)) > LONGEST:
        return ()
    found: dict[Transform, None] = {}
    level: dict[str, list[Transform]] = {text: [Transform(())]}
    seen = {text}
    for _ in range(DEEPEST):
        after: dict[str, list[Transform]] = {}
        for now, ways in level.items():
            for operation in _operations(now, goal):
                new = operation.run(now)
                if not new or new == now or len(new) > LONGEST:
                    continue
                longer = [Transform((*way.steps, operation)) for way in ways if not _patches(way, operation)]
                if not longer:
                    continue
                if new == goal:
                    found.update(dict.fromkeys(longer))
                elif new not in seen:
                    kept = after.setdefault(new, [])
                    kept += longer
                    kept.sort(key=lambda one: one.cost)
                    del kept[WAYS:]
        seen |= after.keys()
        nearest = sorted(after, key=lambda one: (after[one][0].cost, one))[:WIDEST]
        level = {one: after[one] for one in nearest}
    return tuple(sorted(found, key=lambda one: (one.cost, repr([step.key for step in one.steps])))[:MOST])


def _patches(way: Transform, operation: Operation) -> bool:
    """Return whether a part is put in place of another, which makes any text of any; units may change their name."""
    if operation.key[0] != "add" or not way.steps:
        return False
    named = way.steps[-1].key[0] == "number" and not any(
        mark.isdigit() for part in operation.key[1:] for mark in str(part)
    )
    return not named and any(one.key[0] in ("remove", "remove like", "keep like", "number") for one in way.steps)


def _operations(text: str, goal: str) -> Iterator[Operation]:
    """Give every operation that may help."""
    yield from affixes(text, goal)
    yield from numerals(text, goal)
    yield from dates(text, goal)
    yield from durations(text, goal)
    yield from letters(text, goal)
