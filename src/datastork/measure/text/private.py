"""What personal data was found in the texts, by type."""

from collections import Counter
from typing import TYPE_CHECKING

from datastork.core import Findings, Frame, step
from datastork.core.findings import Cell, Table, plural
from datastork.store.columns import take

if TYPE_CHECKING:
    import pyarrow as pa

SHOWN = 30  # labels, the largest first


@step
def private(frame: Frame, *, found_by: str = "pii") -> Findings:
    """Count the personal data that `clean.pii` found in the kept texts: by type, and by label.

    It speaks of what was found and changed, never of what was there: what the step has overlooked is in no
    table. No value is shown.

    found_by: the name of the cleaning step in the recipe; its columns are `<name>_found` and `<name>_kinds`
    """
    import pyarrow.compute as pc

    found, kinds = f"{found_by}_found", f"{found_by}_kinds"
    title = "Personal data found"
    if found not in frame.column_names:
        said = f"No step called '{found_by}' looked for personal data in these texts."
        return Findings(title, (said,), (f"{said} clean.pii does.",), {"looked": False})
    table = take(frame, label="string", **{found: "int64", kinds: "string"})
    counts, texts = Counter[str](), Counter[str]()
    words = pc.value_counts(table[kinds].drop_null().combine_chunks())
    for text, times in zip(words.field("values").to_pylist(), words.field("counts").to_pylist(), strict=True):
        for kind, number in _kinds(text):
            counts[kind] += number * times
            texts[kind] += times
    total, hit = sum(counts.values()), int(pc.sum(pc.greater(table[found], 0)).as_py() or 0)
    numbers: dict[str, Cell] = {
        "looked": True,
        "samples": table.num_rows,
        "samples_with_findings": hit,
        "findings": total,
        "types": len(counts),
    }
    numbers |= dict(sorted(counts.items()))
    said = (
        f"{plural(total, 'piece')} of personal data of {plural(len(counts), 'type')} in {hit:,} of "
        f"{plural(table.num_rows, 'sample')}, found by the step '{found_by}', which changes what it finds as its "
        "settings say; what it overlooked is not counted."
    )
    order = sorted(counts, key=lambda kind: (-counts[kind], kind))
    rows = [(kind, counts[kind], texts[kind], round(texts[kind] / table.num_rows, 6)) for kind in order]
    tables = (
        [Table("Personal data found, by type", ("type", "found", "samples", "share"), rows, "found")] if rows else []
    )
    return Findings(title, (said,), (), numbers, [*tables, *_by_label(table, found)])


def _kinds(text: str) -> list[tuple[str, int]]:
    """Return the types and numbers in "EMAIL:2 PHONE:1"."""
    pairs = (word.rpartition(":") for word in text.split())
    return [(kind, int(number)) for kind, _, number in pairs if kind and number.isdecimal()]


def _by_label(table: "pa.Table", found: str) -> list[Table]:
    import pyarrow.compute as pc

    table = table.filter(pc.is_valid(table["label"]))
    table = table.append_column("hit", pc.greater(pc.fill_null(table[found], 0), 0).cast("int64"))
    each = table.group_by("label").aggregate([([], "count_all"), ("hit", "sum"), (found, "sum")])
    each = each.sort_by([("count_all", "descending"), ("label", "ascending")]).slice(0, SHOWN).to_pylist()
    if len(each) < 2:
        return []
    rows = [
        (row["label"], row["count_all"], row[f"{found}_sum"] or 0, row["hit_sum"] / row["count_all"]) for row in each
    ]
    caption = "Personal data found, by label: the share of samples that had some"
    return [Table(caption, ("label", "samples", "found", "share"), rows, "share")]
