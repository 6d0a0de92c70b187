"""Colour away."""

from dataclasses import replace

from datastork.core import step
from datastork.media.image import Image


@step
def grayscale(image: Image) -> Image:
    """Return the image in grey: one channel of luma, 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601).

    A grey image comes back as it is.
    """
    from datastork.media.image.colour import grey

    return image if image.colour == "grey" else replace(image, pixels=grey(image.pixels))
