"""Images with too few pixels."""

from typing import Annotated

from datastork.core import Drop, Range, step
from datastork.media.image.facts import Size


@step
def too_small(
    size: Size, *, width: Annotated[int, Range(1)] = 32, height: Annotated[int, Range(1)] = 32
) -> Drop | None:
    """Drop images with fewer pixels than wanted on a side.

    Settings:
        width: the least width (pixels)
        height: the least height (pixels)

    Example:
        >>> too_small(Size(20, 400))
        Drop(reason='width 20 < 32', evidence=20)
    """
    if size.width < width:
        return Drop(f"width {size.width} < {width}", size.width)
    if size.height < height:
        return Drop(f"height {size.height} < {height}", size.height)
    return None
