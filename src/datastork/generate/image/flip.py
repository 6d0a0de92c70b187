"""Mirrored copies."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from datastork.core import step
from datastork.media.image import Image


@step
def flip(image: Image, *, axis: Literal["horizontal", "vertical"] = "horizontal") -> Iterator[Image]:
    """Add the mirrored copy of an image. Not for data where left and right have a meaning (text).

    Settings:
        axis: "horizontal" swaps left and right, "vertical" swaps top and bottom
    """
    import numpy as np

    mirrored = image.pixels[:, ::-1] if axis == "horizontal" else image.pixels[::-1]
    yield replace(image, pixels=np.ascontiguousarray(mirrored))
