"""What is left of a picture when another has been fitted to it: next to nothing, when both show one thing.

Pictures with little in them (strokes on an even ground, soft light and shade) correlate well with others of their
kind. What tells them apart is what remains when every harmless difference is taken out: brightness, contrast, and a
shift or stretch by part of a pixel.
"""

from typing import TYPE_CHECKING

from datastork.media.image.near.fingerprint import SIDE

if TYPE_CHECKING:
    import numpy as np

PACE = 2  # pixels: smoothed pictures are looked at in every second row and column
RIDGE = 1.0  # squared grey levels: keeps a fit to a picture without contrast from running away


def misfit(one: "np.ndarray", other: "np.ndarray") -> "np.ndarray":
    """Return the part (n,), 0 to 1, of the contrast of `one` that no fit of `other` explains (RMS, both smoothed).

    Fitted by least squares, to first order: brightness, contrast, shift and stretch along either side.
    """
    import numpy as np

    out = np.empty(len(one))
    place = ((np.arange(1, SIDE - 1, PACE) + 0.5) / SIDE - 0.5).astype(np.float32)
    for start in range(0, len(one), 256):
        a, b = softened(one[start : start + 256]), softened(other[start : start + 256])
        inner = b[:, 1:-1:PACE, 1:-1:PACE]
        inner = inner - inner.mean(axis=(1, 2), keepdims=True)
        down = b[:, 2::PACE, 1:-1:PACE] - b[:, :-2:PACE, 1:-1:PACE]
        right = b[:, 1:-1:PACE, 2::PACE] - b[:, 1:-1:PACE, :-2:PACE]
        flat = np.full_like(inner, 100)
        known = np.stack([flat, inner, down, right, down * place[:, None], right * place], axis=1)
        known = known.reshape(len(known), 6, -1).astype(np.float64)
        wanted = a[:, 1:-1:PACE, 1:-1:PACE].reshape(len(a), -1).astype(np.float64)
        wanted -= wanted.mean(axis=1, keepdims=True)
        squares = np.matmul(known, known.swapaxes(1, 2)) + np.eye(6) * RIDGE
        products = np.matmul(known, wanted[:, :, None])
        rest = wanted - np.matmul(np.linalg.solve(squares, products).swapaxes(1, 2), known)[:, 0]
        contrast = np.maximum(np.square(wanted).sum(axis=1), RIDGE)
        out[start : start + 256] = np.sqrt(np.square(rest).sum(axis=1) / contrast)
    return out


def softened(pixels: "np.ndarray") -> "np.ndarray":
    """Return pictures (n, SIDE, SIDE) smoothed a little, by 1, 2, 1 along both sides (float32)."""
    import numpy as np

    soft = np.pad(pixels.astype(np.float32), ((0, 0), (1, 1), (1, 1)), mode="edge")
    soft = soft[:, :-2] + 2 * soft[:, 1:-1] + soft[:, 2:]
    soft = soft[:, :, :-2] + 2 * soft[:, :, 1:-1] + soft[:, :, 2:]
    return np.asarray(soft / 16)
