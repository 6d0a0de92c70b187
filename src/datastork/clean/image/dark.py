"""Images with too little light."""

from typing import Annotated

from datastork.core import Drop, Range, step
from datastork.media.image.facts import Exposure


@step
def dark(facts: Exposure, *, below: Annotated[float, Range(0, 255)] = 40.0) -> Drop | None:
    """Drop images that are dark all over: 99 % of the pixels are at a low grey level.

    The mean is not asked, for a night picture with lights has a low mean and is well exposed.

    Settings:
        below: the least 99th percentile of the luma that is kept (grey levels, 0 to 255)

    Example:
        >>> dark(Exposure(brightness=8.0, contrast=5.0, shadow=0.0, highlight=21.0))
        Drop(reason='highlight 21 < 40', evidence=21.0)
    """
    found = facts.highlight
    return Drop(f"highlight {found:g} < {below:g}", found) if found < below else None
