"""Datasets of OpenML: its API in JSON, and the Parquet or ARFF file behind each.

https://www.openml.org/apis
"""

import re
from typing import Any
from urllib.parse import quote

from datastork.collect._hub import ends
from datastork.collect._hub.origin import Origin, Part
from datastork.core.errors import NotFoundError, RecipeError, SourceError
from datastork.fetch import Fetcher, FetchError

NO_RESULT = 412  # how OpenML says that nothing was found
MOST_VERSIONS = 100


def find(fetcher: Fetcher, name: str) -> tuple[Origin, list[Part]]:
    """Return what OpenML says of a dataset, "61", "iris" or "iris@3" (its third version), and its file.

    A name that several datasets have means the oldest active one, and a note says so.
    """
    notes: list[str] = []
    number = name if name.isascii() and name.isdigit() else _number(fetcher, name, notes)
    found = ends.asked(fetcher, f"{ends.openml_endpoint()}/json/data/{number}", f"openml:{name}")
    about = found.get("data_set_description") if isinstance(found, dict) else None
    if not isinstance(about, dict):
        raise NotFoundError(f"OpenML has no dataset {name}", hint="look for one with: stork search WORDS")
    if about.get("status") not in (None, "active"):
        notes.append(f"openml:{name} is {about['status']} at OpenML")
    part = _part(fetcher, about, name, notes)
    target = about.get("default_target_attribute")
    if isinstance(target, str) and "," in target:
        notes.append(f"openml:{name} has several target columns: {target}; `label` takes one")
        target = None
    origin = Origin(
        name=f"openml:{number}",
        revision=str(about.get("md5_checksum") or about.get("version") or ""),
        title=str(about.get("name") or ""),
        licence=str(about["licence"]) if about.get("licence") else None,
        citation=_text(about.get("citation")) or _cited(_text(about.get("description"))),
        homepage=f"https://www.openml.org/d/{number}",
        author=_text(about.get("creator")) or None,
        target=target if isinstance(target, str) and target else None,
        notes=tuple(notes),
    )
    return origin, [part]


def listed(fetcher: Fetcher, condition: str, limit: int) -> list[dict[str, Any]]:
    """Return the active datasets that meet a condition ("data_name/iris"), the oldest first. Raises FetchError."""
    url = f"{ends.openml_endpoint()}/json/data/list/{condition}/limit/{limit}/status/active"
    answer = fetcher.get(url, {"Accept": "application/json"}, ends.MOST_JSON)
    if answer.status == NO_RESULT:
        return []
    found = answer.checked().json()
    data = found.get("data") if isinstance(found, dict) else None
    rows = data.get("dataset") if isinstance(data, dict) else None
    fine = [row for row in rows if isinstance(row, dict) and str(row.get("did", "")).isdigit()] if rows else []
    return sorted(fine, key=lambda row: int(row["did"]))


def _number(fetcher: Fetcher, name: str, notes: list[str]) -> str:
    plain, _, version = name.partition("@")
    if not re.fullmatch(r"[\w.() -]{1,128}", plain) or (version and not version.isdecimal()):
        raise RecipeError(
            [f"dataset: 'openml:{name}' is no dataset; write 'openml:61', 'openml:iris' or 'openml:iris@3'"]
        )
    try:
        rows = listed(fetcher, f"data_name/{quote(plain, safe='')}", MOST_VERSIONS)
    except FetchError as error:
        raise ends.unreachable(f"openml:{name}", error) from error
    if version:
        rows = [row for row in rows if str(row.get("version")) == version]
    if not rows:
        raise NotFoundError(f"OpenML has no active dataset {name!r}", hint="look for one with: stork search WORDS")
    if len(rows) > 1:
        others = ", ".join(f"openml:{row['did']}" for row in rows[1:6])
        notes.append(f"openml:{name} is openml:{rows[0]['did']}; others of the name: {others}")
    return str(rows[0]["did"])


def _part(fetcher: Fetcher, about: dict[str, Any], name: str, notes: list[str]) -> Part:
    """Return its Parquet file, or its ARFF file where there is no other or the other is not to be had."""
    ignored = (about.get("row_id_attribute"), about.get("ignore_attribute"))
    hidden = [one for value in ignored for one in (value if isinstance(value, list) else [value]) if one]
    left_out = ",".join(str(one) for one in hidden)
    parquet, arff = about.get("parquet_url"), about.get("url")
    if isinstance(parquet, str) and parquet:
        why = _no_parquet(fetcher, parquet)
        if not why:
            return Part("parquet", parquet, hidden=left_out)
        notes.append(f"openml:{name} was read from its ARFF file: {why}")
    if not isinstance(arff, str) or not arff:
        raise SourceError(f"openml:{name} names no file")
    if "arff" not in str(about.get("format", "arff")).lower():
        raise SourceError(f"openml:{name} is of the format {about.get('format')!r}, which is not read")
    checksum = about.get("md5_checksum")
    digest = f"md5:{checksum}" if isinstance(checksum, str) and re.fullmatch(r"[0-9a-fA-F]{32}", checksum) else ""
    return Part("arff", arff, digest=digest, hidden=left_out)


def _no_parquet(fetcher: Fetcher, url: str) -> str:
    """Return why there is no Parquet file at an address, or nothing."""
    try:
        answer = fetcher.get(url, {"Range": "bytes=0-3", "Accept-Encoding": "identity"}).checked()
    except FetchError as error:
        return error.what
    return "" if answer.body[:4] == b"PAR1" else "what lies there is no Parquet file"


def _text(value: Any) -> str:
    """Return a field that is a text, or a list of texts."""
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    return value.strip() if isinstance(value, str) else ""


def _cited(description: str) -> str:
    """Return what stands behind "Please cite" in a description, where it is on one line."""
    found = re.search(r"\*\*Please cite\*\*:?[ \t]{0,9}([^\n]{3,1000})", description)
    return found[1].strip() if found else ""
