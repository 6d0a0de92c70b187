"""Rows of a public dataset as samples: texts, media, or records, with what the listing says of each."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from datastork.collect._hub.origin import Origin, Part
from datastork.collect._hub.reading import Opened, checked_row
from datastork.collect._merge import as_text, column, own_name, votes_column
from datastork.collect._spdx import spdx
from datastork.collect._tables.text_tables import Batch
from datastork.core.errors import RecipeError
from datastork.core.hashing import canonical
from datastork.core.nearest import did_you_mean
from datastork.store.spool import Spool

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column means what. `own` are the user's columns to keep; None keeps all others of texts and media."""

    text: str | None = None
    bytes: str | None = None
    label: str | None = None
    group: str | None = None
    license: str | None = None
    author: str | None = None
    own: tuple[str, ...] | None = None

    def check(self, name: str, there: Opened) -> None:
        """Raise RecipeError for every column that is not there, or is not of the kind it must be."""
        known = there.columns
        shown = f"; there are {', '.join(known[:12])}{', …' if len(known) > 12 else ''}"
        named = [(key, getattr(self, key)) for key in ("text", "bytes", "label", "group", "license", "author")]
        named += [("columns", one) for one in self.own or ()]
        problems = [
            f"{setting}: {name} has no column {one!r}{did_you_mean(one, known) or shown}"
            for setting, one in named
            if one and one not in known
        ]
        if self.bytes in known and self.bytes not in there.binary:
            problems.append(f"bytes: the column {self.bytes!r} of {name} holds no bytes")
        if self.text in there.binary and self.text is not None:
            problems.append(f"text: the column {self.text!r} of {name} holds bytes, not text")
        if problems:
            raise RecipeError(problems)

    def kept(self, there: Opened, part: Part) -> tuple[str, ...]:
        """Return the columns to keep beside the sample."""
        if self.own is not None:
            return self.own
        if self.text is None and self.bytes is None:
            return ()
        meant = {self.text, self.bytes, self.label, self.group, self.license, self.author, *part.hidden.split(",")}
        return tuple(one for one in there.columns if one not in meant and one not in there.binary)


def put(
    spool: Spool, batch: Batch, columns: Columns, origin: Origin, part: Part, there: Opened, first: int, cells: str
) -> None:
    """Put one batch of rows into the spool, each one row of it.

    `first` is the number of the batch's first row within its split; `cells` where the Parquet file lies whose column
    holds the media, which then stays there.
    """
    rows = [row if row is not None else {} for row in batch.rows]
    problems = list(batch.problems)
    values = _values(batch, columns, part, problems)
    table = _table(rows, problems, columns, origin, part, there, first)
    if columns.bytes is not None and part.form == "parquet":
        for at, row in enumerate(table.to_pylist()):
            place = f"{cells}!/{columns.bytes}/{batch.start + at}"
            spool.add(None, **{key: value for key, value in row.items() if value is not None}, media_place=place)
        return
    import pyarrow as pa

    spool.add_many(pa.array(values, pa.large_binary()), table)


def _values(batch: Batch, columns: Columns, part: Part, problems: list[str | None]) -> list[bytes | None]:
    values: list[bytes | None] = []
    hidden = set(part.hidden.split(","))
    for at, row in enumerate(batch.rows):
        value, why = None, problems[at]
        if row is None or why is not None:
            pass
        elif columns.text is not None:
            value, why = _text(row.get(columns.text), columns.text)
        elif columns.bytes is not None:
            value = row.get(columns.bytes) if part.form == "shipped" else None
        else:
            row = {name: one for name, one in row.items() if name not in hidden} if part.hidden else row
            why = checked_row(row)
            value = canonical(row).encode() if why is None else None
        if why is not None and problems[at] is None:
            problems[at] = f"row {batch.start + at}: {why}"
        values.append(value)
    return values


def _text(value: Any, name: str) -> tuple[bytes | None, str | None]:
    if value is None:
        return None, f"its {name} is null"
    if isinstance(value, list | dict):
        return None, f"its {name} is {'a list' if isinstance(value, list) else 'an object'}, not a text"
    try:
        return (as_text(value) or "").encode(), None
    except UnicodeEncodeError:
        return None, f"its {name} holds half a character (a lone surrogate)"


def _table(
    rows: list[dict[str, Any]],
    problems: list[str | None],
    columns: Columns,
    origin: Origin,
    part: Part,
    there: Opened,
    first: int,
) -> "pa.Table":
    import pyarrow as pa

    count = len(rows)
    place = f"{origin.name}/{part.place}" if part.place else origin.name
    found: dict[str, Any] = {
        "uri": pa.array([f"{place}#{first + at}" for at in range(count)], pa.string()),
        "votes": votes_column(count, _votes(rows, columns, origin, there)),
        "group": _column(rows, columns.group),
        "license": _licences(rows, columns, origin),
        "author": _column(rows, columns.author) if columns.author else pa.array([origin.author] * count, pa.string()),
        "query": pa.array([origin.name] * count, pa.string()),
        "problem": pa.array(problems, pa.string()),
    }
    for given in columns.kept(there, part):
        target = own_name(given)
        while target in found:
            target += "_given"
        found[target] = column([row.get(given) for row in rows])
    if part.split:
        found.setdefault("split_given", pa.array([part.split] * count, pa.string()))
    return pa.table(found)


def _column(rows: list[dict[str, Any]], name: str | None) -> "pa.Array":
    import pyarrow as pa

    return pa.array([as_text(row.get(name)) or None if name else None for row in rows], pa.string())


def _licences(rows: list[dict[str, Any]], columns: Columns, origin: Origin) -> "pa.Array":
    import pyarrow as pa

    if not columns.license:
        return pa.array([origin.license] * len(rows), pa.string())
    given = [as_text(row.get(columns.license)) for row in rows]
    return pa.array([(spdx(one) or one or None) if one else origin.license for one in given], pa.string())


def _votes(
    rows: list[dict[str, Any]], columns: Columns, origin: Origin, there: Opened
) -> Iterable[tuple[Any, Any, Any]]:
    """Yield the label of each row as a vote of the dataset it is from; a class below 0 means that there is none."""
    import pyarrow as pa

    if not columns.label:
        return
    names = there.classes.get(columns.label)
    at: list[int] = []
    values: list[str] = []
    for number, row in enumerate(rows):
        given = row.get(columns.label)
        for value in given if isinstance(given, list) else (given,):
            if names is not None and isinstance(value, int) and not isinstance(value, bool):
                value = names[value] if 0 <= value < len(names) else None
            if value is not None and value != "":
                at.append(number)
                values.append(as_text(value) or "")
    yield at, origin.name, pa.array(values, pa.string())
