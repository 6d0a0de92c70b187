"""Values that say that there is no value, in words and in numbers."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

WORDS = frozenset(
    {"", "n/a", "n.a.", "#n/a", "#n/a n/a", "#na", "<na>", "null", "#null!", "nan", "-nan", "1.#qnan", "nat"}
    | {"?", "??", "???", "-", "--", "---", "–", "—", ".", "..", "...", "(blank)", "(empty)", "(null)", "(missing)"}
    | {"not available", "not applicable", "not given", "not known", "missing", "empty", "blank", "undefined", "no data"}
)
"""In any column. Lower case, without blanks around."""
WEAK = frozenset(["na", "none", "nil", "unknown", "unk", "tbd", "no answer", "n", "x", "*", "**", "_", "/"])
"""Only where the other values are numbers, dates or codes: elsewhere they may be what somebody meant."""
WEAK_IN_WORDS = frozenset(["NA", "None"])
"""As programs write them: also among words, unless the other values look like them."""
NINES = frozenset(f"{sign}{'9' * count}" for sign in ("", "-") for count in range(2, 9))
CODES = NINES | {"-1", "0", "-8", "-7", "-9"}
LEAST_REPEATS = 3
SPARSE = 0.1  # smallest other value over the median of the others, from which a 0 stands apart
MOST_ZEROS = 0.5  # share of rows beyond which 0 is what a column usually says


def says_missing(values: tuple[str, ...], *, numeric: bool) -> "np.ndarray":
    """Return bool[k]: which distinct values say missing. `numeric`: the others are numbers, dates or codes."""
    import numpy as np

    found = np.zeros(len(values), bool)
    short = [at for at, value in enumerate(values) if len(value) <= 16]
    words = {at: values[at].strip() for at in short}
    for at, word in words.items():
        low = word.lower()
        found[at] = low in WORDS or (numeric and low in WEAK)
        if not found[at] and word in WEAK_IN_WORDS:
            found[at] = not _alike(word, values)
    return found


def _alike(word: str, values: tuple[str, ...]) -> bool:
    """Whether the other values have the form of a word ("NA" among "DE", "FR") or its sense ("None", "Some", "All")."""
    if word == "None":
        return not any(value != "None" and value.strip() for value in values[:1000]) or len(values) <= 6
    same = sum(value.isascii() and value.isalpha() and len(value) == 2 and value.isupper() for value in values[:1000])
    return same > 2 and 2 * same >= min(len(values), 1000)


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
