"""Split without tearing groups: no speaker, patient or author in two parts."""

from typing import Annotated

from datastork.core import Frame, Range, step
from datastork.split._assign import assign, check_fractions
from datastork.store.columns import put, take


@step(remembers=("split",))
def grouped(
    frame: Frame,
    *,
    by: str = "group",
    train: Annotated[float, Range(0, 1)] = 0.8,
    validation: Annotated[float, Range(0, 1)] = 0.05,
    test: Annotated[float, Range(0, 1)] = 0.15,
    stratify: bool = True,
    seed: int = 0,
) -> Frame:
    """Put each group of samples in train, validation or test, whole.

    Samples with the same value in the column `by` stay together, and so do near-duplicates (`cluster`);
    what they tie together, directly or through others, is one unit. Units are placed largest first, each
    where the sizes of the parts and the labels within them come nearest to what is asked; samples without a
    group fill up. The more units and the smaller, the nearer: `measure.balance` tells the sizes reached.
    The column used becomes the samples' `group`.

    A sample that was in a part stays there, whatever is added. New members of a known unit join it. A new
    sample that would tie units in two parts together is dropped, and the reason says which.

    by: column whose values are the groups; an empty value is no group
    train: share of the samples to learn from (0 to 1; the three sum to 1)
    validation: share to choose settings with
    test: share to judge with
    stratify: whether each label should be split in these shares by itself
    seed: another number gives another split; null takes it from the recipe

    Raises BuildError where the shares do not sum to 1, and where there is no column `by`.
    """
    fractions = {"train": train, "validation": validation, "test": test}
    check_fractions(fractions)
    table = take(frame, by, label="string", cluster="string", content="string", split_before="string")
    group = table[by].cast("string")
    rows = table.select(["id", "label", "content", "split_before"]).append_column(by, group)
    tied_by = list(dict.fromkeys([by, "cluster", "content"]))
    if by != "cluster":
        rows = rows.append_column("cluster", table["cluster"])
    result = assign(rows, fractions=fractions, tied_by=tied_by, seed=seed, stratify=stratify)
    return put(frame, result if by == "group" else result.append_column("group", group))
