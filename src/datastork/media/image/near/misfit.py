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
    """Return the part (n,), 0 to 1, of the contrast of `one` that no fit of `other` explains (RMS), both `softened`.

    Fitted by least squares, to first order: brightness, contrast, shift and stretch along either side.
    """
    import numpy as np

    out = np.empty(len(one))
    place = ((np.arange(1, SIDE - 1, PACE) + 0.5) / SIDE - 0.5).astype(np.float32)
    for start in range(0, len(one), 256):
        a, b = one[start : start + 256], other[start : start + 256]
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

    out = np.empty(pixels.shape, np.float32)
    for start in range(0, len(pixels), 128):  # as much as fits a processor's cache
        some = pixels[start : start + 128].astype(np.float32)
        down, done = np.empty_like(some), out[start : start + 128]
        halves = some[:, 1:] + some[:, :-1]
        np.add(halves[:, 1:], halves[:, :-1], out=down[:, 1:-1])
        down[:, 0] = halves[:, 0] + 2 * some[:, 0]
        down[:, -1] = halves[:, -1] + 2 * some[:, -1]
        halves = down[:, :, 1:] + down[:, :, :-1]
        np.add(halves[:, :, 1:], halves[:, :, :-1], out=done[:, :, 1:-1])
        done[:, :, 0] = halves[:, :, 0] + 2 * down[:, :, 0]
        done[:, :, -1] = halves[:, :, -1] + 2 * down[:, :, -1]
        done /= 16
    return out
