"""Downloading a file in pieces, so that an interruption costs one piece, and checking what came."""

import hashlib
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path

from datastork.collect._kept import heed_stop
from datastork.core.errors import SourceError
from datastork.fetch import Answer, Fetcher, FetchError
from datastork.fetch.redirects import REDIRECTS, redirect_of
from datastork.fetch.target import target_of
from datastork.store.home import write_json

PIECE = 16 << 20
WHOLE = 256 << 20  # bytes a server without ranges may send at once
_RANGE = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18})")


def download(
    fetcher: Fetcher,
    url: str,
    path: Path,
    *,
    name: str,
    headers: Mapping[str, str] | None = None,
    size: int | None = None,
    digest: str = "",
    most: int,
    piece: int = PIECE,
) -> str:
    """Bring `url` to `path`, going on where an earlier try stopped, and return its ETag.

    A file that changed on the server meanwhile is begun again. Raises SourceError, naming the dataset `name`, where it
    is larger than `most` bytes, or not of the `size` or with the `digest` ("sha256:…", "md5:…") that was announced.
    """
    if path.is_file():
        return ""
    partial, about = path.with_name(f"{path.name}.part"), path.with_name(f"{path.name}.part.json")
    path.parent.mkdir(parents=True, exist_ok=True)
    etag = _etag_of(about) if partial.is_file() else ""
    have = partial.stat().st_size if partial.is_file() and etag else 0
    total = size
    if total is not None:
        _check_size(name, total, most)
    with partial.open("r+b" if have else "wb") as file:
        while total is None or have < total:
            heed_stop()
            asked = {**(headers or {}), "Range": f"bytes={have}-{have + piece - 1}", "Accept-Encoding": "identity"}
            answer = _asked(fetcher, url, asked | ({"If-Range": etag} if have and etag else {}), piece)
            fresh = answer.headers.get("etag", "")
            if answer.status == 416 and have:
                have, etag, total = 0, "", size  # it is shorter now: begin again
                file.truncate(0)
                continue
            start, total = _span(answer, name)
            _check_size(name, total, most)
            if start != have or (have and fresh != etag):
                if start:
                    have, etag, total = 0, "", size
                    file.truncate(0)
                    continue
                file.truncate(0)
            etag = fresh
            write_json(about, {"etag": etag, "url": url})
            file.seek(start)
            file.write(answer.body)
            have = start + len(answer.body)
            if not answer.body and have < total:
                raise SourceError(f"{name}: {url} ends after {have:,} of {total:,} bytes")
        file.flush()
        os.fsync(file.fileno())
    _check_content(name, url, partial, size, digest)
    partial.replace(path)
    about.unlink(missing_ok=True)
    return etag.removeprefix("W/").strip('"')


def _asked(fetcher: Fetcher, url: str, headers: dict[str, str], piece: int) -> Answer:
    """Ask for a piece, following redirects; what is secret stays with the first host, the range goes along."""
    hops: list[str] = []
    while True:
        answer = fetcher.hop(url, headers, max(piece, WHOLE))
        place = answer.headers.get("location")
        if answer.status not in REDIRECTS or not place:
            return answer if answer.status == 416 else answer.checked()
        hops.append(answer.url)
        following = redirect_of(answer.url, place, hops, fetcher.policy.max_redirects)
        if following.origin != target_of(answer.url).origin:
            headers = {key: value for key, value in headers.items() if key.lower() not in ("authorization", "cookie")}
        url = following.url


def _span(answer: Answer, name: str) -> tuple[int, int]:
    """Return where the bytes of an answer begin, and how many there are in all."""
    if answer.status != 206:
        return 0, len(answer.body)
    found = _RANGE.fullmatch(answer.headers.get("content-range", "").strip())
    if not found or int(found[2]) - int(found[1]) + 1 != len(answer.body):
        raise FetchError(answer.url, f"{name}: the server sent another piece than it says")
    return int(found[1]), int(found[3])


def _check_size(name: str, size: int, most: int) -> None:
    if size > most:
        raise SourceError(
            f"{name}: a file of {size / 1e6:,.0f} MB, above max_bytes = {most:,}",
            hint="choose one split or config, set limit, or raise max_bytes",
        )


def _check_content(name: str, url: str, path: Path, size: int | None, digest: str) -> None:
    found = path.stat().st_size
    said = ""
    if size is not None and found != size:
        said = f"it has {found:,} bytes, not the {size:,} announced"
    elif digest:
        kind, _, wanted = digest.partition(":")
        with path.open("rb") as file:
            if hashlib.file_digest(file, kind).hexdigest() != wanted.lower():
                said = f"its {kind} is not the one announced"
    if said:
        path.unlink()
        path.with_name(f"{path.name}.json").unlink(missing_ok=True)
        raise SourceError(f"{name}: {url} came damaged: {said}", hint="build again; it is then fetched anew")


def _etag_of(path: Path) -> str:
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return ""
    return str(found.get("etag", "")) if isinstance(found, dict) else ""
