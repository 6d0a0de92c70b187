"""The table of samples: one row per sample ever seen, kept or not. Its Lance versions are the dataset's versions."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from datastork.core.errors import NotFoundError, StoreError
from datastork.store.home import Home, read_json, reason, write_json

if TYPE_CHECKING:
    import lance
    import pyarrow as pa

KEPT, DROPPED, QUARANTINED = "kept", "dropped", "quarantined"


def sample_schema() -> "pa.Schema":
    """Return the columns every table of samples has; facts and the user's own columns follow.

    `id`       content hash, with what makes a copy or a derived sample its own
    `state`    "kept", "dropped" or "quarantined"
    `dropped`  step, reason and evidence of the drop; null for others
    `error`    step, type, message and traceback of the quarantine; null for others
    `source`   uri, collected_at (for a file its time of modification), licence, author, query, parent sample
    `votes`    every answer, those that came with the sample and those cast later; `question` is null for the main one,
               `value` is JSON for answers that are no single text, `decides` marks a reviewer's decision;
               `label` and its probability are what they resolve to
    `group`    what a split must not tear; `cluster` the near-duplicates it belongs to; `split` where it went
    `content`  content id of the raw bytes
    `media_*`  where the media lies (`store.media`), and its modality, format and size in bytes
    """
    import pyarrow as pa

    vote = pa.struct(
        [
            ("annotator", pa.string()),
            ("value", pa.string()),
            ("confidence", pa.float64()),
            ("question", pa.string()),
            ("seconds", pa.float64()),
            ("created_at", pa.timestamp("us", tz="UTC")),
            ("repeat", pa.int32()),
            ("decides", pa.bool_()),
        ]
    )
    dropped = pa.struct([("step", pa.string()), ("reason", pa.string()), ("evidence", pa.float64())])
    error = pa.struct(
        [("step", pa.string()), ("type", pa.string()), ("message", pa.string()), ("traceback", pa.string())]
    )
    source = pa.struct(
        [
            ("uri", pa.string()),
            ("collected_at", pa.timestamp("us", tz="UTC")),
            ("license", pa.string()),
            ("author", pa.string()),
            ("query", pa.string()),
            ("parent", pa.string()),
        ]
    )
    return pa.schema(
        [
            ("id", pa.string()),
            ("state", pa.string()),
            ("dropped", dropped),
            ("error", error),
            ("source", source),
            ("votes", pa.list_(vote)),
            ("label", pa.string()),
            ("label_probability", pa.float64()),
            ("group", pa.string()),
            ("cluster", pa.string()),
            ("split", pa.string()),
            ("content", pa.string()),
            ("media_pass", pa.string()),
            ("media_row", pa.int64()),
            ("media_modality", pa.string()),
            ("media_format", pa.string()),
            ("media_size", pa.int64()),
        ]
    )


@dataclass(frozen=True, slots=True)
class Version:
    """One committed state: its number, and the record of how it came to be (see `Home.version_record`)."""

    number: int
    record: dict[str, Any]


class Samples:
    """The committed versions of one dataset."""

    def __init__(self, home: Home) -> None:
        self.home = home

    @property
    def exists(self) -> bool:
        """Whether anything was ever committed."""
        return any((self.home.samples / "_versions").glob("*.manifest"))

    def _open(self, version: int | str | None = None) -> "lance.LanceDataset":
        import lance

        if not self.exists:
            raise NotFoundError(
                f"{self.home.root} was never built", hint=f"build it with: stork build {self.home.root}"
            )
        try:
            return lance.dataset(str(self.home.samples), version=version)
        except (OSError, ValueError) as error:
            raise StoreError(
                f"cannot read version {version or 'newest'} of {self.home.root}: {reason(error)}"
            ) from error

    def latest(self) -> int | None:
        """Return the number of the newest version, or None before the first build."""
        return int(self._open().version) if self.exists else None

    def numbers(self) -> list[int]:
        """Return the numbers of all versions, oldest first."""
        return sorted(int(v["version"]) for v in self._open().versions())

    def tags(self) -> dict[str, int]:
        """Return the tags, with the versions they name."""
        return {name: int(tag["version"]) for name, tag in self._open().tags.list().items()}

    def tag(self, name: str, version: int) -> None:
        """Give a version a name; a name already given moves. Raises NotFoundError, StoreError for a bad name."""
        dataset = self._open(version)
        try:
            if name in self.tags():
                dataset.tags.update(name, version)
            else:
                dataset.tags.create(name, version)
        except (OSError, ValueError) as error:
            raise StoreError(f"cannot tag version {version} {name!r}: {reason(error)}") from error

    def number_of(self, version: int | str | None) -> int:
        """Return the number behind a number, a tag, a negative number (-1 is the newest) or None (the newest)."""
        if version is None:
            return int(self._open().version)
        tags = self.tags()
        if isinstance(version, str) and version in tags:
            return tags[version]
        numbers = self.numbers()
        try:
            number = int(version)
        except ValueError:
            number = 0
        if number < 0 and -number <= len(numbers):
            return numbers[number]
        if number in numbers:
            return number
        known = ", ".join([*(str(n) for n in numbers[-10:]), *tags])
        raise NotFoundError(f"no version {version!r} of {self.home.root}", hint=f"there are: {known}")

    def table(self, version: int | str | None = None, columns: list[str] | None = None) -> "pa.Table":
        """Return the rows of a version (the newest by default)."""
        return self._open(self.number_of(version)).to_table(columns=columns, scan_in_order=True)

    def batches(self, size: int, version: int | str | None = None) -> "Iterator[pa.Table]":
        """Yield the rows of a version in their order, `size` at a time: memory does not grow with their number."""
        import pyarrow as pa

        dataset = self._open(self.number_of(version))
        for batch in dataset.to_batches(batch_size=size, scan_in_order=True):
            yield pa.Table.from_batches([batch])

    def record(self, version: int | str | None = None) -> dict[str, Any]:
        """Return how a version came to be."""
        number = self.number_of(version)
        found = read_json(self.home.version_record(number))
        if found is None:
            raise StoreError(f"the record of version {number} is missing: {self.home.version_record(number)}")
        record: dict[str, Any] = found
        return record

    def commit(self, table: "pa.Table", record: dict[str, Any]) -> int:
        """Commit a new version and return its number. The record is written first, so no version lacks one."""
        import lance

        number = (self.latest() or 0) + 1
        write_json(self.home.version_record(number), {**record, "version": number})
        try:
            mode = "overwrite" if self.exists else "create"
            dataset = lance.write_dataset(table, str(self.home.samples), mode=mode)
        except OSError as error:
            raise StoreError(f"cannot commit version {number}: {reason(error)}", hint="is the disk full?") from error
        if int(dataset.version) != number:
            raise StoreError(f"committed version {dataset.version} where {number} was due; was another build running?")
        return number


def content_hash(table: "pa.Table") -> str:
    """Return a hash of the rows, whatever their order: equal hashes mean equal datasets.

    Where media lies on disk does not count, its content does (through `content`, and the settings in the record).
    """
    import hashlib

    place = {"media_pass", "media_row"}
    columns = [name for name in sorted(table.column_names) if name not in place]
    ordered = table.select(columns).sort_by([("id", "ascending")]).combine_chunks()
    sink = hashlib.sha256()
    for name in columns:
        sink.update(f"{name}:{ordered.schema.field(name).type}\x00".encode())
        for chunk in ordered.column(name).chunks:
            for data in _plain_buffers(chunk):
                sink.update(data)
    return sink.hexdigest()


def _plain_buffers(values: "pa.Array") -> "Iterator[memoryview | bytes]":
    """Give the content of an array as bytes that depend on its values alone, not on what lies under nulls."""
    import pyarrow as pa
    import pyarrow.compute as pc

    def packed(array: pa.Array) -> "Iterator[memoryview | bytes]":
        # a plain copy drops offsets and padding, so that equal values are equal bytes
        yield pa.record_batch([pa.concat_arrays([array])], names=["x"]).serialize()

    yield from packed(values.is_valid())
    if pa.types.is_struct(values.type):
        for child in values.flatten():
            yield from _plain_buffers(child)
    elif pa.types.is_list(values.type) or pa.types.is_large_list(values.type):
        yield from packed(pc.list_value_length(values).fill_null(0))
        yield from _plain_buffers(pc.list_flatten(values))
    elif pa.types.is_null(values.type):
        return
    elif pa.types.is_timestamp(values.type):
        yield from packed(values.cast(pa.int64()).fill_null(0))
    elif pa.types.is_string(values.type) or pa.types.is_large_string(values.type):
        yield from packed(values.fill_null(""))
    elif pa.types.is_boolean(values.type):
        yield from packed(values.fill_null(False))
    elif pa.types.is_integer(values.type) or pa.types.is_floating(values.type):
        yield from packed(values.fill_null(0))
    else:
        yield from packed(values)
