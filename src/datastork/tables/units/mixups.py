"""Numbers without a word for their unit that are in another unit than the rest: told by clusters at known factors."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

SCALE = 1.4826  # from the median deviation to the standard deviation of a normal distribution
FAR = 3.0  # standard deviations from the middle of its group, from which a number may be in another unit
CENTRAL = 4.5  # standard deviations around the middle of a group: its central range, where it must be once converted
APART = 6.0  # between the two middles, for the clusters to be apart
EXPLAINED = 0.95  # of what lies beyond half the way to the other cluster must lie in it
CLOSER = 2.0  # standard deviations nearer to the middle must a number come
MOST = 0.3  # of the numbers may be in another unit; of two halves nothing tells which is right
LEAST_ROWS = 20
LEAST_GROUP = 5  # rows, for a group to have a middle of its own
OWN_SPREAD = 20  # rows of a group for which its own spread counts as much as that of all
LEAST_SPREAD = 0.02  # of the logarithm: 2 %, where most numbers of a group are equal
ROUNDS = 3
CHANCE = 1e-4  # of a tail that looks like a cluster, where nobody said that units are mixed
GAP = 1.5  # times as far as the farthest other number is the nearest of the cluster, where a user declared it
NEARER = 4.0  # times nearer to its middle does a conversion bring a number, which a user declared
FEW = 5  # numbers of which that must be twice as far
SURE, UNSURE = 1.0, 0.7


@dataclass(frozen=True, slots=True)
class Conversion:
    """From a wrong unit to the right one: `number * factor + offset`."""

    says: str
    factor: float
    offset: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Mixup:
    """Numbers of one column in another unit.

    `rows` int64[m], `new` float64[m]: the numbers in the right unit, `sure` float64[m]: SURE or UNSURE
    `explained`: the share of what lies apart that the conversion explains; `why`: a short sentence
    """

    conversion: Conversion
    rows: "np.ndarray"
    new: "np.ndarray"
    sure: "np.ndarray"
    explained: float
    why: str


KNOWN = tuple(
    Conversion(says, 1 / factor if down else factor)
    for factor, up, back in (
        (1000.0, "in thousands", "1000 times too large"),
        (3600.0, "hours for seconds", "seconds for hours"),
        (100.0, "100 times too small", "100 times too large"),
        (60.0, "60 times too small, as hours for minutes", "60 times too large, as minutes for hours"),
        (12.0, "12 times too small, as feet for inches", "12 times too large, as inches for feet"),
        (2.54, "inches for centimetres", "centimetres for inches"),
        (1 / 0.45359237, "kilograms for pounds", "pounds for kilograms"),
    )
    for says, down in ((up, False), (back, True))
)
TEMPERATURES = (Conversion("°F for °C", 5 / 9, -160 / 9), Conversion("°C for °F", 1.8, 32.0))


def find_mixup(
    values: "np.ndarray",
    groups: "np.ndarray",
    conversions: Sequence[Conversion],
    *,
    declared: bool = False,
) -> Mixup | None:
    """Return the numbers that are in another unit, by the conversion that explains most of what lies apart.

    values: float64[n], nan where there is no number. groups: int[n], rows that are alike, -1 where in none.
    declared: a user said that this mix-up occurs. Then two numbers may do; otherwise there must be so many that no
        tail of a distribution looks like them (a tail has more near its middle than far from it).

    A number is converted where it lies outside the central range of its group, within it once converted, and where
    the conversion explains at least 95 % of what lies beyond half the way to the other cluster. If the user declared
    the mix-up, it is enough that it brings a number most of the way; what it brings less near is unsure. Where
    clusters are not apart, or other numbers lie between them, what fits is told as unsure if the user declared the
    mix-up, and not at all otherwise. Without groups, nothing is sure unless the user declared it.

    Source: mixtures over units as in PClean (Lew et al., AISTATS 2021), decided by clusters of logarithms.
    """
    found = [one for each in conversions if (one := _tried(values, groups, each, declared)) is not None]
    return max(found, key=lambda one: (one.sure.max() == SURE, len(one.rows), one.explained), default=None)


def _tried(values: "np.ndarray", groups: "np.ndarray", conversion: Conversion, declared: bool) -> Mixup | None:
    import numpy as np

    log = conversion.offset == 0
    usable = np.isfinite(values) & ((values > 0) if log else True)
    rows = np.flatnonzero(usable)
    if len(rows) < LEAST_ROWS:
        return None
    told, moved = values[rows], values[rows] * conversion.factor + conversion.offset
    if log:
        told, moved = np.log(told), np.log(moved)
    codes = _codes(groups[rows])
    off = np.zeros(len(rows), bool)
    for _ in range(ROUNDS):
        middle, spread = _centre(np.where(off, moved, told), codes)
        if not log:
            spread = np.maximum(spread, 0.5)  # half a degree
        off = np.abs(moved - middle) < np.abs(told - middle)
        off &= np.abs(told - middle) > FAR * spread
        if not off.any() or off.mean() > MOST:
            return None
    inside = np.abs(moved - middle) <= CENTRAL * spread
    if declared:
        inside |= NEARER * np.abs(moved - middle) <= np.abs(told - moved)
    explained, sure = _judged(told, moved, middle, spread, off & inside, declared)
    if not (off & inside).any() or not (sure or declared):
        return None
    chosen = off if declared else off & inside
    raw, now = (np.abs(one - middle) / spread for one in (told, moved))
    plain = inside & (np.abs(told - moved) >= APART * spread) & (raw - now >= CLOSER)
    sure &= declared or int(codes.max()) > 0
    confidence = np.where(plain[chosen] & sure, SURE, UNSURE)
    new = values[rows[chosen]] * conversion.factor + conversion.offset
    why = f"{conversion.says}: far from its group as it is, within it when converted"
    return Mixup(conversion, rows[chosen], new, confidence, explained, why)


def _judged(
    told: "np.ndarray",
    moved: "np.ndarray",
    middle: "np.ndarray",
    spread: "np.ndarray",
    off: "np.ndarray",
    declared: bool,
) -> tuple[float, bool]:
    """Return which share of what lies apart a conversion explains, and whether it may be made without asking."""
    import numpy as np
    from scipy.stats import binom

    shift = np.abs(told - moved) / spread  # how far a number would lie from its middle in the other unit
    away = np.sign(told - moved) * (told - middle) / spread  # how far it lies on that side
    beyond = away > np.maximum(shift / 2, FAR + 1)
    count = int(off.sum())
    explained = float((beyond & off).sum() / max(int(beyond.sum()), 1))
    between = int(((away > np.maximum(shift / 3, FAR + 1)) & ~off).sum())
    width = np.clip(shift / 2 - FAR, 0.5, FAR)
    peak, valley = (int((one & (np.abs(away - at) <= width)).sum()) for one, at in ((off, shift), (~off, shift / 2)))
    apart = bool(count and np.median(shift[off]) >= APART)
    residue = (moved - middle)[off] / spread[off]
    centred = bool(count) and abs(float(np.median(residue))) <= (0.25 if declared else 0.05) + 4 / np.sqrt(count)
    tail = float(binom.sf(peak - 1, peak + valley, 0.5)) if count else 1.0
    clustered = tail < CHANCE * (100 if declared else 1) and between <= 0.05 * count
    rest = float(np.abs(away[~off]).max(initial=0))
    gap = declared and bool(count) and float(away[off].min()) > (GAP if count >= FEW else 2 * GAP) * rest
    return explained, apart and centred and (clustered or gap) and explained >= EXPLAINED


def _codes(groups: "np.ndarray") -> "np.ndarray":
    """Return groups as codes from 0, those that are too small all as one."""
    import numpy as np

    codes = np.unique(groups, return_inverse=True)[1]
    small = np.bincount(codes)[codes] < LEAST_GROUP
    told: np.ndarray = np.unique(np.where(small | (groups < 0), -1, codes), return_inverse=True)[1]
    return told


def _centre(values: "np.ndarray", codes: "np.ndarray") -> "tuple[np.ndarray, np.ndarray]":
    """Return for each row the middle of its group and the spread around it, nearer that of all the smaller it is."""
    import numpy as np

    middles = medians(values, codes)
    away = np.abs(values - middles[codes])
    pooled = SCALE * float(np.median(away))
    own = SCALE * medians(away, codes)
    sizes = np.bincount(codes)
    shrunk = np.sqrt((sizes * own**2 + OWN_SPREAD * pooled**2) / (sizes + OWN_SPREAD))
    spread = np.maximum(shrunk, pooled / 2)
    return middles[codes], np.maximum(spread, LEAST_SPREAD)[codes]


def medians(values: "np.ndarray", codes: "np.ndarray") -> "np.ndarray":
    """Return the median of each group (codes from 0, none empty)."""
    import numpy as np

    order = np.lexsort((values, codes))
    sizes = np.bincount(codes)
    start = np.cumsum(sizes) - sizes
    ranked = values[order]
    told: np.ndarray = (ranked[start + (sizes - 1) // 2] + ranked[start + sizes // 2]) / 2
    return told
