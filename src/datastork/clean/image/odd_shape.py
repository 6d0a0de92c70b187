"""Images far longer than wide, or wider than long."""

from typing import Annotated

from datastork.core import Drop, Range, step
from datastork.media.image.facts import Size


@step
def odd_shape(size: Size, *, ratio: Annotated[float, Range(1)] = 3.0) -> Drop | None:
    """Drop images whose longer side is many times the shorter one, such as banners, strips and dividers.

    Settings:
        ratio: the largest longer side over shorter side that is kept (a plain number, 1 is square)

    Example:
        >>> odd_shape(Size(800, 100))
        Drop(reason='sides 8.00 : 1 > 3', evidence=8.0)
    """
    found = max(size) / min(size)
    return Drop(f"sides {found:.2f} : 1 > {ratio:g}", found) if found > ratio else None
