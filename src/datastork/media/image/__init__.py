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
    _kept: "dict[str, np.ndarray]" = field(default_factory=dict, init=False, repr=False)

    @property
    def width(self) -> int:
        """Columns of pixels."""
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        """Rows of pixels."""
        return int(self.pixels.shape[0])

    @property
    def luma(self) -> "np.ndarray":
        """The grey values (height, width), uint8, made once however many ask. Not to be written to."""
        if "luma" not in self._kept:
            from datastork.media.image.colour import grey

            self._kept["luma"] = grey(self.pixels)
        return self._kept["luma"]

    @property
    def colour(self) -> Literal["rgb", "grey"]:
        """Whether the pixels have three channels or one."""
        return "grey" if self.pixels.ndim == 2 else "rgb"
