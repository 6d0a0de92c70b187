"""Near-duplicate images: the pairs of fingerprints that show one picture."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from datastork.core.errors import DataError
from datastork.media.image.near.alignment import detail, energy, tables
from datastork.media.image.near.candidates import Candidates, candidates
from datastork.media.image.near.comparison import likeness
from datastork.media.image.near.fingerprint import SIDE, THUMBNAIL
from datastork.media.modality import Pairs
from datastork.media.ties import grouped, spread_out

if TYPE_CHECKING:
    import numpy as np

FLAT = 1.0  # gradient energy, as a multiple of that of noise of a third of a grey level, below which nothing is seen
LEVELS = 40  # grey levels of difference, anywhere, between flat pictures that make them wholly unlike
USUAL = 12  # and of difference throughout (RMS)
BESIDE = 16  # flat pictures of like brightness that each flat picture is compared with
SAME_BOX = 0.1  # of a side: boxes that differ less are one box


def near_pairs(
    fingerprints: Sequence[bytes], *, threshold: float, mirrored: bool = False, rotated: bool = False
) -> Pairs:
    """Return every pair of fingerprints that show one picture, at least `threshold` alike, each pair once, in order.

    One picture: recompressed, resized, stretched, brighter or darker, in grey, with a uniform border, or cropped by up
    to 10 % of each side (20 % about the centre), or a few of these. Likeness is the lesser of
    1 - 0.1 (1 - r) / (1 - t) and 1 - 0.1 m / n: r is the correlation of the two pictures' gradients at the best window
    (its mean with that of the parts, unless settled), t what different pictures do not reach; m is the part of the
    contrast left when one is fitted to the other, n what true variants stay below. The less there is in a picture, the
    higher t (0.79 to 0.99) and the lower n (0.4 to 0.005). So 0.9 is the threshold to use, and 1 is a copy. Plain marks
    on an even ground are alike only at one place in it. A picture without detail is like pictures of equal brightness
    only.

    Equal fingerprints are compared once. More than 32 equal ones are paired with their first alone, which alone is
    paired with others; in a crowd that differs by noise alone (more than 64 with equal bits of their codes) each is
    compared with its 64 nearest by further bits, and blank pictures with the 16 nearest in brightness. So crowds stay
    connected without a number of pairs in the square of theirs.

    threshold: likeness, 0 to 1, that makes a pair
    mirrored: also left to right or top to bottom
    rotated: also by 90°, 180° and 270°

    Raises DataError for bytes that are no image fingerprint.
    """
    import numpy as np

    distinct, members = grouped(fingerprints)
    frames = Frames.of(distinct)
    spectra = detail(frames.pixels)
    seen = energy_of(spectra) > FLAT * float(tables().weights.sum())
    every = bool(seen.all())  # then nothing needs to be copied
    some, theirs = (frames, spectra) if every else (frames.only(seen), spectra[seen])
    first, second, alike = pictures(some, theirs, turns(mirrored, rotated))
    del some, theirs, spectra
    lit = np.zeros(len(distinct), bool)
    lit[frames.owner[seen]] = True
    blank = np.flatnonzero(~lit[frames.owner] & ~frames.bordered)
    more = flat_pictures(frames.only(blank))
    first, second, alike = (np.concatenate(x) for x in zip((first, second, alike), more, strict=True))
    enough = alike >= threshold
    return spread_out(first[enough], second[enough], alike[enough], members)


class Frames(NamedTuple):
    """The thumbnails in fingerprints: one or two of each."""

    pixels: "np.ndarray"  # (n, SIDE, SIDE) uint8
    owner: "np.ndarray"  # (n,) whose thumbnail
    bordered: "np.ndarray"  # (n,) whether it is the whole frame of a picture with borders
    cut: "np.ndarray"  # (n, 4) what part of the side was cut away around the content

    @staticmethod
    def of(fingerprints: Sequence[bytes]) -> "Frames":
        """Read fingerprints. Raises DataError for bytes that are none."""
        import numpy as np

        wrong = next((one for one in fingerprints if len(one) not in (THUMBNAIL, 2 * THUMBNAIL + 4)), None)
        if wrong is not None:
            raise DataError(f"{len(wrong)} bytes are no fingerprint of an image")
        double = np.array([len(one) > THUMBNAIL for one in fingerprints], bool)
        bordered = [one for one in fingerprints if len(one) > THUMBNAIL]
        data = np.empty((len(fingerprints) + len(bordered), THUMBNAIL), np.uint8)
        for place, one in enumerate(fingerprints):
            data[place] = np.frombuffer(one, np.uint8, THUMBNAIL)
        for place, one in enumerate(bordered, start=len(fingerprints)):
            data[place] = np.frombuffer(one, np.uint8, THUMBNAIL, THUMBNAIL)
        cuts = np.frombuffer(b"".join(one[-4:] for one in bordered), np.uint8).reshape(-1, 4) / 255
        cut = np.zeros((len(fingerprints) + len(bordered), 4))
        cut[np.flatnonzero(double)] = cut[len(fingerprints) :] = cuts
        return Frames(
            data.reshape(-1, SIDE, SIDE),
            np.concatenate([np.arange(len(fingerprints)), np.flatnonzero(double)]),
            np.arange(len(cut)) >= len(fingerprints),
            cut,
        )

    def around(self) -> "np.ndarray":
        """Return the parts of the side (n, 4) cut away around what each thumbnail shows."""
        import numpy as np

        return np.where(self.bordered[:, None], 0, self.cut)

    def only(self, which: "np.ndarray") -> "Frames":
        """Return some of the frames."""
        return Frames(*(part[which] for part in self))


def turns(mirrored: bool, rotated: bool) -> tuple[int, ...]:
    """Return the turns to look for, as `descriptors.turned` numbers them."""
    return {
        (False, False): (0,),
        (True, False): (0, 1, 2),
        (False, True): (0, 3, 5, 6),
        (True, True): (0, 1, 2, 3, 4, 5, 6, 7),
    }[mirrored, rotated]


def energy_of(spectra: "np.ndarray") -> "np.ndarray":
    """Return the gradient energy of float32 spectra, in float64."""
    import numpy as np

    parts = [energy(spectra[k : k + 8192].astype(np.float64)) for k in range(0, len(spectra), 8192)]
    return np.concatenate([np.zeros(0), *parts])


def pictures(
    frames: Frames, spectra: "np.ndarray", wanted: tuple[int, ...]
) -> tuple["np.ndarray", "np.ndarray", "np.ndarray"]:
    """Return pairs of owners and their likeness, for frames with detail."""
    import numpy as np

    found = candidates(frames.pixels, frames.owner, wanted)
    # Two whole frames with the same border are alike by the border: what lies within decides.
    border = frames.bordered[found.whole] & frames.bordered[found.cut]
    border &= np.abs(frames.cut[found.whole] - frames.cut[found.cut]).max(axis=1) < SAME_BOX
    found = Candidates(*(part[~border] for part in found))
    alike = likeness(frames.pixels, spectra, frames.around(), found, frames.owner)
    near = alike > 0
    one, other, alike = found.whole[near], found.cut[near], alike[near]
    first, second = (frames.owner[x] for x in (np.minimum(one, other), np.maximum(one, other)))
    first, second = np.minimum(first, second), np.maximum(first, second)
    order = np.lexsort((-alike, second, first))
    first, second, alike = first[order], second[order], alike[order]
    new = np.ones(len(first), bool)
    new[1:] = (first[1:] != first[:-1]) | (second[1:] != second[:-1])
    return first[new], second[new], alike[new]


def flat_pictures(frames: Frames) -> tuple["np.ndarray", "np.ndarray", "np.ndarray"]:
    """Return pairs of owners and their likeness, for frames without detail: by brightness, pixel by pixel."""
    import numpy as np

    order = np.argsort(frames.pixels.mean(axis=(1, 2)), kind="stable") if len(frames.owner) else np.zeros(0, int)
    pixels, owner = frames.pixels[order].astype(np.int16), frames.owner[order]
    parts = []
    for step in range(1, min(BESIDE, len(owner) - 1) + 1):
        apart = np.zeros(len(owner) - step)
        for k in range(0, len(apart), 4096):
            far = np.abs(pixels[k + step : k + step + 4096] - pixels[k : k + 4096][: len(apart) - k]).astype(np.float32)
            usual = np.sqrt(np.square(far).mean(axis=(1, 2)))
            apart[k : k + 4096] = np.maximum(far.max(axis=(1, 2)) / LEVELS, usual / USUAL)
        parts.append((owner[:-step], owner[step:], np.round(1 - apart, 4)))
    if not parts:
        return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)
    one, other, alike = (np.concatenate(x) for x in zip(*parts, strict=True))
    return np.minimum(one, other), np.maximum(one, other), np.maximum(alike, 0)
