"""Write 1,797 real handwritten digits as picture files, with planted trouble, and write down what was planted.

    python make_digits.py FOLDER

makes FOLDER/raw/0 … FOLDER/raw/9 and, outside of the raw folder, FOLDER/planted.json. The same files every time.

The digits are the test set of "Optical Recognition of Handwritten Digits" (Alpaydin and Kaynak, 1998, UCI Machine
Learning Repository, https://doi.org/10.24432/C50P49, CC BY 4.0), which scikit-learn ships: 8 × 8 pixels with 17
levels of ink. They are written in white on black, enlarged 8 times with cubic interpolation, as PNG.
"""

import json
import random
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np

VERSION = 1  # raise it when other files are written
RECORD = "planted.json"
SCALE = 8
WRONG_LABELS, EXACT_COPIES, MISFILED_COPIES, EACH_NEAR_COPY, BLANKS = 20, 20, 10, 12, 6

Picture = np.ndarray
Planted = dict[str, list[dict[str, str]]]


def digits() -> tuple[list[Picture], list[str]]:
    """Return the pictures, 64 × 64 pixels in grey, and the digit each shows."""
    try:
        from sklearn.datasets import load_digits
    except ImportError:
        sys.exit("the demo needs scikit-learn, which ships the digits: pip install 'datastork[demo]'")
    data = load_digits()
    size = (8 * SCALE, 8 * SCALE)
    ink = [cv2.resize(digit * (255 / 16), size, interpolation=cv2.INTER_CUBIC) for digit in data.images]
    return [np.clip(np.rint(one), 0, 255).astype(np.uint8) for one in ink], [str(one) for one in data.target]


def as_file(picture: Picture, kind: str = ".png", *settings: int) -> bytes:
    """Return a picture as the content of a file."""
    return bytes(cv2.imencode(kind, picture, settings)[1])


def near_copies(picture: Picture, seed: int) -> Iterator[tuple[str, str, bytes]]:
    """Yield a picture as it comes back from other hands: (what was done to it, extension, file)."""
    noise = np.random.default_rng(seed).normal(0, 6, picture.shape)
    shift = np.float32([[1, 0, 1], [0, 1, 1]])
    small = cv2.resize(picture, (48, 48), interpolation=cv2.INTER_AREA)
    yield "recompressed as JPEG, quality 40", "jpg", as_file(picture, ".jpg", cv2.IMWRITE_JPEG_QUALITY, 40)
    yield "brightness and contrast changed", "png", as_file(cv2.convertScaleAbs(picture, alpha=0.75, beta=20))
    yield "noise added, 6 grey levels", "png", as_file(np.clip(picture + noise, 0, 255).astype(np.uint8))
    yield "shifted by one pixel", "png", as_file(cv2.warpAffine(picture, shift, (64, 64)))
    yield "resized to 48 pixels", "png", as_file(small)


def make(folder: Path) -> Planted:
    """Write the raw files into `folder`/raw, which is made anew; return what was planted in them."""
    rng = random.Random(2024)
    pictures, labels = digits()
    raw = folder / "raw"
    shutil.rmtree(raw, ignore_errors=True)
    for digit in range(10):
        (raw / str(digit)).mkdir(parents=True)
    planted: Planted = {}

    def put(name: str, data: bytes) -> str:
        (raw / name).write_bytes(data)
        return f"raw/{name}"

    def other(label: str) -> str:
        return rng.choice([str(digit) for digit in range(10) if str(digit) != label])

    def plant(kind: str, path: str, **more: str) -> None:
        planted.setdefault(kind, []).append({"path": path, **more})

    # every digit is used for one trouble at most, so that it is clear which step should find it
    order = list(range(len(pictures)))
    rng.shuffle(order)
    mislabelled = {order.pop() for _ in range(WRONG_LABELS)}
    paths = []
    for number, (picture, label) in enumerate(zip(pictures, labels, strict=True)):
        folder_name = other(label) if number in mislabelled else label
        paths.append(put(f"{folder_name}/{number:04}.png", as_file(picture)))
        if number in mislabelled:
            plant("wrong label", paths[-1], shows=label)

    for count in range(EXACT_COPIES + MISFILED_COPIES):
        number = order.pop()
        wrong = count >= EXACT_COPIES
        label = other(labels[number]) if wrong else labels[number]
        path = put(f"{label}/{number:04}-copy.png", as_file(pictures[number]))
        plant("exact copy under another label" if wrong else "exact copy", path, of=paths[number])
    for _ in range(EACH_NEAR_COPY):
        for way in range(len(list(near_copies(pictures[0], 0)))):
            number = order.pop()
            done, extension, data = list(near_copies(pictures[number], number))[way]
            path = put(f"{labels[number]}/{number:04}-again.{extension}", data)
            plant("near copy", path, of=paths[number], done=done)

    for count in range(BLANKS):
        level = 255 * count // (BLANKS - 1)
        grain = np.random.default_rng(count).normal(level, 1.5, (64, 64))
        path = put(f"{count}/blank.png", as_file(np.clip(grain, 0, 255).astype(np.uint8)))
        plant("blank image", path)
    whole = as_file(pictures[0])
    plant("truncated file", put("7/cut-short.png", whole[: len(whole) // 2]))
    plant("empty file", put("8/empty.png", b""))
    plant("text file named .png", put("9/notes.png", b"These digits were scanned in 1998.\n"))
    return planted


def write(folder: Path) -> dict[str, Any]:
    """Write the raw files and, last, what was planted; return the latter."""
    (folder / RECORD).unlink(missing_ok=True)
    planted = make(folder)
    files = sum(1 for _ in folder.glob("raw/*/*"))
    record = {"version": VERSION, "files": files, "planted": planted}
    (folder / RECORD).write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    return record


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: make_digits.py FOLDER")
    print(f"{write(Path(sys.argv[1]))['files']:,} files in {sys.argv[1]}/raw")
