"""What is left of a picture when another has been fitted to it: next to nothing, when both show one thing.

Pictures with little in them (strokes on an even ground, soft light and shade) correlate well with others of their
kind. What tells them apart is what remains when every harmless difference is taken out: brightness, contrast, and a
shift or stretch by part of a pixel.
"""

from typing import TYPE_CHECKING

from datastork.media.image.near.fingerprint import SIDE

if TYPE_CHECKING:
    import numpy as np


def misfit(one: "np.ndarray", other: "np.ndarray") -> "np.ndarray":
    """Return the part (n,), 0 to 1, of the contrast of `one` that no fit of `other` explains (RMS, both smoothed).

    Fitted by least squares, to first order: brightness, contrast, shift and stretch along either side.
    """
    import numpy as np

    out = np.empty(len(one))
    place = (np.arange(SIDE - 2, dtype=np.float32) + 0.5) / (SIDE - 2) - 0.5
    for start in range(0, len(one), 256):
        a, b = softened(one[start : start + 256]), softened(other[start : start + 256])
        down, right = b[:, 2:, 1:-1] - b[:, :-2, 1:-1], b[:, 1:-1, 2:] - b[:, 1:-1, :-2]
        inner = b[:, 1:-1, 1:-1]
        known = np.stack([np.ones_like(inner), inner, down, right, down * place[:, None], right * place], axis=1)
        known = known.reshape(len(known), 6, -1).astype(np.float64)
        wanted = a[:, 1:-1, 1:-1].reshape(len(a), -1).astype(np.float64)
        wanted -= wanted.mean(axis=1, keepdims=True)
        squares = np.matmul(known, known.swapaxes(1, 2))
        squares += np.eye(6) * (1e-9 * np.trace(squares, axis1=1, axis2=2) + 1e-9)[:, None, None]
        products = np.einsum("nkp,np->nk", known, wanted)
        factors = np.linalg.solve(squares, products[:, :, None])[:, :, 0]
        rest = wanted - np.einsum("nk,nkp->np", factors, known)
        out[start : start + 256] = np.sqrt(
            np.einsum("np,np->n", rest, rest) / np.maximum(np.einsum("np,np->n", wanted, wanted), 1e-6)
        )
    return out


def softened(pixels: "np.ndarray") -> "np.ndarray":
    """Return pictures (n, SIDE, SIDE) smoothed a little, by 1, 2, 1 along both sides (float32)."""
    import numpy as np

    soft = np.pad(pixels.astype(np.float32), ((0, 0), (1, 1), (1, 1)), mode="edge")
    soft = soft[:, :-2] + 2 * soft[:, 1:-1] + soft[:, 2:]
    soft = soft[:, :, :-2] + 2 * soft[:, :, 1:-1] + soft[:, :, 2:]
    return np.asarray(soft / 16)
