"""The type of a whole table: a lazy `daft.DataFrame` of kept samples."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from daft import DataFrame as Frame
else:

    class Frame:
        """Marks a step that works on the whole table: it gets and returns a `daft.DataFrame`.

        The frame has one row per kept sample and at least the columns `id`, `uri`, `label`, `group`, `split`,
        `votes`, `content`, the facts measured so far, and those the step `needs`. The step may add columns, change
        `label`, `split`, `group` and columns of its own, and set rows aside through the two columns
        `drop_reason` (text or null) and `drop_evidence` (number or null). It never adds or removes rows and never
        touches media.
        """


__all__ = ["Frame"]
