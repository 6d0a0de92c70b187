"""Collect files: folders, patterns and archives, with labels from names and from files beside them."""

from typing import TYPE_CHECKING, Any, Literal

from datastork.collect._files.names import compile_pattern
from datastork.collect._files.rows import Naming, Rows, rows_of
from datastork.collect._files.sidecar import Beside, read_sidecars, set_aside
from datastork.collect._merge import add, attach, pairs
from datastork.collect._walks.pattern import parse
from datastork.collect._walks.walk import Walk, nothing_found, walk
from datastork.core import step
from datastork.core.errors import RecipeError, SourceError
from datastork.store.listing import Listing

if TYPE_CHECKING:
    import pyarrow as pa


@step
def files(
    found: Listing,
    *,
    path: str | list[str],
    label: Literal["folder", "file", "none"] = "none",
    label_pattern: str | None = None,
    group: Literal["folder", "none"] = "none",
    group_pattern: str | None = None,
    license: str | None = None,  # noqa: A002
    author: str | None = None,
    query: str | None = None,
    hidden: bool = False,
    sidecar: Literal["auto", "none"] = "auto",
) -> Listing:
    r"""List the files of folders, patterns and archives.

    Nothing is opened but archives and sidecars; what a file is, is found later by its content. Files come in
    the order of their uris. Archives that match (zip, tar, tar.gz, tar.bz2, tar.xz, tar.zst) are listed file
    by file; members with dangerous names, links, and encrypted or absurdly large members go to quarantine
    with the reason.

    A pattern that names a kind of file (`*.jpg`) takes exactly these. A folder, an archive or a pattern such
    as `photos/**` takes every file but sidecars, hidden files, README, LICENSE, CITATION and the like, and
    checksums; any other text file among the images then goes to quarantine, so name the kind where kinds are
    mixed. Case matters: `*.jpg` leaves `1.JPG` out, and says so.

    A `metadata.csv`, `.jsonl` or `.parquet` with the column `file_name` tells about the files of its folder
    and below; `x.jpg.json` or `x.json` about `x.jpg`. Their `label` is a vote (of `table:metadata.csv`, or of
    `table:sidecar`), `group`, `license` and `author` fill these fields, and all else becomes columns.

    A pattern for names is a regular expression. Its groups `(?P<label>…)` and `(?P<group>…)` fill label and
    group; other named groups become columns. With `label = "folder"` the pattern is searched in the path of
    the folder below the first wildcard. A file that lies in no folder of its own there has no folder label.

    Settings:
    path: folder, file, archive or pattern, or a list of these: `a`, `a/**/*.{jpg,png}`, `a.zip!/b/*.png`
    label: "folder" (the one the file lies in), "file" (its name, by `label_pattern`) or "none"
    label_pattern: pattern with a group `(?P<label>…)`, searched in the file name
    group: what a split must not tear apart: "folder" (all files of one folder) or "none"
    group_pattern: pattern with a group `(?P<group>…)`, searched in the path below the first wildcard
    license: the licence of all these files, as an SPDX id
    author: who made them
    query: the search or keyword by which they were found
    hidden: also take files and folders whose name begins with a dot
    sidecar: "auto" reads metadata files and JSON beside the files, "none" leaves them alone

    Example: `path = "fsdd/*.wav"`, `label_pattern = '(?P<label>\d)_(?P<speaker>[a-z]+)_'` gives each file
    the vote of the annotator "file name", and a column `speaker` to split by.

    Raises RecipeError for settings that cannot be, SourceError where a folder is missing or cannot be read,
    or a pattern matches nothing.
    """
    naming = _naming(label, label_pattern, group, group_pattern)
    patterns = [one for text in ([path] if isinstance(path, str) else path) for one in parse(found.root, text)]
    if not patterns:
        raise RecipeError(["path: the list is empty"])
    walks = [walk(found.root, pattern, hidden=hidden) for pattern in dict.fromkeys(patterns)]
    notes = _notes(walks)
    beside = read_sidecars(found.root, walks) if sidecar == "auto" else Beside()
    notes += set_aside(walks)
    _check_found(found, walks)
    rows = rows_of(walks, naming)
    table = rows.table("folder" if naming.label == "folder" else "file name")
    table = _constants(table, license=license, author=author, query=query)
    table, more = _beside(table, beside)
    return add(found, table, [*notes, *_name_notes(rows, naming), *beside.notes, *more])


def _naming(label: str, label_pattern: str | None, group: str, group_pattern: str | None) -> Naming:
    problems: list[str] = []
    compiled: dict[str, Any] = {"label": None, "group": None}
    for needs, text in (("label", label_pattern), ("group", group_pattern)):
        if text is not None:
            try:
                compiled[needs] = compile_pattern(f"{needs}_pattern", text, needs)
            except RecipeError as error:
                problems += error.problems
    if label == "file" and label_pattern is None:
        problems.append("label = 'file' needs label_pattern, such as '(?P<label>[a-z]+)_'")
    if group == "folder" and group_pattern is not None:
        problems.append("group = 'folder' and group_pattern: give one of them")
    if problems:
        raise RecipeError(problems)
    if label == "none" and label_pattern is not None:
        label = "file"
    return Naming(label, compiled["label"], group, compiled["group"])


def _check_found(found: Listing, walks: list[Walk]) -> None:
    """A pattern that finds nothing is an error; of the choices in braces one must find something."""
    by_text: dict[str, list[Walk]] = {}
    for one in walks:
        by_text.setdefault(one.pattern.source, []).append(one)
    empty = [group for group in by_text.values() if not any(one.found for one in group)]
    if empty:
        raise SourceError("; ".join(nothing_found(found.root, group[0]) for group in empty))


def _notes(walks: list[Walk]) -> list[str]:
    notes = [note for one in walks for note in one.notes]
    hidden, junk = sum(one.hidden for one in walks), sum(one.junk for one in walks)
    if hidden:
        notes.append(f"{hidden} hidden files or folders were passed over; `hidden = true` takes them")
    if junk:
        notes.append(f"{junk} files of the operating system were passed over (.DS_Store, __MACOSX and the like)")
    for one in walks:
        ends = {end.lower() for folder in one.folders for name in folder.names[:1] for end in [_end(name)]}
        other = sum(count for end, count in one.not_taken.items() if end and end.lower() in ends and end not in ends)
        if other:
            notes.append(f"path {one.pattern.text!r} left out {other} files whose extension differs in case")
    return list(dict.fromkeys(notes))


def _end(name: str) -> str:
    return name[name.rfind(".") :] if "." in name else ""


def _name_notes(rows: Rows, naming: Naming) -> list[str]:
    notes = []
    if rows.unmatched:
        unmatched = sorted(set(rows.unmatched))
        notes.append(f"{len(unmatched)} names do not match the pattern: {', '.join(unmatched[:3])}")
    if rows.top_level:
        first = ", ".join(sorted(rows.top_level)[:3])
        notes.append(f"{len(rows.top_level)} files lie in no folder of their own and got no label: {first}")
    return notes


def _constants(table: "pa.Table", **values: str | None) -> "pa.Table":
    import pyarrow as pa

    for name, value in values.items():
        if value is not None:
            table = table.append_column(name, pa.repeat(pa.scalar(value, pa.string()), table.num_rows))
    return table


def _beside(table: "pa.Table", beside: Beside) -> tuple["pa.Table", list[str]]:
    """Bring in what the sidecars said."""
    import numpy as np
    import pyarrow as pa

    notes = []
    for said in beside.tables:
        uris = table.column("uri").combine_chunks()
        keys = said.column("key").combine_chunks()
        samples, rows = pairs(uris, keys)
        missing = np.setdiff1d(np.flatnonzero(np.asarray(keys.is_valid())), rows)
        if len(missing):
            first = ", ".join(keys.take(pa.array(missing[:3])).to_pylist())
            notes.append(f"{len(missing)} files named by metadata were not found: {first}")
        columns = [name for name in said.column_names if name not in {"row", "key", "problem"}]
        table = attach(table, samples, said.select(columns).take(pa.array(rows)), override=True)
    return table, notes
