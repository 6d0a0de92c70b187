"""The proof that nothing leaks: no sample, near-duplicate or group in two splits."""

from typing import TYPE_CHECKING, Annotated

from datastork.core import Findings, Frame, Range, step
from datastork.core.findings import Cell, Pair, Table, plural
from datastork.media.alike import likeness, names, near_pairs, stored
from datastork.media.fingerprint import Fingerprint
from datastork.media.stored import Media
from datastork.store.columns import take

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

SHOWN = 50  # pairs, and groups, at most


@step(needs=(Fingerprint, Media))
def overlap(
    frame: Frame,
    *,
    threshold: Annotated[float, Range(0, 1)] | None = None,
    mirrored: bool = False,
    rotated: bool = False,
) -> Findings:
    """Look for what the splits have in common, independently of the steps that should have prevented it.

    `exact_across_splits` counts the contents (same bytes) that lie in several splits, `near_across_splits`
    the pairs of near-duplicates whose members lie in different ones, `groups_torn` the groups with members
    in several, and
    `samples_leaking` the samples outside train that have a copy, a near-duplicate or a group in train.
    `label_conflicts` counts pairs of near-duplicates with different labels, wherever they lie. Up to 50
    pairs are shown side by side, those across splits first, the most similar first. Samples in no split are
    left out of all but the conflicts.

    Samples are compared as by `clean.near_dup`. Where very many are alike, not all pairs are found, but some for
    each sample, so that nothing that leaks goes unseen.

    threshold: how similar two samples must be to count as the same (0 to 1); by default what suits the modality:
        0.9 for images, 0.7 for texts
    mirrored: whether a mirror image counts as the same
    rotated: whether an image turned by 90, 180 or 270 degrees counts as the same
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    table = take(
        frame,
        "media_modality",
        "fingerprint",
        label="string",
        group="string",
        split="string",
        content="string",
    )
    pairs = near_pairs(
        table["media_modality"],
        table["fingerprint"],
        threshold=threshold,
        media=stored(frame, table["id"]),
        mirrored=mirrored,
        rotated=rotated,
    )
    split = _codes(table["split"])
    label = _codes(table["label"])
    ends = split[pairs.first], split[pairs.second]
    across = (ends[0] != ends[1]) & (ends[0] >= 0) & (ends[1] >= 0)
    ends = label[pairs.first], label[pairs.second]
    conflict = (ends[0] != ends[1]) & (ends[0] >= 0) & (ends[1] >= 0)
    groups, torn = _torn(table["group"], split)
    _, copied = _torn(table["content"], split)

    train = pc.fill_null(pc.equal(table["split"], "train"), False).to_numpy()
    leaking = _with_train(_codes(table["group"]), train) | _with_train(_codes(table["content"]), train)
    for one, other in ((pairs.first, pairs.second), (pairs.second, pairs.first)):
        leaking[one[train[other]]] = True
    leaking &= ~train & (split >= 0)

    numbers: dict[str, Cell] = {
        "samples": table.num_rows,
        "splits": int(split.max(initial=-1)) + 1,
        "exact_across_splits": len(copied),
        "near_across_splits": int(across.sum()),
        "groups": groups,
        "groups_torn": len(torn),
        "samples_leaking": int(leaking.sum()),
        "near_pairs": len(across),
        "label_conflicts": int(conflict.sum()),
        "threshold": min((likeness(name, threshold) for name in names(table["media_modality"])), default=threshold),
    }
    order = np.lexsort((-pairs.similarity, ~across))
    order = order[(across | conflict)[order]][:SHOWN]
    shown = [_pair(table, int(pairs.first[at]), int(pairs.second[at]), float(pairs.similarity[at])) for at in order]
    tables = [_matrix(table["split"], pairs.first[across], pairs.second[across])] if across.any() else []
    if torn:
        rows = table.filter(pc.is_in(table["group"], pa.array(torn[:SHOWN], pa.string())))
        each = rows.group_by(["group", "split"]).aggregate([([], "count_all")])
        each = each.filter(pc.is_valid(each["split"])).sort_by([("group", "ascending"), ("split", "ascending")])
        lines = [(row["group"], row["split"], row["count_all"]) for row in each.to_pylist()]
        tables.append(Table("Groups in several splits", ("group", "split", "samples"), lines, "samples"))
    return Findings("Overlap", _sentences(numbers), _warnings(numbers), numbers, tables, shown)


def _codes(column: "pa.ChunkedArray") -> "np.ndarray":
    """Return a number for each value, -1 for none."""
    import pyarrow.compute as pc

    codes = column.combine_chunks().dictionary_encode().indices
    found: np.ndarray = pc.fill_null(codes, -1).to_numpy(zero_copy_only=False)
    return found


def _torn(column: "pa.ChunkedArray", split: "np.ndarray") -> tuple[int, list[str]]:
    """Return how many values a column has, and in order those that lie in several splits."""
    import numpy as np

    values = column.combine_chunks().dictionary_encode().dictionary
    code = _codes(column)
    there = (code >= 0) & (split >= 0)
    low = np.full(len(values), np.iinfo(np.int64).max)
    high = np.full(len(values), -1)
    np.minimum.at(low, code[there], split[there])
    np.maximum.at(high, code[there], split[there])
    return len(values), sorted(values.take(np.flatnonzero(high > low)).to_pylist())


def _with_train(code: "np.ndarray", train: "np.ndarray") -> "np.ndarray":
    """Return which rows share their value with a row in train."""
    import numpy as np

    seen = np.zeros(int(code.max(initial=-1)) + 2, bool)
    seen[code[train]] = True
    seen[-1] = False  # rows without a value share nothing
    return np.asarray(seen[code])


def _pair(table: "pa.Table", first: int, second: int, similarity: float) -> Pair:
    def place(row: int) -> str:
        label, split = table["label"][row].as_py(), table["split"][row].as_py()
        return f"{split or 'no split'}, {label!r}" if label is not None else split or "no split"

    note = f"{similarity:.3f} alike; {place(first)} and {place(second)}"
    return Pair(table["id"][first].as_py(), table["id"][second].as_py(), note)


def _matrix(split: "pa.ChunkedArray", first: "np.ndarray", second: "np.ndarray") -> Table:
    from collections import Counter

    import pyarrow as pa

    ends = zip(split.take(pa.array(first)).to_pylist(), split.take(pa.array(second)).to_pylist(), strict=True)
    counts = Counter(" and ".join(sorted(pair)) for pair in ends)
    return Table("Near-duplicates across splits", ("splits", "pairs"), sorted(counts.items()), "pairs")


def _sentences(numbers: dict[str, Cell]) -> list[str]:
    def number(name: str) -> int:
        return int(numbers[name] or 0)

    if not number("splits"):
        return ["The samples are in no split, so nothing can leak yet."]
    if not any(number(name) for name in ("exact_across_splits", "near_across_splits", "groups_torn")):
        groups = f" and none of {plural(number('groups'), 'group')} is torn" if number("groups") else ""
        return [
            f"Nothing leaks: among {plural(number('samples'), 'sample')} no two in different splits have the "
            f"same bytes or are {numbers['threshold']:g} alike{groups}."
        ]
    return [
        f"Across splits: {plural(number('exact_across_splits'), 'content')} with the same bytes, "
        f"{plural(number('near_across_splits'), 'pair')} of near-duplicates, "
        f"{plural(number('groups_torn'), 'torn group')}; "
        f"{plural(number('samples_leaking'), 'sample')} outside train "
        f"{'has' if number('samples_leaking') == 1 else 'have'} a relative in train."
    ]


def _warnings(numbers: dict[str, Cell]) -> list[str]:
    def number(name: str) -> int:
        return int(numbers[name] or 0)

    said = []
    if number("exact_across_splits"):
        said.append(
            f"{plural(number('exact_across_splits'), 'content')} in several splits: "
            "put clean.exact_dup before the split."
        )
    if number("near_across_splits"):
        said.append(
            f"{plural(number('near_across_splits'), 'pair')} of near-duplicates across splits: "
            "put clean.near_dup before the split."
        )
    if number("groups_torn"):
        said.append(f"{plural(number('groups_torn'), 'group')} in several splits: split with split.grouped.")
    if number("label_conflicts"):
        said.append(
            f"{plural(number('label_conflicts'), 'pair')} of near-duplicates with different labels: "
            "at least one label of each is doubtful."
        )
    return said
