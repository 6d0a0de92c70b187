"""Near-duplicate images: what is found, what is not, and that neither order nor number spoils it."""

import random
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from time import process_time

import cv2
import numpy as np
import pytest
import skimage.data

from datastork.core.errors import DataError
from datastork.media.image import Image
from datastork.media.image.near.fingerprint import content_box, fingerprint
from datastork.media.image.near.pairs import near_pairs

Pixels = np.ndarray
NAMES = ("astronaut", "camera", "chelsea", "coffee", "coins", "immunohistochemistry", "rocket", "page", "text")


@cache
def photos() -> list[Pixels]:
    return [getattr(skimage.data, name)() for name in NAMES]


def prints(pictures: list[Pixels]) -> list[bytes]:
    return [fingerprint(Image(np.ascontiguousarray(picture))) for picture in pictures]


def jpeg(picture: Pixels, quality: int = 30) -> Pixels:
    return np.asarray(cv2.imdecode(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], -1))


def half(picture: Pixels) -> Pixels:
    return np.asarray(cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA))


def brighter(picture: Pixels, gain: float) -> Pixels:
    return np.clip(np.rint(picture * gain), 0, 255).astype(np.uint8)


def grey(picture: Pixels) -> Pixels:
    return picture if picture.ndim == 2 else np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY))


def crop(picture: Pixels, left: float, top: float, right: float, bottom: float) -> Pixels:
    height, width = picture.shape[:2]
    rows, columns = (
        slice(round(top * height), round((1 - bottom) * height)),
        slice(round(left * width), round((1 - right) * width)),
    )
    return picture[rows, columns]


def border(picture: Pixels, left: float, top: float, right: float, bottom: float, colour: int) -> Pixels:
    height, width = picture.shape[:2]
    sides = (round(top * height), round(bottom * height), round(left * width), round(right * width))
    return np.asarray(cv2.copyMakeBorder(picture, *sides, cv2.BORDER_CONSTANT, value=(colour,) * 3))


CHANGES: dict[str, Callable[[Pixels], Pixels]] = {
    "recompressed": jpeg,
    "half the size": half,
    "brighter": lambda picture: brighter(picture, 1.4),
    "darker": lambda picture: brighter(picture, 0.6),
    "grey": grey,
    "grey and recompressed": lambda picture: jpeg(grey(picture)),
    "half the size and darker": lambda picture: brighter(half(picture), 0.6),
    "cropped about the centre": lambda picture: crop(picture, 0.05, 0.05, 0.05, 0.05),
    "cropped at a corner": lambda picture: crop(picture, 0.1, 0.1, 0, 0),
    "cropped at one side": lambda picture: crop(picture, 0, 0, 0.1, 0),
    "black border": lambda picture: border(picture, 0.1, 0.1, 0.1, 0.1, 0),
    "white border": lambda picture: border(picture, 0.15, 0.05, 0.1, 0.15, 255),
    "letterbox": lambda picture: border(picture, 0, 0.12, 0, 0.12, 0),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_photo_is_found_and_nothing_else(change: str) -> None:
    n = len(photos())
    found = near_pairs(prints([*photos(), *map(CHANGES[change], photos())]), threshold=0.9)
    expected = {(k, k + n) for k in range(n)}
    pairs = set(zip(found.first.tolist(), found.second.tolist(), strict=True))
    assert pairs <= expected
    assert len(pairs) >= n - 1


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_turned_photos_are_found_when_asked_for_only(turns: int) -> None:
    n = len(photos())
    both = prints([*photos(), *(np.rot90(photo, turns) for photo in photos())])
    found = near_pairs(both, threshold=0.9, rotated=True)
    assert (found.first.tolist(), found.second.tolist()) == (list(range(n)), list(range(n, 2 * n)))
    assert len(near_pairs(both, threshold=0.9).first) == 0


def test_mirrored_photos_are_found_when_asked_for_only() -> None:
    n = len(photos())
    both = prints([*photos(), *(photo[:, ::-1] for photo in photos()), *(jpeg(photo)[::-1] for photo in photos())])
    found = near_pairs(both, threshold=0.9, mirrored=True)
    pairs = set(zip(found.first.tolist(), found.second.tolist(), strict=True))
    assert {(k, k + n) for k in range(n)} <= pairs
    assert {(k, k + 2 * n) for k in range(n)} <= pairs
    assert len(near_pairs(both, threshold=0.9).first) == 0


def test_copies_are_wholly_alike() -> None:
    found = near_pairs(prints([photos()[0], photos()[1], photos()[0]]), threshold=1.0)
    assert [part.tolist() for part in found] == [[0], [2], [1.0]]


def test_different_places_of_one_texture_are_different() -> None:
    tiles = [
        texture[y : y + 128, x : x + 128]
        for texture in (skimage.data.grass(), skimage.data.gravel())
        for y in range(0, 512, 128)
        for x in range(0, 512, 128)
    ]
    assert len(near_pairs(prints(tiles), threshold=0.9).first) == 0


def test_different_digits_of_one_class_are_different() -> None:
    datasets = pytest.importorskip("sklearn.datasets")
    digits = [np.kron(digit, np.ones((4, 4))).astype(np.uint8) * 15 for digit in datasets.load_digits().images[:500]]
    rng = np.random.default_rng(5)
    noisy = [np.clip(digit + rng.normal(0, 3, digit.shape), 0, 255).astype(np.uint8) for digit in digits[:100]]
    found = near_pairs(prints([*digits, *noisy]), threshold=0.9)
    pairs = set(zip(found.first.tolist(), found.second.tolist(), strict=True))
    planted = {(k, 500 + k) for k in range(100)}
    assert len(planted & pairs) >= 95
    assert len(pairs - planted) <= 1


@pytest.mark.parametrize("way", [cv2.INTER_LINEAR, cv2.INTER_CUBIC])
def test_enlarged_digits_are_told_apart_and_their_variants_found(way: int) -> None:
    datasets = pytest.importorskip("sklearn.datasets")
    small = [(digit * 15).astype(np.uint8) for digit in datasets.load_digits().images]
    digits = [np.asarray(cv2.resize(digit, (64, 64), interpolation=way)) for digit in small]
    rng = np.random.default_rng(5)
    noisy = [np.clip(digit + rng.normal(0, 6, digit.shape), 0, 255).astype(np.uint8) for digit in digits[:150]]
    found = near_pairs(prints([*digits, *noisy]), threshold=0.9)
    pairs = set(zip(found.first.tolist(), found.second.tolist(), strict=True))
    planted = {(k, len(digits) + k) for k in range(len(noisy))}
    assert len(planted & pairs) >= 0.95 * len(planted)
    assert len(pairs - planted) <= 2  # of 1.9 million


def test_a_mark_elsewhere_on_an_even_ground_is_another_picture() -> None:
    places = (((30, 30), 16), ((60, 60), 16), ((48, 48), 24))
    ground = np.full((96, 96), 255, np.uint8)
    marks = [cv2.circle(ground.copy(), centre, radius, 40, -1, cv2.LINE_AA) for centre, radius in places]
    assert len(near_pairs(prints(marks), threshold=0.9).first) == 0
    found = near_pairs(prints([*marks, *(jpeg(mark, 90) for mark in marks)]), threshold=0.9)
    assert list(zip(found.first.tolist(), found.second.tolist(), strict=True)) == [(0, 3), (1, 4), (2, 5)]


def test_blank_images_are_alike_only_when_equally_bright() -> None:
    rng = np.random.default_rng(1)
    blanks = [np.full((60, 80, 3), level, np.uint8) for level in (0, 0, 90, 160, 255)]
    noisy = np.clip(160 + rng.normal(0, 2, (60, 80, 3)), 0, 255).astype(np.uint8)
    found = near_pairs(prints([*blanks, noisy, *photos()]), threshold=0.9)
    assert list(zip(found.first.tolist(), found.second.tolist(), strict=True)) == [(0, 1), (3, 5)]


def test_many_blank_images_give_pairs_in_proportion_and_stay_together() -> None:
    found = near_pairs(prints([np.full((40, 40), 200, np.uint8)] * 3000), threshold=0.9)
    assert set(found.second.tolist()) == set(range(1, 3000))
    assert set(found.first.tolist()) == {0}


def test_pictures_in_one_kind_of_frame_are_different() -> None:
    framed = [border(photo, 0.2, 0.2, 0.2, 0.2, 0) for photo in photos()]
    assert len(near_pairs(prints(framed), threshold=0.9).first) == 0


def test_borders_within_borders_are_cut_away() -> None:
    inner = np.random.default_rng(4).integers(0, 256, (256, 256), dtype=np.uint8)
    twice = border(border(inner, 0.1, 0.1, 0.1, 0.1, 0), 0.1, 0.1, 0.1, 0.1, 255)
    left, top, right, bottom = content_box(twice)
    assert (right - left, bottom - top) == (256, 256)
    assert content_box(np.full((50, 70), 9, np.uint8)) == (0, 0, 70, 50)


def crops(count: int) -> Iterator[Pixels]:
    """Crops of the photos, small, of any place and size."""
    rng = np.random.default_rng(7)
    smaller = [cv2.resize(grey(photo), (160, 120), interpolation=cv2.INTER_AREA) for photo in photos()]
    for _ in range(count):
        photo = smaller[rng.integers(len(smaller))]
        height, width = (int(x * rng.uniform(0.3, 0.9)) for x in photo.shape)
        y, x = rng.integers(0, 120 - height), rng.integers(0, 160 - width)
        yield photo[y : y + height, x : x + width]


def test_the_order_of_fingerprints_does_not_matter() -> None:
    marks = prints(list(crops(600)))
    shuffled = list(range(len(marks)))
    random.Random(3).shuffle(shuffled)
    straight = near_pairs(marks, threshold=0.85, mirrored=True, rotated=True)
    other = near_pairs([marks[k] for k in shuffled], threshold=0.85, mirrored=True, rotated=True)
    back = [tuple(sorted((shuffled[a], shuffled[b]))) for a, b in zip(other.first, other.second, strict=True)]
    assert len(straight.first) > 0
    assert dict(zip(back, other.similarity.tolist(), strict=True)) == dict(
        zip(
            zip(straight.first.tolist(), straight.second.tolist(), strict=True),
            straight.similarity.tolist(),
            strict=True,
        )
    )


def test_pairs_are_in_order_and_each_once() -> None:
    found = near_pairs(prints(list(crops(400))), threshold=0.8)
    pairs = list(zip(found.first.tolist(), found.second.tolist(), strict=True))
    assert pairs == sorted(set(pairs))
    assert all(first < second for first, second in pairs)
    assert all(0.8 <= similarity <= 1 for similarity in found.similarity)


@pytest.mark.parametrize("count", [0, 1])
def test_nothing_to_compare_gives_no_pairs(count: int) -> None:
    assert [len(part) for part in near_pairs(prints(photos()[:count]), threshold=0.9)] == [0, 0, 0]


def test_time_grows_about_as_the_number_of_fingerprints() -> None:
    rng = np.random.default_rng(2)
    noise = [rng.integers(0, 256, (32, 32), dtype=np.uint8).tobytes() for _ in range(20_000)]
    near_pairs(noise[:500], threshold=0.9)

    def seconds(count: int) -> float:
        begin = process_time()
        near_pairs(noise[:count], threshold=0.9)
        return process_time() - begin

    few, many = (min(seconds(count) for _ in range(3)) for count in (5_000, 20_000))
    assert many < 9 * max(few, 0.1)  # 16 times in the square


def test_bytes_that_are_no_fingerprint_are_refused() -> None:
    with pytest.raises(DataError, match="17 bytes are no fingerprint of an image"):
        near_pairs([b"x" * 17], threshold=0.9)


def test_an_image_without_pixels_is_refused() -> None:
    with pytest.raises(DataError, match="no pixels"):
        fingerprint(Image(np.zeros((0, 5, 3), np.uint8)))


@pytest.mark.real
def test_all_variants_but_the_freely_rotated_are_found(real_data: Path) -> None:
    folder = real_data / "images" / "dups"
    files = sorted([*folder.glob("base_images/*.jpg"), *folder.glob("mixed_images/*.jpg"), *folder.glob("*.jpg")])
    files = [file for file in files if "corrupt" not in file.name]
    marks = prints([cv2.cvtColor(cv2.imread(str(file)), cv2.COLOR_BGR2RGB) for file in files])
    found = near_pairs(marks, threshold=0.9, mirrored=True, rotated=True)
    pairs = {frozenset((a, b)) for a, b in zip(found.first.tolist(), found.second.tolist(), strict=True)}
    picture = [file.name[:12] if "rotation" not in file.name else file.name for file in files]
    assert pairs == {frozenset((a, b)) for a in range(len(files)) for b in range(a) if picture[a] == picture[b]}
