"""A page of findings alone, for work that has no dataset around it, such as the repair of one table."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from datastork.core.findings import Findings
from datastork.report.page import render
from datastork.report.write import finite
from datastork.store.home import write_whole


def write_findings(
    path: Path, over: str, title: str, figures: Mapping[str, Any], found: Mapping[str, Findings]
) -> Path:
    """Write findings (by the name of what found them) as one HTML page that needs nothing else; return where it lies.

    `over` stands above the title, `figures` are the numbers shown large. Raises OSError where it cannot be written.
    """
    told = {
        "over": over,
        "title": title,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "figures": dict(figures),
        "findings": {name: finite(one.as_dict()) for name, one in found.items()},
    }
    page = render(
        "found.html.j2", report=told, pictures={}, compared={}, of_texts=False, labelled={}, splits_of={}, pairs_shown=0
    )
    write_whole(path, page)
    return path
