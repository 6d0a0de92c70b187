"""What is shown of samples: small pictures as data URIs, the beginning of texts; bounded in number, size and work."""

import json
from base64 import b64encode
from typing import TYPE_CHECKING, Any, NamedTuple

from datastork.core.errors import DatastorkError
from datastork.core.hashing import content_id
from datastork.media.modality import KNOWN, modality
from datastork.media.row import parse_object, reordered
from datastork.report.collected import places_of
from datastork.report.texts import COMPARED, LINES, Compared, compared, excerpt, read, redacted
from datastork.store.home import Home
from datastork.store.listing import order_of
from datastork.store.media import read_media
from datastork.store.sources import read_bytes

if TYPE_CHECKING:
    import pyarrow as pa

SIDE = 96  # pixels of the longest side
RECORD = 160  # characters of a record of a table
LETTERS = 400  # characters of a text
MOST = 400  # pictures of one page
MOST_BYTES = 2 << 20  # of all of them, before base64
MOST_SOURCES = 64  # read from where they came, because no media was stored
MOST_SOURCE_BYTES = 16 << 20  # of one of these


class Picture(NamedTuple):
    """What can be shown of a sample: `uri` holds a data URI, or `text` some words.

    `characters` is the length of the whole text; None for what is no text, or could not be read as one.
    """

    uri: str | None
    text: str | None
    characters: int | None = None


def pictures(
    home: Home,
    rows: "pa.Table",
    wanted: list[str],
    default: str,
    *,
    side: int = SIDE,
    letters: int = LETTERS,
    lines: int | None = LINES,
    most: int = MOST,
    most_bytes: int = MOST_BYTES,
    redact: bool = False,
) -> dict[str, Picture]:
    """Return what can be shown of the samples called `wanted`, the first ones first, by id.

    `rows` are those of `report.rows`; `default` is the modality of samples that do not say. A sample dropped before
    its media was stored is read from its source again, and shown only if that still has the content it had. What
    cannot be shown is missing from the result. With `redact` (see `looks_for_personal_data`) texts that were not
    kept are shown without personal data.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    ids = list(dict.fromkeys(wanted))[:most]
    at = pc.index_in(pa.array(ids, pa.string()), value_set=rows["id"].combine_chunks())
    chosen = rows.take(at.drop_null())
    stored = read_media(home, chosen)
    found: dict[str, Picture] = {}
    places = _places(home, chosen, stored)
    size = sources = 0
    order = order_of(home.root)
    for row, data in zip(chosen.to_pylist(), stored, strict=True):
        if data is None and (sources < MOST_SOURCES or row["content"] in places):
            sources += row["content"] not in places
            data = _from_source(home, row, places)
        hidden = redact and row["state"] != "kept"
        if order and data is not None and (row["media_modality"] or default) == "row":
            data = _reordered(data, order)
        picture = (
            _picture(data, row["media_modality"] or default, side, letters, lines, hidden) if data is not None else None
        )
        if picture is None:
            continue
        size += len(picture.uri or "") * 3 // 4 + len(picture.text or "")
        if size > most_bytes:
            break
        found[row["id"]] = picture
    return found


def looks_for_personal_data(record: dict[str, Any]) -> bool:
    """Say whether a version was made by a recipe that removes personal data: then what it dropped may hold some."""
    return any(step["use"] == "clean.pii" for step in record["steps"])


def differences(
    home: Home, rows: "pa.Table", pairs: list[tuple[str, str]], default: str, *, redact: bool = False
) -> dict[tuple[str, str], Compared]:
    """Return where the texts of each pair of ids differ; pairs whose texts cannot be had are missing."""
    import pyarrow as pa
    import pyarrow.compute as pc

    ids = pa.array(sorted({name for pair in pairs[:MOST] for name in pair}), pa.string())
    chosen = rows.filter(pc.is_in(rows["id"], ids))
    texts: dict[str, str] = {}
    sources = 0
    stored = read_media(home, chosen)
    places = _places(home, chosen, stored)
    for row, data in zip(chosen.to_pylist(), stored, strict=True):
        if (row["media_modality"] or default) != "text":
            continue
        if data is None and (sources < MOST_SOURCES or row["content"] in places):
            sources += row["content"] not in places
            data = _from_source(home, row, places)
        content = read(data) if data is not None else None
        if content is not None:
            # the kept one too: its stand-ins would differ from [EMAIL] where the texts do not
            texts[row["id"]] = redacted(content[:COMPARED]) if redact else content[:COMPARED]
    return {
        (one, other): compared(texts[one], texts[other])
        for one, other in pairs[:MOST]
        if one in texts and other in texts
    }


def media_of(home: Home, rows: "pa.Table") -> bytes | None:
    """Return the media of the one sample in `rows`, stored or from its unchanged source; None where there is none."""
    stored = read_media(home, rows)
    return stored[0] if stored[0] is not None else _from_source(home, rows.to_pylist()[0], _places(home, rows, stored))


def _places(home: Home, rows: "pa.Table", stored: list[bytes | None]) -> dict[str, str]:
    """Return where the bytes lie, by content, that were collected and not stored again."""
    contents = zip(rows["content"].to_pylist(), rows["parent"].to_pylist(), stored, strict=True)
    missing = {content for content, parent, data in contents if data is None and parent is None and content is not None}
    return places_of(home, missing) if missing else {}


def _from_source(home: Home, row: dict[str, Any], places: dict[str, str]) -> bytes | None:
    """Return the bytes a sample came from; None where they are gone, have changed, or hold more than the sample."""
    if row["uri"] is None or row["parent"] is not None or row["content"] is None:
        return None
    try:
        data = read_bytes(home.root, places.get(row["content"], row["uri"]), limit=MOST_SOURCE_BYTES)
    except DatastorkError:
        return None  # the report says what is there; a source that is gone has no picture
    return data if content_id(data) == row["content"] else None


def _reordered(data: bytes, order: list[str]) -> bytes:
    try:
        return json.dumps(reordered(parse_object(data), order), ensure_ascii=False).encode()
    except DatastorkError:
        return data  # as in `_picture`: it is in quarantine with its reason


def _picture(data: bytes, name: str, side: int, letters: int, lines: int | None, redact: bool) -> Picture | None:
    if name not in KNOWN:
        return None
    if name == "text":
        found = excerpt(data, letters, lines, redact=redact)
        return Picture(None, found.text, found.characters if found.sound else None)
    try:
        small = modality(name).preview(data, RECORD if name == "row" else side)
    except DatastorkError:
        return None  # what cannot be decoded is in quarantine with its reason; it has no picture
    if small.format in ("jpeg", "png", "webp"):
        return Picture(f"data:image/{small.format};base64,{b64encode(small.data).decode()}", None)
    return Picture(None, small.data.decode("utf-8", "replace"))
