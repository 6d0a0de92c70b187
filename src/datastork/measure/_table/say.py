"""A profile of a table in sentences and numbers."""

from collections import Counter

from datastork.core.findings import Cell, plural
from datastork.tables.dependencies.said import MOST_COLUMNS
from datastork.tables.profile import Profile
from datastork.tables.profile.remark import listed, percent, quoted
from datastork.tables.profile.together import minimal

WORDS = {
    "boolean": ("yes-or-no column", "yes-or-no columns"),
    "integer": ("column of whole numbers", "columns of whole numbers"),
    "number": ("column of numbers", "columns of numbers"),
    "date": ("column of dates", "columns of dates"),
    "time": ("column of times", "columns of times"),
    "datetime": ("column of dates with times", "columns of dates with times"),
    "identifier": ("identifier", "identifiers"),
    "code": ("column of codes", "columns of codes"),
    "category": ("category", "categories"),
    "text": ("column of text", "columns of text"),
    "empty": ("empty column", "empty columns"),
}
MISSING = 0.005  # share of the cells of a column from which it is named
TELLING = 0.05  # share of doubt taken away from which a column is named as one that tells the label
CLEAR = 0.9  # agreement from which one column is said to tell another
TOLD = 8  # in one sentence
REMARKS = 100
COLUMNS = 200  # that have figures of their own


def numbers(found: Profile) -> dict[str, Cell]:
    """Return the figures of a profile by names that stay."""
    kinds = Counter[str](one.kind.name for one in found.columns.values())
    cells = found.rows * len(found.columns)
    missing = sum(one.missing + one.said_missing for one in found.columns.values())
    told: dict[str, Cell] = {
        "rows": found.rows,
        "columns": len(found.columns),
        "cells": cells,
        "missing_cells": missing,
        "missing_share": round(missing / cells, 6) if cells else 0.0,
        "odd_cells": sum(one.odd for one in found.columns.values()),
        "repeated_rows": found.repeats.rows,
        "conflicting_rows": found.repeats.conflicts,
        "rows_with_twin_in_train": found.repeats.across,
        "keys": len(found.keys),
        "dependencies": len(found.dependencies),
        "dependencies_without_exceptions": sum(not one.violations for one in found.dependencies),
        "derived_columns": len(found.derived),
        "remarks": len(found.remarks),
    }
    told |= {f"{kind}_columns": kinds[kind] for kind in WORDS if kinds[kind]}
    for name, one in list(found.columns.items())[:COLUMNS]:
        told[f"{name}_missing_share"] = round(1 - one.given / one.rows, 6) if one.rows else 0.0
        told[f"{name}_distinct"] = one.distinct
        if one.kind.is_number and one.mean is not None and one.deviation is not None:
            told |= {f"{name}_mean": float(f"{one.mean:.6g}"), f"{name}_deviation": float(f"{one.deviation:.6g}")}
            told |= {f"{name}_lowest": one.low, f"{name}_median": one.median, f"{name}_highest": one.high}
    return told


def sentences(found: Profile) -> list[str]:
    """Return what matters most, in words."""
    kinds = Counter[str](one.kind.name for one in found.columns.values())
    parts = [f"{count:,} {WORDS[kind][count > 1]}" for kind, count in kinds.most_common()]
    said = [f"{plural(found.rows, 'row')}, {plural(len(found.columns), 'column')}: {listed(parts, 12)}."]
    if len(found.columns) > MOST_COLUMNS:
        first = f"the first {MOST_COLUMNS} columns were looked at together: keys, dependencies, what is made of others"
        said.append(f"Of so many, {first}; the first {COLUMNS} have figures of their own.")
    said.append(_missing(found))
    if found.label is not None:
        said += _label(found, found.label)
    said.append(_keys(found))
    said += _dependencies(found)
    made = [f"{one.column} = {one.text}" for one in found.derived if one.how not in ("equal", "scaled")]
    if made:
        said.append(f"Made of others: {listed(made, TOLD)}.")
    return said


def _missing(found: Profile) -> str:
    shares = {
        name: 1 - one.given / one.rows for name, one in found.columns.items() if one.rows and one.given < one.rows
    }
    if not shares:
        return "No cell is empty, and none says that its value is missing."
    most = sorted(shares.items(), key=lambda one: (-one[1], one[0]))
    named = [f"{name} ({percent(share)})" for name, share in most if share >= MISSING] or [
        f"{name} ({percent(share)})" for name, share in most
    ]
    cells = found.rows * len(found.columns)
    gone = sum(one.missing + one.said_missing for one in found.columns.values())
    return f"{percent(gone / cells)} of the cells are missing: {listed(named, TOLD)}."


def _label(found: Profile, label: str) -> list[str]:
    one = found.columns[label]
    shares = [f"{quoted(value)} {percent(count / one.given)}" for value, count in one.common] if one.given else []
    said = [f"The label {label}: {listed(shares, 6)}."] if found.tellers else []
    best = [two for two in found.tellers if two.told >= TELLING][:4]
    modal = percent(found.tellers[0].modal) if found.tellers else ""
    if best:
        told = listed(f"{two.column} ({percent(two.told)})" for two in best)
        said.append(
            f"Alone, {told} take most doubt about it away; the commonest label is right in {modal} of the rows."
        )
    elif found.tellers:
        said.append(f"No column alone tells much of it; the commonest label is right in {modal} of the rows.")
    return said


def _keys(found: Profile) -> str:
    single = [key.columns[0] for key in found.keys if len(key.columns) == 1]
    same = {name: group[0] for group in found.equivalents for name in group}
    several = [tuple(same.get(name, name) for name in key.columns) for key in found.keys if len(key.columns) > 1]
    pairs = list({frozenset(pair): pair for pair in reversed(several)}.values())[::-1]
    if single and pairs:
        return f"A row is named by {listed(single)}; also by {listed((' with '.join(pair) for pair in pairs), TOLD)}."
    if single:
        return f"A row is named by {listed(single)}."
    if pairs:
        return f"A row is named by {listed((' with '.join(pair) for pair in pairs), TOLD)}; by no column alone."
    return "No column, and no two columns, name a row."


def _dependencies(found: Profile) -> list[str]:
    said = []
    if found.equivalents:
        groups = [listed(group, TOLD) for group in found.equivalents[:TOLD]]
        said.append(f"Columns that tell one another: {'; '.join(groups)}.")
    by_given: dict[tuple[str, ...], list[str]] = {}
    together = [set(group) for group in found.equivalents]
    for one in minimal(found.dependencies, found.equivalents):
        if one.agreement >= CLEAR and not any({*one.given, one.column} <= group for group in together):
            by_given.setdefault(one.given, []).append(one.column)
    tells = [
        f"{listed(given)} {'tells' if len(given) == 1 else 'tell'} {listed(columns, TOLD)}"
        for given, columns in list(by_given.items())[:TOLD]
    ]
    if tells:
        said.append(f"Columns that tell others: {'; '.join(tells)}.")
    weak: dict[tuple[str, ...], list[str]] = {}
    for one in found.dependencies:
        if one.agreement < CLEAR:
            weak.setdefault(one.given, []).append(f"{one.column} ({percent(one.agreement)} agree)")
    for given, told in list(weak.items())[:2]:
        said.append(f"Rows with the same {listed(given)} contradict each other: {listed(told, TOLD)}.")
    return said


def warnings(found: Profile) -> list[str]:
    """Return what a careful person would look into; what matters most first."""
    said = [one.text for one in found.remarks[:REMARKS]]
    left = len(found.remarks) - len(said)
    return [*said, *([f"{plural(left, 'remark')} more, of less weight."] if left else [])]
