"""Media: as browsers show it, in ranges, made in a helper; one bad sample costs one answer."""

import asyncio
import io
import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Pillow
from tests.app.conftest import images, texts
from tests.app.desk import Desk

from datastork.app.aside import media
from datastork.app.aside.client import Aside
from datastork.app.aside.media import _bound, _image
from datastork.app.aside.samples import synchronise
from datastork.app.files.media import name_of
from datastork.app.files.ranges import span
from datastork.core.errors import DataError, NotFoundError
from datastork.store.home import Home

Make = Callable[..., Desk]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Return a built dataset of four pictures, one of them a TIFF."""
    root = tmp_path_factory.mktemp("media") / "pets"
    return Home(images(root, 4))


class Shown(Desk):
    """A desk on a built dataset, with the samples in its queue."""

    def __init__(self, home: Home) -> None:
        super().__init__(home.root, "", [], head=home.recipe.read_text(), helpers=True)
        synchronise(home, {}, lambda told: None)


@pytest.fixture(scope="module")
def app(built: Home) -> Iterator[Shown]:
    made = Shown(built)
    yield made
    made.close()


def item(app: Desk) -> str:
    with app.store.base.read() as connection:
        return str(connection.exec_driver_sql("SELECT sample FROM items ORDER BY place LIMIT 1").scalar())


def test_media_is_the_file_and_never_changes(app: Shown) -> None:
    found = app.ask("ada", "GET", f"/media/{item(app)}")
    assert (found.status_code, found.headers["content-type"]) == (200, "image/png")
    assert found.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert found.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert Pillow.open(io.BytesIO(found.content)).size == (48, 48)
    tag = {"if-none-match": found.headers["etag"]}
    assert app.ask("ada", "GET", f"/media/{item(app)}", headers=tag).status_code == 304
    head = app.ask("ada", "HEAD", f"/media/{item(app)}")
    assert (head.content, head.headers["content-length"]) == (b"", found.headers["content-length"])


def test_parts_of_it_can_be_asked_for(app: Shown) -> None:
    path = f"/media/{item(app)}"
    whole = app.ask("ada", "GET", path).content
    size = len(whole)
    for asked, first, end in (("0-9", 0, 10), ("10-", 10, size), ("-7", size - 7, size), (f"5-{size * 2}", 5, size)):
        part = app.ask("ada", "GET", path, headers={"range": f"bytes={asked}"})
        assert (part.status_code, part.content) == (206, whole[first:end]), asked
        assert part.headers["content-range"] == f"bytes {first}-{end - 1}/{size}"
    beyond = app.ask("ada", "GET", path, headers={"range": f"bytes={size}-"})
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{size}")
    for odd in ("bytes=9-3", "items=0-1", "bytes=0-1,5-6", "bytes=-", "bytes=x-"):
        assert app.ask("ada", "GET", path, headers={"range": odd}).status_code == 200
    stale = app.ask("ada", "GET", path, headers={"range": "bytes=0-9", "if-range": '"other"'})
    assert (stale.status_code, stale.content) == (200, whole)


@given(st.text(max_size=30), st.integers(0, 1000))
def test_no_range_reaches_beyond_the_file(header: str, size: int) -> None:
    try:
        found = span(f"bytes={header}", size)
    except ValueError:
        return
    assert found is None or 0 <= found[0] < found[1] <= size


def test_small_pictures_come_in_few_sizes(app: Shown) -> None:
    sizes = set()
    for size in (1, 60, 64, 4096):
        found = app.ask("ada", "GET", f"/media/{item(app)}/thumb?size={size}")
        assert found.status_code == 200, found.text
        sizes.add(Pillow.open(io.BytesIO(found.content)).size)
    assert sizes == {(48, 48)}  # never larger than they are
    for size in ("0", "5000", "x", "1.5", "nan"):
        assert app.ask("ada", "GET", f"/media/{item(app)}/thumb?size={size}").status_code == 422


@pytest.mark.parametrize("what", ["peaks", "spectrogram.png", "times", "frame/0.jpg"])
def test_a_picture_has_no_sound(app: Shown, what: str) -> None:
    assert app.ask("ada", "GET", f"/media/{item(app)}/{what}").status_code == 404


@pytest.mark.parametrize("sample", ["none", "%2e%2e%2fvotes.sqlite", "a%00b", "x" * 600])
def test_what_is_no_sample_has_no_media(app: Shown, sample: str) -> None:
    assert app.ask("ada", "GET", f"/media/{sample}").status_code == 404


def picture(form: str, array: Any) -> bytes:
    file = io.BytesIO()
    Pillow.fromarray(array).save(file, form)
    return file.getvalue()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF", "BMP"])
def test_what_browsers_draw_goes_as_it_is(form: str) -> None:
    data = picture(form, np.full((5, 7, 3), 99, np.uint8))
    assert _image(data) == (data, f"image/{form.lower()}")


def test_what_they_do_not_draw_becomes_png_with_every_pixel() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (30, 40, 3), dtype=np.uint8)
    made, mime = _image(picture("TIFF", pixels))
    assert mime == "image/png"
    assert np.array_equal(np.asarray(Pillow.open(io.BytesIO(made))), pixels)
    deep, mime = _image(picture("PNG", np.arange(12, dtype=np.uint16).reshape(3, 4) * 5000))
    assert mime == "image/png"
    assert Pillow.open(io.BytesIO(deep)).mode == "L"


def test_the_cache_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media, "_written", 0)
    for number in range(10):
        path = tmp_path / f"{number:02}" / "x"
        path.parent.mkdir()
        path.write_bytes(b"x" * 100)
        os.utime(path, (number, number))
    _bound(tmp_path, limit=450)
    left = sorted(path.parent.name for path in tmp_path.rglob("x"))
    assert left == ["06", "07", "08", "09"]  # the oldest went


def test_long_texts_are_read_when_they_are_shown(tmp_path: Path) -> None:
    long = "word " * 2000
    home = Home(texts(tmp_path / "messages", [long, "short"]))
    app = Shown(home)
    try:
        tasks = app.next("ada", 2)
        assert sorted(len(task["media"]["text"]) for task in tasks) == [5, len(long.strip())] or sorted(
            task["media"]["text"].strip() for task in tasks
        ) == ["short", long.strip()]
    finally:
        app.close()


async def until_idle(helper: Aside) -> None:
    deadline = time.monotonic() + 180
    while helper.pid is not None:
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)


def test_a_helper_that_dies_is_started_again_and_innocents_are_answered(built: Home, app: Shown) -> None:
    held = app.service.media_of(item(app))
    assert held is not None
    place = [held["pass"], held["row"]]
    request = {"place": place, "modality": "image", "form": "media", "to": "zz/one"}

    async def work() -> None:
        helper = Aside(built.root, "media")
        try:
            await helper.ask("show", request, seconds=60)
            first = helper.pid
            assert first is not None
            os.kill(first, signal.SIGSTOP)  # it answers none of them before it dies
            asking = [asyncio.ensure_future(helper.ask("show", request, seconds=60)) for _ in range(4)]
            await asyncio.sleep(0)
            os.kill(first, signal.SIGKILL)
            answers = await asyncio.gather(*asking)
            assert [answer["mime"] for answer, _ in answers] == ["image/png"] * 4
            assert helper.pid != first
            with pytest.raises(NotFoundError, match="no longer there"):
                await helper.ask("show", request | {"place": ["gone", 0]}, seconds=60)
            with pytest.raises(DataError, match="took more than 0 seconds"):
                await helper.ask("show", request, seconds=0)
            await until_idle(helper)
            answer, _ = await helper.ask("show", request, seconds=60)
            assert answer["mime"] == "image/png"
        finally:
            await helper.stop()
        assert helper.pid is None

    asyncio.run(work())


def test_a_helper_ends_when_it_is_idle(built: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("datastork.app.aside.client.IDLE", 0.05)

    async def work() -> None:
        helper = Aside(built.root, "media")
        with pytest.raises(NotFoundError):
            await helper.ask("texts", {"places": [["gone", 0]], "modality": "image"}, seconds=60)
        await until_idle(helper)
        await helper.stop()

    asyncio.run(work())


@pytest.mark.real
def test_sounds_have_peaks_and_spectrograms(real_data: Path) -> None:
    clip = next((real_data / "audio" / "esc10").rglob("*.ogg")).read_bytes()
    made, mime = media._whole(clip, "audio")
    assert (made, mime) == (clip, "audio/ogg")
    told, _ = media._peaks(clip, "audio", {"per_second": 50})
    head, _, pairs = told.partition(b"\n")
    facts = json.loads(head)
    assert facts["bins"] == pytest.approx(250, abs=2)
    assert len(pairs) == 2 * facts["bins"] * (1 if facts["channels"] == 1 else 1 + facts["channels"])
    png, mime = media._spectrogram(clip, "audio", {"width": 200, "height": 64, "scale": "mel"})
    assert (mime, Pillow.open(io.BytesIO(png)).size) == ("image/png", (200, 64))


@pytest.mark.real
def test_films_have_times_and_frames(real_data: Path) -> None:
    clip = min((real_data / "video").rglob("*.mp4")).read_bytes()
    told = json.loads(media._times(clip, "video", {})[0])
    assert told["times"] == sorted(told["times"])
    assert told["fps"] > 1
    jpeg, mime = media._frame(clip, "video", {"frame": 1})
    assert mime == "image/jpeg"
    assert jpeg.startswith(b"\xff\xd8")


def test_media_of_a_task_is_ready_before_it_is_asked_for(app: Shown) -> None:
    app.service.media.end()
    for path in app.service.cache.rglob("*"):
        if path.is_file():
            path.unlink()
    [task] = app.next("bert")
    held = app.service.media_known(task["item"])
    name = name_of([held["pass"], held["row"]], "image", "media", {})
    deadline = time.monotonic() + 180
    while not (app.service.cache / name).exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)
