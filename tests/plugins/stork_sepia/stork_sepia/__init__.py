"""A step of another package: pictures in the brown of old photographs."""

from dataclasses import replace
from typing import Annotated

from datastork import Range, step
from datastork.media.image import Image


@step
def sepia(image: Image, *, strength: Annotated[float, Range(0, 1)] = 1.0) -> Image:
    """Tone an image brown, as a silver print that was bathed in sulphide.

    Settings:
        strength: how much of the toned picture is mixed in (0 keeps the colours, 1 is all brown)

    Example:
        >>> import numpy as np
        >>> sepia(Image(np.full((1, 1, 3), 100, np.uint8))).pixels.tolist()
        [[[135, 120, 94]]]
    """
    import numpy as np

    colours = image.pixels if image.pixels.ndim == 3 else np.repeat(image.pixels[..., None], 3, axis=2)
    tone = np.array([[0.393, 0.769, 0.189], [0.349, 0.686, 0.168], [0.272, 0.534, 0.131]])
    mixed = (1 - strength) * colours + strength * (colours @ tone.T)
    return replace(image, pixels=np.clip(np.rint(mixed), 0, 255).astype(np.uint8))
