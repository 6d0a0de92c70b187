"""Kept samples by label and split, with examples of each label.

splits    [{split, count}]: train, validation, test, then others by name; last null, "in no split", where there
          are such samples
labels    [{label, count, counts, examples}], the largest first, null for "no label"; `counts` in the order of
          `splits`; `examples` are ids
more      {labels, count}: the labels not listed, beyond the 1,000 largest
"""

from typing import TYPE_CHECKING, Any

from datastork.report.rows import in_state, spaced, tally

if TYPE_CHECKING:
    import pyarrow as pa

LISTED = 1000  # labels
SHOWN = 24  # labels with examples
EXAMPLES = 11  # of a label, at most: a row of pictures on a wide page
PICTURES = 120  # examples of all labels together
KNOWN_ORDER = ("train", "validation", "test")


def labels(rows: "pa.Table") -> dict[str, Any]:
    """Return the labels and splits; see the top of this file."""
    import numpy as np
    import pyarrow.compute as pc

    kept = in_state(rows, "kept").select(["id", "label", "split"])
    sizes = dict(tally(kept["split"]))
    known = [name for name in KNOWN_ORDER if name in sizes]
    splits = [*known, *sorted(name for name in sizes if name is not None and name not in known)]
    splits += [None] if None in sizes else []
    counted = tally(kept["label"])
    cells = {
        (row["label"], row["split"]): row["count_all"]
        for row in kept.group_by(["label", "split"]).aggregate([([], "count_all")]).to_pylist()
    }
    each = max(3, min(EXAMPLES, PICTURES // max(1, min(len(counted), SHOWN))))
    codes = np.asarray(pc.fill_null(kept["label"].combine_chunks().dictionary_encode().indices, -1))
    words = kept["label"].combine_chunks().dictionary_encode().dictionary.to_pylist()
    number = {word: index for index, word in enumerate(words)} | {None: -1}
    listed = []
    for place, (label, count) in enumerate(counted[:LISTED]):
        examples: list[str] = []
        if place < SHOWN:
            there = np.flatnonzero(codes == number[label])
            examples = kept["id"].take(there[spaced(len(there), each)]).to_pylist()
        listed.append(
            {
                "label": label,
                "count": count,
                "counts": [cells.get((label, name), 0) for name in splits],
                "examples": examples,
            }
        )
    rest = counted[LISTED:]
    return {
        "splits": [{"split": name, "count": sizes[name]} for name in splits],
        "labels": listed,
        "more": {"labels": len(rest), "count": sum(count for _, count in rest)},
    }
