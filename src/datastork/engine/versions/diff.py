"""What is different between two versions: samples added, dropped and why, labels and splits changed."""

from collections import Counter
from typing import TYPE_CHECKING, Any

from datastork.store.home import Home
from datastork.store.samples import Samples

if TYPE_CHECKING:
    pass

EXAMPLES = 10


def diff(home: Home, old: int | str, new: int | str) -> dict[str, Any]:
    """Return the difference from version `old` to version `new` as counts with up to ten examples each."""
    samples = Samples(home)
    first, second = samples.number_of(old), samples.number_of(new)
    columns = ["id", "state", "dropped", "label", "split", "source"]
    before, after = samples.table(first, columns), samples.table(second, columns)
    was = {row["id"]: row for row in before.to_pylist()}
    now = {row["id"]: row for row in after.to_pylist()}
    added = [row for key, row in now.items() if key not in was]
    left = [row for key, row in was.items() if key not in now]
    both = [(was[key], row) for key, row in now.items() if key in was]
    dropped = [(a, b) for a, b in both if a["state"] == "kept" and b["state"] == "dropped"]
    restored = [(a, b) for a, b in both if a["state"] != "kept" and b["state"] == "kept"]
    kept = [(a, b) for a, b in both if a["state"] == b["state"] == "kept"]
    labels = [(a, b) for a, b in kept if a["label"] != b["label"]]
    splits = [(a, b) for a, b in kept if a["split"] is not None and a["split"] != b["split"]]
    return {
        "from": first,
        "to": second,
        "added": _told(added, Counter(row["state"] for row in added)),
        "left": _told(left, Counter(row["state"] for row in left)),
        "dropped": _told([b for _, b in dropped], Counter(b["dropped"]["step"] for _, b in dropped)),
        "restored": _told([b for _, b in restored], Counter(_from(a) for a, _ in restored)),
        "label_changed": _told([b for _, b in labels], Counter(f"{a['label']} → {b['label']}" for a, b in labels)),
        "split_changed": _told([b for _, b in splits], Counter(f"{a['split']} → {b['split']}" for a, b in splits)),
        "settings": _settings(samples.record(first), samples.record(second)),
    }


def _from(row: dict[str, Any]) -> str:
    return f"dropped by {row['dropped']['step']}" if row["dropped"] else "quarantined"


def _told(rows: list[dict[str, Any]], kinds: "Counter[str]") -> dict[str, Any]:
    examples = [
        {"id": row["id"], "uri": row["source"]["uri"], "reason": (row["dropped"] or {}).get("reason")}
        for row in rows[:EXAMPLES]
    ]
    return {"count": len(rows), "kinds": dict(kinds.most_common()), "examples": examples}


def _settings(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """Return in words how the steps of two versions differ."""
    was = {step["name"]: step for step in old["steps"]}
    now = {step["name"]: step for step in new["steps"]}
    told = [f"{name}: left out" for name in was if name not in now]
    for name, step in now.items():
        if name not in was:
            told.append(f"{name}: new")
            continue
        for key in sorted({*was[name]["settings"], *step["settings"]}):
            a, b = was[name]["settings"].get(key), step["settings"].get(key)
            if a != b:
                told.append(f"{name}: {key} {a!r} → {b!r}")
    return told
