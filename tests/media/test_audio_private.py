"""What tells about whom and where a sound was recorded goes; the sound stays, sample for sample."""

import numpy as np
import pytest
from sound_files import PRIVATE, chunk, every_format, phone, song, tagged, wav_with

from datastork.core.errors import DataError
from datastork.media.audio.modality import MODALITY

FORMATS = every_format()
TAGGED = {
    "wav": ("WAV", "PCM_16"),
    "flac": ("FLAC", "PCM_16"),
    "ogg": ("OGG", "VORBIS"),
    "opus": ("OGG", "OPUS"),
    "mp3": ("MP3", "MPEG_LAYER_III"),
    "aiff": ("AIFF", "PCM_16"),
    "caf": ("CAF", "PCM_16"),
}


@pytest.mark.parametrize("name", TAGGED)
def test_tags_go_and_the_sound_stays(name: str) -> None:
    data = tagged(song(channels=2), 16_000, *TAGGED[name])
    told = [word for word in PRIVATE if word.encode() in data]
    assert told, "the file has no tags to take out"

    clean = MODALITY.strip_private(data)

    assert not [word for word in PRIVATE if word.encode() in clean]
    assert np.array_equal(MODALITY.decode(clean).samples, MODALITY.decode(data).samples)
    again = MODALITY.strip_private(clean)
    assert MODALITY.strip_private(again) == again


@pytest.mark.parametrize(("container", "codec"), [("ipod", "aac"), ("webm", "libopus"), ("matroska", "libopus")])
def test_tags_of_phones_go_and_nothing_moves(container: str, codec: str) -> None:
    tags = dict(zip(("title", "artist", "comment"), PRIVATE, strict=True), creation_time="2026-05-04T03:02:01")
    data = phone(song(48_000), 48_000, container, codec, **tags)
    assert PRIVATE[0].encode() in data

    clean = MODALITY.strip_private(data)

    assert len(clean) == len(data)
    assert not [word for word in (*PRIVATE, "2026", "Lavf") if word.encode() in clean]
    assert np.array_equal(MODALITY.decode(clean).samples, MODALITY.decode(data).samples)
    assert MODALITY.strip_private(clean) == clean


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_keeps_its_sound(name: str) -> None:
    before = MODALITY.decode(FORMATS[name])
    after = MODALITY.decode(MODALITY.strip_private(FORMATS[name]))
    assert after.rate == before.rate
    assert np.array_equal(after.samples, before.samples)


def test_frames_of_sound_stay_byte_for_byte() -> None:
    frames = FORMATS["mp3"]
    around = (
        b"ID3\x04\x00\x00\x00\x00\x00\x10" + b"TPE1 me".ljust(16, b"\0") + frames + b"TAG" + b"me".ljust(125, b"\0")
    )
    assert MODALITY.strip_private(around) == frames


def test_broadcast_notes_and_unknown_parts_of_a_wav_go() -> None:
    notes = chunk(b"bext", b"Ada Lovelace".ljust(602, b"\0")) + chunk(b"iXML", b"<SN-4711>") + chunk(b"cue ", bytes(4))
    clean = MODALITY.strip_private(wav_with(notes))
    assert clean == wav_with(chunk(b"cue ", bytes(4)))


def test_a_long_comment_over_several_pages_goes() -> None:
    from datastork.media.containers import ogg

    data = FORMATS["ogg"]
    long = b"\x03vorbis" + (0).to_bytes(4, "little") + (1).to_bytes(4, "little")
    long += (150_000).to_bytes(4, "little") + b"COMMENT=Lisbon".ljust(150_000, b" ") + b"\x01"
    told = ogg.with_packet(data, 1, long, 3)
    assert len(list(ogg.pages(told))) > len(list(ogg.pages(data)))
    assert np.array_equal(MODALITY.decode(told).samples, MODALITY.decode(data).samples)
    assert MODALITY.strip_private(told) == MODALITY.strip_private(data)


@pytest.mark.parametrize("name", ["wav", "flac", "ogg", "mp3", "aiff", "m4a", "webm"])
def test_a_damaged_file_is_not_stripped(name: str) -> None:
    with pytest.raises(DataError, match=r"cut short|damaged"):
        MODALITY.strip_private(FORMATS[name][: len(FORMATS[name]) // 2 if name != "flac" else 30])
