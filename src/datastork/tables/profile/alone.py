"""What is worth a look in a column taken alone."""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from datastork.tables.kinds.numbers import PLAIN
from datastork.tables.profile.column import ColumnProfile
from datastork.tables.profile.remark import Remark, listed, percent, quoted, rows_of
from datastork.tables.profile.spelling import remarks_on_spelling

if TYPE_CHECKING:
    import numpy as np

ALMOST_EMPTY = 0.9  # share of cells without a value
ONE_VALUE = 0.99  # share of the given cells with the commonest value
MIXED = (0.1, 0.85)  # share of numbers among words, from which and below which both are meant
MANY_NUMBERS = 5  # different ones among words
FORM = 0.01  # share of the dates from which a form counts
FAR_ROWS = 0.002  # share of the rows that may have a value far from all others
AMBIGUOUS = 0.05  # share of the dates that can be read in two ways
FAR = 5.0  # times as far from the median as the next value
NUMBERS = 50  # from which a far value says something
APART = 0.25  # of the time between all other days, by which one lies far from them
APART_DAYS = 180  # at least
PLACEHOLDERS = ("1900-01-01", "1970-01-01", "1901-01-01", "9999-12-31", "2999-12-31", "1899-12-30", "1904-01-01")
PLACED = 3  # times that a placeholder must occur


def remarks_on(one: ColumnProfile, today: date) -> Iterator[Remark]:
    """Yield what a careful person would look into in one column."""
    name = one.name
    if one.given == 0:
        return
    if one.given < (1 - ALMOST_EMPTY) * one.rows:
        text = (
            f"{name}: only {one.given:,} of {one.rows:,} rows have a value: leave it out, or ask what having one means."
        )
        yield Remark((name,), "almost_empty", 2, text)
    if one.distinct > 1 and one.common[0][1] >= ONE_VALUE * one.given and one.given >= 100:
        value, count = one.common[0]
        text = f"{name}: {quoted(value)} in {percent(count / one.given)} of the given cells: it can tell little."
        yield Remark((name,), "nearly_constant", 1, text)
    yield from _odd(one)
    yield from _numbers(one)
    yield from _moments(one, today)
    yield from remarks_on_spelling(one)


def _odd(one: ColumnProfile) -> Iterator[Remark]:
    """Yield values that do not fit, lost zeros before them."""
    name, kind = one.name, one.kind
    values, counts = one.column.values, one.column.counts
    odd = [at for at, is_odd in enumerate(kind.odd.tolist()) if is_odd]
    if kind.name == "code" and kind.width:
        short = [at for at in odd if values[at].isdigit() and len(values[at]) < kind.width]
        if short:
            rows = int(counts[short].sum())
            told = listed(quoted(values[at]) for at in short)
            text = (
                f"{name}: {kind.width} digits, but {rows_of(rows)} {'has' if rows == 1 else 'have'} fewer ({told}): "
                f'leading zeros were lost; the rule "{name}: text, {kind.width} digits" gives them back.'
            )
            yield Remark((name,), "lost_zeros", 3, text)
            odd = [at for at in odd if at not in set(short)]
    if not odd:
        return
    odd.sort(key=lambda at: (-int(counts[at]), values[at]))
    rows = int(counts[odd].sum())
    what = {"boolean": "yes or no", "code": f"codes of {kind.width} digits" if kind.width else "codes"}
    what |= {"integer": "whole numbers", "datetime": "dates with times"}
    meant = what.get(kind.name, f"{kind.name}s")
    told = listed(quoted(values[at]) for at in odd)
    text = f"{name}: {meant}, but {rows_of(rows)} {'is' if rows == 1 else 'are'} none: {told}."
    yield Remark((name,), "odd", 2, text)


def _numbers(one: ColumnProfile) -> Iterator[Remark]:
    """Yield codes for missing, units that differ, numbers among words, numbers far from all others."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    name, kind = one.name, one.kind
    if kind.units and kind.unit is not None:
        with_unit = sum(share for _, share in kind.units)
        told = listed(f"{quoted(unit)} {percent(share)}" for unit, share in kind.units)
        if len(kind.units) > 1:
            text = (
                f"{name}: numbers with several units or spellings ({told}): bring them to one with clean.table.units."
            )
            yield Remark((name,), "units", 2, text)
        if with_unit < 0.995:
            text = (
                f"{name}: {percent(with_unit)} of the numbers are in {quoted(kind.unit)}, the others in none: the same?"
            )
            yield Remark((name,), "unit_at_some", 2, text)
    if kind.name in ("category", "text"):
        texts = pc.utf8_trim_whitespace(pa.array(one.column.values, pa.large_string()))
        is_number = pc.match_substring_regex(texts, PLAIN).to_numpy(zero_copy_only=False)
        share = one.column.counts[is_number].sum() / one.given
        if MIXED[0] <= share < MIXED[1] and is_number.sum() >= MANY_NUMBERS:
            word = next((value for value, _ in one.common if not value.strip().replace(".", "").isdigit()), "")
            text = f"{name}: {percent(share)} numbers, the rest words like {quoted(word)}: two things in one column?"
            yield Remark((name,), "mixed", 2, text)
    if kind.is_number and one.given >= NUMBERS and one.median is not None:
        sentinels = {value for value, _ in kind.sentinels}
        usable = np.isfinite(one.values) & ~np.isin(
            np.arange(len(one.values)), [at for at, v in enumerate(one.column.values) if v in sentinels]
        )
        yield from _far(one, np.sort(one.values[usable]), one.median)


def _far(one: ColumnProfile, numbers: "np.ndarray", median: float) -> Iterator[Remark]:
    """Yield the largest and the smallest number where it stands alone."""
    if len(numbers) < 5:
        return
    most = max(3.0, FAR_ROWS * one.given)
    for value, following in ((float(numbers[-1]), float(numbers[-2])), (float(numbers[0]), float(numbers[1]))):
        if one.column.counts[one.values == value].sum() > most:
            continue
        if abs(following - median) > 0 and abs(value - median) >= FAR * abs(following - median):
            text = (
                f"{one.name}: {one.written(value)} is far from all others (the next is {one.written(following)}): "
                "a slip of the decimal point or another unit?"
            )
            yield Remark((one.name,), "far", 2, text)


def _moments(one: ColumnProfile, today: date) -> Iterator[Remark]:
    """Yield dates that can be read in two ways, forms that differ, dates to come, dates that stand for none."""
    import numpy as np

    name, kind = one.name, one.kind
    if not kind.is_moment:
        return
    forms = [(form, share) for form, share in kind.formats if share >= FORM]
    if sum(share for form, share in forms if " or " in form) >= AMBIGUOUS:
        text = (
            f"{name}: no value tells days from months ({quoted(one.common[0][0])}): say which comes first, "
            f'"{name}: date, day first" or "{name}: date, month first".'
        )
        yield Remark((name,), "ambiguous_dates", 3, text)
    starts = {
        form[:1]
        for form, _ in kind.formats
        if form[:3] in ("D/M", "M/D", "D-M", "M-D", "D.M", "M.D") and " or " not in form
    }
    if len(starts) == 2:
        yield Remark(
            (name,), "mixed_dates", 3, f"{name}: days come first in some values, months in others: which are right?"
        )
    if len(forms) > 1:
        told = listed((f"{form} {percent(share)}" for form, share in forms), 3)
        yield Remark((name,), "forms", 2, f"{name}: written in {len(forms)} forms ({told}): bring them to one.")
    if kind.name == "time":
        return
    seconds = float(np.datetime64(today.isoformat(), "s").astype(np.int64)) + 2 * 86400
    held = {}
    for placeholder in PLACEHOLDERS:
        at = float(np.datetime64(placeholder, "D").astype("M8[s]").astype(np.int64))
        same = np.floor(one.values / 86400) == at / 86400
        count = int(one.column.counts[same].sum())
        if count >= PLACED and count >= 5 * _usual_count(one):
            held[placeholder] = count
            text = f"{name}: {placeholder} in {rows_of(count)}: it often stands for a date that nobody knew."
            yield Remark((name,), "placeholder_date", 2, text)
    yield from _apart(one)
    future = one.values >= seconds
    rows = int(one.column.counts[future].sum()) - sum(count for day, count in held.items() if day > today.isoformat())
    if rows > 0:
        latest = one.written(float(one.values[future].max()))
        lie = "lies" if rows == 1 else "lie"
        text = f"{name}: {rows_of(rows)} {lie} in the future, up to {latest}: planned, or mistyped?"
        yield Remark((name,), "future", 2, text)


def _apart(one: ColumnProfile) -> Iterator[Remark]:
    """Yield the first and the last day where it lies far from all others."""
    import numpy as np

    days = np.unique(np.floor(one.values[np.isfinite(one.values)] / 86400))
    if len(days) < NUMBERS:
        return
    for day, following, other in ((days[-1], days[-2], days[0]), (days[0], days[1], days[-1])):
        if abs(day - following) > max(APART * abs(following - other), APART_DAYS):
            rows = int(one.column.counts[np.floor(one.values / 86400) == day].sum())
            told, nearest = (str(np.datetime64(int(when), "D")) for when in (day, following))
            text = f"{one.name}: {told} in {rows_of(rows)}, far from all others (the next is {nearest}): a stand-in?"
            yield Remark((one.name,), "far", 2, text)


def _usual_count(one: ColumnProfile) -> float:
    import numpy as np

    return float(np.median(one.column.counts)) if len(one.column.counts) else 0.0
