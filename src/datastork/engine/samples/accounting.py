"""Count what every step of a pass did, and assert that no sample got lost."""

from typing import TYPE_CHECKING, Any

from datastork.engine.context import Account, Context
from datastork.engine.plan import Op, SamplePass
from datastork.engine.samples.inputs import Inputs
from datastork.engine.samples.verdicts import DROPPED, QUARANTINED, Verdicts

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa


def account_for_pass(
    ctx: Context,
    stage: SamplePass,
    inputs: Inputs,
    rows: "pa.Table",
    verdicts: Verdicts,
    worked: int,
    seconds: dict[str, float],
    *,
    begun: bool,
) -> list[Account]:
    """Return one account for reading and one per step. Raises AssertionError where the sums do not agree."""
    import numpy as np

    units = _Units(rows)
    found: list[Account] = []
    total = inputs.table.num_rows
    if stage.first:
        unread = int(np.count_nonzero((verdicts.state == QUARANTINED) & (verdicts.step == -1)))
        read = Account("decode", "decode", total, total - unread, total - unread, 0, unread)
        found.append(read)
    words: set[str] = set()  # of the ops passed that derive samples
    for index, op in enumerate(stage.ops):
        reached = verdicts.reached[index]
        decided = reached & (verdicts.step == index)
        quarantined = units.count(decided & (verdicts.state == QUARANTINED), words)
        if not op.use and not quarantined:
            continue  # measured for others, and nothing went wrong
        dropped = units.count(decided & (verdicts.state == DROPPED), words)
        came = units.count(reached, words)
        after = words | ({op.word} if op.kind == "many" else set())
        left = reached & ~decided
        account = Account(
            op.name,
            op.use or op.kind,
            came,
            units.count(left, after),
            came - dropped - quarantined,
            dropped,
            quarantined,
        )
        account.kept = units.count(left, words)
        words = after
        found.append(account)
    own = {bound.name: bound for bound in ctx.plan.checked.steps}
    for account in found:
        account.seconds = seconds.get(account.name, 0.0)
        account.reused = worked == 0
        if account.name in own:
            bound = own[account.name]
            account.settings, account.where = bound.settings, bound.use.where
            account.version = bound.spec.mark.version
        account.balance()
    _say_why(ctx, stage, found, worked, total, begun=begun)
    _assert_total(rows, verdicts, total)
    return found


def _say_why(ctx: Context, stage: SamplePass, found: list[Account], worked: int, total: int, *, begun: bool) -> None:
    ops: dict[str, Op] = {op.name: op for op in stage.ops}
    changed = {account.name: ctx.change_since(account.name, account) for account in found if account.use != "decode"}
    for account in found:
        own = changed.get(account.name, "")
        if worked == 0:
            account.why = f"judged again ({own}), nothing decoded" if own and account.name in ops else ""
            continue
        if not ctx.record:
            account.why = "first build" if not begun else "first build, resumed"
        elif own:
            account.why = own
        elif worked < total:
            account.why = f"{worked:,} of {total:,} inputs are new, changed or not finished"
        else:
            others = [f"{name}: {text}" for name, text in changed.items() if text]
            account.why = f"runs in one pass with {others[0]}" if others else "its finished work is gone or unfinished"


def _assert_total(rows: "pa.Table", verdicts: Verdicts, total: int) -> None:
    import numpy as np

    seen = int(np.count_nonzero(np.bincount(np.asarray(rows["__input"])))) if rows.num_rows else 0
    if seen != total:
        msg = f"{total} inputs, but finished work for {seen}"
        raise AssertionError(msg)


class _Units:
    """Counts samples as they were on the way: before a step that yields several, its pieces are one sample."""

    def __init__(self, rows: "pa.Table") -> None:
        import numpy as np

        self.place = np.asarray(rows["__input"])
        self.suffixes: list[Any] = [text or "" for text in rows["suffix"].to_pylist()]
        self.flat = not any(self.suffixes)

    def count(self, mask: "np.ndarray", words: set[str]) -> int:
        """Return how many different samples the marked rows are, when only ops with these words have derived any."""
        import numpy as np

        if self.flat:
            return int(np.count_nonzero(mask))
        return len({(int(self.place[row]), _until(self.suffixes[row], words)) for row in np.flatnonzero(mask)})


def _until(suffix: str, words: set[str]) -> tuple[str, ...]:
    return tuple(part for part in suffix.split("-")[1:] if part.rstrip("0123456789") in words)
