"""Images with next to nothing on them."""

from typing import Annotated

from datastork.core import Drop, Range, step
from datastork.media.image.facts import Information


@step
def flat(facts: Information, *, below: Annotated[float, Range(0, 6)] = 0.3) -> Drop | None:
    """Drop images of little information: blank pages, placeholders, lens caps, "image not found" pictures.

    The entropy of the luma histogram (Shannon, 1948) of the image at 64 pixels, in which grain averages out.
    A page with three lines of text has 0.4 bits, a handwritten digit 2, a photograph 4 to 6.

    Settings:
        below: the least entropy that is kept (bits, 0 to 6)

    Example:
        >>> flat(Information(0.12))
        Drop(reason='information 0.12 < 0.3 bits', evidence=0.12)
    """
    found = facts.information
    return Drop(f"information {found:.2f} < {below:g} bits", found) if found < below else None
