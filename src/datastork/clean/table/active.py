"""Learn from the rows that people looked at, and say whom to ask about next."""

from typing import TYPE_CHECKING, Annotated, Literal

from datastork.clean._table.answered import QUESTION
from datastork.clean.table._asked import state_of
from datastork.clean.table._gained import findings
from datastork.core import Findings, Frame, step
from datastork.core.settings import InputFile
from datastork.learning.active.weights import Update
from datastork.media.row_table import corrections_of
from datastork.media.stored import Media
from datastork.store.columns import put, take

if TYPE_CHECKING:
    import numpy as np

    from datastork.learning.active.standing import Standing
    from datastork.tables.rules import Rules


@step(needs=(Media,), corrects=True)
def active(
    frame: Frame,
    *,
    label: str,
    model: Literal["logistic", "trees"] = "logistic",
    rules: list[str] | None = None,
    rules_file: Annotated[str | None, InputFile()] = None,
    ignore: list[str] | None = None,
    update: Update = "shrunk",
    answers: str = QUESTION,
    seed: int = 0,
) -> tuple[Frame, Findings]:
    """Put in what people answered on rows, weigh them for training, and order the rest by what an answer would help.

    Rows that rules flag, for which an earlier step has a suspicion (`suspects`) or that one called an `outlier` are
    worth asking about; `stork clean-next` shows them. Half of the questions fall on all flagged rows alike, half on
    those that would move the model most, a tenth of all on rows that nothing flags (half, where nothing flags any).
    From three corrections of a column on, a detector learns from the answers which other rows are wrong, and its word
    counts where it is better than that of the rules.

    Corrected cells go into the rows and to the ledger. `weight` is how much a row for training weighs: trusted rows 1,
    flagged rows that nobody looked at 0, and answered rows as much as the flagged rows like them. By
    `update = "unbiased"` that is the inverse of their chance to be asked about; by "shrunk" a part of it, as large as
    the noise of few answers asks, goes to the trusted rows most like the flagged ones. Any model that takes weights can
    learn from them. `ask_gain` (0 to 1) orders the rows nobody looked at yet.

    The report says how accurate the model gets on rows of the split "validation" (on a fifth of those for training
    where there are none) as answers come in, and when to stop: when the last half of them gained less than two standard
    errors. Rows for testing are never fitted, flagged by a learned detector, or asked about. Put a split before this
    step, and this step before others that take the same answers.

    label: the column the model is to predict
    model: what is trained: "logistic" regression or gradient-boosted "trees"
    rules: rules in plain lines; cells that break one are flagged
    rules_file: a file with such lines
    ignore: columns the model does not see
    update: how answers reach the model: "shrunk" or "unbiased" weights, or a "gradient" step of logistic regression
        (which shows in the report only: `weight` is that of "shrunk")
    answers: the question on cells (kind = "cells" in [label]) whose votes are taken as answers
    seed: for what is drawn at random

    Example: `label = "income"`, `rules = ["age: 0..120"]` asks first about people whose age cannot be.

    Source: Krishnan, Wang, Wu, Franklin and Goldberg, ActiveClean, VLDB 2016; Hajek, 1971, and James and Stein, 1961,
    for the weights.
    Raises DataError where no column is called `label`, or where the rows for training have one class; MissingExtraError
    without datastork[learn].
    """
    import numpy as np
    import pyarrow as pa

    from datastork.learning.active.curve import curve, split_off
    from datastork.learning.active.standing import standing
    from datastork.learning.estimators import need_learn
    from datastork.media.row_table import grid_of

    need_learn("clean.table.active")
    odd = ["outlier"] if "outlier" in frame.column_names else []
    table = take(frame, "media", "votes", *odd, split="string", suspects="string")
    read = rules_of(rules, rules_file, grid_of(table["media"].slice(0, 1)).names)
    state, validation, answered = state_of(table, label, rules=read, ignore=ignore or (), question=answers, seed=seed)
    now = standing(state, update=update, seed=seed)
    fit, asked = split_off(state, validation)
    points = curve(fit, asked, model=model, update=update, seed=seed)
    told = findings(now, points, int(asked.sum()), bool(validation.any()))
    changed = {
        "id": table["id"],
        "corrections": corrections_of(answered.changes(state.before), state.before),
        "weight": pa.array(np.where(state.train, now.weights.weight, np.nan), from_pandas=True),
        "ask_gain": pa.array(gains(now), from_pandas=True),
    }
    return put(frame, pa.table(changed)), told


def rules_of(lines: "list[str] | None", file: str | None, names: tuple[str, ...]) -> "Rules | None":
    """Return the rules of a recipe and of a file, None where there are none."""
    from pathlib import Path

    from datastork.tables.rules import parse

    text = "\n".join([*([Path(file).read_text(encoding="utf-8-sig")] if file else []), *(lines or ())])
    return parse(text, names) if text.strip() else None


def gains(now: "Standing") -> "np.ndarray":
    """Return float64[n]: 1 for the row to ask about first, less for each further one; nan for those not asked about."""
    import numpy as np

    state = now.state
    found = np.full(len(state.answered), np.nan)
    rows = now.order[~state.answered[now.order]]
    found[rows] = 1 - np.arange(len(rows)) / max(len(rows), 1)
    return found
