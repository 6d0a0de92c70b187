"""The rows of a finished crawl: its pages as samples, what went wrong as samples with a problem, the rest counted."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datastork.collect._web.archive import LEDGER, folder_of
from datastork.collect._web.entry import Entry
from datastork.collect._web.plan import Plan
from datastork.fetch.target import target_of
from datastork.store.home import write_whole

if TYPE_CHECKING:
    import pyarrow as pa

    from datastork.collect._web.crawl import Found

NOTES = b"datastork.notes"
COLUMNS = ("uri", "size", "stamp", "media_place", "media_content", "group", "license", "author", "query", "problem")


def rows_path(folder: Path, plan: Plan) -> Path:
    """Return where the rows of a finished crawl lie."""
    return folder / f"rows-{plan.result_key}.arrow"


def write_rows(folder: Path, plan: Plan, found: "Found") -> None:
    """Write the rows and notes of a crawl in one piece."""
    import pyarrow as pa

    rows, counts = _rows(plan, found)
    columns = {name: pa.array([row.get(name) for row in rows], _kinds()[name]) for name in COLUMNS}
    table = pa.table(columns).replace_schema_metadata({NOTES: json.dumps(_notes(plan, found, counts, rows)).encode()})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
        writer.write_table(table)
    write_whole(rows_path(folder, plan), sink.getvalue().to_pybytes())


def read_rows(path: Path) -> tuple["pa.Table", list[str]]:
    """Return the rows and notes that `write_rows` wrote."""
    import pyarrow as pa

    table = pa.ipc.open_file(pa.BufferReader(path.read_bytes())).read_all()
    notes = json.loads((table.schema.metadata or {}).get(NOTES, b"[]"))
    return table.replace_schema_metadata(None), notes


def _kinds() -> dict[str, Any]:
    import pyarrow as pa

    return {name: pa.int64() if name in {"size", "stamp"} else pa.string() for name in COLUMNS}


def _rows(plan: Plan, found: "Found") -> tuple[list[dict[str, Any]], Counter[str]]:
    rows: list[dict[str, Any]] = []
    counts: Counter[str] = Counter()
    for url, what in found.bad_links:
        rows.append({"uri": url, "problem": what})
    circles = _circles(found)
    for item, entry in found.visited:
        row: dict[str, Any] = {"uri": entry.url, "query": item.keyword, "group": target_of(entry.url).host}
        problem = entry.problem or circles.get(entry.url)
        left_out = None if problem else _left_out(plan, entry)
        if left_out and item.named and left_out.startswith("answered "):
            problem = f"the server {left_out}"
        if problem:
            row["problem"] = problem
            row["stamp"] = entry.when
        elif left_out or entry.to is not None:
            counts[left_out or "redirects"] += 1
            continue
        else:
            row |= {"size": entry.size, "stamp": entry.when, "media_place": entry.warc, "media_content": entry.content}
            row |= {"license": entry.license, "author": entry.author}
        rows.append(row)
    return rows, counts


def _left_out(plan: Plan, entry: Entry) -> str | None:
    """Return why a page that is not bad is no sample, in a few words."""
    if entry.verdict is not None:
        return entry.verdict if entry.verdict == "bytes of the host" else f"not asked for: {entry.verdict}"
    if entry.to is not None:
        return None
    if entry.opt_out is not None:
        return f"opted out: {entry.opt_out}"
    if entry.status not in {200, 304}:
        return f"answered {entry.status}"
    if entry.content is None:
        kind = (entry.type or "no type").partition(";")[0].strip().lower()
        return f"of another type: {kind[:60] if re.fullmatch(r'[a-z0-9.+/ -]+', kind) else 'nonsense'}"
    return None


def _circles(found: "Found") -> dict[str, str]:
    """Return what is wrong with redirects that lead nowhere, by the address they were first met at."""
    entries = {entry.url: entry for _, entry in found.visited}
    told: dict[str, str] = {}
    known: set[frozenset[str]] = set()
    for item, entry in found.visited:
        if entry.to is None or item.hops:
            continue
        way = [entry.url]
        at: Entry | None = entry
        while at is not None and at.to is not None:
            if at.to in way:
                circle = frozenset(way[way.index(at.to) :])
                if circle not in known:
                    known.add(circle)
                    told[entry.url] = "its redirects go in a circle"
                break
            way.append(at.to)
            at = entries.get(at.to)
        else:
            if at is None and len(way) > 10:
                told[entry.url] = f"more than {len(way) - 2} redirects"
    return told


def _pages(count: int) -> str:
    return "1 page was" if count == 1 else f"{count:,} pages were"


def _notes(plan: Plan, found: "Found", counts: Counter[str], rows: list[dict[str, Any]]) -> list[str]:
    bad = sum(1 for row in rows if row.get("problem"))
    notes = [
        f"{_pages(len(rows) - bad)} collected; the ledger of all {len(found.visited):,} addresses is "
        f"{(folder_of(plan.folder_key) / LEDGER).as_posix()}"
    ]
    if bad:
        notes.append(f"{bad:,} failed and {'goes' if bad == 1 else 'go'} to quarantine")
    for why, count in sorted(counts.items()):
        if why != "redirects":
            notes.append(f"{_pages(count)} left out: {why}")
    if found.elsewhere:
        notes.append(f"redirects to other hosts that were not followed: {found.elsewhere:,}")
    if found.beyond:
        notes.append(f"known and not asked for when the limit was reached: {found.beyond:,}")
    unclear = sum(1 for row in rows if not row.get("problem") and row.get("license") is None)
    if unclear:
        notes.append(f"without a licence that is certain: {unclear:,} of {len(rows) - bad:,}")
    return notes + found.notes
