"""How alike two thumbnails are at best, when one may show a window of the other.

The measure is the correlation of the two pictures' gradients (differences of brightness between neighbours, slightly
smoothed): blind to brightness and contrast, and heavy on detail, where pictures of one layout differ. It is taken in
the frequency domain, where a window is a fixed linear map, so every window of a grid is tried by matrix products:
all along one direction, then all along the other.
"""

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from datastork.media.image.near.descriptors import SPANS, centres, cosines

if TYPE_CHECKING:
    import numpy as np

DETAIL = 14  # frequencies each direction, of at most SIDE
SMOOTH = 9.0  # frequency at which detail counts 1 / e of its gradient energy
STEP = 1 / 64  # of a side: the grid of windows
STEP_SIZE = 1 << 18  # multiplications in one matrix product
STEPS = 8  # most that a window lacks at either end


class Tables(NamedTuple):
    """The fixed tables of the search."""

    forward: "np.ndarray"  # (DETAIL, SIDE) from pixels to frequencies
    windows: "np.ndarray"  # (windows, DETAIL, DETAIL) from frequencies of the whole to those of a window
    flat: "np.ndarray"  # (DETAIL², windows) the same, to sum products by
    smooth: "np.ndarray"  # (DETAIL,) weight of a frequency by smoothing alone
    steep: "np.ndarray"  # (DETAIL,) the same times frequency²: gradient energy
    weights: "np.ndarray"  # (DETAIL, DETAIL) = steep x smooth + smooth x steep
    energy: "np.ndarray"  # (2 DETAIL², windows) the energy of a window from products of its frequencies
    nearest: "np.ndarray"  # (len(SPANS),) the window nearest to each span
    spans: "np.ndarray"  # (windows, 2) from, to


@cache
def tables() -> Tables:
    """Return the fixed tables."""
    import numpy as np

    forward = cosines(DETAIL, centres()).T
    spans = np.array([(a * STEP, 1 - b * STEP) for a in range(STEPS + 1) for b in range(STEPS + 1)])
    windows = np.stack([forward @ cosines(DETAIL, low + (high - low) * centres()) for low, high in spans])
    k = np.arange(DETAIL)
    smooth = np.exp(-((k / SMOOTH) ** 2))
    steep = k**2 * smooth
    energy = [np.einsum("wvk,v,wvl->klw", windows, part, windows).reshape(DETAIL**2, -1) for part in (smooth, steep)]
    return Tables(
        forward,
        windows,
        np.ascontiguousarray(windows.reshape(len(windows), -1).T),
        smooth,
        steep,
        np.outer(steep, smooth) + np.outer(smooth, steep),
        np.concatenate(energy),
        np.array([np.abs(spans - span).sum(axis=1).argmin() for span in SPANS]),
        spans,
    )


@cache
def search_tables() -> Tables:
    """Return the fixed tables as float32: quick, and near enough to find a window by."""
    import numpy as np

    return Tables(*(x.astype(np.float32) if x.dtype == np.float64 else x for x in tables()))


def detail(thumbnails: "np.ndarray") -> "np.ndarray":
    """Return the frequencies (n, DETAIL, DETAIL), float32, of thumbnails (n, SIDE, SIDE), without the mean."""
    import numpy as np

    forward = tables().forward
    out = np.empty((len(thumbnails), DETAIL, DETAIL), np.float32)
    for start in range(0, len(thumbnails), 2048):
        part = slice(start, start + 2048)
        out[part] = np.matmul(np.matmul(forward, thumbnails[part].astype(np.float64)), forward.T)
    out[:, 0, 0] = 0
    return out


def richness(spectrum: "np.ndarray") -> "np.ndarray":
    """Return how many frequencies share the gradient energy of each spectrum (n,): few in a smooth picture."""
    import numpy as np

    share = np.asarray(spectrum, np.float64) ** 2 * tables().weights
    return np.asarray(share.sum(axis=(1, 2)) ** 2 / np.maximum((share**2).sum(axis=(1, 2)), 1e-12))


def energy(spectrum: "np.ndarray") -> "np.ndarray":
    """Return the gradient energy (n,) of spectra."""
    import numpy as np

    return np.asarray(np.einsum("nuv,nuv,uv->n", spectrum, spectrum, tables().weights))


def correlation(one: "np.ndarray", other: "np.ndarray") -> "np.ndarray":
    """Return the correlation (n,) of the gradients of spectra, pair by pair; 0 where one has none."""
    import numpy as np

    product = np.einsum("nuv,nuv,uv->n", one, other, tables().weights)
    return np.asarray(product / np.sqrt(np.maximum(energy(one) * energy(other), 1e-12)))


def window(spectrum: "np.ndarray", vertical: "np.ndarray", horizontal: "np.ndarray") -> "np.ndarray":
    """Return the spectra of the windows numbered `vertical` and `horizontal`."""
    import numpy as np

    maps = tables().windows
    return np.asarray(np.matmul(np.matmul(maps[vertical], spectrum), maps[horizontal].swapaxes(-1, -2)))


def along(whole: "np.ndarray", cut: "np.ndarray") -> "np.ndarray":
    """Return the best window of `cut` along the last axis, number of a window (n,), to look like `whole`.

    `cut` has its window along the other axis applied already; both (n, DETAIL, DETAIL).
    """
    import numpy as np

    table = search_tables()
    n = len(whole)
    product = np.matmul((whole * table.weights).swapaxes(-1, -2), cut).reshape(n, -1)
    turned = cut.swapaxes(-1, -2)
    powers = [np.matmul(turned * part, cut).reshape(n, -1) for part in (table.steep, table.smooth)]
    norms = in_small_steps(np.concatenate(powers, axis=1), table.energy)
    products = in_small_steps(product, table.flat)
    return np.asarray((products / np.sqrt(np.maximum(norms, 1e-12))).argmax(axis=1))


def in_small_steps(rows: "np.ndarray", table: "np.ndarray") -> "np.ndarray":
    """Return rows @ table by products too small to be worth several threads: one result on any number of them."""
    import numpy as np

    some = STEP_SIZE // table.size
    padded = np.pad(rows, ((0, -len(rows) % some), (0, 0)))
    steps = np.matmul(padded.reshape(-1, some, rows.shape[1]), table)
    return np.asarray(steps.reshape(-1, table.shape[1])[: len(rows)])


def align(
    whole: "np.ndarray", cut: "np.ndarray", vertical: "np.ndarray", horizontal: "np.ndarray", rounds: int
) -> tuple["np.ndarray", "np.ndarray"]:
    """Return the windows of `cut`, vertical and horizontal, that look most like `whole`, begun at the ones given."""
    import numpy as np

    maps = search_tables().windows
    for _ in range(rounds):
        horizontal = along(whole, np.matmul(maps[vertical], cut))
        across = np.matmul(maps[horizontal], cut.swapaxes(-1, -2))
        vertical = along(whole.swapaxes(-1, -2), across)
    return vertical, horizontal
