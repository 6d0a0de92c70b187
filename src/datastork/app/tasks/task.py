"""A task as pages get it: where the media is, what is suggested, what was answered before."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import anyio.to_thread

from datastork.core.errors import DataError

if TYPE_CHECKING:
    from datastork.app.service import Service

NUMBERS = ("width", "height", "seconds", "rate", "channels", "frames", "fps", "rotation")
MIME = {
    "jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp", "gif": "image/gif", "bmp": "image/bmp",
    "avif": "image/avif", "tiff": "image/png", "heic": "image/png",
    "wav": "audio/wav", "flac": "audio/flac", "ogg": "audio/ogg", "mp3": "audio/mpeg", "m4a": "audio/mp4",
    "mp4": "video/mp4", "mov": "video/mp4", "webm": "video/webm",
}  # fmt: skip
SECONDS = 10.0  # that long texts of some tasks may take
LONG = "__long"  # marks media whose text is still to be read


def task_json(
    service: "Service",
    sample: str,
    media: Mapping[str, Any],
    *,
    annotator: str,
    columns: Mapping[str, Any] | None = None,
    suggestions: Mapping[str, Mapping[str, Any]] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """Return a task. What gold expects, and what others answered, is never in it."""
    service.know(sample, media)
    told: dict[str, Any] = {"item": sample, "sample": sample, "repeat": 0, "lease": None, "draft": None, "comments": 0}
    if "pair" in media:
        sides = list(media["pair"])
        if swapped(annotator, sample):
            sides.reverse()
        told["media"] = {"modality": media["modality"]}
        told["pair"] = {
            side: {"sample": one["sample"], "media": media_json(one["sample"], one["media"], inside=sample)}
            for side, one in zip(("left", "right"), sides, strict=True)
        }
    else:
        told["media"] = media_json(sample, media)
    held = dict((columns or {}).get("suggestions", {})) | dict(suggestions or {})
    told["suggestions"] = held
    return told | more


def swapped(annotator: str, pair: str) -> bool:
    """Return whether an annotator sees a pair the other way round: half of them do, for people favour a side."""
    return bool(hashlib.sha256(f"{annotator}\0{pair}".encode()).digest()[0] & 1)


def media_json(sample: str, media: Mapping[str, Any], inside: str | None = None) -> dict[str, Any]:
    """Return what pages need to show a sample. Addresses change when the media does, and are kept for ever."""
    kind = media["modality"]
    told: dict[str, Any] = {"modality": kind, "format": media.get("format")}
    told |= {name: media[name] for name in NUMBERS if media.get(name) is not None}
    if kind == "text" and "text" in media:
        told["text"] = media["text"]
    elif kind == "row" and "values" in media:
        told["row"] = media["values"]
    elif kind in ("text", "row"):
        told[LONG] = [media.get("pass"), media.get("row")]
    if kind in ("text", "row"):
        return told
    version = f"{str(media.get('pass'))[:8]}-{media.get('row')}"
    base = f"/media/{quote(sample, safe='')}"
    query = f"?v={version}" + (f"&in={quote(inside, safe='')}" if inside else "")
    told["mime"] = MIME.get(str(media.get("format")), "application/octet-stream")
    if kind == "audio" and told["mime"] == "video/webm":
        told["mime"] = "audio/webm"
    told["url"] = base + query
    told["thumb"] = f"{base}/thumb{query}"
    if kind == "audio":
        told["peaks"] = f"{base}/peaks{query}"
        told["spectrogram"] = f"{base}/spectrogram.png{query}"
    if kind == "video":
        told["times"] = f"{base}/times{query}"
        told["frame"] = f"{base}/frame/{{n}}.jpg{query}"
    return told


async def complete(service: "Service", tasks: Iterable[dict[str, Any]]) -> None:
    """Put the long texts and rows into tasks; one that cannot be read says so in its place."""
    for task in tasks:
        medias = [side["media"] for side in task["pair"].values()] if "pair" in task else [task["media"]]
        for media in medias:
            place = media.pop(LONG, None)
            if place is None:
                continue
            kind = media["modality"]
            try:
                request = {"modality": kind, "places": [place]}
                answer, _ = await service.media.ask("texts", request, seconds=SECONDS)
            except DataError as error:
                media["problem"] = error.message
                media["text" if kind == "text" else "row"] = "" if kind == "text" else {}
            else:
                media["text" if kind == "text" else "row"] = answer["values"][0]


def limits(media: Mapping[str, Any]) -> dict[str, Any]:
    """Return what `core.answers` needs to know of a sample to check answers about it."""
    known = {name: media[name] for name in NUMBERS if media.get(name) is not None}
    if "text" in media:
        known["characters"] = len(media["text"])
    if "values" in media:
        known["columns"] = media["values"]
    return known


async def beside(service: "Service", work: Any, *given: Any) -> Any:
    """Run a function that reads or writes the store on a thread, from an `async` door."""
    return await anyio.to_thread.run_sync(work, *given, limiter=service.writers)
