"""Digits and letters that are names: postal codes, telephone numbers, ids; and the patterns they keep."""

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

DIGITS = r"^[0-9]{2,20}$"
PHONE = r"^\+?[0-9(][0-9 ()./-]{5,22}[0-9]$"
DECIMAL = r"^[0-9]*\.[0-9]+$"
PATTERNS = 5  # shown
PROBE = 20_000  # distinct values looked at for patterns
LONG = 9  # digits of a fixed width that no quantity has
FIXED = 0.85  # share of rows with the commonest width
FEW = 10  # distinct values below which one width is no sign
REPEATED = 1.5  # rows that a code has, on average
SPREAD = 5  # times as large is the largest of unique codes as the smallest
ROUND = 0.05  # share of distinct values that end in 00 above which digits of a fixed width are amounts
OWN = frozenset({"id", "ids", "identifier", "index", "key", "no", "nr", "num", "number", "uid", "guid", "uuid"})
"""Words in the name of a column that say that whole numbers of which each row has its own name the row."""
NAMED = frozenset(
    {"zip", "zipcode", "postal", "postcode", "plz", "phone", "telephone", "tel", "fax", "mobile"}
    | {"isbn", "issn", "ean", "upc", "gtin", "ssn", "npi", "iban", "vin", "sku"}
)
"""Words in the name of a column, by general usage, that say that digits are a code: asked only where digits of one
width and some one shorter leave both open."""


def code_width(name: str, values: "pa.Array", counts: "np.ndarray") -> tuple[int | None, "np.ndarray"] | None:
    """Return (width, fits bool[k]) where digits are names, None where they are not or are quantities.

    Digits are names where some begin with 0, where all have one width of at least five digits and are not round
    as amounts are, or where they are written like telephone numbers. The width is None where several are common.
    """
    import numpy as np
    import pyarrow.compute as pc

    total = int(counts.sum())
    digits = pc.match_substring_regex(values, DIGITS).to_numpy(zero_copy_only=False)
    if counts[digits].sum() < FIXED * total:
        return _phones(values, counts, digits)
    lengths = pc.utf8_length(values).to_numpy(zero_copy_only=False)
    widths: Counter[int] = Counter()
    for length in np.unique(lengths[digits]).tolist():
        widths[length] = int(counts[digits & (lengths == length)].sum())
    width, most = max(widths.items(), key=lambda one: (one[1], one[0]))
    zeros = digits & pc.match_substring_regex(values, "^0[0-9]").to_numpy(zero_copy_only=False)
    fixed = most >= FIXED * total
    leading = int(zeros.sum()) >= 2 and counts[zeros].sum() >= 0.002 * total
    if leading:
        return (width, digits & (lengths == width)) if fixed else (None, digits)
    if not fixed or width < 5:
        return None
    fits = digits & (lengths == width)
    shorter = int(counts[digits & ~fits].sum())
    hundreds = pc.match_substring_regex(values, "00$").to_numpy(zero_copy_only=False)[fits].mean()
    named = not NAMED.isdisjoint(_words(name))
    if named or (shorter <= 0.02 * total and width >= LONG):
        return width, fits
    told = shorter <= 0.02 * total and hundreds <= ROUND and fits.sum() >= FEW
    return (width, fits) if told and _as_names(values, counts, fits) else None


def _as_names(values: "pa.Array", counts: "np.ndarray", fits: "np.ndarray") -> bool:
    """Whether digits of one width repeat, or are spread over all that the width allows, as measures seldom are."""
    import numpy as np

    if counts[fits].sum() >= REPEATED * fits.sum():
        return True
    numbers = np.array([int(text) for text, fit in zip(values.to_pylist(), fits.tolist(), strict=True) if fit])
    return bool(numbers.max() >= SPREAD * numbers.min())


def says_own(name: str) -> bool:
    """Whether the name of a column says that it names the rows."""
    return not OWN.isdisjoint(_words(name))


def _words(name: str) -> list[str]:
    import re

    return re.sub(r"([a-z])([A-Z])", r"\1 \2", name).lower().replace("_", " ").replace("-", " ").split()


def _phones(values: "pa.Array", counts: "np.ndarray", digits: "np.ndarray") -> tuple[int | None, "np.ndarray"] | None:
    """Return the telephone numbers among values with signs between digits: as many digits each, 7 to 15."""
    import numpy as np
    import pyarrow.compute as pc

    decimal = pc.match_substring_regex(values, DECIMAL).to_numpy(zero_copy_only=False)
    fits = (pc.match_substring_regex(values, PHONE).to_numpy(zero_copy_only=False) & ~decimal) | digits
    if counts[fits].sum() < FIXED * counts.sum() or not (fits & ~digits).any():
        return None
    bare = pc.utf8_length(pc.replace_substring_regex(values, "[^0-9]", "")).to_numpy(zero_copy_only=False)
    lengths = np.bincount(bare[fits], weights=counts[fits])
    width = int(lengths.argmax())
    if not 7 <= width <= 15 or lengths[width] < FIXED * counts[fits].sum():
        return None
    return width, fits & (bare == width)


def shapes(values: "pa.Array", counts: "np.ndarray") -> tuple[tuple[str, float], ...]:
    """Return the commonest patterns ("AA-9999": A capital, a small letter, 9 digit) with shares of the rows."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    if len(values) > PROBE:
        order = np.argsort(-counts, kind="stable")
        some = np.sort(order[np.linspace(0, len(order) - 1, PROBE).astype(np.int64)])
        values, counts = values.take(pa.array(some)), counts[some]
    made = pc.replace_substring_regex(values, r"\p{Lu}", "A")
    made = pc.replace_substring_regex(made, r"\p{Ll}", "a")
    made = pc.replace_substring_regex(made, "[0-9]", "9")
    made = pc.utf8_slice_codeunits(made, 0, 40)
    rows: Counter[str] = Counter()
    for shape, count in zip(made.to_pylist(), counts.tolist(), strict=True):
        rows[shape] += count
    ranked = sorted(rows.items(), key=lambda one: (-one[1], one[0]))[:PATTERNS]
    return tuple((shape, round(count / rows.total(), 4)) for shape, count in ranked)
