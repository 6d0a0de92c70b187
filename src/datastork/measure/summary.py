"""What is in the dataset: counts, sizes, formats, labels, who voted, where it came from."""

from typing import TYPE_CHECKING

from datastork.core import Findings, Frame, step
from datastork.core.findings import Cell, Table, plural
from datastork.measure._tables import count_table, histogram, tally
from datastork.store.columns import take

if TYPE_CHECKING:
    import pyarrow as pa

COUNTED = {  # column: (name of the number of different values, caption, heading)
    "media_modality": ("modalities", "Kinds of media", "kind"),
    "media_format": ("formats", "File formats", "format"),
    "label": ("labels", "Labels", "label"),
    "split": ("splits", "Splits", "split"),
    "license": ("licenses", "Licences", "licence"),
    "author": ("authors", "Authors", "author"),
}
NOT_FACTS = {"media_row", "media_size", "label_probability"}
HISTOGRAMS = 12  # at most


@step
def summary(frame: Frame) -> Findings:
    """Count what the kept samples are, have and come from.

    Every column of numbers (width, height, brightness, sharpness, columns of your own; at most 12) is shown
    as a histogram with its median. Has no settings and gives no warnings: it tells what there is.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    schema = frame.schema().to_pyarrow_schema()
    facts = [
        f.name for f in schema if _is_number(f.type) and f.name not in NOT_FACTS and not f.name.endswith("_before")
    ]
    table = take(
        frame,
        "votes",
        *facts,
        uri="string",
        group="string",
        cluster="string",
        media_size="int64",
        **dict.fromkeys(COUNTED, "string"),
    )
    count = table.num_rows
    numbers: dict[str, Cell] = {"samples": count}
    tables: list[Table] = []
    if not count:
        return Findings("Summary", sentences=("There are no samples.",), numbers=numbers)

    for column, (number, caption, heading) in COUNTED.items():
        values = tally(table[column])
        numbers[number] = len(values)
        if values:
            tables.append(count_table(caption, heading, values, count))
    numbers["labelled"] = count - table["label"].null_count
    numbers["groups"] = len(pc.unique(table["group"].drop_null()))
    numbers["clusters"] = len(pc.unique(table["cluster"].drop_null()))
    numbers["bytes"] = pc.sum(table["media_size"], min_count=0).as_py()
    tables += _voters(table, numbers)
    folders = tally(pc.replace_substring_regex(table["uri"], r"[/\\]?[^/\\]*$", ""))
    numbers["folders"] = len(folders)
    tables.append(count_table("Where the samples lie", "folder", [(name or ".", n) for name, n in folders], count))
    sizes = pc.divide(table["media_size"].cast("float64"), 1024)
    for name, values, heading in [
        ("media_size", sizes, "KiB"),
        *((name, table[name], name) for name in facts[:HISTOGRAMS]),
    ]:
        drawn = histogram(f"Spread of {name.replace('_', ' ')}", heading, values)
        if drawn:
            tables.append(drawn)
            numbers[f"{name}_median"] = float(f"{pc.approximate_median(pa.chunked_array(values)).as_py():.6g}")
    return Findings("Summary", sentences=_sentences(numbers), numbers=numbers, tables=tables)


def _is_number(kind: "pa.DataType") -> bool:
    import pyarrow as pa

    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind))


def _voters(table: "pa.Table", numbers: dict[str, Cell]) -> list[Table]:
    """Return how much each annotator voted, and how often the label is what they said."""
    import pyarrow as pa
    import pyarrow.compute as pc

    votes = table["votes"].combine_chunks()
    flat = pc.list_flatten(votes)
    numbers["votes"] = len(flat)
    if not len(flat):
        numbers["annotators"] = 0
        return []
    label = table["label"].combine_chunks().take(pc.list_parent_indices(votes))
    agrees = pc.equal(pc.struct_field(flat, "value").cast("string"), label)
    lines = pa.table({"annotator": pc.struct_field(flat, "annotator").cast("string"), "agrees": agrees.cast("float64")})
    each = lines.group_by("annotator").aggregate([("agrees", "mean"), ([], "count_all")])
    each = each.sort_by([("count_all", "descending"), ("annotator", "ascending")])
    numbers["annotators"] = each.num_rows
    rows = [
        (
            row["annotator"],
            row["count_all"],
            None if row["agrees_mean"] is None else round(row["agrees_mean"], 4),
        )
        for row in each.slice(0, 50).to_pylist()
    ]
    caption = "Who voted, and how often the label is what they said"
    return [Table(caption, ("annotator", "votes", "share equal to the label"), rows, "votes")]


def _sentences(numbers: dict[str, Cell]) -> list[str]:
    def number(name: str) -> int:
        return int(numbers[name] or 0)

    size = number("bytes") / 2**20
    said = [f"{plural(number('samples'), 'sample')}, {size:,.1f} MiB."]
    if number("votes"):
        said.append(
            f"{plural(number('votes'), 'vote')} by {plural(number('annotators'), 'annotator')}; "
            f"{number('labelled'):,} of the samples have one of {plural(number('labels'), 'label')}."
        )
    else:
        said.append("Nobody labelled anything.")
    if number("groups"):
        said.append(f"The samples form {plural(number('groups'), 'group')}.")
    return said
