"""Sounds and videos are published as the Hugging Face Hub reads them, without what they should not tell."""

import hashlib
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import soundfile

from datastork.core.errors import RecipeError
from datastork.media.modality import modality
from datastork.publish.folder import folder
from datastork.publish.huggingface import huggingface
from datastork.store.release import Release

Stored = Callable[..., Release]


def sound(number: int, form: str) -> bytes:
    """A sound that says who recorded it."""
    out = io.BytesIO()
    kind = {"WAV": "PCM_16", "OGG": "VORBIS", "FLAC": "PCM_16"}[form]
    with soundfile.SoundFile(out, "w", 8000, 1, format=form, subtype=kind) as file:
        file.artist = "Ada Lovelace"
        file.write(np.random.default_rng(number).uniform(-0.5, 0.5, 4000))
    return out.getvalue()


def video(number: int, container: str) -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format=container) as file:
        file.metadata["artist"] = "Ada Lovelace"
        stream = file.add_stream("libx264" if container == "mp4" else "libvpx", rate=10, width=32, height=24)
        stream.pix_fmt = "yuv420p"
        for shade in range(5):
            pixels = np.full((24, 32, 3), 40 * shade + number, np.uint8)
            file.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        file.mux(stream.encode(None))
    return out.getvalue()


MADE: dict[str, tuple[Callable[[int, str], bytes], tuple[str, ...], dict[str, str]]] = {
    "audio": (sound, ("WAV", "OGG", "FLAC"), {"WAV": "wav", "OGG": "ogg", "FLAC": "flac"}),
    "video": (video, ("mp4", "webm"), {"mp4": "mp4", "webm": "webm"}),
}


@pytest.fixture(params=["audio", "video"])
def recorded(request: pytest.FixtureRequest, store: Stored, row: Callable[..., dict[str, Any]]) -> Release:
    make, forms, formats = MADE[request.param]
    rows = []
    for number in range(8):
        form = forms[number % len(forms)]
        split, label = ("train" if number < 6 else "test"), ("robin", "wren")[number % 2]
        more = {"media_modality": request.param, "uri": f"raw/{label}/take {number}", "seconds": 0.5}
        rows.append(row(make(number, form), label, split, **more) | {"format": formats[form]})
    return store(rows, {"name": "Songs", "task": f"{request.param}-classification", "license": "CC-BY-4.0"})


def kind_of(release: Release) -> str:
    return str(release.samples["media_modality"][0].as_py())


def test_parquet_holds_the_files_and_says_what_they_are(recorded: Release) -> None:
    kind = kind_of(recorded)
    place = Path(huggingface(recorded, to="out").place)
    stored = {
        row["id"]: data
        for row, (_, data) in zip(recorded.samples.to_pylist(), recorded.media(recorded.samples), strict=True)
    }
    for split, count in (("train", 6), ("test", 2)):
        table = pq.read_table(place / "data" / f"{split}-00000-of-00001.parquet")
        assert table.num_rows == count
        assert table.column_names[0] == kind
        assert table.schema.field(kind).type == pa.struct([("bytes", pa.binary()), ("path", pa.string())])
        features = json.loads(table.schema.metadata[b"huggingface"])["info"]["features"]
        assert features[kind] == {"_type": kind.capitalize()}
        for found in table.to_pylist():
            assert b"Ada Lovelace" not in found[kind]["bytes"]
            before, after = (modality(kind).decode(data) for data in (stored[found["id"]], found[kind]["bytes"]))
            assert modality(kind).describe(after) == modality(kind).describe(before)
            assert found[kind]["path"].rsplit(".")[-1] == after.source.format if kind == "audio" else after.format
    card = (place / "README.md").read_text()
    assert f'- name: "{kind}"\n      dtype: "{kind}"' in card
    assert f'- "{kind}-classification"' in card
    assert "was removed from 8 of 8 files" in card


def test_a_folder_holds_a_file_for_each(recorded: Release) -> None:
    kind = kind_of(recorded)
    place = Path(folder(recorded, to="out").place)
    names = pq.read_table(place / "train" / "metadata.parquet")["file_name"].to_pylist()
    assert len(names) == 6
    ends = {"audio": {"wav", "ogg", "flac"}, "video": {"mp4", "mkv"}}[kind]  # .webm is no video to `load_dataset`
    assert {name.rsplit(".")[-1] for name in names} == ends
    for name in names:
        data = (place / "train" / name).read_bytes()
        assert modality(kind).sniff(data[:512]) is not None
        assert b"Ada Lovelace" not in data
    assert ("One file for each sound" if kind == "audio" else "One file for each video") in (
        place / "README.md"
    ).read_text()


def test_tags_are_kept_where_that_is_wished(recorded: Release) -> None:
    place = Path(huggingface(recorded, to="out", gps=True).place)
    table = pq.read_table(place / "data" / "train-00000-of-00001.parquet")
    column = kind_of(recorded)
    assert all(b"Ada Lovelace" in found["bytes"] for found in table[column].to_pylist())


def test_the_same_release_gives_the_same_bytes(recorded: Release) -> None:
    def hashes(to: str) -> dict[str, str]:
        place = Path(huggingface(recorded, to=to).place)
        files = sorted(path for path in place.rglob("*") if path.is_file())
        return {str(path.relative_to(place)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}

    assert hashes("one") == hashes("two")


def test_sounds_and_images_are_not_published_together(
    store: Stored, row: Callable[..., dict[str, Any]], picture: Callable[..., bytes]
) -> None:
    rows = [row(picture(1)), row(sound(1, "WAV"), media_modality="audio") | {"format": "wav"}]
    with pytest.raises(RecipeError, match="audio and image cannot be published together"):
        huggingface(store(rows), to="out")


@pytest.mark.filterwarnings("ignore")  # those of the library
def test_datasets_reads_them(recorded: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    datasets = pytest.importorskip("datasets", reason="the library datasets is the oracle")
    kind = kind_of(recorded)
    feature = {"audio": datasets.Audio, "video": datasets.Video}[kind]
    place = huggingface(recorded, to="out").place
    loaded = datasets.load_dataset(place, cache_dir=str(tmp_path / "cache"))
    assert isinstance(loaded["train"].features[kind], feature)
    for found in loaded["train"].cast_column(kind, feature(decode=False)):  # decoding needs torch
        assert modality(kind).sniff(found[kind]["bytes"][:512]) is not None
