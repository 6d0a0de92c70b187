"""What is in quarantine: by cause, and one by one.

causes   [{step, message, count}], the commonest first; `message` with numbers and quoted bytes as "…";
         `more` counts the samples whose cause is not listed
samples  [{id, uri, step, type, message}], at most 500, by uri;  left_out: how many are not listed
"""

from typing import TYPE_CHECKING, Any

from datastork.report.rows import in_state

if TYPE_CHECKING:
    import pyarrow as pa

CAUSES = 40
LISTED = 500


def quarantined(rows: "pa.Table") -> dict[str, Any]:
    """Return the quarantine; see the top of this file."""
    import pyarrow.compute as pc

    bad = in_state(rows, "quarantined").select(["id", "uri", "error_step", "error_type", "error"])
    message = pc.replace_substring_regex(bad["error"], r"""b?'[^']*'|b?"[^"]*"|\d[\d,.]*""", "…")
    each = bad.append_column("cause", message).group_by(["error_step", "cause"]).aggregate([([], "count_all")])
    causes = sorted(each.to_pylist(), key=lambda row: (-row["count_all"], str(row["error_step"]), str(row["cause"])))
    listed = bad.sort_by([("uri", "ascending"), ("id", "ascending")]).slice(0, LISTED)
    return {
        "causes": [
            {"step": row["error_step"], "message": row["cause"], "count": row["count_all"]} for row in causes[:CAUSES]
        ],
        "more": sum(row["count_all"] for row in causes[CAUSES:]),
        "samples": [
            {
                "id": row["id"],
                "uri": row["uri"],
                "step": row["error_step"],
                "type": row["error_type"],
                "message": row["error"],
            }
            for row in listed.to_pylist()
        ],
        "left_out": max(0, bad.num_rows - LISTED),
    }
