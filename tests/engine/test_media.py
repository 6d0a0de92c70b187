"""Builds over sounds and videos: what is none goes to quarantine, a missing package stops the build, labels follow."""

import io
import sys
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile

import datastork as ds
from datastork.core.errors import BuildError, RecipeError

RECIPE = """
[dataset]
name           = "mixed"
task           = "{task}"
max_quarantine = 0.6
{more}

[[step]]
use   = "collect.files"
path  = "raw/**/*"
label = "folder"

[[step]]
use = "clean.near_dup"

[[step]]
use = "label.resolve"
"""


def put_sound(path: Path, seed: int, **how: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    soundfile.write(path, (0.1 * rng.standard_normal(8000)).astype(np.float32), 8000, **how)


def put_video(path: Path, seed: int) -> None:
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as file:
        stream = file.add_stream("mpeg4", rate=10, width=64, height=48, pix_fmt="yuv420p")
        coarse = np.random.default_rng(seed).integers(0, 255, (6, 8, 3))
        pixels = np.kron(coarse, np.ones((8, 8, 1))).astype(np.uint8)
        for shift in range(6):
            file.mux(stream.encode(av.VideoFrame.from_ndarray(np.roll(pixels, shift, axis=1), format="rgb24")))
        file.mux(stream.encode(None))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(out.getvalue())


def mixed(root: Path, task: str, more: str = "") -> ds.Dataset:
    put_sound(root / "raw/dog/one.wav", 1)
    put_sound(root / "raw/dog/two.flac", 2)
    put_sound(root / "raw/rain/three.ogg", 3)
    put_video(root / "raw/dog/one.mp4", 4)
    put_video(root / "raw/rain/two.mp4", 5)
    (root / "raw/rain/note.txt").write_text("No sound.")
    whole = (root / "raw/dog/one.wav").read_bytes()
    (root / "raw/rain/cut.wav").write_bytes(whole[:5000])
    (root / "stork.toml").write_text(RECIPE.format(task=task, more=more))
    return ds.open(root)


def told(dataset: ds.Dataset) -> dict[str, tuple[str, str | None]]:
    rows = dataset.samples().to_pylist()
    return {row["source"]["uri"].removeprefix("raw/"): (row["state"], row["label"]) for row in rows}


def test_of_mixed_folders_sounds_are_kept(tmp_path: Path) -> None:
    dataset = mixed(tmp_path, "audio-classification")
    dataset.build()
    found = told(dataset)
    assert {name for name, (state, _) in found.items() if state == "quarantined"} == {
        *("dog/one.mp4", "rain/two.mp4", "rain/note.txt", "rain/cut.wav"),
    }
    assert found["dog/one.wav"] == ("kept", "dog")
    assert found["rain/three.ogg"] == ("kept", "rain")
    errors = [row["error"]["message"] for row in dataset.samples().to_pylist() if row["error"]]
    assert any("cut short" in error for error in errors)
    assert any("is a video" in error for error in errors)


@pytest.mark.parametrize(("task", "more"), [("video-classification", ""), ("other", 'modality = "video"')])
def test_of_mixed_folders_videos_are_kept(task: str, more: str, tmp_path: Path) -> None:
    dataset = mixed(tmp_path, task, more)
    (tmp_path / "stork.toml").write_text((tmp_path / "stork.toml").read_text().replace("0.6", "0.9"))
    dataset.build()
    kept = {name: label for name, (state, label) in told(dataset).items() if state == "kept"}
    assert kept == {"dog/one.mp4": "dog", "rain/two.mp4": "rain"}
    assert dataset.frame().to_pydict()["frames"] == [6, 6]


def test_a_build_without_the_package_stops_with_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = mixed(tmp_path, "audio-classification")
    monkeypatch.setitem(sys.modules, "soundfile", None)
    with pytest.raises(BuildError, match=r"^reading sound needs soundfile: pip install 'datastork\[audio\]'"):
        dataset.build()


def test_stored_sounds_are_the_files_that_came(tmp_path: Path) -> None:
    from datastork.store.media import read_media

    dataset = mixed(tmp_path, "audio-classification")
    dataset.build()
    rows = [row for row in dataset.samples().to_pylist() if row["state"] == "kept"]
    assert len(rows) == 3
    samples = dataset.samples()
    stored = read_media(
        dataset.home, samples.filter(samples["state"].combine_chunks().cast("string").to_numpy(False) == "kept")
    )
    truth = {(tmp_path / row["source"]["uri"]).read_bytes() for row in rows}
    assert set(stored) == truth


def test_a_modality_there_is_not_is_told(tmp_path: Path) -> None:
    (tmp_path / "stork.toml").write_text(RECIPE.format(task="other", more='modality = "smell"'))
    with pytest.raises(RecipeError, match="modality"):
        ds.open(tmp_path).build()
