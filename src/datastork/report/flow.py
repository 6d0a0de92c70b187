"""What came in, and what each step did with it, with the sums that must agree.

steps     every step in order: {name, use, in, out, kept, dropped, quarantined, seconds, reused, why, settings,
          version, where}
found     samples the collecting steps found
derived   samples that steps made out of others, beyond the ones they were made from
departed  samples of earlier versions whose source is gone; they count as dropped
sums      [{says, left, right, holds}]: `left` is added up step by step, `right` is counted in the table
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa


def flow(record: dict[str, Any], rows: "pa.Table", samples: dict[str, int]) -> dict[str, Any]:
    """Return the way of the samples through the steps; see the top of this file."""
    import pyarrow as pa
    import pyarrow.compute as pc

    steps = record["steps"]
    collecting = [step for step in steps if step["use"].startswith("collect.")]
    working = [step for step in steps if not step["use"].startswith("collect.")]
    found = sum(step["out"] for step in collecting)
    derived = sum(step["out"] - step["kept"] for step in working)
    gone = pc.is_in(rows["drop_step"], pa.array([step["name"] for step in collecting], pa.string()))
    departed = int(pc.sum(pc.and_(gone, pc.equal(rows["state"], "dropped"))).as_py() or 0)
    totals = {key: sum(step[key] for step in working) for key in ("dropped", "quarantined")}
    came = found + derived + departed
    sums = [
        _sum("found, derived and departed are all samples there are", came, samples["total"]),
        _sum(
            "kept, dropped and quarantined are all samples there are",
            samples["kept"] + samples["dropped"] + samples["quarantined"],
            samples["total"],
        ),
        _sum("the drops of all steps are the dropped samples", totals["dropped"] + departed, samples["dropped"]),
        _sum("what failed in all steps is the quarantined samples", totals["quarantined"], samples["quarantined"]),
    ]
    return {"steps": steps, "found": found, "derived": derived, "departed": departed, "sums": sums}


def _sum(says: str, left: int, right: int) -> dict[str, Any]:
    return {"says": says, "left": left, "right": right, "holds": left == right}
