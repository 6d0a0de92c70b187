"""Collect from a folder that others write to: finished files only."""

import os
from collections import Counter
from dataclasses import replace
from typing import Annotated, Literal

from datastork.collect._walks.pattern import parse
from datastork.collect._walks.walk import walk
from datastork.collect._watch.finished import Finished
from datastork.collect.files import files
from datastork.core import Range, step
from datastork.core.errors import SourceError
from datastork.store.listing import Listing
from datastork.store.sources import split_uri


@step
def watch(
    found: Listing,
    *,
    path: str | list[str],
    finished: Literal["settled", "renamed", "marked"] = "settled",
    settle: Annotated[float, Range(0)] = 10.0,
    label: Literal["folder", "file", "none"] = "none",
    label_pattern: str | None = None,
    group: Literal["folder", "none"] = "none",
    group_pattern: str | None = None,
    license: str | None = None,  # noqa: A002
    author: str | None = None,
    query: str | None = None,
    sidecar: Literal["auto", "none"] = "auto",
) -> Listing:
    r"""List the finished files of a folder that sensors, cameras or downloads write to.

    Like `collect.files`, for folders that are never at rest: `stork build --watch` looks again every few seconds and
    builds when there are new finished files. A file that is not finished is told and taken in a later build.

    A name that ends in `.part`, `.tmp`, `.crdownload` and the like, or begins with a dot, is not finished until it is
    renamed. A file that another process of this machine has open to write is not finished either, where the system
    can tell (Linux, own processes). `finished` says what else counts: "settled": nothing about the file changed for
    `settle` seconds; "renamed": any other name, for writers that rename when they are done; "marked": an empty file
    `x.wav.done` or `x.done` lies beside `x.wav`. A marker also ends the waiting of "settled".

    A file that grows again later is new content: its sample becomes another one.

    Settings:
    path: folder, file, archive or pattern, or a list of these: `inbox`, `inbox/**/*.{wav,flac}`
    finished: how a finished file is known: "settled", "renamed" or "marked"
    settle: how long a file must be untouched, where `finished` is "settled" (seconds)
    label: "folder" (the one the file lies in), "file" (its name, by `label_pattern`) or "none"
    label_pattern: pattern with a group `(?P<label>…)`, searched in the file name
    group: what a split must not tear apart: "folder" (all files of one folder) or "none"
    group_pattern: pattern with a group `(?P<group>…)`, searched in the path below the first wildcard
    license: the licence of all these files, as an SPDX id
    author: who made them
    query: the search or keyword by which they were found
    sidecar: "auto" reads metadata files and JSON beside the files, "none" leaves them alone

    Raises RecipeError for settings that cannot be, SourceError where a folder is missing or cannot be read.
    """
    judge = Finished(finished, settle)
    try:
        listed = files(
            found, path=path, label=label, label_pattern=label_pattern, group=group, group_pattern=group_pattern,
            license=license, author=author, query=query, sidecar=sidecar,
        )  # fmt: skip
    except SourceError:
        if _something(found, path):
            raise
        return replace(found, notes=(*found.notes, "collect.watch: nothing there yet"))
    return _finished_only(found, listed, judge)


def _something(found: Listing, path: str | list[str]) -> bool:
    """Say whether a pattern finds anything; raises SourceError where its folder is missing."""
    patterns = [one for text in ([path] if isinstance(path, str) else path) for one in parse(found.root, text)]
    return any(walk(found.root, pattern, hidden=False).found for pattern in patterns)


def _finished_only(found: Listing, listed: Listing, judge: Finished) -> Listing:
    """Leave out the rows of files that are not finished; what was listed by steps before stays."""
    import pyarrow as pa

    before = found.table.num_rows
    problems: dict[str, str | None] = {}
    taken = [True] * before
    waiting: Counter[str] = Counter()
    first: list[str] = []
    for uri in listed.table.column("uri").slice(before).to_pylist():
        path = split_uri(found.root, uri)[0]
        if path not in problems:
            problems[path] = judge.problem(os.path.join(found.root, path))
            if problems[path]:
                waiting[problems[path] or ""] += 1
                first.append(path)
        taken.append(problems[path] is None)
    if all(taken):
        return listed
    notes = listed.notes
    if waiting:
        count = sum(waiting.values())
        told = "; ".join(f"{number} {why}" for why, number in sorted(waiting.items()))
        notes = (*notes, f"{count} files are not finished yet and come later ({told}): {', '.join(sorted(first)[:3])}")
    return replace(listed, table=listed.table.filter(pa.array(taken)), notes=notes)
