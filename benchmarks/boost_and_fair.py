"""What choosing repairs and weighing groups do for a model: tables of CPClean, tables damaged here, Adult, COMPAS.

    python benchmarks/boost_and_fair.py repairs  [--data shared/data] [--seeds 3]
    python benchmarks/boost_and_fair.py damaged  [--data shared/data] [--seeds 3]
    python benchmarks/boost_and_fair.py fairness [--data shared/data] [--seeds 5]
    python benchmarks/boost_and_fair.py order    [--data shared/data] [--seeds 5]

repairs: every folder of --data/repair/cpclean (chu-data-lab/CPClean), with its own split and its protocol: three
nearest neighbours, numbers (columns that read as numbers) scaled to [0, 1] as in the dirty rows for training; only rows
for training have holes. Gap closed is (accuracy - that with the mean) / (that with the truth - that with the mean), on
the rows for testing, which nothing was fitted on or chosen by. "missing" is the choice among repairs of holes alone,
"all" with those of outliers too; the seed moves draws and folds. Published (CPClean, VLDB 2021, table 3): BoostClean
125 %, 111 %, 10 %; CPClean, which has rows cleaned by a person, 100 %, 111 %, 100 %.
damaged: the same on tables that are damaged here, cells lost at random or for values above the median, in rows for
training or in all; whether the choice ever costs accuracy.
fairness: Adult (sex; train and test file together) and COMPAS (race, two groups, ProPublica's filter, favourable = no
re-offence), 70 % to train on; disparate impact, average odds, accuracy, before and after. Other people's figures:
reweighing alone .866 / .548 (Adult, trees) and .662 / 1.03 (COMPAS, logistic regression).
order: Adult, 10 % of the labels of women flipped and 10 % of the rows copied with a slip; every order of the stages.
"""

import argparse
import itertools
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
from learning_tables import LABEL, adult, clean_tables, compas, cpclean, damage, is_number, planted
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, MinMaxScaler

from datastork.learning.boost.search import search
from datastork.learning.estimators import estimator_of, fitted, probabilities
from datastork.learning.fair.groups import groups_of
from datastork.learning.fair.metrics import fairness, mean_and_error
from datastork.learning.fair.pipeline import ORDER, Table, mlclean, table_of
from datastork.learning.fair.reweigh import impact_error, reach, reweighed
from datastork.learning.fair.thresholds import thresholds
from datastork.tables.grid import Grid
from datastork.tables.kinds import Kind, kinds_of


def neighbours() -> Any:
    """Return CPClean's model: three nearest neighbours on numbers between 0 and 1."""
    dense = FunctionTransformer(lambda matrix: matrix.toarray(), accept_sparse=True)
    return make_pipeline(dense, MinMaxScaler(), KNeighborsClassifier(3))


def measured(
    dirty: Grid, truth: Grid, parts: list[np.ndarray], model: Any, kinds: dict[str, Kind] | None, seed: int
) -> dict[str, float]:
    """Return accuracy on rows for testing: with the mean, with the truth, with what was chosen."""
    train, validation, test = parts
    found = search(dirty, LABEL, train, validation, model=model, kinds=kinds, seed=seed)
    setting = found.models[0].setting
    asked = dirty.take(test)
    label = np.array(asked[LABEL].texts(), object)
    cells = setting.reader.read(asked)
    labels = np.array(found.labels, object)
    right = {"as it is": labels[found.models[0].foretell(asked, cells, "none")] == label}
    for name, at in (("missing", found.among(("missing",))), ("all", found.choice.best)):
        right[name] = labels[found.models[at].foretell(asked, cells, found.results[at].way.test)] == label
    right["vote"] = found.predict(asked) == label
    # the truth, seen through the same scales
    matrix = setting.matrix(setting.cells.values, setting.cells, marked=False)
    true_cells = setting.reader.read(truth.take(train))
    best = setting.matrix(true_cells.values, true_cells, marked=False)
    machine = estimator_of(model, setting.reader.encoder, seed=seed)
    if hasattr(machine, "steps"):
        scaler = make_pipeline(*(step for _, step in machine.steps[:-1])).fit(matrix)
        fit = machine.steps[-1][1].fit(scaler.transform(best), setting.classes)
        told = fit.predict(scaler.transform(setting.matrix(cells.values, cells, marked=False)))
    else:
        told = fitted(machine, best, setting.classes).predict(setting.matrix(cells.values, cells, marked=False))
    right["truth"] = labels[told.astype(int)] == label
    out = {name: float(np.mean(one)) for name, one in right.items()}
    out["error"] = float(np.std(right["all"].astype(float) - right["as it is"]) / len(label) ** 0.5)
    out["way"] = str(found.best)  # type: ignore[assignment]
    return out


def gap(found: dict[str, float], name: str) -> str:
    """Return the share of the way from the table as it is to the truth, in per cent."""
    whole = found["truth"] - found["as it is"]
    return f"{100 * (found[name] - found['as it is']) / whole:6.0f} %" if abs(whole) > 1e-9 else "     - "


def repairs(data: Path, seeds: int) -> None:
    """Run the tables of CPClean."""
    print(
        f"{'table':22}{'model':>10}{'seed':>5}{'mean':>8}{'truth':>8}{'missing':>9}{'gap':>9}{'all':>8}{'gap':>9}"
        f"{'vote':>8}{'gap':>9}  chosen"
    )
    for folder in sorted((data / "repair" / "cpclean").iterdir()):
        dirty, truth, parts = cpclean(folder)
        numeric = [one.name for one in dirty.columns if one.name != LABEL and all(map(is_number, one.values))]
        kinds = kinds_of(dirty.take(parts[0]))
        kinds |= {name: Kind("number", 1.0, np.zeros(len(dirty[name].values), bool)) for name in numeric}
        for name, model in (("knn", neighbours()), ("logistic", "logistic"), ("trees", "trees")):
            for seed in range(seeds if name == "knn" else 1):
                one = measured(dirty, truth, parts, model, kinds, seed)
                print(
                    f"{folder.name:22}{name:>10}{seed:5}{one['as it is']:8.3f}{one['truth']:8.3f}{one['missing']:9.3f}"
                    f"{gap(one, 'missing'):>9}{one['all']:8.3f}{gap(one, 'all'):>9}{one['vote']:8.3f}"
                    f"{gap(one, 'vote'):>9}  {one['way']}",
                    flush=True,
                )


def damaged(data: Path, seeds: int) -> None:
    """Run tables damaged here."""
    print(
        f"{'table':22}{'lost':>12}{'in':>10}{'model':>10}{'as it is':>9}{'truth':>8}{'chosen':>8}{'gain':>8}"
        f"{'error':>8}  chosen"
    )
    every = []
    for name, rows in clean_tables(data).items():
        for how, where in (
            ("random", "training"),
            ("random", "all"),
            ("systematic", "training"),
            ("systematic", "all"),
            ("none", "all"),
        ):
            for seed, (title, model) in itertools.product(
                range(seeds), (("knn", neighbours()), ("logistic", "logistic"), ("trees", "trees"))
            ):
                one = measured(*damage(rows, how, where, np.random.default_rng(seed)), model, None, seed)
                gain = one["vote"] - one["as it is"]
                every.append((gain, one["error"]))
                print(
                    f"{name:22}{how:>12}{where:>10}{title:>10}{one['as it is']:9.3f}{one['truth']:8.3f}"
                    f"{one['vote']:8.3f}"
                    f"{gain:+8.4f}{one['error']:8.4f}  {one['way']}",
                    flush=True,
                )
    table = np.array(every)
    changed = table[:, 0] != 0
    print(
        f"{len(table)} cases, {changed.sum()} changed, {np.sum(table[:, 0] < 0)} below 0,"
        f" {np.sum(table[:, 0] < -2 * table[:, 1])} below 0 by more than two standard errors;"
        f" mean gain {table[:, 0].mean():+.4f}, of those changed {table[changed, 0].mean():+.4f}"
    )


def halves(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return rows to train on and rows to ask about."""
    order = np.random.default_rng(seed).permutation(count)
    return np.sort(order[: int(0.7 * count)]), np.sort(order[int(0.7 * count) :])


def shown(found: dict[str, list[Any]]) -> None:
    """Print the mean of several splits for each way."""
    print(f"{'':32}{'accuracy':>15}{'balanced':>9}{'impact':>14}{'odds':>15}{'parity':>8}{'opportunity':>12}")
    for name, several in found.items():
        mean, error = mean_and_error(several)
        print(
            f"{name:32}{mean.accuracy:8.4f} ±{error.accuracy:.4f}{mean.balanced_accuracy:9.3f}"
            f"{mean.disparate_impact:8.3f} ±{error.disparate_impact:.3f}"
            f"{mean.average_odds:+9.3f} ±{error.average_odds:.3f}"
            f"{mean.parity_difference:+8.3f}{mean.opportunity_difference:+12.3f}",
            flush=True,
        )


def fair(data: Path, seeds: int) -> None:
    """Run Adult and COMPAS."""
    for title, (grid, protect, good), model, target in (
        ("Adult, logistic", adult(data), "logistic", 0.8),
        ("Adult, trees", adult(data), "trees", 0.8),
        ("COMPAS, logistic", compas(data), "logistic", 0.9),
        ("COMPAS, trees", compas(data), "trees", 0.9),
    ):
        groups = groups_of(grid, LABEL, protect, favourable=good)
        found = defaultdict(list)
        for seed in range(seeds):
            train, test = halves(grid.rows, seed)
            table = table_of(grid, LABEL, groups, train, model=model, cluster=np.arange(grid.rows), seed=seed)
            asked, others = table.encoder.matrix(grid.take(test)), groups.take(test)
            limits = thresholds(table.asked(None), table.groups, min(1.0, target + impact_error(table.groups, target)))
            for name, weight, limit in (
                ("as it is", None, None),
                ("reweighed once", reweighed(table.groups), None),
                ("reweighed to the target", reach(table.groups, table.asked, target).weight, None),
                ("reweighed to equal odds", reach(table.groups, table.asked, target, aim="odds").weight, None),
                ("thresholds by group", None, limits.by_group),
            ):
                found[name].append(
                    fairness(sure(table, weight, asked) > (0.5 if limit is None else limit[others.code]), others)
                )
        print(f"\n{title} ({grid.rows:,} rows, {seeds} splits, target {target})")
        shown(found)


def sure(table: Table, weight: np.ndarray | None, asked: Any) -> np.ndarray:
    """Return the probability of the favourable label, by a model fitted with weights."""
    good = table.groups.favourable.astype(int)
    machine = fitted(estimator_of(table.model, table.encoder, seed=table.seed), table.matrix, good, weight)
    return probabilities(machine, asked, 2)[:, 1]


def order(data: Path, seeds: int) -> None:
    """Run every order of the stages."""
    grid, protect, good = adult(data)
    found = defaultdict(list)
    whole = groups_of(grid, LABEL, protect, favourable=good)
    for seed in range(seeds):
        train, test = halves(grid.rows, seed)
        rng = np.random.default_rng(seed)
        dirty, right = planted(grid.take(rng.permutation(train)[:8000]), protect[0], "Female", rng)
        groups = groups_of(dirty, LABEL, protect, favourable=good)
        table = table_of(dirty, LABEL, groups, np.arange(dirty.rows), seed=seed)
        asked, others = table.encoder.matrix(grid.take(test)), whole.take(test)
        ways = {"as it is": None, "without flips and copies": right.astype(float)}
        ways["without them, reweighed"] = reach(groups, table.asked, 0.8, right.astype(float)).weight
        for count in (1, 2, 3):
            for stages in itertools.permutations(ORDER, count):
                ways[" > ".join(stages)] = mlclean(table, order=stages).weight
        for name, weight in ways.items():
            found[name].append(fairness(sure(table, weight, asked) > 0.5, others))
        doubted = mlclean(table, order=ORDER[:1]).suspected.rows
        flipped = ~right & (np.arange(dirty.rows) < 8000)
        print(
            f"split {seed}: {doubted.sum()} suspected, {np.sum(doubted & flipped)} of {flipped.sum()} flips among them"
        )
    shown(found)


def main() -> None:
    """Run one part."""
    parts = {"repairs": repairs, "damaged": damaged, "fairness": fair, "order": order}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=parts)
    parser.add_argument("--data", type=Path, default=Path(__file__).parents[2] / "shared" / "data")
    parser.add_argument("--seeds", type=int, default=3)
    given = parser.parse_args()
    parts[given.part](given.data, given.seeds)


if __name__ == "__main__":
    main()
