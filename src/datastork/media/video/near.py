"""Near-duplicate videos: those whose frames, at the same places of their length, show one picture."""

import struct
from collections.abc import Sequence
from typing import TYPE_CHECKING

from datastork.core.errors import DataError
from datastork.media.modality import Pairs
from datastork.media.ties import grouped, spread_out
from datastork.media.video import Video
from datastork.media.video.picture import spread

if TYPE_CHECKING:
    import numpy as np

FRAMES = 7  # compared of each video
SAME = 0.6  # of them that must be alike in both


def fingerprint(video: Video) -> bytes:
    """Return the image fingerprints of seven frames (fewer of shorter videos), each behind its length."""
    from datastork.media.image.near.fingerprint import fingerprint as of_image

    found = [of_image(image) for _, image in video.some(spread(video.frames, FRAMES))]
    return b"".join(struct.pack("<H", len(one)) + one for one in found)


def split(fingerprints: bytes) -> list[bytes]:
    """Return the image fingerprints in one of a video. DataError for bytes that are none."""
    found, at = [], 0
    while at < len(fingerprints):
        (size,) = struct.unpack_from("<H", fingerprints, at) if at + 2 <= len(fingerprints) else (0,)
        if not size or at + 2 + size > len(fingerprints):
            raise DataError(f"{len(fingerprints)} bytes are no fingerprint of a video")
        found.append(fingerprints[at + 2 : at + 2 + size])
        at += 2 + size
    if not found:
        raise DataError("no bytes are no fingerprint of a video")
    return found


def near_pairs(
    fingerprints: Sequence[bytes], *, threshold: float, mirrored: bool = False, rotated: bool = False
) -> Pairs:
    """Return every pair of videos of whose seven frames at least five are alike by `threshold`, each pair once.

    Frames are taken at the same fractions of each video's length, and one frame may be alike to any of the other's.
    Likeness is the mean over the frames of the shorter, each with the frame most like it; 0 for those with none. So
    encoded anew, resized, brighter or slower is found; a video that is a part of another only where the parts overlap.
    """
    import numpy as np

    from datastork.media.image.near.pairs import near_pairs as of_images

    distinct, members = grouped(fingerprints)
    parts = [split(one) for one in distinct]
    owner = np.repeat(np.arange(len(parts)), [len(one) for one in parts])
    frames = [frame for one in parts for frame in one]
    if not frames:
        return Pairs(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))
    pairs = of_images(frames, threshold=threshold, mirrored=mirrored, rotated=rotated)
    across = owner[pairs.first] != owner[pairs.second]
    first, second, alike = pairs.first[across], pairs.second[across], pairs.similarity[across]
    swap = owner[first] > owner[second]
    first, second = np.where(swap, second, first), np.where(swap, first, second)
    one, other, value = _videos(owner, first, second, alike, np.array([len(part) for part in parts], np.int64))
    return spread_out(one, other, value, members)


def _videos(
    owner: "np.ndarray", first: "np.ndarray", second: "np.ndarray", alike: "np.ndarray", sizes: "np.ndarray"
) -> "tuple[np.ndarray, np.ndarray, np.ndarray]":
    """Return pairs of videos from pairs of frames, by how many frames of each are in one."""
    import numpy as np

    code = owner[first] * len(sizes) + owner[second]
    found, at = np.unique(code, return_inverse=True)
    shares, means = [], []
    for frame, whose in ((first, found // len(sizes)), (second, found % len(sizes))):
        key = at.astype(np.int64) * len(owner) + frame
        each, place = np.unique(key, return_inverse=True)
        best = np.zeros(len(each))
        np.maximum.at(best, place, alike)
        counts = np.bincount(each // len(owner), minlength=len(found))
        shares.append(counts / sizes[whose])
        means.append(np.bincount(each // len(owner), best, minlength=len(found)) / np.maximum(counts, 1))
    enough = np.minimum(*shares) >= SAME
    found = found[enough]
    value = np.round(np.minimum(*means)[enough], 4)
    return found // len(sizes), found % len(sizes), value


def vectors(fingerprints: Sequence[bytes]) -> "np.ndarray":
    """Return videos as unit vectors (n, 256): the mean of their frames' thumbnails."""
    import numpy as np

    from datastork.media.image.near.fingerprint import vectors as of_images

    parts = [split(one) for one in fingerprints]
    every = of_images([frame for one in parts for frame in one])
    starts = np.cumsum([0, *(len(one) for one in parts)])[:-1]
    summed = np.add.reduceat(every, starts, axis=0) if len(parts) else np.zeros((0, 256))
    length = np.linalg.norm(summed, axis=1, keepdims=True)
    return np.asarray(summed / np.where(length > 0, length, 1))
