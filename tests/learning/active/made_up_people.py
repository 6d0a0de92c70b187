"""People whose pay depends on their age, with ages in months for many of those who pay."""

import numpy as np

from datastork.learning.active.flags import Flags
from datastork.learning.active.state import State
from datastork.tables.grid import Grid
from datastork.tables.kinds import kinds_of


def people(rows: int = 1500, seed: int = 0, *, flagged: str = "cells", wrong: str = "age") -> State:
    """Return a state in which everybody is answered; `flagged`: "cells", "rows" or "" what rules flag.

    The last fifth is neither for training nor for validation; the fifth before that is no training row either.
    """
    draw = np.random.default_rng(seed)
    age, town = draw.integers(18, 80, rows), draw.integers(0, 4, rows)
    pays = draw.random(rows) < 1 / (1 + np.exp(-(age - 48) / 8 - (town == 0)))
    label = np.where(pays, "yes", "no")
    clean = {"age": age.astype(str), "town": np.array(list("ABCD"))[town], "pays": label}
    bad = draw.random(rows) < np.where(pays, 0.35, 0.03)
    dirty = dict(clean)
    if wrong == "age":
        dirty["age"] = np.where(bad, age * 12, age).astype(str)
    else:
        dirty["pays"] = np.where(bad, np.where(pays, "no", "yes"), label)
    before, after = (Grid.of({name: one.tolist() for name, one in held.items()}) for held in (dirty, clean))
    changed = np.zeros((rows, 3), bool)
    changed[bad, before.place(wrong)] = True
    flags = {
        "cells": Flags.of(rows, {wrong: bad}),
        "rows": Flags.of(rows, {}, bad),
        "": Flags.of(rows, {}),
    }[flagged]
    train = np.arange(rows) < 0.6 * rows
    return State(
        before, after, "pays", (), kinds_of(before), flags, np.ones(rows, bool), changed, draw.random(rows), train
    )


def validation(state: State) -> np.ndarray:
    """Return which rows validate."""
    rows = len(state.train)
    return (np.arange(rows) >= 0.6 * rows) & (np.arange(rows) < 0.8 * rows)


def accuracy(state: State, encoder: object, machine: object) -> float:
    """Return the share of the clean rows for testing that a model gets right."""
    rows = np.flatnonzero(np.arange(len(state.train)) >= 0.8 * len(state.train))
    found = machine.predict(encoder.matrix(state.after.take(rows)))  # type: ignore[attr-defined]
    return float(np.mean(np.array(state.target.classes)[found] == np.array(state.after["pays"].texts())[rows]))
