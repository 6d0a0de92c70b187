"""Publish a dataset as a folder of plain files: images, sounds, videos and texts by split and label, tables as CSV."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal

from datastork.core import Range, step
from datastork.publish._content import Content, arrange
from datastork.publish._features import MEDIA, feature_of, with_features
from datastork.publish._media import Media, extension
from datastork.publish._names import PER_FOLDER, FileNames, folders_of
from datastork.publish._papers.card import write_papers
from datastork.publish._papers.front_matter import Written
from datastork.publish._papers.licence_files import flat, write_attribution, write_csv
from datastork.publish._parquet import GROUP_BYTES
from datastork.publish._place import Folder, target, whole
from datastork.publish._rows import batches, columns_of
from datastork.publish._texts import TEXT, line_features, text_groups, write_lines
from datastork.store.listing import order_of
from datastork.store.release import Published, Release
from datastork.tables.writing import csv_lines, header_line

if TYPE_CHECKING:
    import pyarrow as pa

LIST = "metadata.parquet"
UNLABELLED = "_unlabelled"  # no label makes a folder that begins with an underscore


@step
def folder(
    release: Release,
    *,
    to: str,
    layout: Literal["imagefolder", "flat"] = "imagefolder",
    text_files: Annotated[int, Range(0, 1_000_000)] = 10_000,
    gps: bool = False,
    formulas: bool = False,
) -> Published:
    """Write a folder of plain files that people open and every framework reads.

    Images, sounds and videos go to `<split>/<label>/<name>.<ext>`, which torchvision, Keras and `load_dataset`
    ("imagefolder", "audiofolder", "videofolder") read; `<split>/metadata.parquet` holds id, label and all else
    known about each, with its type; `samples.csv` says the same for people and spreadsheets. Texts go to
    `<split>/<label>/<name>.txt`, which scikit-learn and Keras read, with the same lists beside them; too many
    for that go to lines of JSON in `data/<split>-00000-of-0000N.jsonl`. Rows of tables go to `<split>.csv`. Beside
    them: a dataset card, the licence, who made what, `dataset.json` with every number, and checksums.

    The folder appears whole or not at all, and replaces one that datastork made before; any other folder is
    refused. The same release gives the same bytes.

    to: the folder, relative to that of the recipe
    layout: "imagefolder" with a folder for each label, whatever the modality, or "flat" without; tables have no layout
    text_files: up to how many texts are files of their own; more are lines of JSON
    gps: keep what the files say about where, by whom and with which device they were recorded
    formulas: write cells of tables that a spreadsheet would run as they are, and not behind an apostrophe

    Source: https://huggingface.co/docs/datasets/image_dataset
    """
    final = target(to, release.root, "publish.folder")
    content = arrange(release, "publish.folder")
    media = Media(release, content, gps=gps)
    with whole(final) as place:
        if content.modality == "row":
            written = _tables(place, content, media, order_of(release.root), formulas)
        elif content.modality == "text" and content.samples.num_rows > text_files:
            written = _lines(place, content, media)
        else:
            written = _files(place, content, media, layout)
        write_papers(place, release, content, written)
    return Published(str(final), len(place.sizes), sum(place.sizes.values()))


def _files(place: Folder, content: Content, media: Media, layout: str) -> Written:
    """Write a file for each image, sound, video or text, the list of each split, and the list of all."""
    import pyarrow as pa
    import pyarrow.compute as pc

    parents = _parents(content, layout)
    counts = Counter(parents)
    uris = pc.struct_field(content.samples["source"], "uri").to_pylist()
    ids = content.samples["id"].to_pylist()
    files, names = FileNames(), list[str]()
    sizes = dict.fromkeys(content.splits, 0)
    for split, (start, length) in content.splits.items():
        for row, data, form in media.stream(start, length):
            crowded = counts[parents[row]] > PER_FOLDER
            names.append(
                files.path(parents[row], uris[row], ids[row], extension(form, content.modality), crowded=crowded)
            )
            place.write(names[row], data)
            sizes[split] += len(data)
        _write_list(place, content, media, split, [name.removeprefix(f"{split}/") for name in names[start:]])
    paths = pa.array(names, pa.string())
    write_csv(place, "samples.csv", pa.table({"file_name": paths, "split": _splits(content), **_texts(content)}))
    write_attribution(place, content, "file_name", paths)
    of_texts = content.modality == "text"
    return Written(
        kind="texts" if of_texts else "imagefolder" if layout == "imagefolder" else "flat",
        features={
            **({"file_name": TEXT, "text": TEXT} if of_texts else {content.modality: MEDIA[content.modality]}),
            **content.features,
        },
        data_files={split: f"{split}/{LIST}" if of_texts else f"{split}/**" for split in content.splits},
        split_bytes=sizes,
        data_bytes=sum(sizes.values()),
        stripped=media.changed if media.strips else None,
    )


def _write_list(place: Folder, content: Content, media: Media, split: str, names: list[str]) -> None:
    """Write what is known of each file of a split; texts stand in it once more, for readers of Parquet."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    start, length = content.splits[split]
    of_texts = content.modality == "text"
    groups = (
        text_groups(content, media, start, length, GROUP_BYTES) if of_texts else [content.columns.slice(start, length)]
    )
    features = {"file_name": TEXT, "text": TEXT, **content.features}
    writer, done = None, 0
    try:
        for group in groups:
            below = pa.array(names[done : done + group.num_rows], pa.string())
            done += group.num_rows
            table = pa.table({"file_name": below, **_by_name(group)})
            table = table.cast(with_features(table.schema, features))
            if writer is None:
                writer = pq.ParquetWriter(str(place.path / split / LIST), table.schema)
            writer.write_table(table)
    finally:
        if writer is not None:
            writer.close()
    place.add(f"{split}/{LIST}")


def _lines(place: Folder, content: Content, media: Media) -> Written:
    """Write texts as lines of JSON."""
    sizes = write_lines(place, content, media)
    write_attribution(place, content, "id", content.columns["id"])
    return Written(
        kind="lines",
        features=line_features(content),
        data_files={split: f"data/{split}-*" for split in content.splits},
        split_bytes=sizes,
        data_bytes=sum(sizes.values()),
        stripped=None,
    )


def _parents(content: Content, layout: str) -> list[str]:
    """Return the folder of each sample, in the order of the content."""
    splits: list[str] = _splits(content).to_pylist()
    if layout == "flat" or content.texts is None:
        return splits
    labels: list[str | None] = content.texts.to_pylist()
    folders = folders_of(label for label in labels if label is not None)
    names = [UNLABELLED if label is None else folders[label] for label in labels]
    return [f"{split}/{name}" for split, name in zip(splits, names, strict=True)]


def _splits(content: Content) -> "pa.Array":
    """Return the split of each sample."""
    import pyarrow as pa

    return pa.array([name for name, (_, length) in content.splits.items() for _ in range(length)], pa.string())


def _texts(content: Content) -> dict[str, Any]:
    """Return the columns with labels as text, for files that people read."""
    columns = _by_name(content.columns)
    return {**columns, "label": content.texts} if content.texts is not None else columns


def _by_name(table: "pa.Table") -> dict[str, Any]:
    return {name: table[name] for name in table.column_names}


def _tables(place: Folder, content: Content, media: Media, order: Sequence[str], formulas: bool) -> Written:
    """Write one CSV for each split, a batch of rows in memory at a time."""
    import pyarrow as pa

    rows = columns_of(media, content, order)
    features = rows.features(content)
    label = rows.names.get("label")
    sizes, escaped = {}, 0
    for split, (start, length) in content.splits.items():
        with (place.path / f"{split}.csv").open("wb") as file:
            for first, part in batches(media, start, length):
                table = rows.table(content, first, part)
                if label is not None and content.texts is not None:
                    texts = content.texts.slice(first, len(part))
                    table = table.set_column(table.column_names.index(label), label, texts)
                table = flat(table)
                if first == start:
                    file.write(header_line(table.column_names, escape=not formulas))
                    features |= {f.name: feature_of(f.type, f.name) for f in table.schema}
                lines, found = csv_lines(table, escape=not formulas)
                file.write(lines)
                escaped += found.cells
        place.add(f"{split}.csv")
        sizes[split] = place.sizes[f"{split}.csv"]
    write_attribution(place, content, "id", content.columns["id"].cast(pa.string()))
    return Written(
        kind="csv",
        features=features,
        data_files={split: f"{split}.csv" for split in content.splits},
        split_bytes=sizes,
        data_bytes=sum(sizes.values()),
        stripped=None,
        escaped=escaped,
    )
