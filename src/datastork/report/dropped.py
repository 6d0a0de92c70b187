"""What was dropped: by step, by kind of reason, with examples.

    [{step, count, reasons: [{reason, count, low, high, examples}], more}]

`reason` is the reason with what differs from sample to sample replaced by "…"; `low` and `high` are the smallest and
the largest evidence (null where there is none); `more` counts the drops whose kind of reason is not listed;
`examples` are [{id, uri, reason, evidence, like, like_uri}] from the smallest evidence to the largest, `like` and
`like_uri` are the other sample that the reason names, if any.
"""

import re
from typing import TYPE_CHECKING, Any

from datastork.report.rows import in_state, spaced

if TYPE_CHECKING:
    import pyarrow as pa

KINDS = 12  # reasons listed for a step, at most
EXAMPLES = 8  # of a reason, at most
PICTURES = 240  # examples of all reasons together, about
ID = r"\b[0-9a-f]{24}\b(?:-[0-9a-z-]+)?"
NUMBER = r"[-+]?\d+(?:,\d{3})*(?:\.\d+)?(?:e[-+]?\d+)?"
NAMED = re.compile(rf"{ID}(?: \(.*\))?")
ANOTHER = "another sample"


def dropped(rows: "pa.Table", steps: list[str]) -> list[dict[str, Any]]:
    """Return the drops, in the order of the steps; see the top of this file."""
    import pyarrow.compute as pc

    gone = in_state(rows, "dropped").select(["id", "uri", "drop_step", "reason", "evidence"])
    gone = gone.append_column("kind", _kinds(gone["reason"]))
    place = {name: index for index, name in enumerate(steps)}
    names = sorted(pc.unique(gone["drop_step"]).to_pylist(), key=lambda name: (place.get(name, len(place)), str(name)))
    known = rows.select(["id", "uri"])
    listed = sum(min(KINDS, count) for count in _kinds_of_each(gone))
    each = max(1, min(EXAMPLES, PICTURES // max(1, listed)))
    return [_step(name, gone.filter(pc.equal(gone["drop_step"], name)), known, each) for name in names]


def _step(name: str, gone: "pa.Table", known: "pa.Table", examples: int) -> dict[str, Any]:
    import pyarrow.compute as pc

    each = gone.group_by("kind").aggregate([([], "count_all"), ("evidence", "min"), ("evidence", "max")]).to_pylist()
    each.sort(key=lambda row: (-row["count_all"], row["kind"]))
    reasons = []
    for row in each[:KINDS]:
        of_kind = gone.filter(pc.equal(gone["kind"], row["kind"])).sort_by(
            [("evidence", "ascending"), ("id", "ascending")]
        )
        reasons.append(
            {
                "reason": _worded(row["kind"], of_kind["reason"]),
                "count": row["count_all"],
                "low": row["evidence_min"],
                "high": row["evidence_max"],
                "examples": _examples(of_kind, known, examples),
            }
        )
    more = sum(row["count_all"] for row in each[KINDS:])
    return {"step": name, "count": gone.num_rows, "reasons": reasons, "more": more}


def _kinds_of_each(gone: "pa.Table") -> list[int]:
    """Return how many kinds of reasons each step has."""
    kinds = gone.group_by(["drop_step", "kind"]).aggregate([])
    counts: list[int] = kinds.group_by("drop_step").aggregate([([], "count_all")])["count_all"].to_pylist()
    return counts


def _kinds(reasons: "pa.ChunkedArray") -> "pa.ChunkedArray":
    """Return each reason without what differs from sample to sample: other samples, quoted words, numbers."""
    import pyarrow.compute as pc

    kinds = pc.replace_substring_regex(reasons, NAMED.pattern, ANOTHER)
    kinds = pc.replace_substring_regex(kinds, r"'[^']*'", "'…'")
    return pc.replace_substring_regex(kinds, NUMBER, "…")


def _worded(kind: str, reasons: "pa.ChunkedArray") -> str:
    """Return the kind of reason with the numbers put back that are the same in all `reasons` (thresholds)."""
    import pyarrow.compute as pc

    if ANOTHER in kind or "'" in kind or "…" not in kind:
        return kind
    first = reasons[0].as_py()
    numbers, parts = re.findall(NUMBER, first, re.ASCII), re.split(NUMBER, first, flags=re.ASCII)
    words = []
    for index, number in enumerate(numbers):
        escaped = [re.escape(part) for part in parts]
        before, after = NUMBER.join(escaped[: index + 1]), NUMBER.join(escaped[index + 1 :])
        same = pc.all(pc.match_substring_regex(reasons, f"^{before}{re.escape(number)}{after}$")).as_py()
        words.append(number if same else "…")
    return "".join(part + word for part, word in zip(parts, [*words, ""], strict=True))


def _examples(of_kind: "pa.Table", known: "pa.Table", most: int) -> list[dict[str, Any]]:
    import pyarrow as pa
    import pyarrow.compute as pc

    picked = of_kind.take(pa.array(spaced(of_kind.num_rows, most))).to_pylist()
    named = [found[0] if (found := re.search(ID, row["reason"])) else None for row in picked]
    at = pc.index_in(pa.array(named, pa.string()), value_set=known["id"].combine_chunks(), skip_nulls=True)
    uris = known["uri"].take(at).to_pylist()
    return [
        {key: row[key] for key in ("id", "uri", "reason", "evidence")}
        | {"like": other if place is not None else None, "like_uri": uri}
        for row, other, place, uri in zip(picked, named, at.to_pylist(), uris, strict=True)
    ]
