"""The likeness of candidates, from a quick look to a close one; most are settled by the quick one."""

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from datastork.media.image.near.alignment import align, correlation, detail, search_tables, tables, window
from datastork.media.image.near.candidates import Candidates
from datastork.media.image.near.descriptors import SPANS, centres, turned
from datastork.media.image.near.fingerprint import SIDE
from datastork.media.image.near.misfit import misfit, softened
from datastork.media.image.near.structure import agreement, contents

if TYPE_CHECKING:
    import numpy as np

SPAN = len(SPANS)
CHUNK = 512  # pairs compared in one go
COARSE = 8  # frequencies of the quick look
PASSES = 0.6  # correlation of the quick look, before the window is fitted, that earns a close one
HOPELESS = 0.55  # correlation after the first fit below which no further try is made
PROMISING = 0.6  # correlation after the second fit that earns a look at clipped values
WORTH = 0.77  # correlation in the end that makes a pair at all
SURE = 0.88  # correlation that needs no closer look
MOVED = 0.04  # of a side: what was cut away differs by more
DARKEST, BRIGHTEST = 6, 249  # values beyond may have been clipped
AS_GOOD_AS_EQUAL = 0.97  # likeness after which two owners are not compared in other ways
CLIPPED = 24  # such values in a thumbnail of which something may be lost


class Alike(NamedTuple):
    """How alike candidates are, and where."""

    correlation: "np.ndarray"  # (n,) float64, -1 to 1, of gradients, at the best window
    vertical: "np.ndarray"  # (n,) number of the window of `cut`
    horizontal: "np.ndarray"


def fit(thumbnails: "np.ndarray", spectra: "np.ndarray", found: Candidates) -> Alike:
    """Return how alike candidates are at their best window; 0 for those that a quick look ruled out.

    `thumbnails` (n, SIDE, SIDE) uint8 and their `spectra` (n, DETAIL, DETAIL) as `alignment.detail` gives them.
    """
    import numpy as np

    nearest = tables().nearest
    best, vertical, horizontal = (
        np.zeros(len(found.whole)),
        nearest[found.view // SPAN],
        nearest[found.view % SPAN],
    )
    for part, turn in batches(np.arange(len(best)), found.turn):
        whole, cut = turned(spectra[found.whole[part]], turn), spectra[found.cut[part]]
        keep = np.flatnonzero(coarse(whole, cut, vertical[part], horizontal[part]) >= PASSES)
        for _ in range(2):
            part, whole, cut = part[keep], whole[keep], cut[keep]
            if len(part):
                vertical[part], horizontal[part] = align(whole, cut, vertical[part], horizontal[part], 1)
                best[part] = np.maximum(best[part], score(whole, cut, vertical[part], horizontal[part]))
            keep = np.flatnonzero((best[part] >= HOPELESS) & (best[part] < SURE))
        keep = best[part] >= PROMISING
        part, one = part[keep], turned_pixels(thumbnails[found.whole[part[keep]]], turn)
        other = thumbnails[found.cut[part]]
        keep = (best[part] < SURE) & (clipped(one) | clipped(other))
        part = part[keep]
        tries = unclipped(one[keep], shown(other[keep], vertical[part], horizontal[part]))
        best[part] = np.maximum(best[part], np.max([correlation(wide(a), wide(b)) for a, b in tries], axis=0))
    return Alike(best, vertical, horizontal)


def likeness(
    thumbnails: "np.ndarray", spectra: "np.ndarray", cut: "np.ndarray", found: Candidates, owners: "np.ndarray"
) -> "np.ndarray":
    """Return the likeness (n,) of candidates, 0 to 1: 0.9 is what different pictures do not reach.

    `cut` (n, 4) is the part of the side that was cut away around what each thumbnail shows: left, top, right, bottom;
    `owners` (n,) whose thumbnail it is. Where one way to compare two owners has shown them as good as equal, the
    others are left at 0.
    """
    import numpy as np

    alike = fit(thumbnails, spectra, found)
    out = np.zeros(len(found.whole))
    near = np.flatnonzero(alike.correlation >= WORTH)
    if not len(near):
        return out
    whole, inner, turn = found.whole[near], found.cut[near], found.turn[near]
    seen, place = np.unique(np.concatenate([whole, inner]), return_inverse=True)
    if len(seen) == len(thumbnails):
        there = contents(thumbnails, spectra, away(cut))
    else:
        there = contents(thumbnails[seen], spectra[seen], away(cut[seen]))
    less = there.least(place[: len(near)], place[len(near) :])
    asked, allowed, agreed, left = less.asked(), less.allowed(), alike.correlation[near].copy(), np.zeros(len(near))
    # Where full agreement in every part could not make up for the correlation, parts are not looked at.
    settled = less.settled(agreed)
    doubtful = ~settled & ((agreed + 1) / 2 >= asked)
    pair = np.sort(owners[np.stack([whole, inner])], axis=0)
    _, pair = np.unique(pair[0] * len(owners) + pair[1], return_inverse=True)
    best = np.zeros(len(near))
    reached = np.zeros(int(pair.max()) + 1)

    def conclude(some: "np.ndarray") -> None:
        likely = np.minimum(1 - (1 - agreed[some]) * 0.1 / (1 - asked[some]), 1 - left[some] * 0.1 / allowed[some])
        likely[less.only(some).lonely() & moved(cut[whole[some]], cut[inner[some]], turn[some])] = 0
        best[some] = np.maximum(likely, 0)
        np.maximum.at(reached, pair[some], best[some])

    conclude(np.flatnonzero(~doubtful))
    for some, how in rounds(np.flatnonzero(doubtful), pair, agreed, turn):
        some = some[reached[pair[some]] < AS_GOOD_AS_EQUAL]
        if not len(some):
            continue
        one, other = turned_pixels(thumbnails[whole[some]], how), thumbnails[inner[some]]
        lost = np.flatnonzero(clipped(one) | clipped(other))
        other = shown(other, alike.vertical[near[some]], alike.horizontal[near[some]])
        soft, too = softened(one), softened(other)
        in_parts, left[some] = agreement(soft, too), misfit(soft, too)
        for a, b in unclipped(one[lost], other[lost]):
            a, b = softened(a), softened(b)
            in_parts[lost] = np.maximum(in_parts[lost], agreement(a, b))
            left[some[lost]] = np.minimum(left[some[lost]], misfit(a, b))
        agreed[some] = (agreed[some] + in_parts) / 2
        conclude(some)
    out[near] = best
    return np.round(out, 4)


def rounds(
    which: "np.ndarray", pair: "np.ndarray", correlation: "np.ndarray", turn: "np.ndarray"
) -> Iterator[tuple["np.ndarray", int]]:
    """Give the places `which` in batches of one turn, the most promising of every pair first, then the second, …."""
    import numpy as np

    order = which[np.lexsort((which, -correlation[which], pair[which]))]
    if not len(order):
        return
    new = np.concatenate([[True], pair[order][1:] != pair[order][:-1]])
    starts = np.flatnonzero(new)
    rank = np.arange(len(order)) - np.repeat(starts, np.diff(np.concatenate([starts, [len(order)]])))
    for number in range(int(rank.max()) + 1):
        yield from batches(np.sort(order[rank == number]), turn)


def away(cut: "np.ndarray") -> "np.ndarray":
    """Return the part of the frame (n,) that was cut away."""
    import numpy as np

    left, top, right, bottom = cut.T
    return np.asarray(1 - (1 - left - right) * (1 - top - bottom))


def moved(one: "np.ndarray", other: "np.ndarray", turn: "np.ndarray") -> "np.ndarray":
    """Tell which pictures, both cut out of a wider ground, lay at different places in it, or were of another size."""
    import numpy as np

    left, top, right, bottom = one.T
    mirrored, upturned, transposed = (turn & bit != 0 for bit in (1, 2, 4))
    left, top = np.where(transposed, top, left), np.where(transposed, left, top)
    right, bottom = np.where(transposed, bottom, right), np.where(transposed, right, bottom)
    left, right = np.where(mirrored, right, left), np.where(mirrored, left, right)
    top, bottom = np.where(upturned, bottom, top), np.where(upturned, top, bottom)
    apart = np.abs(np.stack([left, top, right, bottom], axis=1) - other).max(axis=1)
    return np.asarray((apart > MOVED) & (one.max(axis=1) > 0) & (other.max(axis=1) > 0))


def batches(which: "np.ndarray", turn: "np.ndarray") -> Iterator[tuple["np.ndarray", int]]:
    """Give the places `which`, a few thousand at a time and all of one turn, with the turn."""
    import numpy as np

    for one in np.unique(turn[which]).tolist():
        mine = which[turn[which] == one]
        for start in range(0, len(mine), CHUNK):
            yield mine[start : start + CHUNK], one


def wide(pixels: "np.ndarray") -> "np.ndarray":
    """Return the spectra of thumbnails, in float64."""
    import numpy as np

    return detail(pixels).astype(np.float64)


@cache
def quick() -> "np.ndarray":
    """Return the maps from frequencies to the coarse ones of each window (windows, COARSE, DETAIL)."""
    import numpy as np

    return np.ascontiguousarray(search_tables().windows[:, :COARSE])


def coarse(whole: "np.ndarray", cut: "np.ndarray", vertical: "np.ndarray", horizontal: "np.ndarray") -> "np.ndarray":
    """Return the correlation of the gradients of low frequencies alone."""
    import numpy as np

    seen = np.matmul(np.matmul(quick()[vertical], cut), quick()[horizontal].swapaxes(-1, -2))
    weights = search_tables().weights[:COARSE, :COARSE]
    one = (whole[:, :COARSE, :COARSE] * np.sqrt(weights)).reshape(len(whole), -1)
    other = (seen * np.sqrt(weights)).reshape(len(whole), -1)
    norms = np.einsum("nk,nk->n", one, one) * np.einsum("nk,nk->n", other, other)
    return np.asarray(np.einsum("nk,nk->n", one, other) / np.sqrt(np.maximum(norms, 1e-12)))


def score(whole: "np.ndarray", cut: "np.ndarray", vertical: "np.ndarray", horizontal: "np.ndarray") -> "np.ndarray":
    """Return the correlation at given windows, in float64."""
    import numpy as np

    return correlation(whole.astype(np.float64), window(cut.astype(np.float64), vertical, horizontal))


def turned_pixels(thumbnails: "np.ndarray", turn: int) -> "np.ndarray":
    """Return thumbnails turned as `descriptors.turned` turns spectra."""
    out = thumbnails.swapaxes(-1, -2) if turn & 4 else thumbnails
    if turn & 1:
        out = out[:, :, ::-1]
    return out[:, ::-1] if turn & 2 else out


def clipped(thumbnails: "np.ndarray") -> "np.ndarray":
    """Tell which thumbnails have many values that may have been clipped."""
    import numpy as np

    return np.asarray(((thumbnails > BRIGHTEST) | (thumbnails < DARKEST)).sum(axis=(1, 2)) >= CLIPPED)


def shown(thumbnails: "np.ndarray", vertical: "np.ndarray", horizontal: "np.ndarray") -> "np.ndarray":
    """Return the windows of thumbnails, stretched to thumbnails (float32)."""
    import numpy as np

    maps = pixels()
    across = np.matmul(maps[vertical], thumbnails.astype(np.float32))
    return np.asarray(np.matmul(across, maps[horizontal].swapaxes(-1, -2)))


def unclipped(one: "np.ndarray", other: "np.ndarray") -> list[tuple["np.ndarray", "np.ndarray"]]:
    """Return two aligned pictures as if the brightness of either had been changed, and clipped, after the other's."""
    import numpy as np

    one, other = one.astype(np.float32), other.astype(np.float32)
    return [(one, clipped_like(other, one)), (clipped_like(one, other), other)]


@cache
def pixels() -> "np.ndarray":
    """Return the maps (windows, SIDE, SIDE) float32 from pixels of the whole to those of a window (linear)."""
    import numpy as np

    low, high = tables().spans.T[:, :, None]
    place = np.clip((low + centres() * (high - low)) * SIDE - 0.5, 0, SIDE - 1)
    away = np.abs(place[:, :, None] - np.arange(SIDE))
    return np.asarray(np.maximum(0, 1 - away).astype(np.float32))


def clipped_like(one: "np.ndarray", other: "np.ndarray") -> "np.ndarray":
    """Return `one` with brightness and contrast fitted to `other` where neither is clipped, clipped to 0 … 255."""
    import numpy as np

    both = np.minimum(one, other) > DARKEST
    both &= np.maximum(one, other) < BRIGHTEST
    weight = np.where(both.sum(axis=(1, 2), keepdims=True) >= SIDE * 3, both, True).astype(np.float32)
    total = weight.sum(axis=(1, 2), keepdims=True)
    middle, level = ((x * weight).sum(axis=(1, 2), keepdims=True) / total for x in (one, other))
    away = (one - middle) * weight
    gain = (away * (other - level)).sum(axis=(1, 2), keepdims=True) / np.maximum(
        (away * away).sum(axis=(1, 2), keepdims=True), 1e-9
    )
    return np.asarray(np.clip((one - middle) * gain + level, 0, 255))
