"""A colour map in which equal steps look equal: from near black over violet and orange to near white."""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


@cache
def colours() -> "np.ndarray":
    """Return 256 colours, uint8 (256, 3) as sRGB: even steps of lightness in Oklab, the hue turning with it.

    Source: Björn Ottosson, A perceptual color space for image processing, 2020 (matrices of Oklab).
    """
    import numpy as np

    along = np.linspace(0, 1, 256)
    light = 0.10 + 0.88 * along
    hue = np.deg2rad(285 + 180 * along)  # violet, red, orange, yellow
    chroma = 0.17 * np.sin(np.pi * np.clip(along, 0, 1)) ** 0.8 + 0.015
    lab = np.stack([light, chroma * np.cos(hue), chroma * np.sin(hue)])
    cones = np.array(
        [[1, 0.3963377774, 0.2158037573], [1, -0.1055613458, -0.0638541728], [1, -0.0894841775, -1.291485548]]
    )
    mixed = np.array(
        [
            [4.0767416621, -3.3077115913, 0.2309699292],
            [-1.2684380046, 2.6097574011, -0.3413193965],
            [-0.0041960863, -0.7034186147, 1.707614701],
        ]
    )
    linear = np.clip(mixed @ (cones @ lab) ** 3, 0, 1).T
    gamma = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.asarray(np.rint(255 * gamma).astype(np.uint8))
