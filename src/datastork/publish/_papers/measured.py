"""What was measured that belongs in a place of its own on the card: the languages, and personal data in texts."""

from typing import Any, NamedTuple

from datastork.core.findings import Findings, Table
from datastork.store.release import Release

LANGUAGES, PRIVATE, SELF_TEST = "measure.text.language", "measure.text.private", "measure.pii"
LEAST = 0.01  # share of the texts from which a language is one of the dataset's
MOST = 20  # languages


class Personal(NamedTuple):
    """What is said about personal data: sentences, and the types found with their numbers."""

    sentences: list[str]
    types: list[tuple[str, int, int]]


def languages(release: Release) -> list[tuple[str, float]]:
    """Return the languages of the texts with their shares, the commonest first; empty where nobody measured them."""
    tables = [table for findings in of_step(release, LANGUAGES) for table in findings.tables if len(table.columns) >= 3]
    if not tables:
        return []
    rows = [(str(row[0]), float(row[2] or 0)) for row in tables[0].rows]
    codes = [(code, share) for code, share in rows if code.isascii() and code.isalpha() and len(code) in (2, 3)]
    return [(code, share) for code, share in codes if share >= LEAST][:MOST]


def personal(release: Release) -> Personal | None:
    """Return what was found of personal data, and how well it is found; None where nobody looked."""
    found = [findings for findings in of_step(release, PRIVATE) if findings.numbers.get("looked")]
    tested = of_step(release, SELF_TEST)
    if not found and not tested:
        return None
    sentences = [sentence for findings in (*found, *tested) for sentence in findings.sentences]
    tables = [table for findings in found for table in findings.tables if _is_by_type(table)]
    rows = [(str(row[0]), int(row[1] or 0), int(row[2] or 0)) for table in tables[:1] for row in table.rows]
    return Personal(sentences, rows)


def _is_by_type(table: Table) -> bool:
    return tuple(table.columns[:3]) == ("type", "found", "samples")


def of_step(release: Release, use: str) -> list[Findings]:
    """Return the findings of the steps that use a step, in the order of the recipe."""
    steps: list[dict[str, Any]] = release.record.get("steps", [])
    names = [step["name"] for step in steps if step.get("use") == use]
    return [release.findings[name] for name in names if name in release.findings]
