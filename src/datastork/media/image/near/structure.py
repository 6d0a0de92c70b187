"""The close look at candidates: do they agree in every part, and is there enough to see to tell pictures apart?

Smooth pictures, one edge, or a few strokes on an even ground correlate well with others of their kind. So where a
picture has little in it, agreement is asked for in every part of it, and more of it.
"""

from typing import TYPE_CHECKING

from datastork.media.image.near.alignment import richness
from datastork.media.image.near.fingerprint import SIDE

if TYPE_CHECKING:
    import numpy as np

PACE = 3  # pixels: parts of a thumbnail are twice as wide and overlap by half
NOISE = 2.0  # grey levels a pixel: gradients below say little
EVEN = 2  # grey levels from the commonest that still count as even ground
GROUND = 0.1  # part of a thumbnail of one grey value that makes a ground
PLENTY = 3500.0  # content, as `content` gives it, that needs no look at parts
# content, or even ground: likeness asked for
BY_CONTENT = ((1000.0, 3000.0), (0.965, 0.78))
BY_GROUND = ((0.15, 0.25), (0.78, 0.965))


def gradients(pixels: "np.ndarray") -> "np.ndarray":
    """Return the gradients (n, 2, SIDE - 2, SIDE - 2) float32 of slightly smoothed thumbnails."""
    import numpy as np

    soft = np.pad(pixels.astype(np.float32), ((0, 0), (1, 1), (1, 1)), mode="edge")
    soft = soft[:, :-2] + 2 * soft[:, 1:-1] + soft[:, 2:]
    soft = soft[:, :, :-2] + 2 * soft[:, :, 1:-1] + soft[:, :, 2:]
    out = np.empty((len(pixels), 2, SIDE - 2, SIDE - 2), np.float32)
    np.subtract(soft[:, 1:-1, 2:], soft[:, 1:-1, :-2], out=out[:, 0])
    np.subtract(soft[:, 2:, 1:-1], soft[:, :-2, 1:-1], out=out[:, 1])
    out /= 32
    return out


def content(pixels: "np.ndarray", spectra: "np.ndarray") -> "np.ndarray":
    """Return how much there is in pictures (n,): frequencies that share the energy, times pixels that share it."""
    import numpy as np

    out = np.empty(len(pixels))
    for start in range(0, len(pixels), 256):
        part = slice(start, start + 256)
        slopes = np.square(gradients(pixels[part]))
        power = (slopes[:, 0] + slopes[:, 1]).reshape(-1, (SIDE - 2) ** 2)
        shared = power.sum(axis=1) ** 2 / np.maximum(np.square(power).sum(axis=1), 1e-6)
        out[part] = richness(spectra[part]) * shared
    return out


def even_ground(pixels: "np.ndarray", border: "np.ndarray") -> "np.ndarray":
    """Return the part (n,), 0 to 1, of each thumbnail that has its commonest grey value, or nearly.

    Where there is such a ground, the part of the frame that was cut away around it (`border`, 0 to 1) counts too.
    """
    import numpy as np

    out = np.empty(len(pixels))
    for start in range(0, len(pixels), 4096):
        some = pixels[start : start + 4096].reshape(-1, SIDE * SIDE)
        place = some.astype(np.int64) + (np.arange(len(some)) * 256)[:, None]
        counts = np.bincount(place.reshape(-1), minlength=256 * len(some)).reshape(-1, 256)
        sums = np.cumsum(np.pad(counts, ((0, 0), (EVEN + 1, EVEN))), axis=1)
        near = sums[:, 2 * EVEN + 1 :] - sums[:, : -2 * EVEN - 1]
        out[start : start + 4096] = near.max(axis=1) / (SIDE * SIDE)
    return np.where(out >= GROUND, border + (1 - border) * out, out)


def asked_for(least: "np.ndarray", ground: "np.ndarray") -> "np.ndarray":
    """Return the likeness (n,) that tells one picture from two, by what is in the poorer and the less even one."""
    import numpy as np

    return np.asarray(np.maximum(np.interp(least, *BY_CONTENT), np.interp(ground, *BY_GROUND)))


def agreement(one: "np.ndarray", other: "np.ndarray") -> "np.ndarray":
    """Return the mean correlation (n,) of the gradients of the parts of two aligned pictures.

    A part weighs by its energy up to that of noise, and little more beyond: a bold edge weighs as a faint one.
    """
    import numpy as np

    out = np.empty(len(one))
    for start in range(0, len(one), 256):
        a, b = gradients(one[start : start + 256]), gradients(other[start : start + 256])
        product, left, right = (x[:, 0] + x[:, 1] for x in (a * b, a * a, b * b))
        gain = product.sum(axis=(1, 2)) / np.maximum(right.sum(axis=(1, 2)), 1e-6)
        product, left, right = (parts(x) for x in (product, left, right))
        alike = product / np.sqrt(np.maximum(left, 1e-3) * np.maximum(right, 1e-3))
        power = np.maximum(left, right * np.square(gain)[:, None, None])
        weight = power / (power + NOISE**2 / 2 * (2 * PACE) ** 2)
        out[start : start + 256] = (weight * alike).sum(axis=(1, 2)) / np.maximum(weight.sum(axis=(1, 2)), 1e-6)
    return out


def parts(values: "np.ndarray") -> "np.ndarray":
    """Return the sums of values (n, SIDE - 2, SIDE - 2) over parts that overlap by half: (n, 9, 9)."""
    import numpy as np

    rows = values[:, 0::PACE] + values[:, 1::PACE] + values[:, 2::PACE]
    rows = rows[:, :-1] + rows[:, 1:]
    half = rows[:, :, 0::PACE] + rows[:, :, 1::PACE] + rows[:, :, 2::PACE]
    return np.asarray(half[:, :, :-1] + half[:, :, 1:])
