"""Compare what a build found among the digits with what `make_digits.py` planted.

    python compare.py FOLDER

A planted trouble counts as found only where the right step named the right file: a copy must be tied to the file it
is a copy of, a wrong label must be listed as suspect. "besides" is what a step set aside or listed without our
having planted it.
"""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import datastork

Planted = dict[str, list[dict[str, str]]]
DAMAGED = ("truncated file", "empty file", "text file named .png")
EXACT, NEAR, FLAT, SUSPECTS = "clean.exact_dup", "clean.near_dup", "clean.image.flat", "measure.suspects"


@dataclass(frozen=True)
class Found:
    """What the newest version of a dataset says about each raw file, by its path."""

    samples: dict[str, dict[str, Any]]
    suspects: dict[str, str]  # path -> the label its neighbours have

    @staticmethod
    def of(dataset: "datastork.Dataset") -> "Found":
        """Read the newest version."""
        columns = ["id", "state", "dropped", "error", "source", "cluster"]
        table = dataset.samples().select(columns).to_pylist()
        record = json.loads(dataset.home.version_record(dataset.versions[-1]).read_text(encoding="utf-8"))
        tables = record["findings"].get(SUSPECTS, {}).get("tables", [])
        rows = [dict(zip(table["columns"], row, strict=True)) for table in tables for row in table["rows"]]
        return Found(
            {sample["source"]["uri"]: sample for sample in table},
            {row["where"]: row["neighbours say"] for row in rows},
        )

    def reason(self, path: str, step: str) -> str:
        """Return why `step` dropped a file, or an empty text where it did not."""
        dropped = self.samples[path]["dropped"]
        return dropped["reason"] if dropped and dropped["step"] == step else ""

    def copies(self, one: str, other: str, step: str) -> str:
        """Return the reason by which `step` dropped one of two files as a copy of the other, or an empty text."""
        if self.samples[one]["cluster"] is None or self.samples[one]["cluster"] != self.samples[other]["cluster"]:
            return ""
        return self.reason(one, step) or self.reason(other, step)


def compare(dataset: "datastork.Dataset", planted: Planted) -> str:
    """Return a table of what was planted, how much of it was found, by which step, and what else that step found."""
    found = Found.of(dataset)
    rows = []

    def row(kind: str, by: str, hits: list[bool], besides: int | None) -> None:
        rows.append((kind, f"{len(hits)}", f"{sum(hits)}", by, "" if besides is None else f"{besides}"))

    def dropped_besides(step: str, *kinds: str) -> int:
        known = {path for kind in kinds for one in planted[kind] for path in (one["path"], one.get("of", ""))}
        return sum(1 for path in found.samples if path not in known and found.reason(path, step))

    for kind in DAMAGED:
        hits = [found.samples[one["path"]]["state"] == "quarantined" for one in planted[kind]]
        row(kind, "reading and decoding", hits, None)
    damaged = {one["path"] for kind in DAMAGED for one in planted[kind]}
    others = {path for path, sample in found.samples.items() if sample["state"] == "quarantined"} - damaged
    rows[-1] = (*rows[-1][:-1], f"{len(others)}")

    blank = "blank image"
    row(blank, FLAT, [bool(found.reason(one["path"], FLAT)) for one in planted[blank]], dropped_besides(FLAT, blank))
    same, misfiled, near, wrong = "exact copy", "exact copy under another label", "near copy", "wrong label"
    hits = [bool(found.copies(one["path"], one["of"], EXACT)) for one in planted[same]]
    row(same, EXACT, hits, dropped_besides(EXACT, same, misfiled))
    hits = ["labelled" in found.copies(one["path"], one["of"], EXACT) for one in planted[misfiled]]
    row(misfiled, EXACT, hits, None)
    hits = [bool(found.copies(one["path"], one["of"], NEAR)) for one in planted[near]]
    row(near, NEAR, hits, dropped_besides(NEAR, near))
    # a copy filed under another label may be the one that was kept: then it has a wrong label, and we planted it
    known = {one["path"] for one in (*planted[wrong], *planted[misfiled])}
    hits = [found.suspects.get(one["path"]) == one["shows"] for one in planted[wrong]]
    row(wrong, SUSPECTS, hits, len(found.suspects.keys() - known))

    head = ("planted", "", "found", "by", "besides")
    widths = [max(len(line[column]) for line in (head, *rows)) for column in range(len(head))]
    lines = []
    for kind, count, hit, by, besides in (head, *rows):
        cells = (f"{kind:<{widths[0]}} {count:>{widths[1]}}", f"{hit:>{widths[2]}}", f"{by:<{widths[3]}}")
        lines.append("  ".join((*cells, f"{besides:>{widths[4]}}")).rstrip())
    return "\n".join(lines)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: compare.py FOLDER")
    folder = Path(sys.argv[1])
    print(compare(datastork.open(folder), json.loads((folder / "planted.json").read_text())["planted"]))
