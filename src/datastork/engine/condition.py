"""`where`: an SQL condition over the columns of the samples."""

from typing import TYPE_CHECKING

from datastork.core.errors import RecipeError
from datastork.core.nearest import did_you_mean

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa


def matches(frame: "pa.Table", condition: str, title: str) -> "np.ndarray":
    """Return which rows of a frame meet a condition; null counts as no. Raises RecipeError for an unknown column."""
    import daft
    import numpy as np

    try:
        column = daft.from_arrow(frame).select(daft.sql_expr(condition).alias("match")).to_arrow()["match"]
    except Exception as error:  # Daft raises its own kinds for unknown columns and wrong types
        text = str(error).strip()
        word = next((w for w in condition.replace("(", " ").split() if w.isidentifier() and w in text), "")
        suggestion = did_you_mean(word, frame.column_names) if word and word not in frame.column_names else ""
        known = ", ".join(frame.column_names)
        raise RecipeError(
            [f"{title}.where: {condition!r} cannot be answered: {text.splitlines()[0]}{suggestion}"],
            hint=f"columns at this point: {known}",
        ) from error
    if str(column.type) != "bool":
        raise RecipeError([f"{title}.where: {condition!r} gives {column.type}, not true or false"])
    return np.asarray(column.combine_chunks().fill_null(False))
