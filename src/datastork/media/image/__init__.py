"""Images: 8-bit pixels in sRGB or grey, and how they are read, written and compared."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True, slots=True, eq=False)
class Image:
    """A decoded image, upright (EXIF orientation applied), in sRGB, without alpha.

    `pixels` is uint8, of shape (height, width, 3) in the order red, green, blue, or (height, width) for grey.
    `format` is the format it came in and, where we can write it, goes out in.
    """

    pixels: "np.ndarray"
    format: str = field(default="png")

    @property
    def width(self) -> int:
        """Columns of pixels."""
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        """Rows of pixels."""
        return int(self.pixels.shape[0])

    @property
    def colour(self) -> Literal["rgb", "grey"]:
        """Whether the pixels have three channels or one."""
        return "grey" if self.pixels.ndim == 2 else "rgb"
