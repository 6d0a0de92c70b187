"""Captures: streamed to disk, sniffed, with consent; without place; once however often sent; taken back by a code."""

import io
import json
import os
import stat
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image as Pillow
from tests.app.desk import HEAD, Desk, new_uuid

from datastork.app.aside.media import photo
from datastork.app.capture import accept
from datastork.app.capture.sniff import MIME, sniff
from datastork.core.errors import DataError

Make = Callable[..., Desk]
GPS = 0x8825


def jpeg(seed: int = 0) -> bytes:
    """Return a photo that says where it was taken."""
    pixels = np.random.default_rng(seed).integers(0, 256, (32, 32, 3), dtype=np.uint8)
    exif = Pillow.Exif()
    exif[0x010F] = "A Phone"
    exif.get_ifd(GPS)[1] = "N"
    file = io.BytesIO()
    Pillow.fromarray(pixels).save(file, "JPEG", exif=exif)
    return file.getvalue()


@pytest.fixture
def app(desk: Make) -> Desk:
    made = desk()

    async def ask(what: str, request: dict[str, Any], **more: Any) -> tuple[dict[str, Any], bytes]:
        assert what == "photo"
        return photo(made.home, request, lambda told: None)

    made.service.media.ask = ask  # type: ignore[method-assign]
    return made


def send(app: Desk, data: bytes, who: str | None = "ada", **change: Any) -> Any:
    meta = {
        "uuid": new_uuid(),
        "class": "dog",
        "kind": "photo",
        "consent_version": accept.consent(app.service, "photo")["version"],
        "created_at": "2026-01-31T08:00:00Z",
        "device": "phone",
    } | change
    files = {"meta": (None, json.dumps(meta)), "file": ("../../x.php", data, "text/html")}
    return app.ask(who, "POST", "/api/capture", files=files)


def test_a_photo_is_kept_whole_and_collected_without_its_place(app: Desk) -> None:
    data = jpeg()
    found = send(app, data)
    assert found.status_code == 200, found.text
    assert len(found.json()["code"].split("-")) == 4
    [one] = app.store.captures.list()
    assert (one.annotator, one.class_, one.kind, one.mime) == ("ada", "dog", "photo", "image/jpeg")
    assert "CC0-1.0" in one.consent
    original = app.home.captured / "originals" / one.file
    copy = app.home.captured / one.file
    assert original.read_bytes() == data
    assert Pillow.open(io.BytesIO(copy.read_bytes())).getexif().get_ifd(GPS) == {}
    assert b"A Phone" not in copy.read_bytes()
    for path in (original, copy):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(app.home.captured.stat().st_mode) == 0o700
    assert sorted(os.listdir(app.home.captured / "originals")) == [one.file]  # nothing half-written is left


def test_sent_again_it_is_there_once_with_the_same_code(app: Desk) -> None:
    uuid, data = new_uuid(), jpeg()
    first, again = send(app, data, uuid=uuid).json(), send(app, data, uuid=uuid).json()
    assert first["code"] == again["code"]
    assert (first["new"], again["new"]) == (True, False)
    assert send(app, jpeg(1), uuid=uuid).status_code == 409
    assert len(app.store.captures.list()) == 1
    assert len(os.listdir(app.home.captured / "originals")) == 1


def test_taking_back_needs_the_code_alone(app: Desk) -> None:
    uuid, data = new_uuid(), jpeg()
    code = send(app, data, uuid=uuid).json()["code"]
    [one] = app.store.captures.list()
    assert app.ask(None, "POST", "/api/capture/withdraw", {"code": "AAAA-AAAA-AAAA-AAAA"}).status_code == 404
    assert app.good(None, "POST", "/api/capture/withdraw", {"code": code.lower().replace("-", " ")})["withdrawn"]
    assert app.store.captures.list() == []
    assert not (app.home.captured / one.file).exists()
    assert not (app.home.captured / "originals" / one.file).exists()
    assert app.good(None, "POST", "/api/capture/withdraw", {"code": code})["uuid"] == uuid
    send(app, data, uuid=uuid)  # a phone that did not hear of it sends it again
    assert app.store.captures.list() == []
    assert os.listdir(app.home.captured / "originals") == []
    for wrong in ("", "-", 5, "x" * 200):
        assert app.ask(None, "POST", "/api/capture/withdraw", {"code": wrong}).status_code in (404, 422)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"class": "wolf"}, "no class 'wolf'"),
        ({"class": 5}, "no class '5'"),
        ({"kind": "sound"}, "kind must be photo"),
        ({"kind": "film"}, "kind must be photo"),
        ({"consent_version": "old"}, "the consent text has changed"),
        ({"consent_version": None}, "the consent text has changed"),
        ({"uuid": "../../x"}, "uuid must be"),
        ({"device": "\x00"}, "device must be"),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_nothing(app: Desk, change: dict[str, Any], said: str) -> None:
    found = send(app, jpeg(), **change)
    assert (found.status_code, said in found.text) == (422, True), found.text
    assert os.listdir(app.home.captured / "originals") == []
    assert app.store.captures.list(withdrawn=True) == []


@pytest.mark.parametrize(
    "data", [b"", b"MZ not a photo", b"<svg onload=alert(1)>", b"\xff\xd8\xff cut short", b"RIFF....WAVEfmt "]
)
def test_only_photos_are_photos(app: Desk, data: bytes) -> None:
    assert send(app, data).status_code == 422
    assert os.listdir(app.home.captured / "originals") == []


def test_uploads_are_bounded_while_they_come_in(app: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accept, "LARGEST", {"photo": 1000, "sound": 1000})
    assert send(app, b"\xff\xd8\xff" + b"x" * 5000).status_code == 413
    assert os.listdir(app.home.captured / "originals") == []


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b"{}"),
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=b", b"--b\r\nnonsense"),
        (
            "multipart/form-data; boundary=b",
            b'--b\r\nContent-Disposition: form-data; name="file"\r\n\r\nx\r\n--b--\r\n',
        ),
        ("multipart/form-data; boundary=" + "b" * 300, b""),
    ],
)
def test_forms_that_are_none(app: Desk, kind: str, body: bytes) -> None:
    found = app.ask("ada", "POST", "/api/capture", content=body, headers={"content-type": kind})
    assert found.status_code == 422, found.text


def test_nobody_without_a_session_sends(app: Desk) -> None:
    assert send(app, jpeg(), who=None).status_code == 401
    assert not (app.home.captured).exists()


def test_what_is_wanted_most_comes_first(app: Desk) -> None:
    send(app, jpeg())
    told = app.good("ada", "GET", "/api/capture")
    assert [one["class"] for one in told["prompts"]] == ["cat", "fox", "dog"]
    assert told["kinds"] == ["photo"]
    assert told["limits"]["photo"] > 1_000_000
    assert app.service.facts.name in told["consent"]["text"]


def test_recordings_are_sounds(desk: Make) -> None:
    pytest.importorskip("soundfile")
    app = desk("", head=HEAD.replace("image-classification", "audio-classification"))

    async def ask(what: str, request: dict[str, Any], **more: Any) -> tuple[dict[str, Any], bytes]:
        return photo(app.home, request, lambda told: None)

    app.service.media.ask = ask  # type: ignore[method-assign]
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(8000)
        out.writeframes(np.zeros(4000, np.int16).tobytes())
    version = accept.consent(app.service, "sound")["version"]
    found = send(app, file.getvalue(), kind="sound", consent_version=version)
    assert found.status_code == 200, found.text
    [one] = app.store.captures.list()
    assert (one.mime, one.seconds) == ("audio/wav", 0.5)
    assert send(app, jpeg(), kind="sound", consent_version=version).status_code == 422


def test_every_known_form_is_told_by_its_first_bytes() -> None:
    heads = {
        "jpeg": b"\xff\xd8\xff\xe0",
        "png": b"\x89PNG\r\n\x1a\n",
        "webp": b"RIFF\0\0\0\0WEBPVP8 ",
        "heic": b"\0\0\0\x18ftypheic",
        "webm": b"\x1a\x45\xdf\xa3",
        "ogg": b"OggS\0",
        "m4a": b"\0\0\0\x1cftypM4A ",
        "wav": b"RIFF\0\0\0\0WAVE",
        "mp3": b"ID3\x04",
    }
    assert set(heads) == set(MIME)
    for name, head in heads.items():
        assert sniff(head + bytes(100)) == name
    assert sniff(b"\xff\xfb\x90\x64") == "mp3"
    with pytest.raises(DataError, match="no photo and no recording"):
        sniff(b"GIF89a")


def test_the_key_of_the_codes_is_made_once(tmp_path: Path) -> None:
    first = accept._key(tmp_path / "codes.key")
    assert accept._key(tmp_path / "codes.key") == first
    assert stat.S_IMODE((tmp_path / "codes.key").stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == ["codes.key"]
