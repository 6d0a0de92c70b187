"""Split at random, labels alike in all parts."""

from typing import Annotated

from datastork.core import Frame, Range, step
from datastork.split._assign import assign, check_fractions
from datastork.store.columns import put, take


@step(remembers=("split",))
def random(
    frame: Frame,
    *,
    train: Annotated[float, Range(0, 1)] = 0.8,
    validation: Annotated[float, Range(0, 1)] = 0.05,
    test: Annotated[float, Range(0, 1)] = 0.15,
    stratify: bool = True,
    seed: int = 0,
) -> Frame:
    """Put each sample in train, validation or test.

    The parts have exactly the asked sizes (largest remainders), and so does each label within them as
    nearly as that allows; a label with a single sample goes to train. Near-duplicates (`cluster`, found by
    `clean.near_dup` or
    `clean.exact_dup`) stay together; where that makes exact sizes impossible they are as near as placing
    the largest cluster first gets them. Groups are not looked at: see `split.grouped`.

    A sample that was in a part stays there, whatever is added. A new one joins its near-duplicates; the
    others fill what is missing. A new sample that would tie near-duplicates in two parts together is
    dropped.

    train: share of the samples to learn from (0 to 1; the three sum to 1)
    validation: share to choose settings with
    test: share to judge with
    stratify: whether each label is split in these shares by itself
    seed: another number gives another split; null takes it from the recipe

    Raises BuildError where the shares do not sum to 1.
    """
    fractions = {"train": train, "validation": validation, "test": test}
    check_fractions(fractions)
    table = take(frame, label="string", cluster="string", content="string", split_before="string")
    return put(frame, assign(table, fractions=fractions, tied_by=["cluster", "content"], seed=seed, stratify=stratify))
