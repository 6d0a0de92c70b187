"""Small real-looking datasets for the tests of the engine."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

HEAD = """
[dataset]
name    = "test"
license = "CC0-1.0"

[[step]]
use   = "collect.files"
path  = "raw/**/*"
label = "folder"
"""
STEPS = """
[[step]]
use   = "clean.image.blurry"
below = 1.0

[[step]]
use    = "clean.image.resize"
width  = 32
height = 32

[[step]]
use = "clean.exact_dup"

[[step]]
use = "clean.near_dup"

[[step]]
use = "label.resolve"

[[step]]
use = "split.random"

[[step]]
use = "measure.balance"
"""


def picture(seed: int, size: int = 48) -> np.ndarray:
    """Return a picture that is like no other: smooth blobs with fine detail on top."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 255, (6, 6, 3), dtype=np.uint8)
    smooth = cv2.resize(coarse, (size, size), interpolation=cv2.INTER_CUBIC).astype(float)
    return np.clip(smooth + rng.normal(0, 12, smooth.shape), 0, 255).astype(np.uint8)


def write_picture(path: Path, seed: int, size: int = 48) -> None:
    """Write a picture as PNG."""
    path.parent.mkdir(parents=True, exist_ok=True)
    assert cv2.imwrite(str(path), picture(seed, size))


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that makes a dataset of `count` pictures under `name`, in two folders."""

    def build(count: int = 12, *, name: str = "data", steps: str = STEPS, head: str = HEAD, first: int = 0) -> Path:
        root = tmp_path / name
        root.mkdir()
        for seed in range(first, first + count):
            write_picture(root / "raw" / ("cat" if seed % 2 else "dog") / f"{seed:04}.png", seed)
        (root / "stork.toml").write_text(head + steps)
        return root

    return build
