"""What is measured about an image."""

from typing import TYPE_CHECKING, NamedTuple

from datastork.media.image import Image

if TYPE_CHECKING:
    import numpy as np

SHARPNESS_SIDE = 256  # pixels: sharpness is compared at this size
INFORMATION_SIDE = 64  # pixels: small enough for noise to average out, large enough for what is on a page


class Size(NamedTuple):
    """Width and height of the upright image, in pixels."""

    width: int
    height: int

    @staticmethod
    def of(image: Image) -> "Size":
        """Measure an image."""
        return Size(image.width, image.height)


class Sharpness(NamedTuple):
    """`sharpness`: variance of the Laplacian of the luma over the variance of the luma, in per cent.

    It tells how much of what is seen is fine detail: 0 for one colour, below 2 out of focus, 10 to 200 in
    sharp photographs. The longest side is first shrunk to 256 pixels, so that large and small images compare;
    smaller ones stay. The Laplacian alone (Pech-Pacheco and others, "Diatom autofocusing in brightfield
    microscopy: a comparative study", ICPR 2000) also measures contrast; dividing takes exposure and contrast
    out.
    """

    sharpness: float

    @staticmethod
    def of(image: Image) -> "Sharpness":
        """Measure an image."""
        import cv2

        from datastork.media.image.scale import scale, within

        luma = scale(image.luma, *within(image.pixels, SHARPNESS_SIDE))
        detail = float(cv2.meanStdDev(cv2.Laplacian(luma, cv2.CV_16S))[1].item())
        whole = float(cv2.meanStdDev(luma)[1].item())
        return Sharpness(100 * (detail / whole) ** 2 if whole > 0 else 0.0)


class Exposure(NamedTuple):
    """How much light there is, in grey levels (0 to 255) of the luma.

    `brightness` is the mean, `contrast` the standard deviation; 1 % of the pixels are at `shadow` or below,
    99 % at `highlight` or below, so that a night sky with a moon is told from a black frame.
    """

    brightness: float
    contrast: float
    shadow: float
    highlight: float

    @staticmethod
    def of(image: Image) -> "Exposure":
        """Measure an image."""
        import numpy as np

        counts = _histogram(image.luma)
        levels = np.arange(256.0)
        total = counts.sum()
        mean = counts @ levels / total
        spread = max(0.0, counts @ levels**2 / total - mean**2) ** 0.5
        low, high = np.searchsorted(np.cumsum(counts), (0.01 * total, 0.99 * total))
        return Exposure(float(mean), float(spread), float(low), float(high))


class Information(NamedTuple):
    """`information`: the entropy of the luma histogram, 0 (one colour) to 6 bits. Shannon, 1948.

    Measured with the longest side shrunk to 64 pixels and grey levels taken in fours, so that the grain of a
    scanned blank page does not count as information; of the two ways to take fours, apart by two levels, the
    smaller result.
    """

    information: float

    @staticmethod
    def of(image: Image) -> "Information":
        """Measure an image."""
        import numpy as np

        from datastork.media.image.scale import scale, within

        counts = _histogram(scale(image.luma, *within(image.pixels, INFORMATION_SIDE)))
        entropies = []
        for shift in (0, 2):
            fours = np.pad(counts, (shift, 4 - shift)).reshape(-1, 4).sum(axis=1)
            shares = fours[fours > 0] / fours.sum()
            entropies.append(max(0.0, float(-(shares * np.log2(shares)).sum())))
        return Information(min(entropies))


def _histogram(luma: "np.ndarray") -> "np.ndarray":
    """Return how many pixels have each of the 256 grey levels."""
    import cv2

    counts: np.ndarray = cv2.calcHist([luma], [0], None, [256], [0, 256])
    return counts.ravel().astype(float)
