"""Dependencies found in a table and borne out by answers."""

import numpy as np

from datastork.tables.answers import Answers
from datastork.tables.changes import LAYERS
from datastork.tables.confirmed import confirmed
from datastork.tables.grid import Grid
from datastork.tables.repair import repair


def stores(wrong: float, seed: int = 1) -> tuple[Grid, Grid]:
    """Return rows on stores with their manager, of which a share has another, and the truth."""
    rng = np.random.default_rng(seed)
    managers = [f"Manager {one}" for one in rng.permutation(90)[:60].tolist()]
    store = np.repeat(np.arange(60), 8)
    true = [managers[one] for one in store.tolist()]
    dirty = [managers[int(rng.integers(60))] if rng.random() < wrong else name for name in true]
    names = [f"store {one}" for one in store.tolist()]
    bill = [f"{one}" for one in range(len(store))]
    return Grid.of({"bill": bill, "store": names, "manager": dirty}), Grid.of(
        {"bill": bill, "store": names, "manager": true}
    )


def exceptions(dirty: Grid, true: Grid) -> "np.ndarray":
    """Return the rows that differ."""
    pairs = zip(dirty["manager"].texts(), true["manager"].texts(), strict=True)
    return np.flatnonzero([one != other for one, other in pairs])


def test_a_dependency_is_confirmed_by_corrections_that_follow_it() -> None:
    dirty, true = stores(0.08)
    wrong = exceptions(dirty, true)
    assert (("store",), "manager") in confirmed(dirty, Answers.of_rows(dirty, wrong[:4], true))
    assert confirmed(dirty, Answers.of_rows(dirty, wrong[:2], true)) == []
    right = np.setdiff1d(np.arange(dirty.rows), wrong)[:20]
    assert confirmed(dirty, Answers.of_rows(dirty, right, true)) == []


def test_one_exception_that_people_call_right_denies_it() -> None:
    dirty, true = stores(0.08)
    wrong = exceptions(dirty, true)
    mixed = Grid.of({name: true[name].texts() for name in true.names})
    kept = wrong[4]
    mixed = mixed.with_column(mixed["manager"].replaced(np.array([kept]), [dirty["manager"].text(int(kept))]))
    assert confirmed(dirty, Answers.of_rows(dirty, wrong[:5], mixed)) == []


def test_a_repair_follows_it_and_says_that_answers_did() -> None:
    dirty, true = stores(0.08)
    wrong = exceptions(dirty, true)
    done = repair(dirty, answers=Answers.of_rows(dirty, wrong[:4], true), trial=False)
    left = exceptions(done.grid, true)
    assert len(left) < 0.2 * len(wrong)
    assert not set(left.tolist()) - set(wrong.tolist())
    told = [
        why
        for why, layer in zip(done.changes.why, done.changes.layer.tolist(), strict=True)
        if LAYERS[layer] == "example"
    ]
    assert set(told) == {"other rows with the same store have it, as where people corrected it"}


def test_a_label_tells_nothing() -> None:
    dirty, true = stores(0.08)
    wrong = exceptions(dirty, true)
    done = repair(dirty, answers=Answers.of_rows(dirty, wrong[:4], true), label="store", trial=False)
    assert not np.isin(done.changes.row, wrong[4:]).any()
