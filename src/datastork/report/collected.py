"""Where a sample's bytes lie that a collecting step brought home or took out of a table, by their content."""

import json
from typing import TYPE_CHECKING

from datastork.store.home import Home
from datastork.store.spool import FOLDER

if TYPE_CHECKING:
    pass

LEDGER = "ledger.jsonl"  # of a crawl: a line for each answer, with its content and its place in a WARC file


def places_of(home: Home, contents: set[str]) -> dict[str, str]:
    """Return content -> place (see `store.sources`) for what was kept of `contents`; the rest is missing."""
    folder = home.root / FOLDER
    found: dict[str, str] = {}
    for file in sorted(folder.glob("*.arrow")):
        if len(found) < len(contents):
            found |= _in_spool(str(file), contents - found.keys())
    for file in sorted(folder.glob(f"web-*/{LEDGER}")):
        if len(found) == len(contents):
            break
        with file.open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                found |= _in_ledger(line, contents)
    return found


def _in_spool(path: str, contents: set[str]) -> dict[str, str]:
    import pyarrow as pa
    import pyarrow.compute as pc

    wanted = pa.array(sorted(contents), pa.string())
    try:
        with pa.memory_map(path) as file:
            table: pa.Table = pa.ipc.open_file(file).read_all()
    except (OSError, pa.ArrowInvalid):
        return {}  # cut short; the build says so, the report shows what there is
    if not {"media_content", "media_place"} <= set(table.column_names):
        return {}
    some = table.select(["media_content", "media_place"]).filter(pc.is_in(table["media_content"], wanted))
    pairs = zip(some["media_content"].to_pylist(), some["media_place"].to_pylist(), strict=True)
    return {content: place for content, place in pairs if place is not None}


def _in_ledger(line: str, contents: set[str]) -> dict[str, str]:
    try:
        entry = json.loads(line)
    except ValueError:
        return {}
    content, place = (entry.get("content"), entry.get("warc")) if isinstance(entry, dict) else (None, None)
    return {content: place} if content in contents and isinstance(place, str) else {}
