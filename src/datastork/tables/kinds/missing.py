"""Values that say that there is no value, in words and in numbers."""

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

WORDS = frozenset(
    {"", "n/a", "n.a.", "#n/a", "#n/a n/a", "#na", "<na>", "null", "#null!", "nan", "-nan", "1.#qnan", "nat"}
    | {"?", "??", "???", "-", "--", "---", "–", "—", ".", "..", "...", "(blank)", "(empty)", "(null)", "(missing)"}
    | {"not available", "not applicable", "not given", "not known", "missing", "empty", "blank", "undefined", "no data"}
    | {
        "k.a.",
        "k. a.",
        "keine angabe",
        "nicht verfügbar",
        "non disponible",
        "non renseigné",
        "no disponible",
        "sin datos",
    }
)
"""In any column. Lower case, without blanks around."""
WEAK = frozenset(["na", "none", "nil", "unknown", "unk", "tbd", "no answer", "n", "x", "*", "**", "_", "/"])
"""Only where the other values are numbers, dates or codes: elsewhere they may be what somebody meant."""
WEAK_IN_WORDS = frozenset(["NA", "None"])
"""As programs write them: also among words, unless the other values look like them."""
NINES = frozenset(f"{sign}{'9' * count}" for sign in ("", "-") for count in range(2, 9))
CODES = NINES | {"-1", "0", "-8", "-7", "-9"}
PROBE = 1_000  # distinct values that a word is held against
SCALE = 6  # distinct values of a scale that begins with "None"
LEAST_REPEATS = 3
SPARSE = 0.1  # smallest other value over the median of the others, from which a 0 stands apart
MOST_ZEROS = 0.5  # share of rows beyond which 0 is what a column usually says


def says_missing(texts: "Sequence[str] | pa.Array", *, numeric: bool) -> "np.ndarray":
    """Return bool[k]: which distinct values say missing. `numeric`: the others are numbers, dates or codes.

    Values of an Arrow array are taken to be stripped.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    if not isinstance(texts, pa.Array):
        texts = pa.array([text.strip() for text in texts], pa.large_string())

    found: np.ndarray = pc.is_in(pc.utf8_lower(texts), _words(numeric)).to_numpy(zero_copy_only=False).copy()
    for word in sorted(WEAK_IN_WORDS):
        place = pc.index(texts, pa.scalar(word, pa.large_string())).as_py()
        if place >= 0 and not found[place]:
            found[place] = not _alike(word, texts.slice(0, PROBE).to_pylist(), len(texts))
    return found


@cache
def _words(numeric: bool) -> "pa.Array":
    import pyarrow as pa

    return pa.array(sorted(WORDS | WEAK if numeric else WORDS), pa.large_string())


def _alike(word: str, values: list[str], distinct: int) -> bool:
    """Whether the other values have the form of a word ("NA" among "DE", "FR") or its sense ("None", "Some", "All")."""
    if word == "None":
        return 1 < distinct <= SCALE
    same = sum(value.isascii() and value.isalpha() and len(value) == 2 and value.isupper() for value in values)
    return same > 2 and 2 * same >= len(values)


def standing_apart(numbers: "np.ndarray", counts: "np.ndarray") -> list[tuple[int, str]]:
    """Return (place, why) of distinct numbers (float64[k], nan where none) that look like a code and not a quantity.

    Codes are rows of nines (-999, 9999), -1 and 0. They are told only where they repeat and lie apart from all
    other values: beyond them by more than the others are wide (nines), alone below 0 (negative), or, for 0, where
    nothing else is near it.
    """
    import numpy as np

    given = np.flatnonzero(np.isfinite(numbers))
    found: list[tuple[int, str]] = []
    for at in given[np.isin(numbers[given], np.array(sorted(float(code) for code in CODES)))].tolist():
        if counts[at] < LEAST_REPEATS:
            continue
        others = given[(given != at) & ~np.isin(given, [one for one, _ in found])]
        value, rest, weight = float(numbers[at]), numbers[others], counts[others]
        if len(rest) < 5:
            continue
        order = np.argsort(rest, kind="stable")
        rest, weight = rest[order], weight[order]
        low, high = float(rest[0]), float(rest[-1])
        middle = float(rest[np.searchsorted(weight.cumsum(), weight.sum() / 2)])
        times = f"{int(counts[at]):,} times"
        if value < 0 <= low:
            found.append((at, f"{times}, the only value below 0; the others begin at {low:g}"))
        elif value > 0 and high > 0 and value > 2 * high and str(int(value)) in NINES:
            found.append((at, f"{times}, far above all others, which end at {high:g}"))
        elif value < 0 and str(int(value)) in NINES and value < low - (high - low):
            found.append((at, f"{times}, far below all others, which begin at {low:g}"))
        elif value == 0 and low > 0 and counts[at] <= MOST_ZEROS * (weight.sum() + counts[at]):
            step = float(np.median(np.diff(rest[: max(len(rest) // 2, 2)])))
            if low >= SPARSE * middle and low > 3 * step:
                found.append((at, f"{times}, and no other value is below {low:g}"))
    return found
