"""Near-duplicate images: recall for each change, wrong pairs in a million, and the time for 100,000 fingerprints.

    python benchmarks/near_dup_images.py [--quick] [--peers PYTHON]

Photos come from scikit-image and scikit-learn, and from the folder DATASTORK_DATA (default ../shared/data) where there
is one. With `--peers`, a Python that has cleanvision, its recall on the same files is shown beside ours.
"""

import argparse
import json
import os
import resource
import subprocess
import tempfile
from collections.abc import Callable
from itertools import chain
from pathlib import Path
from time import process_time

import cv2
import numpy as np
import skimage
import sklearn

from datastork.media.image import Image
from datastork.media.image.near.fingerprint import fingerprint
from datastork.media.image.near.pairs import near_pairs

Pixels = np.ndarray
THRESHOLD = 0.9
PEER = """
import json, sys
from cleanvision import Imagelab
lab = Imagelab(data_path=sys.argv[1], verbose=False)
lab.find_issues({"near_duplicates": {}, "exact_duplicates": {}}, verbose=False)
sets = [group for kind in ("near_duplicates", "exact_duplicates") for group in lab.info[kind]["sets"]]
print(json.dumps(sets))
"""


def read(file: Path) -> Pixels:
    """Return the pixels of a file, RGB."""
    return np.asarray(cv2.cvtColor(cv2.imread(str(file)), cv2.COLOR_BGR2RGB))


def package_photos() -> list[Path]:
    """Return the photos that packages ship."""
    folder = Path(skimage.__file__).parent / "data"
    names = ["astronaut", "brick", "camera", "cell", "chelsea", "coffee", "coins", "grass", "gravel", "ihc", "moon"]
    names += ["motorcycle_left", "page", "retina", "rocket", "hubble_deep_field", "text"]
    found = [file for name in names for file in folder.glob(f"{name}.*")]
    return sorted(found) + sorted((Path(sklearn.__file__).parent / "datasets/images").glob("*.jpg"))


def real_photos(data: Path) -> list[Path]:
    """Return the photos in the folder of real data."""
    patterns = ("detection/coco/images/*.jpg", "detection/raccoon/images/*", "detection/bccd/**/*.jpg")
    return sorted(chain.from_iterable(data.glob(p) for p in (*patterns, "images/dups/base_images/*.jpg")))


def jpeg(picture: Pixels) -> Pixels:
    """Return a picture recompressed as JPEG of quality 30."""
    return np.asarray(cv2.imdecode(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 30])[1], 1))


def half(picture: Pixels) -> Pixels:
    """Return a picture of half the size."""
    return np.asarray(cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA))


def bright(picture: Pixels, gain: float) -> Pixels:
    """Return a brighter or darker picture, clipped."""
    return np.clip(np.rint(picture * gain), 0, 255).astype(np.uint8)


def grey(picture: Pixels) -> Pixels:
    """Return a picture without colour."""
    return np.asarray(cv2.cvtColor(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB))


def crop(picture: Pixels, left: float, top: float, right: float, bottom: float) -> Pixels:
    """Return a picture less parts of its sides."""
    height, width = picture.shape[:2]
    rows, columns = slice(round(top * height), round((1 - bottom) * height)), slice(round(left * width), None)
    return np.ascontiguousarray(picture[rows, columns][:, : round((1 - left - right) * width)])


def random_crop(picture: Pixels, keep: float) -> Pixels:
    """Return a crop of `keep` of each side, anywhere."""
    x, y = np.random.default_rng(int(picture.sum())).uniform(0, 1 - keep, 2)
    return crop(picture, x, y, 1 - keep - x, 1 - keep - y)


def border(picture: Pixels, left: float, top: float, right: float, bottom: float, colour: tuple[int, ...]) -> Pixels:
    """Return a picture with a border, its widths as parts of the sides."""
    height, width = picture.shape[:2]
    sides = (round(top * height), round(bottom * height), round(left * width), round(right * width))
    return np.asarray(cv2.copyMakeBorder(picture, *sides, cv2.BORDER_CONSTANT, value=colour))


def random_border(picture: Pixels) -> Pixels:
    """Return a picture with a border of any colour, 5 to 15 % at each side."""
    rng = np.random.default_rng(int(picture.sum()))
    return border(picture, *rng.uniform(0.05, 0.15, 4), tuple(int(x) for x in rng.integers(0, 256, 3)))


CHANGES: dict[str, Callable[[Pixels], Pixels]] = {
    "JPEG quality 30": jpeg,
    "half the size": half,
    "brightness × 1.4": lambda p: bright(p, 1.4),
    "brightness × 0.6": lambda p: bright(p, 0.6),
    "grey": grey,
    "half, JPEG 30": lambda p: jpeg(half(p)),
    "JPEG 30, × 1.4": lambda p: jpeg(bright(p, 1.4)),
    "grey, × 0.6": lambda p: bright(grey(p), 0.6),
    "crop: centre 90 %": lambda p: crop(p, 0.05, 0.05, 0.05, 0.05),
    "crop: corner 90 %": lambda p: crop(p, 0, 0, 0.1, 0.1),
    "crop: random 90 %": lambda p: random_crop(p, 0.9),
    "crop: 10 % of area": lambda p: random_crop(p, 0.9**0.5),
    "crop: left 10 %": lambda p: crop(p, 0.1, 0, 0, 0),
    "crop: 10 % all round": lambda p: crop(p, 0.1, 0.1, 0.1, 0.1),
    "crop, JPEG 30": lambda p: jpeg(random_crop(p, 0.9)),
    "crop, × 1.4": lambda p: bright(random_crop(p, 0.9), 1.4),
    "border: black 5 %": lambda p: border(p, 0.05, 0.05, 0.05, 0.05, (0, 0, 0)),
    "border: white 15 %": lambda p: border(p, 0.15, 0.15, 0.15, 0.15, (255, 255, 255)),
    "border: any": random_border,
    "border: any, JPEG 30": lambda p: jpeg(random_border(p)),
    "border: letterbox": lambda p: border(p, 0, 0.12, 0, 0.12, (0, 0, 0)),
    "border: below": lambda p: border(p, 0, 0, 0, 0.15, (0, 0, 0)),
}
TURNS: dict[str, Callable[[Pixels], Pixels]] = {
    "mirrored": lambda p: p[:, ::-1],
    "upside down": lambda p: p[::-1],
    "turned 90°": lambda p: np.rot90(p),
    "turned 180°": lambda p: np.rot90(p, 2),
    "turned 270°": lambda p: np.rot90(p, 3),
    "mirrored, cropped": lambda p: random_crop(p, 0.9)[:, ::-1],
}


def prints(pictures: list[Pixels]) -> list[bytes]:
    """Return the fingerprints of pictures."""
    return [fingerprint(Image(np.ascontiguousarray(picture))) for picture in pictures]


def ours(pictures: list[Pixels], change: Callable[[Pixels], Pixels], turned: bool) -> tuple[int, int]:
    """Return how many changed pictures are found, and how many wrong pairs come with them."""
    n = len(pictures)
    marks = prints([*pictures, *map(change, pictures)])
    found = near_pairs(marks, threshold=THRESHOLD, mirrored=turned, rotated=turned)
    right = int((found.second - found.first == n).sum())
    return right, len(found.first) - right


def peers(python: str, pictures: list[Pixels], change: Callable[[Pixels], Pixels]) -> int:
    """Return how many changed pictures cleanvision finds on the same files."""
    with tempfile.TemporaryDirectory() as folder:
        for index, picture in enumerate(pictures):
            for kind, pixels in (("before", picture), ("after", change(picture))):
                cv2.imwrite(
                    f"{folder}/{index}_{kind}.png", cv2.cvtColor(np.ascontiguousarray(pixels), cv2.COLOR_RGB2BGR)
                )
        done = subprocess.run([python, "-c", PEER, folder], capture_output=True, text=True, check=True)
    groups = json.loads(done.stdout.strip().splitlines()[-1])
    together = [[Path(name).name for name in group] for group in groups]
    return sum(
        any({f"{k}_before.png", f"{k}_after.png"} <= set(group) for group in together) for k in range(len(pictures))
    )


def wrong_pairs(name: str, pictures: list[Pixels]) -> None:
    """Print how many of all pairs of different pictures are called near-duplicates."""
    n = len(pictures)
    found = near_pairs(prints(pictures), threshold=THRESHOLD)
    million = n * (n - 1) / 2e6
    print(f"{name:36s} {n:6d} pictures {million:9.3f} M pairs {len(found.first):5d} called")


def marks_of(pictures: list[Pixels], count: int, *, blend: bool) -> list[bytes]:
    """Return fingerprints of noisy crops: of one picture each, many of them true pairs; or of two blended, few."""
    rng = np.random.default_rng(1)
    small = [cv2.resize(picture, (500, 375), interpolation=cv2.INTER_AREA) for picture in pictures]
    small = [cv2.cvtColor(picture, cv2.COLOR_GRAY2RGB) if picture.ndim == 2 else picture for picture in small]

    def mark() -> Pixels:
        height, width = (int(rng.uniform(0.2, 0.8) * side) for side in (375, 500))
        y, x = int(rng.integers(0, 375 - height)), int(rng.integers(0, 500 - width))
        piece = small[rng.integers(len(small))][y : y + height, x : x + width]
        return np.frombuffer(prints([piece])[0], np.uint8)[:1024].astype(np.float32)

    found = []
    for _ in range(count):
        one = mark() if not blend else 0.6 * mark() + 0.4 * mark()
        found.append(np.clip(np.rint(one + rng.normal(0, 3, 1024)), 0, 255).astype(np.uint8).tobytes())
    return found


def timing(pictures: list[Pixels], count: int) -> None:
    """Print the time and memory for `count` fingerprints, where few are pairs and where very many are."""
    for blend, what in ((True, "few pairs"), (False, "very many pairs")):
        marks = marks_of(pictures, count, blend=blend)
        for part in (count // 4, count // 2, count):
            before, begin = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, process_time()
            found = near_pairs(marks[:part], threshold=THRESHOLD)
            spent = process_time() - begin
            more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
            print(f"{part:7d} fingerprints, {what}: {spent:5.1f} s CPU, + {more:4.0f} MB, {len(found.first)} pairs")


def main() -> None:
    """Print all tables."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--peers", metavar="PYTHON", help="a Python that has cleanvision")
    options.add_argument("--quick", action="store_true", help="10,000 fingerprints instead of 100,000")
    given = options.parse_args()
    data = Path(os.environ.get("DATASTORK_DATA", "../shared/data"))
    pictures = [read(file) for file in (*package_photos(), *real_photos(data))]
    print(
        f"{len(pictures)} photos; found of them after a change, and wrong pairs"
        + (", and found by cleanvision" if given.peers else "")
    )
    for name, change in (CHANGES | TURNS).items():
        right, wrong = ours(pictures, change, name in TURNS)
        theirs = f" {peers(given.peers, pictures, change):4d}" if given.peers else ""
        print(f"{name:24s} {right:4d} {right / len(pictures):6.3f} {wrong:4d}{theirs}")
    wrong_pairs("photos", pictures)
    wrong_pairs("CIFAR-10", [read(file) for file in sorted(data.glob("images/cifar10/*/*/*.jpg"))])
    squares = [
        p[y : y + 160, x : x + 160]
        for p in pictures
        for y in range(0, p.shape[0] - 159, 160)
        for x in range(0, p.shape[1] - 159, 160)
    ]
    wrong_pairs("squares of the photos, side by side", squares)
    timing(pictures, 10_000 if given.quick else 100_000)
    for size in ((224, 224), (500, 375)):
        scaled = [Image(cv2.resize(picture, size, interpolation=cv2.INTER_AREA)) for picture in pictures]
        begin = process_time()
        for picture in scaled * 3:
            fingerprint(picture)
        print(f"fingerprint of {size[0]} × {size[1]}: {(process_time() - begin) / len(scaled) / 3 * 1000:.2f} ms")


if __name__ == "__main__":
    main()
