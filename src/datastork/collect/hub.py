"""Collect a public dataset by its name, with its licence and citation: Hugging Face, OpenML, scikit-learn."""

from dataclasses import replace
from typing import Annotated

from datastork.collect._hub.collect import Wish, gathered
from datastork.collect._hub.samples import Columns
from datastork.collect._kept import Refresh
from datastork.collect._merge import add
from datastork.core import Range, step
from datastork.core.errors import RecipeError
from datastork.store.listing import Listing


@step
def hub(
    found: Listing,
    *,
    dataset: str,
    config: str | None = None,
    split: str | list[str] | None = None,
    revision: str | None = None,
    text: str | None = None,
    bytes: str | None = None,  # noqa: A002
    label: str | None = None,
    group: str | None = None,
    license: str | None = None,  # noqa: A002
    author: str | None = None,
    columns: list[str] | None = None,
    limit: Annotated[int | None, Range(1)] = None,
    max_bytes: Annotated[int, Range(1)] = 5_000_000_000,
    refresh: Refresh = "never",
) -> Listing:
    """List the samples of a dataset that is public already, fetched once and kept.

    `hf:owner/name` is a dataset of the Hugging Face Hub with Parquet files (its own, or those the dataset viewer makes
    of any other form); `openml:61`, `openml:iris` or `openml:iris@3` (a version) one of OpenML;
    `sklearn:breast_cancer`, `diabetes`, `digits`, `iris`, `linnerud` and `wine` lie inside scikit-learn and need no
    network. With `text` each row gives a text, with `bytes` the media in a column, with neither each row is itself a
    sample, a record of values.

    Every sample carries the licence of the dataset as an SPDX id, where what the catalogue says is certain, and the
    name as its `query`. Revision, licence as given and citation are told as notes. The split that a row came in is kept
    as the column `split_given`. Files are checked against the size and checksum announced, and an interrupted
    download or build goes on where it stopped. What was fetched stays: later builds ask nobody, so that a dataset does
    not change by itself, unless `refresh` says so; then a new revision replaces the old one.

    For private and gated datasets the token is taken from HF_TOKEN of the environment, and never stored. HF_ENDPOINT,
    or DATASTORK_HF_ENDPOINT, DATASTORK_HF_VIEWER and DATASTORK_OPENML_ENDPOINT, name a mirror.

    Settings:
    dataset: which one: "hf:owner/name", "openml:61", "openml:iris", "sklearn:iris"
    config: which part of a dataset that has several (a "subset" on the Hub)
    split: the split or splits to take; default all
    revision: a commit, branch or tag of the Hub; its own Parquet files in that state are taken
    text: the column whose texts are the samples
    bytes: the column whose media are the samples
    label: the column with the label, a vote named after the dataset; default the target a catalogue names, "" for none
    group: the column with what a split must not tear apart
    license: the column with the licence of single rows
    author: the column with the author; default the creator a catalogue names
    columns: the columns to keep beside these; default all, or none where each row is a sample (it holds them)
    limit: take the first rows only (a number)
    max_bytes: the largest file that is fetched, and the most for all together (bytes)
    refresh: "never", "daily", "weekly" or "always" (at every build): when to look for a new revision

    Example: `dataset = "openml:iris"` gives 150 records with the licence note and the vote of "openml:61" on each.

    Raises RecipeError for settings that cannot be and names that are not there, NotFoundError for an unknown dataset,
    SourceError where it cannot be fetched.
    """
    problems = []
    if text is not None and bytes is not None:
        problems.append("text and bytes: give one of them, or none where each row is a sample")
    splits = [split] if isinstance(split, str) else list(split or ())
    kind, mark, rest = dataset.partition(":")
    if not mark or kind not in ("hf", "openml", "sklearn") or not rest:
        problems.append(f"dataset: {dataset!r} is no dataset; write 'hf:owner/name', 'openml:61' or 'sklearn:iris'")
    elif kind != "hf" and (config is not None or splits or revision is not None):
        problems.append(f"config, split and revision are for datasets of Hugging Face, not for {dataset}")
    if problems:
        raise RecipeError(problems)
    own = tuple(columns) if columns is not None else None
    wish = Wish(
        kind=kind,
        name=rest,
        config=config,
        split=tuple(splits),
        revision=revision,
        columns=Columns(text, bytes, label, group, license, author, own),
        limit=limit,
        max_bytes=max_bytes,
    )
    rows, notes, source = gathered(found.root, wish, refresh)
    return replace(add(found, rows, notes), sources=(*found.sources, source))
