"""Cleaning k rows for a model (`clean.table.active`) against other ways to spend k answers.

    python benchmarks/clean_for_model.py adult --kinds mixed --seeds 20 --k 50 100 250 500 1000
    python benchmarks/clean_for_model.py german --model trees

Tables: adult (train and test as UCI split them), german, breast, compas, and two made up; the others are split 70 : 30
by the seed. 16.6 % of the rows for training are corrupted, and these rows are not drawn alike: of the rarer class as
many as make up four fifths of them (adult: 55 % of ">50K", 4.5 % of the others). Rows for testing stay clean. What is
corrupted are the columns that tell most of the label (mutual information), in one of these kinds:

    mixed    a third each: two numbers times 60 (another unit), two numbers negated, three categories "unknown";
             rules flag each such cell
    sign     three numbers negated, rules flag the cells
    value    as mixed, but four fifths fall on rows above the median of the most telling number, too
    labels   the label is another one; rules flag the label, as a source that is known to be bad would
    rows     two numbers get their smallest value, two categories their rarest; rules flag the row, not the cell
    blind    as mixed, but no rule flags anything: the detector has to learn

Each way gets the same answers as far as it can: "only" fits on the answered rows, "mix" puts answers into the dirty
table (naive), "drop" leaves flagged rows out, "uniform" asks at random and weighs by Horvitz-Thompson, "unbiased" asks
half by gradient and weighs by Horvitz-Thompson, "likely" lets donors stand for all flagged rows, "shrunk" is the
default, "gradient" the Newton step. Test rows are seen only to report accuracy.
"""

import argparse
import csv
import json
import os
import sys
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np

from datastork.learning.active.asking import order, shares
from datastork.learning.active.flags import Flags
from datastork.learning.active.standing import Standing, standing, trained
from datastork.learning.active.state import State
from datastork.learning.active.weights import Weights
from datastork.learning.encode import encode
from datastork.learning.estimators import estimator_of, fitted, form_of
from datastork.tables.grid import Grid
from datastork.tables.kinds import kinds_of

DATA = Path(os.environ.get("DATASTORK_DATA", Path(__file__).parents[2] / "shared" / "data")) / "tables"
SHARE = 0.166  # of the rows for training that are corrupted
RARER = 0.8  # of the corrupted rows that are of the rarer class
ROUND = 50  # answers between two looks of a learned detector
ADULT = ["age", "workclass", "fnlwgt", "education", "education_num", "marital", "occupation", "relationship", "race"]
ADULT += ["sex", "gain", "loss", "hours", "country", "label"]
KINDS = ("mixed", "sign", "value", "labels", "rows", "blind")
WAYS = ("only", "mix", "uniform", "unbiased", "likely", "shrunk", "gradient", "trust")


def read(path: Path, names: list[str] | None, label: str | None = None, columns: list[str] | None = None) -> Grid:
    """Return a CSV file as a grid whose label is called label."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = [[cell.strip().rstrip(".") for cell in row] for row in csv.reader(file) if row]
    names = names or rows.pop(0)
    names = ["label" if name == label else name for name in names]
    grid = Grid.of({name: [None if r[i] in ("?", "") else r[i] for r in rows] for i, name in enumerate(names)})
    return Grid(tuple(grid[name] for name in [*columns, "label"])) if columns else grid


def table(name: str, seed: int) -> tuple[Grid, Grid]:
    """Return the rows for training and for testing."""
    if name == "adult":
        folder = DATA / "jbrownlee"
        return read(folder / "adult-train.csv", ADULT), read(folder / "adult-test.csv", ADULT)
    draw = np.random.default_rng(seed)
    if name == "german":
        whole = read(DATA / "jbrownlee" / "german.csv", [f"a{i}" for i in range(20)] + ["label"])
    elif name == "breast":
        whole = read(DATA / "jbrownlee" / "breast-cancer-wisconsin.csv", [f"a{i}" for i in range(9)] + ["label"])
    elif name == "compas":
        columns = ["sex", "age", "race", "juv_fel_count", "juv_misd_count", "priors_count", "c_charge_degree"]
        whole = read(DATA / "compas" / "compas-scores-two-years.csv", None, "two_year_recid", columns)
    elif name in ("linear", "three"):
        numbers, town = draw.normal(size=(4000, 5)), draw.integers(0, 6, 4000)
        score = numbers @ [1.5, -1, 0.5, 0, 0] + (town < 2) - 0.4
        if name == "linear":
            label = np.where(draw.random(4000) < 1 / (1 + np.exp(-score)), "yes", "no")
        else:
            label = np.array(["low", "middle", "high"])[np.digitize(score + draw.normal(size=4000) * 0.7, [-1, 1.5])]
        texts = {f"n{i}": [f"{x:.3f}" for x in numbers[:, i] + 5] for i in range(5)}
        whole = Grid.of({**texts, "town": [f"town {t}" for t in town.tolist()], "label": label.tolist()})
    else:
        raise SystemExit(f"no table is called {name}")
    rows = draw.permutation(whole.rows)
    cut = int(0.7 * whole.rows)
    return whole.take(rows[:cut]), whole.take(rows[cut:])


def telling(grid: Grid) -> tuple[list[str], list[str]]:
    """Return the numbers and the categories, those first that tell most of the label."""
    from sklearn.feature_selection import mutual_info_classif

    kinds = kinds_of(grid)
    names = [name for name in grid.names if name != "label"]
    label, found = grid["label"].codes, {}
    for name in names:
        codes = grid[name].codes
        if kinds[name].is_number:
            values = np.nan_to_num(_numbers(grid, name))
            codes = np.digitize(values, np.unique(np.quantile(values, np.linspace(0.1, 0.9, 9))))
        found[name] = mutual_info_classif(codes[:, None], label, discrete_features=True, random_state=0)[0]
    ranked = sorted(names, key=lambda name: -found[name])
    return [n for n in ranked if kinds[n].is_number], [n for n in ranked if not kinds[n].is_number]


def _numbers(grid: Grid, name: str) -> np.ndarray:
    return np.array([float("nan") if text is None else float(text) for text in grid[name].texts()])


def corrupted(clean: Grid, kind: str, seed: int) -> tuple[Grid, Flags, np.ndarray]:
    """Return the dirty rows, what rules flag in them, and which cells are wrong: bool[n, columns]."""
    draw = np.random.default_rng(seed + 77)
    numbers, words = telling(clean)
    label = clean["label"]
    rarer = label.codes == np.argsort(label.counts)[0]
    chance = np.where(rarer, RARER * SHARE / rarer.mean(), (1 - RARER) * SHARE / (1 - rarer.mean()))
    if kind == "value" and numbers:
        values = np.nan_to_num(_numbers(clean, numbers[0]))
        chance *= np.where(values > np.median(values), 0.8, 0.2)
        chance *= SHARE / chance.mean()
    bad = np.flatnonzero(draw.random(clean.rows) < np.minimum(chance, 0.95))
    part = draw.integers(0, 3, len(bad)) if kind in ("mixed", "value", "blind") else np.zeros(len(bad), int)
    jobs: list[tuple[np.ndarray, list[str], str]] = []
    if kind in ("mixed", "value", "blind"):
        jobs = [(bad[part == 0], numbers[:2], "unit"), (bad[part == 1], numbers[:2], "sign")]
        jobs.append((bad[part == 2], words[:3] or numbers[:3], "unknown"))
    elif kind == "sign":
        jobs = [(bad, numbers[:3], "sign")]
    elif kind == "labels":
        jobs = [(bad, ["label"], "other")]
    else:
        jobs = [(bad, numbers[:2], "least"), (bad, words[:2], "rarest")]
    dirty, wrong = clean, np.zeros((clean.rows, len(clean.columns)), bool)
    for rows, names, how in jobs:
        for name in names:
            column = clean[name]
            texts = [_worse(column, row, how) for row in rows.tolist()]
            wrong[rows, clean.place(name)] = [text != column.text(row) for row, text in zip(rows, texts, strict=True)]
            dirty = dirty.with_column(dirty[name].replaced(rows, texts))
    flags = {name: wrong[:, clean.place(name)] for name in clean.names}
    if kind == "blind":
        return dirty, Flags.of(clean.rows, {}), wrong
    if kind == "rows":
        return dirty, Flags.of(clean.rows, {}, wrong.any(axis=1)), wrong
    return dirty, Flags.of(clean.rows, flags), wrong


def _worse(column: Any, row: int, how: str) -> str | None:
    text = column.text(row)
    if how == "unknown":
        return "unknown"
    if how == "rarest":
        return column.values[int(np.argmin(column.counts))]
    if how == "least":
        return min(column.values, key=float)
    if how == "other":
        return column.values[(int(column.codes[row]) + 1) % len(column.values)]
    if text is None:
        return None
    return f"{float(text) * (60 if how == 'unit' else -1) + (0 if how == 'unit' else -1):g}"


def accuracy(now: Standing, test: Grid, model: str, weight: np.ndarray) -> float:
    """Return the share of test rows that a model fitted with weights gets right."""
    weights = Weights(weight, weight, weight, 0.0)
    encoder, machine = trained(Standing(now.state, now.share, weights, [], now.order), model=model)
    return right(now.state, encoder, machine, test)


def right(state: State, encoder: Any, machine: Any, test: Grid) -> float:
    """Return the share of test rows that a model gets right."""
    said = np.array(state.target.classes)[machine.predict(encoder.matrix(test))]
    return float(np.mean(said == np.array(test["label"].texts(), object)))


def one(name: str, kind: str, seed: int, counts: list[int], model: str, ways: list[str]) -> dict[str, float]:
    """Return the accuracy by way and number of answers ("shrunk 100")."""
    clean, test = table(name, seed)
    dirty, flags, wrong = corrupted(clean, kind, seed)
    everybody, chance = np.ones(clean.rows, bool), np.random.default_rng(seed + 1000).random(clean.rows)
    ignore = ("fnlwgt",) if name == "adult" else ()
    full = State(dirty, clean, "label", ignore, kinds_of(dirty), flags, everybody, wrong, chance, everybody)
    none, all_alike = full.first(np.empty(0, np.int64)), np.ones(clean.rows)
    found = {"clean": plain(full, test, model, all_alike), "dirty": plain(none, test, model, all_alike)}
    if kind != "blind":
        found["drop"] = plain(none, test, model, none.trusted.astype(float))
    share, even = shares(none), np.where(none.pool, 1.0, 0.0)
    asked = np.empty(0, np.int64)
    now = standing(none, share=share)
    for count in sorted(counts):
        while len(asked) < count:
            new = now.order[~np.isin(now.order, asked)]
            asked = np.concatenate([asked, new[: min(ROUND if kind == "blind" else count, count - len(asked))]])
            now = standing(full.first(asked), share=share)
        answered, weights = now.state.answered.astype(float), now.weights
        for way in ways:
            if way == "only":
                value = plain(now.state, test, model, answered)
            elif way == "mix":
                value = plain(now.state, test, model, all_alike)
            elif way == "gradient":
                if model != "logistic" or weights.step is None:
                    continue
                value = right(now.state, now.state.encoder, weights.step.model(), test)
            elif way == "uniform":
                if kind == "blind":
                    continue
                alone = full.first(order(none, even, 0.0)[:count])
                weight = none.trusted.astype(float)
                weight[alone.answered] = max(1.0, none.pool.sum() / count)
                value = accuracy(Standing(alone, even, weights, [], now.order), test, model, weight)
            elif way == "trust":
                value = weights.trust
            else:
                weight = {"unbiased": weights.unbiased, "likely": weights.likely, "shrunk": weights.weight}[way]
                value = accuracy(now, test, model, weight)
            found[f"{way} {count}"] = value
    return found


def plain(state: State, test: Grid, model: str, weight: np.ndarray) -> float:
    """Return the accuracy of a model fitted on the rows as they are now."""
    rows = np.flatnonzero(weight > 0)
    encoder = encode(state.after, state.kinds, rows, form=form_of(model), ignore=("label", *state.ignore))
    machine = fitted(estimator_of(model, encoder), encoder.matrix(state.after.take(rows)), state.target.codes[rows])
    return right(state, encoder, machine, test)


def main() -> None:
    """Run what the command line says, and print a table of each kind."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("table", choices=("adult", "german", "breast", "compas", "linear", "three"))
    parser.add_argument("--kinds", nargs="+", default=["mixed"], choices=KINDS)
    parser.add_argument("--k", nargs="+", type=int, default=[50, 100, 250])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--ways", nargs="+", default=list(WAYS), choices=WAYS)
    parser.add_argument("--model", default="logistic", choices=("logistic", "trees"))
    given = parser.parse_args()
    for kind in given.kinds:
        began, runs = process_time(), []
        for seed in range(given.first, given.first + given.seeds):
            runs.append(one(given.table, kind, seed, given.k, given.model, given.ways))
            print(
                json.dumps({"table": given.table, "kind": kind, "seed": seed, **runs[-1]}), file=sys.stderr, flush=True
            )
        spent = process_time() - began
        print(f"{given.table}, {kind}, {given.model}, {given.seeds} seeds, {spent:.0f} CPU s: mean ± sd (worst)")
        for way in ("clean", "dirty", "drop"):
            if way in runs[0]:
                print(f"  {way:9}", shown([run[way] for run in runs]))
        print("        k =" + "".join(f"{count:>25}" for count in given.k))
        for way in given.ways:
            cells = [[run[f"{way} {count}"] for run in runs if f"{way} {count}" in run] for count in given.k]
            if all(cells):
                print(f"  {way:9}", "  ".join(shown(cell) for cell in cells))


def shown(values: list[float]) -> str:
    """Return mean, standard deviation and worst."""
    return f"{np.mean(values):.4f} ± {np.std(values):.4f} ({min(values):.4f})"


if __name__ == "__main__":
    main()
