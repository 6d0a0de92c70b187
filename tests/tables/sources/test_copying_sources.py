"""Sources that copy, and how sure a vote may be."""

import numpy as np

from datastork.tables.answers import Answers
from datastork.tables.changes import Changes
from datastork.tables.grid import Grid
from datastork.tables.sources import vote
from datastork.tables.sources.find import find_source

FDS = [(("thing",), "value")]


def made(seed: int, copies: int, things: int = 150, missing: float = 0.1) -> tuple[Grid, Grid, list[str]]:
    """Return claims of 6 good sources and a poor one with copies, what is true, and what most sources say."""
    rng = np.random.default_rng(seed)
    true = rng.integers(0, 500, things)
    rates = [0.8, 0.75, 0.7, 0.8, 0.75, 0.7, 0.3]
    claims = [np.where(rng.random(things) < rate, true, rng.integers(500, 520, things)) for rate in rates]
    gone = [rng.random(things) < missing for _ in rates]
    claims += [claims[-1]] * copies
    gone += [gone[-1]] * copies
    told: dict[str, list[str | None]] = {"site": [], "thing": [], "value": []}
    right: list[str | None] = []
    for thing in range(things):
        for site, (claim, left_out) in enumerate(zip(claims, gone, strict=True)):
            told["site"].append(f"site {site}")
            told["thing"].append(f"thing {thing}")
            told["value"].append(None if left_out[thing] else str(claim[thing]))
            right.append(str(true[thing]))
    most = []
    for thing in range(things):
        said = [str(c[thing]) for c, g in zip(claims, gone, strict=True) if not g[thing]]
        most.append(max(sorted(set(said)), key=said.count, default=""))
    return Grid.of(told), Grid.of({**told, "value": right}), most


def after(grid: Grid, changes: Changes, every: int) -> list[str | None]:
    """Return the value of each thing after all changes."""
    return changes.applied(grid)["value"].texts()[::every]


def test_copies_of_a_poor_source_do_not_outvote_good_sources() -> None:
    for seed in range(3):
        grid, true, most = made(seed, copies=5)
        truth = true["value"].texts()[::12]
        ours = np.mean([a == b for a, b in zip(after(grid, vote(grid, FDS), 12), truth, strict=True)])
        majority = np.mean([a == b for a, b in zip(most, truth, strict=True)])
        assert ours > 0.93
        assert ours > majority + 0.2


def test_without_copies_the_vote_is_about_as_good_as_the_majority_or_better() -> None:
    for seed in range(3):
        grid, true, most = made(seed, copies=0)
        truth = true["value"].texts()[::7]
        ours = np.mean([a == b for a, b in zip(after(grid, vote(grid, FDS), 7), truth, strict=True)])
        assert ours >= np.mean([a == b for a, b in zip(most, truth, strict=True)]) - 0.01


def test_the_vote_is_right_as_often_as_it_says_or_oftener() -> None:
    said, right = [], []
    for seed in range(12):
        grid, true, _ = made(seed, copies=seed % 4, things=80, missing=0.4)
        changes = vote(grid, FDS)
        said += changes.confidence.tolist()
        truth = true["value"]
        right += [truth.text(r) == new for r, new in zip(changes.row.tolist(), changes.new.tolist(), strict=True)]
    sure, hit = np.array(said), np.array(right)
    for low, high in ((0.5, 0.7), (0.7, 0.9), (0.9, 1.01)):
        mine = (sure >= low) & (sure < high)
        assert mine.sum() > 50
        assert -0.05 < hit[mine].mean() - sure[mine].mean() < 0.2


def test_a_vote_that_known_things_prove_wrong_is_not_sure_of_the_others() -> None:
    grid, _, _ = made(0, copies=0)
    rows = list(range(0, 7 * 20, 7))
    answers = Answers.of(rows, [2] * 20, [f"other {row}" for row in rows])
    changes = vote(grid, FDS, answers=answers)
    others = changes.where(changes.row >= 7 * 20)
    assert others.confidence.max() < 0.3
    assert vote(grid, FDS).confidence.max() > 0.95


def test_the_source_is_found_by_how_it_repeats() -> None:
    grid, _, _ = made(0, copies=0)
    assert find_source(grid, ("thing",), ("value",)) == "site"
    assert find_source(grid, ("thing",), ("value", "site")) is None
    assert find_source(Grid.of({"a": ["1", "1"], "b": ["x", "y"]}), ("a",)) is None


def test_the_order_of_rows_and_columns_does_not_matter() -> None:
    grid, _, _ = made(1, copies=2)
    order = np.random.default_rng(0).permutation(grid.rows)
    mixed = Grid(tuple(reversed(grid.take(order).columns)))
    one = vote(grid, FDS).applied(grid)["value"].texts()
    other = vote(mixed, FDS).applied(mixed)["value"].texts()
    assert [one[row] for row in order.tolist()] == other
