"""A dataset with every kind of trouble: dark, flat, copied and broken pictures, and names that attack."""

from pathlib import Path

import cv2
import numpy as np

HOSTILE = "<img src=x onerror=alert(1)>"
RECIPE = """
[dataset]
name        = "mixed"
title       = "mixed <b>bag</b>"
license     = "CC0-1.0"
task        = "image-classification"
description = "Pictures & \\"trouble\\" </style><script>alert(1)</script>"
max_quarantine = 0.5

[[step]]
use   = "collect.files"
path  = "raw/**/*"
label = "folder"

[[step]]
use   = "clean.image.dark"

[[step]]
use   = "clean.image.flat"
"""
REST = """
[[step]]
use    = "clean.image.resize"
width  = 40
height = 40

[[step]]
use = "clean.exact_dup"

[[step]]
use = "label.resolve"

[[step]]
use = "split.random"
"""
MEASURES = """
[[step]]
use = "measure.summary"

[[step]]
use = "measure.balance"
"""


def picture(seed: int, size: int = 48) -> np.ndarray:
    """Return a picture like no other."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 255, (6, 6, 3), dtype=np.uint8)
    smooth = cv2.resize(coarse, (size, size), interpolation=cv2.INTER_CUBIC).astype(float)
    return np.clip(smooth + rng.normal(0, 12, smooth.shape), 0, 255).astype(np.uint8)


def put(path: Path, pixels: np.ndarray) -> None:
    """Write pixels as PNG, whatever the file is called."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(cv2.imencode(".png", pixels)[1].tobytes())


def trouble(root: Path) -> None:
    """Write 30 good pictures, 3 dark, 2 flat, 2 copies, 2 broken; some with names that attack."""
    for seed in range(30):
        put(root / "raw" / (HOSTILE, "cat", "dog")[seed % 3] / f"{seed:02}.png", picture(seed))
    for seed in range(3):
        put(root / "raw" / "cat" / f"dark {seed}.png", (picture(seed) // (8 + seed)).astype(np.uint8))
    put(root / "raw" / "dog" / f"flat {HOSTILE}.png", np.full((48, 48, 3), 128, np.uint8))
    put(root / "raw" / "dog" / "flat.png", np.full((48, 50, 3), 120, np.uint8))
    put(root / "raw" / "dog" / "copy.png", picture(2))
    put(root / "raw" / "cat" / "copy.png", picture(2))
    (root / "raw" / "cat" / f"broken {HOSTILE}.png").write_bytes(b"\x89PNG \x1b[31m <script>")
    (root / "raw" / "cat" / "empty.png").write_bytes(b"")
