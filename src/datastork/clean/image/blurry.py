"""Images out of focus."""

from typing import Annotated

from datastork.core import Drop, Range, step
from datastork.media.image.facts import Sharpness


@step
def blurry(facts: Sharpness, *, below: Annotated[float, Range(0)] = 2.0) -> Drop | None:
    """Drop images without fine detail: out of focus, shaken, or enlarged from a small one.

    The variance of the Laplacian of the luma over the variance of the luma, in per cent, with the longest
    side shrunk to 256 pixels (after Pech-Pacheco and others, ICPR 2000). It does not change with exposure. It
    cannot tell a blurred image from a sharp one of a smooth thing, and padding added by a resize counts as
    detail: judge first, resize then.

    Settings:
        below: the least sharpness that is kept (per cent; below 2 is out of focus, 10 and more sharp)

    Example:
        >>> blurry(Sharpness(0.51))
        Drop(reason='sharpness 0.51 < 2', evidence=0.51)
    """
    found = facts.sharpness
    return Drop(f"sharpness {found:.2f} < {below:g}", found) if found < below else None
