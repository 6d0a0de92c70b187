"""From what a walk found to rows of a listing: labels, groups and columns out of folder and file names."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from datastork.collect._files.names import NamePattern
from datastork.collect._walks.walk import Folder, Walk

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(slots=True)
class Naming:
    """How names are read: the settings of `collect.files` that are about names."""

    label: str
    label_pattern: NamePattern | None
    group: str
    group_pattern: NamePattern | None


@dataclass(slots=True)
class Rows:
    """The columns of the rows to be, as plain lists of one length; then the notes."""

    uri: list[str] = field(default_factory=list)
    size: list[int | None] = field(default_factory=list)
    stamp: list[int | None] = field(default_factory=list)
    problem: list[str | None] = field(default_factory=list)
    label: list[str | None] = field(default_factory=list)
    group: list[str | None] = field(default_factory=list)
    own: dict[str, list[str | None]] = field(default_factory=dict)
    unmatched: list[str] = field(default_factory=list)
    top_level: list[str] = field(default_factory=list)

    def table(self, annotator: str) -> "pa.Table":
        """Return the rows as a table of a listing, in the order of their uris."""
        import numpy as np
        import pyarrow as pa

        from datastork.collect._merge import votes_column

        count = len(self.uri)
        votes = votes_column(count, [(np.arange(count), annotator, pa.array(self.label, pa.string()))])
        columns = {
            "uri": pa.array(self.uri, pa.string()),
            "size": pa.array(self.size, pa.int64()),
            "stamp": pa.array(self.stamp, pa.int64()),
            "votes": votes,
            "group": pa.array(self.group, pa.string()),
            "problem": pa.array(self.problem, pa.string()),
        }
        columns |= {name: pa.array(values, pa.string()) for name, values in self.own.items()}
        return pa.table(columns).sort_by("uri")


def rows_of(walks: Sequence[Walk], naming: Naming) -> Rows:
    """Return one row for each file found."""
    rows = Rows()
    for pattern in (naming.label_pattern, naming.group_pattern):
        rows.own |= {name: [] for name in (pattern.columns if pattern else ())}
    for walk in walks:
        for folder in walk.folders:
            if folder.names:
                _add_folder(rows, folder, naming)
    return rows


def _add_folder(rows: Rows, folder: Folder, naming: Naming) -> None:
    names = folder.names
    uri = _text(folder.uri)
    start = len(rows.uri)
    if uri == folder.uri and all(map(str.isascii, names)):
        rows.uri += [uri + name for name in names]
        rows.problem += folder.problems
    else:
        for name, problem in zip(names, folder.problems, strict=True):
            shown = _text(name)
            same = shown == name and uri == folder.uri
            rows.uri.append(uri + shown)
            rows.problem.append(problem if same else problem or "its name is not UTF-8: rename it")
    rows.size += folder.sizes
    rows.stamp += folder.stamps
    inner = folder.below or ("" if folder.any_folder else folder.uri.rstrip("/"))
    last = _text(inner.rpartition("/")[2])
    nearest = None if last in {"", ".", ".."} else last
    labels: list[str | None] = [nearest if naming.label == "folder" else None] * len(names)
    groups: list[str | None] = [nearest if naming.group == "folder" else None] * len(names)
    if naming.label == "folder" and nearest is None:
        rows.top_level += rows.uri[start:]
    own: dict[str, list[str | None]] = {name: [None] * len(names) for name in rows.own}
    if naming.label_pattern is not None:
        texts = [inner] if naming.label == "folder" else names
        _apply(naming.label_pattern, texts, labels, groups, own, rows, start)
    if naming.group_pattern is not None:
        prefix = f"{folder.below}/" if folder.below else ""
        _apply(naming.group_pattern, [prefix + name for name in names], None, groups, own, rows, start)
    rows.label += labels
    rows.group += groups
    for name, values in own.items():
        rows.own[name] += values


def _apply(
    pattern: NamePattern,
    texts: Sequence[str],
    labels: list[str | None] | None,
    groups: list[str | None],
    own: dict[str, list[str | None]],
    rows: Rows,
    start: int,
) -> None:
    """Write what the pattern finds in each text; a single text (a folder's) holds for all its files."""
    whole = len(texts) == 1 < len(groups)
    for at, text in enumerate(texts):
        found: dict[str, Any] | None = pattern.search(_text(text))
        reach = range(len(groups)) if whole else (at,)
        for row in reach:
            if found is None:
                if labels is not None:
                    labels[row] = None
                rows.unmatched.append(rows.uri[start + row])
                continue
            for name, value in found.items():
                if name == "label":
                    if labels is not None:
                        labels[row] = value
                elif name == "group":
                    groups[row] = value
                else:
                    own[name][row] = value


def _text(name: str) -> str:
    """Return a name that can be written as UTF-8; bytes that are not show as `\\udcff`."""
    return name if name.isascii() else name.encode("utf-8", "backslashreplace").decode()
