"""What goes with the data so that the people who made it are named: the note LICENSE, and ATTRIBUTION.csv."""

from typing import TYPE_CHECKING, Any

from datastork.publish._content import Content
from datastork.publish._papers.licences import licence_link
from datastork.publish._place import Folder
from datastork.store.release import Release
from datastork.tables.writing import csv_lines, header_line

if TYPE_CHECKING:
    import pyarrow as pa

LICENCE, ATTRIBUTION = "LICENSE", "ATTRIBUTION.csv"
WHO = ("author", "license", "source")


def licences_of(content: Content) -> dict[str, int]:
    """Return how many samples carry each licence of their own, the commonest first."""
    if "license" not in content.columns.column_names:
        return {}
    import pyarrow.compute as pc

    counts = {row["values"]: row["counts"] for row in pc.value_counts(content.columns["license"]).to_pylist()}
    counts.pop(None, None)
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def write_licence(folder: Folder, release: Release, content: Content) -> None:
    """Write the note on licences. It says what was declared, and nothing else."""
    declared = str(release.facts.get("license") or "").strip()
    name = _line(release.facts.get("name") or "dataset")
    if declared:
        lines = [f"{name} is published under the licence {_line(declared)}."]
        link = licence_link(declared)
        lines += [f"The text of the licence: {link}"] if link else []
    else:
        lines = [f"No licence was declared for {name}. Without one, nobody is allowed to use or pass it on."]
    own = licences_of(content)
    if own:
        lines += ["", "Samples that carry a licence of their own, which applies to them:"]
        lines += [f"  {_line(licence)}: {count}" for licence, count in own.items()]
    if attributed(content):
        lines += ["", f"Authors, licences and sources of single samples: {ATTRIBUTION}"]
    folder.write(LICENCE, "\n".join([*lines, ""]).encode())


def attributed(content: Content) -> bool:
    """Say whether any sample names its author or its licence."""
    return bool({"author", "license"} & set(content.columns.column_names))


def write_attribution(folder: Folder, content: Content, key: str, names: "pa.Array | pa.ChunkedArray") -> None:
    """Write who made each sample, by `names` (ids or files); nothing where no sample says."""
    if not attributed(content):
        return
    import pyarrow as pa
    import pyarrow.compute as pc

    columns: dict[str, Any] = {key: names}
    columns |= {name: content.columns[name] for name in WHO if name in content.columns.column_names}
    table = pa.table(columns)
    known = pc.or_(
        *(pc.is_valid(table[name]) if name in columns else pa.scalar(False) for name in ("author", "license"))
    )
    write_csv(folder, ATTRIBUTION, table.filter(known))


def write_csv(folder: Folder, name: str, table: "pa.Table") -> None:
    """Write a table as CSV; a column that is no single value is written as JSON, and no cell is a formula."""
    folder.write(name, header_line(table.column_names) + csv_lines(flat(table))[0])


def flat(table: "pa.Table") -> "pa.Table":
    """Return a table with only what a cell of CSV can hold: lists, objects and bytes become text."""
    import json

    import pyarrow as pa
    import pyarrow.types as t

    for place, field in enumerate(table.schema):
        if t.is_nested(field.type) or t.is_binary(field.type):
            texts = [
                None if value is None else json.dumps(value, ensure_ascii=False, default=_cell)
                for value in table[field.name].to_pylist()
            ]
            table = table.set_column(place, field.name, pa.array(texts, pa.string()))
    return table


def _cell(value: Any) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


def _line(value: Any) -> str:
    return " ".join(str(value).split())
