"""The media of samples as browsers show it. Runs in a helper: untrusted bytes are decoded here and nowhere else."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from datastork.core.errors import DataError, MissingExtraError, NotFoundError, StoreError
from datastork.store.home import Home, write_whole
from datastork.store.passes import take

Tell = Callable[[dict[str, Any]], None]

HEAD = 64  # bytes before the content of a cached file: its media type, filled up with spaces
CACHE_BYTES = 2 * 1024**3  # what the cache may hold; the files used longest ago go first
LOOK_EVERY = 50  # files written between two looks at the size of the cache
SHOWN = {  # formats that every browser draws as they are
    "jpeg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "gif": "image/gif",
    "bmp": "image/bmp",
    "avif": "image/avif",
}
DEEP_PNG = 16  # bits of a channel that browsers cut down each in their own way
_written = 0


def show(home: Home, request: dict[str, Any], tell: Tell) -> tuple[dict[str, Any], bytes]:
    """Write one form of a sample's media to the file `to` of the cache.

    `place`: [pass, row] of the media; `modality`; `form`: "media" or one of `FORMS`, with its settings.
    Raises DataError for media that cannot be shown so.
    """
    data = _read(home, request["place"])
    form, modality = request["form"], request["modality"]
    try:
        if form == "media":
            made, mime = _whole(data, modality)
        else:
            made, mime = FORMS[form](data, modality, request)
    except MissingExtraError as error:
        raise DataError(error.message, hint=error.hint) from error
    path = home.cache / "label" / request["to"]
    write_whole(path, mime.encode().ljust(HEAD) + made)
    _bound(path.parent.parent)
    return {"mime": mime, "size": len(made)}, b""


def texts(home: Home, request: dict[str, Any], tell: Tell) -> tuple[dict[str, Any], bytes]:
    """Return the texts, or the rows in the order of their table's columns, at `places` ([pass, row] each)."""
    from datastork.media.modality import modality
    from datastork.media.row import reordered
    from datastork.store.listing import order_of

    kind, order = modality(request["modality"]), order_of(home.root)
    found: list[Any] = []
    for place in request["places"]:
        value = kind.decode(_read(home, place))
        found.append(value.content if kind.name == "text" else reordered(value.values, order))
    return {"values": found}, b""


def photo(home: Home, request: dict[str, Any], tell: Tell) -> tuple[dict[str, Any], bytes]:
    """Write a copy of an uploaded file without what tells where and by whom it was made; return what it is.

    `from` and `to` are names below `.stork/captured`; `modality` is "image" or "audio". Raises DataError for a file
    that cannot be decoded.
    """
    from datastork.media.modality import modality

    folder = home.store / "captured"
    data = (folder / request["from"]).read_bytes()
    kind = modality(request["modality"])
    facts = kind.describe(kind.decode(data))._asdict()
    write_whole(folder / request["to"], kind.strip_private(data))
    os.chmod(folder / request["to"], 0o600)
    return {"facts": {name: value for name, value in facts.items() if isinstance(value, int | float)}}, b""


def _read(home: Home, place: list[Any]) -> bytes:
    key, row = place
    if not isinstance(key, str) or not key.isalnum():
        raise StoreError("a sample lies in no pass")
    try:
        data = take(home.pass_table(key), [int(row)])[0]
    except (OSError, ValueError) as error:
        raise NotFoundError("its media is no longer there", hint=f"build again: stork build {home.root}") from error
    if not isinstance(data, bytes):
        raise DataError("its media is not stored")
    return data


def _whole(data: bytes, modality: str) -> tuple[bytes, str]:
    """Return media as browsers show it, with every pixel and every sample of sound it has."""
    if modality == "image":
        return _image(data)
    if modality == "audio":
        from datastork.media.audio.playable import playable as sound

        return sound(data)
    if modality == "video":
        from datastork.media.video.playable import playable as film

        return film(data)
    if modality == "text":
        from datastork.media.modality import modality as of

        return of("text").decode(data).content.encode(), "text/plain; charset=utf-8"
    return data, "application/json"


def _image(data: bytes) -> tuple[bytes, str]:
    """Return the file as it is where browsers draw its pixels, else a PNG of them."""
    from datastork.media.image.codec import decode, to_png
    from datastork.media.image.header import sniff

    name = sniff(data[:512]) or ""
    deep = name == "png" and len(data) > 24 and data[24] == DEEP_PNG
    if name in SHOWN and not deep:
        return data, SHOWN[name]
    return to_png(decode(data).pixels), "image/png"


def _thumb(data: bytes, modality: str, request: dict[str, Any]) -> tuple[bytes, str]:
    from datastork.media.modality import modality as of

    made = of(modality).preview(data, int(request["size"]))
    kinds = {"jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp"}
    return made.data, kinds.get(made.format, "text/plain; charset=utf-8")


def _peaks(data: bytes, modality: str, request: dict[str, Any]) -> tuple[bytes, str]:
    """Return a line of JSON, then least and greatest of every bin as int8: of the mean, then of each channel."""
    import numpy as np

    from datastork.media.audio.peaks import peaks

    found = peaks(data, int(request["per_second"]))
    head = {
        "per_second": found.per_second,
        "bins": int(found.mono.shape[0]),
        "channels": int(found.channels.shape[0]),
        "seconds": found.seconds,
        "rate": found.rate,
    }
    both = [found.mono[None]] if len(found.channels) == 1 else [found.mono[None], found.channels]
    small = np.clip(np.rint(np.concatenate(both) / 258), -127, 127).astype(np.int8)
    return json.dumps(head, separators=(",", ":")).encode() + b"\n" + small.tobytes(), "application/octet-stream"


def _spectrogram(data: bytes, modality: str, request: dict[str, Any]) -> tuple[bytes, str]:
    from datastork.media.audio.spectrogram import spectrogram_png

    names = ("width", "height", "scale", "start", "end", "low", "high")
    wanted = {name: request[name] for name in names if request.get(name) is not None}
    return spectrogram_png(data, **wanted), "image/png"


def _times(data: bytes, modality: str, request: dict[str, Any]) -> tuple[bytes, str]:
    from datastork.media.video.reading import decode

    found = decode(data)
    told = {"times": [round(float(at), 6) for at in found.times], "fps": found.fps, "rotation": found.rotation}
    return json.dumps(told, separators=(",", ":")).encode(), "application/json"


def _frame(data: bytes, modality: str, request: dict[str, Any]) -> tuple[bytes, str]:
    from datastork.media.video.frames import frame_jpeg

    return frame_jpeg(data, int(request["frame"])), "image/jpeg"


FORMS: dict[str, Callable[[bytes, str, dict[str, Any]], tuple[bytes, str]]] = {
    "thumb": _thumb,
    "peaks": _peaks,
    "spectrogram": _spectrogram,
    "times": _times,
    "frame": _frame,
}


def _bound(folder: Path, limit: int = CACHE_BYTES) -> None:
    """Remove what was used longest ago where the cache is larger than it may be."""
    global _written
    _written += 1
    if _written % LOOK_EVERY != 1:
        return
    held = []
    for below in os.scandir(folder):
        if below.is_dir():
            for one in os.scandir(below.path):
                seen = one.stat()
                held.append((seen.st_mtime, seen.st_size, one.path))
    total = sum(size for _, size, _ in held)
    for _, size, path in sorted(held):
        if total <= limit:
            break
        total -= size
        Path(path).unlink(missing_ok=True)
