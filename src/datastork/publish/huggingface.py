"""Publish a dataset as the Hugging Face Hub and `load_dataset` like it best: Parquet with a card."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from datastork.core import step
from datastork.publish._content import Content, arrange
from datastork.publish._features import MEDIA, Feature, with_features
from datastork.publish._media import Media, extension
from datastork.publish._names import FileNames
from datastork.publish._papers.card import write_papers
from datastork.publish._papers.front_matter import Written
from datastork.publish._papers.licence_files import write_attribution
from datastork.publish._parquet import GROUP_BYTES, byte_size, write_split
from datastork.publish._place import target, whole
from datastork.publish._rows import RowColumns, batches, columns_of
from datastork.publish._texts import TEXT, text_groups
from datastork.store.listing import order_of
from datastork.store.release import Published, Release

if TYPE_CHECKING:
    import pyarrow as pa

GROUP_ROWS = 20_000


@step
def huggingface(release: Release, *, to: str, shard_size: str | int = "500MB", gps: bool = False) -> Published:
    """Write a folder that can be uploaded to the Hugging Face Hub as it is, and loaded without uploading.

    Each split goes to `data/<split>-00000-of-0000N.parquet` with the media inside (a column `image`, `audio`,
    `video` or `text`), the labels as numbers with their names, and all else known about a sample;
    `load_dataset(folder)` gives them back with their types. Row groups are small, so that one sample can be seen
    without reading a shard; a page index and chunks that follow the content let a new version upload only what is
    new. Beside them: a dataset card whose every number is measured, the licence, who made what, `dataset.json` and
    checksums.

    The folder appears whole or not at all, and replaces one that datastork made before; any other folder is
    refused. The same release gives the same bytes.

    to: the folder, relative to that of the recipe; `hf upload NAME FOLDER . --repo-type=dataset` uploads it
    shard_size: the largest a file gets (bytes, or a text such as "500MB"), unless one row group is larger
    gps: keep what the files say about where, by whom and with which device they were recorded

    Source: https://huggingface.co/docs/hub/datasets-adding
    """
    final = target(to, release.root, "publish.huggingface")
    limit = byte_size(shard_size, "publish.huggingface.shard_size")
    content = arrange(release, "publish.huggingface")
    media = Media(release, content, gps=gps)
    with whole(final) as place:
        rows = columns_of(media, content, order_of(release.root)) if content.modality == "row" else None
        if rows is not None:
            features = rows.features(content)
        else:
            media_feature = TEXT if content.modality == "text" else MEDIA[content.modality]
            features = {content.modality: media_feature, **content.features}
        sizes = {}
        for split, (start, length) in content.splits.items():
            if rows is not None:
                groups = _rows(content, media, rows, start, length)
            elif content.modality == "text":
                groups = text_groups(content, media, start, length, min(limit, GROUP_BYTES))
            else:
                groups = _files(content, media, start, length, min(limit, GROUP_BYTES))
            sizes[split] = write_split(place, split, _typed(groups, features), limit)
        data = sum(place.sizes.values())
        write_attribution(place, content, "id", content.columns["id"])
        written = Written(
            kind="parquet",
            features=features,
            data_files={split: f"data/{split}-*" for split in content.splits},
            split_bytes=sizes,
            data_bytes=data,
            stripped=media.changed if media.strips else None,
        )
        write_papers(place, release, content, written)
    return Published(str(final), len(place.sizes), sum(place.sizes.values()))


def _typed(groups: Iterator["pa.Table"], features: dict[str, Feature]) -> Iterator["pa.Table"]:
    """Put the features into the metadata of each row group."""
    for group in groups:
        yield group.cast(with_features(group.schema, features))


def _files(content: Content, media: Media, start: int, length: int, most: int) -> Iterator["pa.Table"]:
    """Yield row groups with images, sounds or videos inside, none larger than `most` bytes unless one of them is."""
    import pyarrow.compute as pc

    part = content.samples.slice(start, length)
    uris = pc.struct_field(part["source"], "uri").to_pylist()
    ids = part["id"].to_pylist()
    names = FileNames()
    held: list[dict[str, Any]] = []
    size = first = 0
    beside = content.columns.nbytes // content.columns.num_rows + 64  # bytes of the other columns, about
    for row, data, form in media.stream(start, length):
        if held and size + len(data) + beside > most:
            yield _group(content, start + first, held)
            first, size, held = first + len(held), 0, []
        at = row - start
        path = names.path("", uris[at], ids[at], extension(form), crowded=False)
        held.append({"bytes": data, "path": path.removeprefix("/")})
        size += len(data) + beside
    yield _group(content, start + first, held)


def _group(content: Content, start: int, files: list[dict[str, Any]]) -> "pa.Table":
    import pyarrow as pa

    kind = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
    part = content.columns.slice(start, len(files))
    return pa.table({content.modality: pa.array(files, kind), **{name: part[name] for name in part.column_names}})


def _rows(content: Content, media: Media, rows: RowColumns, start: int, length: int) -> Iterator["pa.Table"]:
    """Yield row groups of a table."""
    for first, part in batches(media, start, length, GROUP_ROWS):
        yield rows.table(content, first, part)
