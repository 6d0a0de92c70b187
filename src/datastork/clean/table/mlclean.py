"""Weigh the rows of a table so that a model is accurate, robust and fair."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

from datastork.clean.table._fair import Cleaning, findings, merged_suspects
from datastork.core import Findings, Frame, Range, step
from datastork.media.row_table import grid_of
from datastork.media.stored import Media
from datastork.store.columns import put, take

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

ROWS = 50_000  # rows that weights are measured on over splits; all rows get theirs


@step(needs=(Media,))
def mlclean(
    frame: Frame,
    *,
    label: str,
    protect: list[str],
    favourable: str | None = None,
    model: Literal["logistic", "trees"] = "logistic",
    target: Annotated[float, Range(0, 1)] = 0.8,
    aim: Literal["impact", "odds"] = "impact",
    action: Literal["weight", "drop", "flag"] = "weight",
    sure: Annotated[float, Range(0.5, 1)] = 0.9,
    max_change: Annotated[float, Range(0, 1)] = 0.1,
    ignore: list[str] | None = None,
    splits: Annotated[int, Range(1, 50)] = 5,
    seed: int = 0,
) -> tuple[Frame, Findings]:
    """Give each row for training a weight, under which a model is accurate, robust and fair.

    Three stages in this order. Rows whose label all else speaks against, and rows far from their class that look like
    another one, are suspected first, so that they are not merged with good ones (`action`). Rows that are one thing,
    written differently or not, share the weight of one. Last, label and protected groups are made independent by
    weights w(s, y) = P(s) P(y) / P(s, y), taken to the power that reaches the target. The report counts the rows of
    every stage by group and label, so that no minority vanishes unseen, and says what each stage does to accuracy and
    fairness on rows left out, with standard errors over splits. Thresholds by group, which do the same at the time of
    the prediction, are given beside it.

    Only rows of the split "train" get a `weight` and are looked at; all do where the samples have no split. A doubtful
    label is proposed in `suspects` as `{"label": "other value"}` for a person to look at.

    label: the column a model is to predict
    protect: the columns with groups of people, whose combinations are the groups
    favourable: the label that is good for a person, of which groups are to get the same share; the rarest by default
    model: what is trained: "logistic" regression or gradient-boosted "trees"
    target: the disparate impact to reach: the share of the worst-off group that is foretold the favourable label over
        that of the privileged one (0 to 1; below 0.8 US agencies look closer)
    aim: "impact" for the target; "odds" for equal odds in its place (mean difference of true and false positive rates
        of 0), which costs less accuracy where groups differ in truth
    action: what becomes of a suspected row: weight 0 ("weight"), set aside ("drop"), or only said to be one ("flag")
    sure: from which probability of another class a label is doubted
    max_change: the greatest share of the rows of a group with one label that may be suspected
    ignore: columns that the model does not see
    splits: how many times 70 % of the rows are trained on and the rest asked about
    seed: for what is drawn at random

    Example: `protect = ["sex"]`, `label = "income"` gives weights under which women are foretold a high income at
    least 0.8 times as often as men.

    Source: Tae, Roh, Oh, Kim and Whang, Data cleaning for accurate, fair, and robust models (MLClean), 2019; Kamiran
    and Calders, Data preprocessing techniques for classification without discrimination, 2012.
    Raises DataError for columns and labels that are not there, and where fewer than two groups have enough rows;
    MissingExtraError without datastork[learn].
    """
    import numpy as np
    import pyarrow as pa

    from datastork.learning.estimators import need_learn
    from datastork.learning.fair.compare import compare
    from datastork.learning.fair.groups import groups_of
    from datastork.learning.fair.pipeline import ORDER, copies, mlclean, table_of

    need_learn("clean.table.mlclean")
    table = take(frame, "media", split="string", weight="float64", suspects="string")
    grid = grid_of(table["media"])
    groups = groups_of(grid, label, protect, favourable=favourable)
    rows = _training(table["split"], groups.known)
    left: dict[str, Any] = {"model": model, "ignore": ignore or (), "seed": seed}
    cluster = copies(grid, (label,), seed=seed)
    order = ORDER if action != "flag" else ORDER[1:]
    here = table_of(grid, label, groups, rows, cluster=cluster, **left)
    done = mlclean(here, target=target, aim=aim, order=order, sure=sure, most=max_change)
    doubts = done.suspected or mlclean(here, target=target, order=ORDER[:1], sure=sure, most=max_change).suspected
    assert doubts is not None
    some = rows if len(rows) <= ROWS else np.sort(np.random.default_rng(seed).permutation(rows)[:ROWS])
    beside = compare(
        *(grid, label, groups, some, cluster),
        target=target,
        aim=aim,
        sure=sure,
        most=max_change,
        splits=splits,
        **left,
    )
    cleaning = Cleaning(grid, label, groups, rows, cluster, done, doubts, beside, target, aim, action)
    changed: dict[str, Any] = {"id": table["id"], "weight": _weights(table["weight"], rows, done.weight)}
    changed["suspects"] = merged_suspects(table["suspects"], cleaning)
    if action == "drop":
        changed["drop_reason"], changed["drop_evidence"] = _drops(cleaning, table.num_rows)
        changed["weight"] = _weights(table["weight"], rows, np.where(doubts.rows, 1.0, done.weight))
    return put(frame, pa.table(changed)), findings(cleaning, favourable is None)


def _training(split: "pa.ChunkedArray", known: "np.ndarray") -> "np.ndarray":
    """Return the labelled rows for training: int64."""
    import numpy as np
    import pyarrow.compute as pc

    train = np.asarray(pc.fill_null(pc.equal(split, "train"), False))
    return np.flatnonzero(known & train) if train.any() else np.flatnonzero(known)


def _weights(before: "pa.ChunkedArray", rows: "np.ndarray", weight: "np.ndarray") -> "pa.Array":
    """Return the weights of all rows: those of rows for training multiplied by what they had, others as they were."""
    import numpy as np
    import pyarrow as pa

    found = np.array(before.to_numpy(), float)
    found[rows] = np.nan_to_num(found[rows], nan=1.0) * weight
    return pa.array(found, from_pandas=True)


def _drops(cleaning: Cleaning, count: int) -> "tuple[pa.Array, pa.Array]":
    import numpy as np
    import pyarrow as pa

    reasons, evidence = np.full(count, None, object), np.full(count, np.nan)
    at = np.flatnonzero(cleaning.doubts.rows)
    reasons[cleaning.rows[at]] = cleaning.reasons()
    evidence[cleaning.rows[at]] = cleaning.doubts.sure[at]
    return pa.array(reasons, pa.string()), pa.array(evidence, from_pandas=True)
