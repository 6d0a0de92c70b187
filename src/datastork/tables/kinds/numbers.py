"""Numbers as people write them: thousands apart, decimal commas, currency, per cent, units."""

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

PLAIN = r"^[+-]?(?:\d{1,18}(?:\.\d{0,30})?|\.\d{1,30})(?:[eE][+-]?\d{1,3})?$"
LOOSE = (
    r"^(?P<open>\()?(?P<sign>[+−-]?) ?(?P<before>[$€£¥₹]|USD|EUR|GBP|CHF|US\$)? ?(?P<after>-?)"
    r"(?P<number>[0-9](?:[0-9., '’\x{a0}\x{202f}]{0,30}[0-9])?\.?|\.[0-9]{1,30})(?P<power>[eE][+-]?[0-9]{1,3})?"
    r"(?:[ \x{a0}]?(?P<unit>[A-Za-z%\"\x{80}-\x{10ffff}][A-Za-z%/.\" \x{80}-\x{10ffff}-]{0,23}[23]?))?(?P<close>\))?$"
)
"""Units with any sign beyond ASCII, which `_is_unit` looks at: all letters, 24 times, take 10 ms to compile."""
UNIT_BEGINS, UNIT_GOES_ON = frozenset('%‰°µ"″′'), frozenset('%°²³/." -')
POINT = r"^\d{1,3}(?:[, '’\x{a0}\x{202f}]\d{3})+(?:\.\d*)?$|^\d*\.?\d*$"
COMMA = r"^\d{1,3}(?:[. '’\x{a0}\x{202f}]\d{3})+(?:,\d+)?$|^\d+(?:,\d+)?$"
ORDINALS = ("st", "nd", "rd", "th")
BOUND = 20_000  # distinct values looked at before all are
UNIT_SHARE = 0.5  # of the values with a suffix that the commonest suffix must have, for suffixes to be units


@dataclass(frozen=True, slots=True, eq=False)
class Numbers:
    """k distinct values read as numbers: `value` float64[k], nan where there is none; `suffix` object[k], None."""

    value: "np.ndarray"
    whole: "np.ndarray"
    decimal: Literal[".", ","]
    suffix: "np.ndarray"


def unit_key(suffix: str) -> str:
    """Return a suffix as it is compared: "KG." and "kg" are one."""
    return suffix.strip().rstrip(".").lower()


def read_numbers(values: "pa.Array", counts: "np.ndarray") -> Numbers:
    """Return what distinct values (stripped strings) are as numbers."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    size = len(values)
    plain = pc.match_substring_regex(values, PLAIN).to_numpy(zero_copy_only=False)
    number = np.full(size, np.nan)
    whole = np.zeros(size, bool)
    suffix = np.full(size, None, object)
    places = np.flatnonzero(plain)
    chosen = values.take(pa.array(places))
    number[places] = _floats(chosen)
    whole[places] = ~pc.match_substring_regex(chosen, "[.eE]").to_numpy(zero_copy_only=False)
    decimal: Literal[".", ","] = "."
    rest = np.flatnonzero(~plain)
    rest = rest[pc.match_substring_regex(values.take(pa.array(rest)), "[0-9]").to_numpy(zero_copy_only=False)]
    if len(rest):
        parts = pc.extract_regex(values.take(pa.array(rest)), LOOSE)
        fits = pc.is_valid(parts).to_numpy(zero_copy_only=False)
        rest, parts = rest[fits], parts.filter(pa.array(fits))
        units = parts.field("unit").to_pylist()
        real = {unit: _is_unit(unit) for unit in set(units)}
        fits = np.array([real[unit] for unit in units], bool)
        rest, parts = rest[fits], parts.filter(pa.array(fits))
    if len(rest):
        decimal = _separator(parts.field("number"), counts[rest], values, places)
        number[rest], whole[rest] = _loose(parts, decimal)
        suffix[rest] = [
            (after or before) or None
            for before, after in zip(parts.field("before").to_pylist(), parts.field("unit").to_pylist(), strict=True)
        ]
        keep = _real_units(suffix[rest], counts[rest])
        number[rest[~keep]] = np.nan
    if decimal == ",":  # a point between groups of three is none
        grouped = pc.match_substring_regex(chosen, r"^[+-]?[1-9]\d{0,2}\.\d{3}$").to_numpy(zero_copy_only=False)
        number[places[grouped]] *= 1000
    return Numbers(number, whole & np.isfinite(number), decimal, suffix)


def _floats(texts: "pa.Array") -> "np.ndarray":
    import pyarrow.compute as pc

    bare = pc.replace_substring_regex(texts, r"^\+", "")
    found: np.ndarray = pc.cast(pc.replace_substring_regex(bare, r"\.$", ""), "float64").to_numpy(zero_copy_only=False)
    return found


def _separator(texts: "pa.Array", counts: "np.ndarray", values: "pa.Array", places: "np.ndarray") -> Literal[".", ","]:
    """Return what separates fractions: what most values need that can be read in one way only."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    def only(array: "pa.Array", mine: str, other: str) -> "np.ndarray":
        one = pc.match_substring_regex(array, mine)
        found: np.ndarray = pc.and_not(one, pc.match_substring_regex(array, other)).to_numpy(zero_copy_only=False)
        return found

    comma = int(counts[only(texts, COMMA, POINT)].sum())
    point = int(counts[only(texts, POINT, COMMA)].sum())
    if comma > point:
        some = values.take(pa.array(places[:BOUND]))
        point += int(only(some, POINT, COMMA).sum())
    return "," if comma > point else "."


def _loose(parts: "pa.Array", decimal: str) -> tuple["np.ndarray", "np.ndarray"]:
    """Return the numbers of values that are not plain, and which are whole."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    texts = parts.field("number")
    good = pc.match_substring_regex(texts, COMMA if decimal == "," else POINT).to_numpy(zero_copy_only=False)
    bare = pc.replace_substring_regex(texts, r"[ '’\x{a0}\x{202f}]" + ("|[.]" if decimal == "," else "|,"), "")
    if decimal == ",":
        bare = pc.replace_substring(bare, ",", ".")
    whole = pc.equal(pc.find_substring(bare, "."), -1).to_numpy(zero_copy_only=False)
    power = parts.field("power")
    bare = pc.if_else(pc.not_equal(power, ""), pc.binary_join_element_wise(bare, power, pa.scalar("", bare.type)), bare)
    good &= ~pc.equal(bare, ".").to_numpy(zero_copy_only=False)
    found = np.full(len(good), np.nan)
    if good.any():
        found[good] = _floats(bare.filter(pa.array(good)))
    minus = np.zeros(len(good), bool)
    for name, signs in (("sign", ("-", "−")), ("after", ("-",)), ("open", ("(",))):
        for sign in signs:
            minus |= pc.equal(parts.field(name), sign).to_numpy(zero_copy_only=False)
    opened = pc.equal(parts.field("open"), "(").to_numpy(zero_copy_only=False)
    closed = pc.equal(parts.field("close"), ")").to_numpy(zero_copy_only=False)
    found[minus] *= -1
    found[opened != closed] = np.nan
    return found, whole & pc.equal(power, "").to_numpy(zero_copy_only=False)


def _real_units(suffix: "np.ndarray", counts: "np.ndarray") -> "np.ndarray":
    """Return which values may count as a number with a unit: few suffixes, one of them common, no ordinals.

    A suffix whose first word is a common one is common too ("kg net").
    """
    import numpy as np

    each: Counter[str] = Counter()
    for one, count in zip(suffix.tolist(), counts.tolist(), strict=True):
        if one is not None:
            each[_first(one)] += count
    total = each.total()
    common = {word for word, count in each.items() if count >= 0.02 * total and word not in ORDINALS}
    if not each or max((each[word] for word in common), default=0) < UNIT_SHARE * total * (len(each) > 3):
        common = set()
    return np.array([one is None or _first(one) in common for one in suffix.tolist()], bool)


def _is_unit(text: str) -> bool:
    """Whether a text, or none (""), may stand behind a number: letters and signs of units."""
    import unicodedata

    if text.isascii():
        return True
    signs = (
        text[0].isalpha() or text[0] in UNIT_BEGINS,
        *(one.isalpha() or one in UNIT_GOES_ON or unicodedata.category(one)[0] == "M" for one in text[1:].rstrip("23")),
    )
    return all(signs)


def _first(suffix: str) -> str:
    return unit_key(suffix.split(" ", 1)[0])
