"""The media of samples, out of the cache where it is there, else by the helper that puts it there."""

import asyncio
import contextlib
import os
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import anyio.to_thread

from datastork.app.door import Call, Door
from datastork.app.files.ranges import Ranged
from datastork.app.security.answers import Refused, not_found
from datastork.app.security.rates import MEDIA
from datastork.core.errors import DatastorkError
from datastork.core.hashing import key_of

if TYPE_CHECKING:
    from datastork.app.service import Service

HEAD = 64  # bytes before the content of a cached file: its media type, filled up with spaces
FOREVER = "private, max-age=31536000, immutable"
SECONDS = 30.0  # that one piece of media may take
SIZES = (64, 128, 256, 512, 1024)  # of previews: few, so that the cache holds few of each
TOUCH = 3600.0  # seconds after which the use of a cached file is noted again


async def media(service: "Service", call: Call) -> Ranged:
    """Return the media of a sample as browsers show it."""
    return await give(service, call, "media", {})


async def thumb(service: "Service", call: Call) -> Ranged:
    """Return a small picture of a sample, or the beginning of its text."""
    wanted = call.whole("size", 256, 1, 4096)
    return await give(service, call, "thumb", {"size": next((one for one in SIZES if one >= wanted), SIZES[-1])})


async def peaks(service: "Service", call: Call) -> Ranged:
    """Return the outline of a sound."""
    return await give(service, call, "peaks", {"per_second": call.whole("per_second", 100, 1, 1000)}, {"audio"})


async def spectrogram(service: "Service", call: Call) -> Ranged:
    """Return a spectrogram of a sound as PNG."""
    scale = call.query("scale", "mel")
    if scale not in ("mel", "linear"):
        raise Refused(422, f"scale is mel or linear, not {scale[:40]!r}")
    settings: dict[str, Any] = {
        "width": call.whole("width", 1000, 16, 4096),
        "height": call.whole("height", 200, 16, 1024),
        "scale": scale,
    }
    for name, low, high in (("start", 0.0, 86_400.0), ("end", 0.0, 86_400.0), ("low", 0.0, 1e6), ("high", 1.0, 1e6)):
        if call.query(name):
            settings[name] = call.number(name, 0.0, low, high)
    if settings.get("end", 86_400.0) <= settings.get("start", 0.0):
        raise Refused(422, "end must lie behind start")
    return await give(service, call, "spectrogram", settings, {"audio"})


async def times(service: "Service", call: Call) -> Ranged:
    """Return when each frame of a video is shown."""
    return await give(service, call, "times", {}, {"video"})


async def frame(service: "Service", call: Call) -> Ranged:
    """Return one frame of a video as JPEG."""
    number = call.part("number").removesuffix(".jpg")
    if not (number.isascii() and number.isdigit() and len(number) <= 9):
        raise not_found("frames are numbered from 0", "such as frame/0.jpg")
    return await give(service, call, "frame", {"frame": int(number)}, {"video"})


async def give(
    service: "Service", call: Call, form: str, settings: dict[str, Any], only: set[str] | None = None
) -> Ranged:
    """Return one form of the media of the sample in the path."""
    sample = call.part("sample")
    held = await anyio.to_thread.run_sync(service.media_of, call.query("in") or sample, limiter=service.readers)
    if held is not None and "pair" in held:
        held = next((one["media"] for one in held["pair"] if one["sample"] == sample), None)
    if held is None:
        raise not_found("there is no such sample to be labelled")
    kind = held.get("modality") or ""
    if only is not None and kind not in only:
        raise not_found(f"{kind or 'these'} samples have no {form}")
    place = [held.get("pass"), held.get("row")]
    if place[0] is None:
        raise not_found("the media of this sample is not stored")
    name = name_of(place, kind, form, settings)
    path = str(service.cache / name)
    mime = await anyio.to_thread.run_sync(cached, path)
    if mime is None:
        request = {"place": place, "modality": kind, "form": form, "to": name, **settings}
        await made(service, name, request)
        mime = await anyio.to_thread.run_sync(cached, path)
        if mime is None:
            raise not_found("the media of this sample cannot be shown")
    return Ranged(call.request, path, skip=HEAD, mime=mime, tag=name, cache=FOREVER)


def name_of(place: list[Any], kind: str, form: str, settings: dict[str, Any]) -> str:
    """Return what one form of media is called in the cache."""
    key = key_of(place, kind, form, settings, length=32)
    return f"{key[:2]}/{key}"


def ahead(service: "Service", media: Mapping[str, Any]) -> None:
    """Have media made ready that somebody will ask for in a moment; what goes wrong is told when it is asked for."""
    kind, place = media.get("modality"), [media.get("pass"), media.get("row")]
    if kind not in ("image", "audio", "video") or place[0] is None:
        return
    name = name_of(place, kind, "media", {})
    if name in service.making or os.path.exists(service.cache / name):
        return

    async def work() -> None:
        with contextlib.suppress(DatastorkError):
            await made(service, name, {"place": place, "modality": kind, "form": "media", "to": name})

    task = asyncio.ensure_future(work())
    service.tasks.add(task)
    task.add_done_callback(service.tasks.discard)


async def made(service: "Service", name: str, request: dict[str, Any]) -> None:
    """Have the helper make a file of the cache; those who ask for the same wait for the same."""
    running = service.making.get(name)
    if running is None:
        running = asyncio.ensure_future(service.media.ask("show", request, seconds=SECONDS))
        service.making[name] = running
        running.add_done_callback(lambda _: service.making.pop(name, None))
    await asyncio.shield(running)


def cached(path: str) -> str | None:
    """Return the media type of a cached file, or None where there is none yet; notes that it is used."""
    try:
        with open(path, "rb") as file:
            mime = file.read(HEAD).decode("ascii").strip()
            seen = os.fstat(file.fileno())
        if time.time() - seen.st_mtime > TOUCH:
            os.utime(path)
    except (FileNotFoundError, UnicodeDecodeError):
        return None
    return mime or None


DOORS = (
    Door("GET", "/media/{sample}", media, rate=MEDIA),
    Door("GET", "/media/{sample}/thumb", thumb, rate=MEDIA),
    Door("GET", "/media/{sample}/peaks", peaks, rate=MEDIA),
    Door("GET", "/media/{sample}/spectrogram.png", spectrogram, rate=MEDIA),
    Door("GET", "/media/{sample}/times", times, rate=MEDIA),
    Door("GET", "/media/{sample}/frame/{number}", frame, rate=MEDIA),
)
