"""The close look at candidates: do they agree in every part, and is there enough to see to tell pictures apart?

Smooth pictures, one edge, or a few strokes on an even ground correlate well with others of their kind. So where a
picture has little in it, agreement is asked for in every part of it, and more of it.
"""

from typing import TYPE_CHECKING, NamedTuple

from datastork.media.image.near.alignment import richness
from datastork.media.image.near.fingerprint import SIDE
from datastork.media.image.near.misfit import softened

if TYPE_CHECKING:
    import numpy as np

PACE = 3  # pixels: parts of a thumbnail are twice as wide and overlap by half
NOISE = 2.0  # grey levels a pixel: gradients below say little
EVEN = 2  # grey levels from the commonest that still count as even ground
GROUND = 0.1  # part of a thumbnail of one grey value that makes a ground
# What is asked of two pictures, by what is in the poorer one. Found on photographs, their true variants, and pictures
# that are alike by kind: enlarged digits, letters, marks, tiles of stars and of cells.
BY_RICHNESS = ((2.0, 5.0, 10.0, 16.0, 30.0, 45.0), (0.99, 0.94, 0.9, 0.87, 0.82, 0.79))  # correlation
BY_SHARE = ((40.0, 110.0, 180.0), (0.955, 0.93, 0.79))
LEFT_BY_RICHNESS = ((2.0, 5.0, 9.0, 13.0, 20.0, 40.0), (0.005, 0.09, 0.115, 0.17, 0.28, 0.4))  # misfit allowed
LEFT_BY_SHARE = ((250.0, 330.0), (0.2, 0.0))  # at least, where a smooth picture is not so throughout
LEFT_BY_GROUND = ((0.4, 0.8), (0.1, 0.05))
ON_GROUND = (0.22, 0.32)  # even ground from which, and to which, the rules for strokes come in
FEW = (50.0, 70.0)  # richness from which, and to which, they go out
SIMPLE = (25.0, 45.0)  # the same for spots
SPOTS = ((0.3, 0.6), (0.0, 0.95))  # correlation asked of a few spots on an even ground
SPOTTED = ((200.0, 280.0), (1.0, 0.0))  # pixels that share the energy, where these are a few spots
PLAIN, LONELY = 5000.0, 0.5  # content and even ground of a mark that could be moved or enlarged to be another's


class Contents(NamedTuple):
    """How much there is to see in pictures."""

    richness: "np.ndarray"  # (n,) frequencies that share the energy of gradients
    share: "np.ndarray"  # (n,) pixels that share it
    ground: "np.ndarray"  # (n,) 0 to 1: even ground, as a part of the frame

    def least(self, one: "np.ndarray", other: "np.ndarray") -> "Contents":
        """Return what is in the poorer of two, and the ground of the less even one."""
        import numpy as np

        whole = self.richness * self.share
        poorer = np.where(whole[one] <= whole[other], one, other)
        return Contents(
            np.minimum(self.richness[one], self.richness[other]),
            whole[poorer] / np.minimum(self.richness[one], self.richness[other]),
            np.minimum(self.ground[one], self.ground[other]),
        )

    def only(self, which: "np.ndarray") -> "Contents":
        """Return some of them."""
        return Contents(*(part[which] for part in self))

    def strokes(self) -> "np.ndarray":
        """Return how far (n,), 0 to 1, the pictures are a few strokes on an even ground."""
        import numpy as np

        return np.asarray(np.interp(self.ground, ON_GROUND, (0, 1)) * np.interp(self.richness, FEW, (1, 0)))

    def asked(self) -> "np.ndarray":
        """Return the correlation (n,) that tells one picture from two."""
        import numpy as np

        spots = (
            np.interp(self.ground, *SPOTS) * np.interp(self.share, *SPOTTED) * np.interp(self.richness, SIMPLE, (1, 0))
        )
        by_share = np.maximum(np.interp(self.share, *BY_SHARE), spots)
        return np.asarray(np.maximum(np.interp(self.richness, *BY_RICHNESS), by_share))

    def allowed(self) -> "np.ndarray":
        """Return the misfit (n,) up to which two pictures are one."""
        import numpy as np

        left = np.maximum(np.interp(self.richness, *LEFT_BY_RICHNESS), np.interp(self.share, *LEFT_BY_SHARE))
        less = np.minimum(np.interp(self.ground, *LEFT_BY_GROUND) - left, 0)
        return np.asarray(left + less * self.strokes())

    def lonely(self) -> "np.ndarray":
        """Tell which pictures (n,) are a plain mark on a wide even ground."""
        import numpy as np

        return np.asarray((self.richness * self.share < PLAIN) & (self.ground > LONELY))

    def settled(self, correlation: "np.ndarray") -> "np.ndarray":
        """Tell which pairs (n,) are alike beyond doubt by their correlation alone."""
        import numpy as np

        enough = np.interp(self.richness, (16.0, 40.0), (0.95, 0.86))
        plenty = (self.share >= 150) & (self.richness >= 16) & (self.ground <= ON_GROUND[0])
        return np.asarray(plenty & (correlation >= enough))


def contents(pixels: "np.ndarray", spectra: "np.ndarray", border: "np.ndarray") -> Contents:
    """Return how much there is in pictures; `border` as `even_ground` takes it."""
    import numpy as np

    rich = [richness(spectra[start : start + 4096]) for start in range(0, len(spectra), 4096)]
    return Contents(np.concatenate([np.zeros(0), *rich]), share(pixels), even_ground(pixels, border))


def gradients(soft: "np.ndarray") -> "np.ndarray":
    """Return the gradients (n, 2, SIDE - 2, SIDE - 2) float32 of `softened` thumbnails."""
    import numpy as np

    out = np.empty((len(soft), 2, SIDE - 2, SIDE - 2), np.float32)
    np.subtract(soft[:, 1:-1, 2:], soft[:, 1:-1, :-2], out=out[:, 0])
    np.subtract(soft[:, 2:, 1:-1], soft[:, :-2, 1:-1], out=out[:, 1])
    out /= 2
    return out


def share(pixels: "np.ndarray") -> "np.ndarray":
    """Return how many pixels share the energy of gradients of each picture (n,)."""
    import numpy as np

    out = np.empty(len(pixels))
    for start in range(0, len(pixels), 256):
        slopes = np.square(gradients(softened(pixels[start : start + 256])))
        power = (slopes[:, 0] + slopes[:, 1]).reshape(-1, (SIDE - 2) ** 2)
        shared = power.sum(axis=1) ** 2 / np.maximum(np.square(power).sum(axis=1), 1e-6)
        out[start : start + 256] = shared
    return out


def even_ground(pixels: "np.ndarray", border: "np.ndarray") -> "np.ndarray":
    """Return the part (n,), 0 to 1, of each thumbnail that has its commonest grey value, or nearly.

    Where there is such a ground, the part of the frame that was cut away around it (`border`, 0 to 1) counts too.
    """
    import numpy as np

    out = np.empty(len(pixels))
    for start in range(0, len(pixels), 512):
        some = pixels[start : start + 512].reshape(-1, SIDE * SIDE)
        place = some.astype(np.int64) + (np.arange(len(some)) * 256)[:, None]
        counts = np.bincount(place.reshape(-1), minlength=256 * len(some)).reshape(-1, 256)
        sums = np.cumsum(np.pad(counts, ((0, 0), (EVEN + 1, EVEN))), axis=1)
        near = sums[:, 2 * EVEN + 1 :] - sums[:, : -2 * EVEN - 1]
        out[start : start + 512] = near.max(axis=1) / (SIDE * SIDE)
    return np.where(out >= GROUND, border + (1 - border) * out, out)


def agreement(one: "np.ndarray", other: "np.ndarray") -> "np.ndarray":
    """Return the mean correlation (n,) of the gradients of the parts of two aligned pictures, both `softened`.

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
