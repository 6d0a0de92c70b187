"""Columns that call for care: what the law protects, what stands in for it, what names a person."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from datastork.tables.dependencies import Association
from datastork.tables.profile.column import ColumnProfile
from datastork.tables.profile.remark import Remark, listed
from datastork.tables.profile.words import EMAIL, is_personal, is_sensitive

STANDS_IN = 0.4  # association from which a column may say what a protected one says
REACHES = 0.5  # share of values that are e-mail addresses


def remarks_on_care(
    columns: Mapping[str, ColumnProfile], label: str | None, protect: Collection[str], strengths: Sequence[Association]
) -> Iterator[Remark]:
    """Yield what may discriminate or give persons away."""
    named = [
        name
        for name, one in columns.items()
        if name not in protect and name != label and is_sensitive(name) and one.given
    ]
    if named:
        text = (
            f"{listed(named, 8)}: by {'its name' if len(named) == 1 else 'their names'} a ground on which people are "
            "discriminated against: needed? If so, name it in the setting protect and look at each group."
        )
        yield Remark(tuple(named), "sensitive", 2, text)
    for name in protect:
        proxies = [
            (one.second if one.first == name else one.first, abs(one.value))
            for one in strengths
            if name in (one.first, one.second) and abs(one.value) >= STANDS_IN
        ]
        proxies = [(other, value) for other, value in proxies if other != label and other not in protect]
        if proxies:
            told = listed(f"{other} {value:.2f}" for other, value in proxies)
            text = f"{name} can be told from others ({told}): without it a model may still tell its groups apart."
            yield Remark((name, *(other for other, _ in proxies)), "proxies", 2, text)
    persons = [name for name, one in columns.items() if one.given and (is_personal(name) or _emails(one))]
    if persons:
        text = f"{listed(persons, 8)}: may name or reach persons: leave out what the task does not need."
        yield Remark(tuple(persons), "personal", 2, text)


def _emails(one: ColumnProfile) -> bool:
    import pyarrow as pa
    import pyarrow.compute as pc

    if one.kind.name not in ("text", "category", "identifier"):
        return False
    texts = pa.array(one.column.values[:1000], pa.large_string())
    return bool(pc.mean(pc.match_substring_regex(texts, EMAIL).cast("float64")).as_py() >= REACHES)
