"""What is worth a look in many columns alike, told once."""

from collections.abc import Iterator, Mapping

from datastork.tables.profile.column import ColumnProfile
from datastork.tables.profile.remark import Remark, listed, percent, quoted, rows_of

NAMED = 8  # columns in one sentence
ZEROS = 0.9  # share of zeros from which the rest is the exception
VARIED = 5  # different numbers


def remarks_on_all(columns: Mapping[str, ColumnProfile]) -> Iterator[Remark]:
    """Yield columns that tell nothing, values that say that there is none."""
    empty = [name for name, one in columns.items() if one.given == 0]
    if empty:
        said = sorted({quoted(token) for name in empty for token in columns[name].kind.missing_tokens if token})
        but = f" but {listed(said)}" if said else ""
        text = f"{listed(empty, NAMED)}: no value in any row{but}: leave {'it' if len(empty) == 1 else 'them'} out."
        yield Remark(tuple(empty), "empty", 2, text)
    constant = [name for name, one in columns.items() if one.distinct == 1]
    if constant:
        told = listed((f"{name} ({quoted(columns[name].common[0][0])})" for name in constant), NAMED)
        yield Remark(tuple(constant), "constant", 2, f"{told}: one value wherever there is one: nothing to learn from.")
    own = [name for name, one in columns.items() if one.kind.name == "identifier"]
    if own:
        text = f"{listed(own, NAMED)}: each row has its own value: it names the row, there is nothing to learn from it."
        yield Remark(tuple(own), "identifier", 2, text)
    yield from _tokens(columns)
    yield from _sentinels(columns)
    yield from _zeros(columns)


def _tokens(columns: Mapping[str, ColumnProfile]) -> Iterator[Remark]:
    """Yield each word that says missing, with the columns in which it does."""
    rows: dict[str, dict[str, int]] = {}
    for name, one in columns.items():
        counts = (
            dict(zip(one.column.values, one.column.counts.tolist(), strict=True)) if one.kind.missing_tokens else {}
        )
        for token in one.kind.missing_tokens if one.given else ():
            rows.setdefault(token, {})[name] = counts[token]
    for token, there in sorted(rows.items(), key=lambda one: (-sum(one[1].values()), one[0])):
        if not token.strip():
            continue
        told = listed((f"{name} ({rows_of(count)})" for name, count in there.items()), NAMED)
        yield Remark(tuple(there), "missing_token", 2, f"{quoted(token)} says that there is no value in {told}.")


def _sentinels(columns: Mapping[str, ColumnProfile]) -> Iterator[Remark]:
    """Yield each number that stands apart, with the columns in which it does."""
    found: dict[float, dict[str, tuple[str, str]]] = {}
    for name, one in columns.items():
        for value, why in one.kind.sentinels:
            found.setdefault(float(one.values[one.column.values.index(value)]), {})[name] = (value, why)
    for number, places in found.items():
        told = "; ".join(f"{name}: {why}" for name, (_, why) in places.items())
        texts: dict[str, list[str]] = {}
        for name, (value, _) in places.items():
            texts.setdefault(value, []).append(name)
        rules = listed(f'"{", ".join(names)}: missing {value}"' for value, names in texts.items())
        text = f"{number:g} stands apart ({told}). If it says that there is no value, write the rule {rules}."
        yield Remark(tuple(places), "sentinel", 2, text)


def _zeros(columns: Mapping[str, ColumnProfile]) -> Iterator[Remark]:
    """Yield the columns of numbers that are mostly 0."""
    shares = {
        name: int(one.column.counts[one.values == 0].sum()) / one.given
        for name, one in columns.items()
        if one.kind.is_number and one.given and one.distinct >= VARIED
    }
    told = [f"{name} ({percent(share)})" for name, share in shares.items() if ZEROS <= share < 1]
    if told:
        text = f"Mostly 0: {listed(told, NAMED)}; whether it is 0 may say more than how much it is."
        yield Remark(tuple(name for name, share in shares.items() if share >= ZEROS), "mostly_zero", 1, text)
