"""Rows: samples that are records of a table. Stored as a JSON object; the same values give the same bytes."""

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from datastork.core.errors import DataError, TooLargeError
from datastork.core.hashing import canonical
from datastork.media.modality import Encoded, MediaOf, Pairs

if TYPE_CHECKING:
    import numpy as np

MAX_BYTES = 16 << 20
MAX_DEPTH = 32


@dataclass(frozen=True, slots=True)
class Row:
    """One record: values by column name, each what JSON knows: text, number, boolean, null, list, object."""

    values: dict[str, Any] = field(default_factory=dict)


class RowFacts(NamedTuple):
    """What is known of every row: how many fields it has."""

    fields: int


def parse_object(text: bytes | str) -> dict[str, Any]:
    """Return the JSON object in `text`.

    Strict: UTF-8, no name twice, no NaN or infinity, no lone surrogates, at most `MAX_BYTES` bytes and
    `MAX_DEPTH` levels.
    Raises DataError (TooLargeError beyond a limit) with what is wrong.
    """
    if len(text) > MAX_BYTES:
        raise TooLargeError(f"{len(text):,} bytes of JSON; the limit is {MAX_BYTES:,}")
    try:
        if isinstance(text, bytes):
            text = text.decode()
        value = json.loads(text, object_pairs_hook=_object, parse_constant=_no_constant, parse_float=_float)
    except UnicodeDecodeError as error:
        raise DataError(f"the JSON is not UTF-8 (byte {error.start})") from error
    except RecursionError as error:
        raise TooLargeError(f"the JSON is nested deeper than {MAX_DEPTH} levels") from error
    except ValueError as error:
        raise DataError(f"the JSON is broken: {error}") from error
    if not isinstance(value, dict):
        raise DataError(f"the JSON is no object but {_kind(value)}")
    check_values(value)
    return value


def check_values(value: object, level: int = 1) -> None:
    """Raise DataError for what a row cannot hold."""
    if level > MAX_DEPTH:
        raise TooLargeError(f"the values are nested deeper than {MAX_DEPTH} levels")
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            raise DataError("a text holds half a character (a lone surrogate)") from None
    elif isinstance(value, float):
        if not math.isfinite(value):
            raise DataError(f"a value is {value}, which JSON cannot say")
    elif isinstance(value, dict):
        for name, inner in value.items():
            if not isinstance(name, str):
                raise DataError(f"a name is {_kind(name)}, not text")
            check_values(name)
            check_values(inner, level + 1)
    elif isinstance(value, list):
        for inner in value:
            check_values(inner, level + 1)
    elif value is not None and not isinstance(value, int):
        raise DataError(f"a value is {_kind(value)}, which JSON cannot say")


def in_order(names: Iterable[str], order: Iterable[str]) -> list[str]:
    """Return names with those in `order` first, as they stand there.

    >>> in_order(["age", "city", "zip"], ["zip", "age", "gone"])
    ['zip', 'age', 'city']
    """
    known = list(names)
    first = [name for name in order if name in known]
    return list(dict.fromkeys([*first, *known]))


def reordered(values: dict[str, Any], order: Iterable[str]) -> dict[str, Any]:
    """Return the values of a row with the columns in `order` first: to be shown, not to be kept."""
    return {name: values[name] for name in in_order(values, order)}


class RowModality:
    """What the engine asks of rows; see `media.modality.Modality`."""

    name = "row"
    type = Row
    comparable = False
    likeness = 1.0
    chained = False
    batches = False

    def sniff(self, head: bytes) -> str | None:
        """Return "json" for data that begins like a JSON object."""
        return "json" if head.lstrip(b" \t\r\n").startswith(b"{") else None

    def decode(self, data: bytes) -> Row:
        """Return the row in `data`; see `parse_object` for what is refused."""
        if not data:
            raise DataError("the row is empty")
        return Row(parse_object(data))

    def encode(self, value: Row) -> Encoded:
        """Return canonical JSON: sorted names, no spaces, UTF-8."""
        check_values(value.values)
        data = canonical(value.values).encode()
        if len(data) > MAX_BYTES:
            raise TooLargeError(f"{len(data):,} bytes of JSON; the limit is {MAX_BYTES:,}")
        return Encoded(data, "json")

    def describe(self, value: Row) -> RowFacts:
        """Return the number of fields."""
        return RowFacts(fields=len(value.values))

    def fingerprint(self, value: Row) -> bytes:
        """Raise DataError: what makes two rows near is not defined yet; `clean.exact_dup` works."""
        raise DataError("rows have no fingerprint: near-duplicates of rows are not defined; use clean.exact_dup")

    def fingerprints(self, values: Sequence[Row]) -> list[bytes]:
        """Raise DataError, as `fingerprint` does."""
        return [self.fingerprint(value) for value in values]

    def near_pairs(
        self,
        fingerprints: Sequence[bytes],
        *,
        threshold: float,
        media: MediaOf | None = None,
        mirrored: bool = False,
        rotated: bool = False,
    ) -> Pairs:
        """Raise DataError, as `fingerprint` does."""
        raise DataError("rows have no fingerprint: near-duplicates of rows are not defined; use clean.exact_dup")

    def vectors(self, fingerprints: Sequence[bytes], media: MediaOf | None = None) -> "np.ndarray":
        """Raise DataError, as `fingerprint` does."""
        raise DataError("rows have no fingerprint: near-duplicates of rows are not defined; use clean.exact_dup")

    def preview(self, data: bytes, size: int) -> Encoded:
        """Return the row as text, "age 39 · city Bend", at most `size` characters of it."""
        values = self.decode(data).values
        parts = (
            value if isinstance(value, str) else "–" if value is None else canonical(value) for value in values.values()
        )
        text = " · ".join(f"{name} {' '.join(part.split())}" for name, part in zip(values, parts, strict=True))
        if len(text) > size:
            text = text[: max(size - 1, 0)] + "…"
        return Encoded(text.encode(), "text")

    def strip_private(self, data: bytes) -> bytes:
        """Return `data` as it is: a row has no hidden metadata. Its visible values are for cleaning steps."""
        return data


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise ValueError(f"the name {name!r} occurs twice")
            seen.add(name)
    return found


def _float(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"the number {text[:20]} is too large")
    return value


def _no_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is no JSON value")


def _kind(value: object) -> str:
    names = {
        type(None): "null",
        list: "a list",
        str: "text",
        bool: "true or false",
        int: "a number",
        float: "a number",
    }
    return names.get(type(value), type(value).__name__)


MODALITY = RowModality()
