"""MLClean: sanitise, deduplicate, reweigh; each stage counted by group and label."""

import numpy as np
import pytest

from datastork.core.errors import DataError
from datastork.learning.fair.compare import compare
from datastork.learning.fair.groups import Groups, groups_of
from datastork.learning.fair.metrics import fairness
from datastork.learning.fair.pipeline import ORDER, Table, copies, mlclean, table_of
from datastork.learning.folds import out_of_fold
from datastork.tables.grid import Grid


def table(rows: int = 900, copied: int = 0) -> tuple[Grid, Groups, np.ndarray]:
    """Return loans that men get more often, a tenth of women's labels flipped, some rows copied; and which flipped."""
    draw = np.random.default_rng(5)
    sex = draw.integers(0, 2, rows)
    score = draw.normal(size=rows) + 0.8 * sex
    loan = score + 0.2 * draw.normal(size=rows) > 0.4
    flipped = (draw.random(rows) < 0.1) & (sex == 0)
    loan = loan ^ flipped
    some = np.concatenate([np.arange(rows), np.arange(copied)])
    grid = Grid.of(
        {
            "person": [f"p{one} {one * 7919 % 9973}" for one in some],
            "score": [f"{score[one]:.4f}" for one in some],
            "age": [str(20 + one * 31 % 50) for one in some],
            "sex": ["fm"[sex[one]] for one in some],
            "loan": ["yes" if loan[one] else "no" for one in some],
        }
    )
    return grid, groups_of(grid, "loan", ["sex"], favourable="yes"), flipped[some]


def made(grid: Grid, groups: Groups, cluster: np.ndarray | None = None) -> Table:
    rows = np.arange(grid.rows)
    return table_of(grid, "loan", groups, rows, cluster=rows if cluster is None else cluster, ignore=["person"])


def test_the_stages_come_in_order_and_each_is_counted_by_group_and_label() -> None:
    grid, groups, flipped = table()
    found = mlclean(made(grid, groups))
    assert [one.stage for one in found.stages] == list(ORDER)
    first, _, last = found.stages
    assert first.before == pytest.approx(groups.counts())
    assert first.after == pytest.approx(groups.counts() - groups.take(found.suspected.rows).counts())  # type: ignore[union-attr]
    assert last.after == pytest.approx(groups.counts(found.weight))
    assert (found.weight[found.suspected.rows] == 0).all()  # type: ignore[union-attr]
    assert flipped[found.suspected.rows].mean() > 0.9  # type: ignore[union-attr]


def test_copies_count_as_one_row_together() -> None:
    grid, groups, _ = table(600, copied=80)
    cluster = copies(grid, ("loan",))
    assert cluster[600:].tolist() == list(range(80))
    found = mlclean(made(grid, groups, cluster), order=("deduplicate",))
    assert found.weight[:80].tolist() == [0.5] * 80
    assert found.weight.sum() == pytest.approx(600)


def test_the_weights_reach_the_target_on_rows_left_out() -> None:
    grid, groups, _ = table(3000)
    beside = compare(grid, "loan", groups, np.arange(3000), np.arange(3000), ignore=["person"], splits=2)
    by_name = {one.name: one.mean for one in beside}
    assert by_name["as it is"].disparate_impact < 0.65
    assert by_name["and reweighed to the target"].disparate_impact > 0.75
    assert by_name["thresholds by group instead"].disparate_impact > 0.7
    assert by_name["sanitised, copies weighed"].accuracy >= by_name["as it is"].accuracy - 0.01


def test_suspecting_after_reweighing_undoes_the_balance() -> None:
    grid, groups, _ = table(2000)
    one = made(grid, groups)
    right, wrong = (mlclean(one, order=order).weight for order in (ORDER, ("reweigh", "deduplicate", "sanitise")))
    impact = [fairness(one.asked(weight) > 0.5, groups).disparate_impact for weight in (right, wrong)]
    assert impact[0] > 0.78
    assert impact[0] != pytest.approx(impact[1], abs=1e-3)


def test_rows_of_one_thing_stay_in_one_fold_and_weight_0_teaches_nothing() -> None:
    grid, groups, _ = table(300)
    one = made(grid, groups)
    good = groups.favourable.astype(int)
    twice = out_of_fold("logistic", one.encoder, one.matrix, good, weight=np.ones(300), folds=3)
    assert twice == pytest.approx(out_of_fold("logistic", one.encoder, one.matrix, good, folds=3))
    half = np.arange(300) < 150
    silent = out_of_fold("logistic", one.encoder, one.matrix, good, weight=half.astype(float), folds=3)
    other = np.where(half, good, 1 - good)
    assert silent == pytest.approx(
        out_of_fold("logistic", one.encoder, one.matrix, other, weight=half.astype(float), folds=3)
    )
    with pytest.raises(DataError, match="no row is left"):
        out_of_fold("logistic", one.encoder, one.matrix, good, together=np.zeros(300, int))
