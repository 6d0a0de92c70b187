"""Every number of the report, as one structure. The page shows it, `report.json` is it.

    format        1; raised when a key changes its meaning
    datastork     version of the program that wrote the report
    dataset       the recipe's [dataset] table (name, task, license, …) with the modality
    version       number of the version;  tags: its names
    made_at       when it was built (ISO 8601, UTC);  seconds: how long that took;  decoded: media read in it
    content_hash  SHA-256 over the sorted rows: equal hashes, equal datasets
    samples       {total, kept, dropped, quarantined}
    warnings      [{from, text}]: `from` is "recipe" or the measuring step that warns
    notes         [text]: what the build remarked
    flow          how the samples came to be what they are, see `report.flow`
    dropped       what each step set aside and why, see `report.dropped`
    quarantined   what could not be read or worked on, see `report.quarantined`
    labels        kept samples by label and split, see `report.labels`
    findings      {step: findings}: title, sentences, warnings, numbers, tables, pairs (`core.findings`)
    recipe        the text of the recipe

Nothing in it depends on when or where the report is written: one version, one report.
"""

from typing import TYPE_CHECKING, Any

from datastork import __version__
from datastork.report.dropped import dropped
from datastork.report.flow import flow
from datastork.report.labels import labels
from datastork.report.quarantined import quarantined

if TYPE_CHECKING:
    import pyarrow as pa

FORMAT = 1


def numbers(record: dict[str, Any], rows: "pa.Table", version: int, tags: list[str]) -> dict[str, Any]:
    """Return the numbers of a version from its record and its rows (`report.rows.read_rows`)."""
    import pyarrow.compute as pc

    counted = {row["values"]: row["counts"] for row in pc.value_counts(rows["state"]).to_pylist()}
    samples = {"total": rows.num_rows} | {name: counted.get(name, 0) for name in ("kept", "dropped", "quarantined")}
    order = [step["name"] for step in record["steps"]]
    findings = {name: record["findings"][name] for name in order if name in record["findings"]}
    warnings = [{"from": "recipe", "text": text} for text in record["warnings"]]
    warnings += [{"from": name, "text": text} for name, found in findings.items() for text in found["warnings"]]
    return {
        "format": FORMAT,
        "datastork": __version__,
        "dataset": record["dataset"],
        "version": version,
        "tags": tags,
        "made_at": record["made_at"],
        "seconds": record["seconds"],
        "decoded": record["decoded"],
        "content_hash": record["content_hash"],
        "samples": samples,
        "warnings": warnings,
        "notes": list(record["notes"]),
        "flow": flow(record, rows, samples),
        "dropped": dropped(rows, order),
        "quarantined": quarantined(rows),
        "labels": labels(rows),
        "findings": findings,
        "recipe": record["recipe"],
    }
