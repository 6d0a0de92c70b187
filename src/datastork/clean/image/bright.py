"""Images with too much light."""

from typing import Annotated

from datastork.core import Drop, Range, step
from datastork.media.image.facts import Exposure


@step
def bright(facts: Exposure, *, above: Annotated[float, Range(0, 255)] = 200.0) -> Drop | None:
    """Drop images that are washed out: 99 % of the pixels are at a high grey level.

    The mean is not asked, for a thing on a white ground has a high mean and is well exposed.
    A page with less than 1 % of ink is dropped.

    Settings:
        above: the largest 1st percentile of the luma that is kept (grey levels, 0 to 255)

    Example:
        >>> bright(Exposure(brightness=245.0, contrast=5.0, shadow=231.0, highlight=255.0))
        Drop(reason='shadow 231 > 200', evidence=231.0)
    """
    found = facts.shadow
    return Drop(f"shadow {found:g} > {above:g}", found) if found > above else None
