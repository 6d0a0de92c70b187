"""Make many photographs of about 500×375 from the few that scikit-image and scikit-learn ship, by crops and noise.

    python benchmarks/photos.py FOLDER COUNT

Every picture is a blend of crops of two photographs, so that few are near-duplicates of others; JPEG, quality 90.
"""

import sys
from pathlib import Path

import cv2
import numpy as np
from skimage import data
from sklearn.datasets import load_sample_images

WIDTH, HEIGHT = 500, 375


COLOUR = ("astronaut", "coffee", "chelsea", "rocket", "hubble_deep_field", "immunohistochemistry", "retina")
GREY = ("brick", "camera", "coins", "grass", "gravel", "moon")


def sources() -> list[np.ndarray]:
    """Return the photographs, large enough to crop from, in RGB."""
    found = [*load_sample_images().images]
    found += [getattr(data, name)()[..., :3] for name in COLOUR]
    found += [cv2.cvtColor(getattr(data, name)(), cv2.COLOR_GRAY2RGB) for name in GREY]
    return [_at_least(np.ascontiguousarray(image), 1200) for image in found]


def _at_least(image: np.ndarray, side: int) -> np.ndarray:
    scale = max(1.0, side / min(image.shape[:2]))
    return cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)


def _crop(photo: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    height = int(rng.uniform(0.2, 0.6) * min(photo.shape[0], photo.shape[1] * HEIGHT / WIDTH))
    width = height * WIDTH // HEIGHT
    top = int(rng.integers(0, photo.shape[0] - height + 1))
    left = int(rng.integers(0, photo.shape[1] - width + 1))
    part = photo[top : top + height, left : left + width]
    return cv2.resize(part, (WIDTH, HEIGHT), interpolation=cv2.INTER_LINEAR)


def make(folder: Path, count: int, seed: int = 0) -> None:
    """Write `count` photographs into ten folders."""
    rng = np.random.default_rng(seed)
    photos = sources()
    for number in range(count):
        one, other = rng.choice(len(photos), 2, replace=False)
        share = rng.uniform(0.55, 0.8)  # of two photographs in one, so that no two pictures are nearly the same
        crop = share * _crop(photos[one], rng) + (1 - share) * _crop(photos[other], rng)
        gain, shift = rng.uniform(0.8, 1.2, 3), rng.uniform(-15, 15, 3)
        noise = rng.normal(0, rng.uniform(1, 6), crop.shape)
        crop = np.clip(crop * gain + shift + noise, 0, 255).astype(np.uint8)
        if rng.random() < 0.5:
            crop = crop[:, ::-1]
        place = folder / f"class{number % 10}" / f"{number:06}.jpg"
        place.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(place), crop[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 90])


if __name__ == "__main__":
    make(Path(sys.argv[1]), int(sys.argv[2]))
