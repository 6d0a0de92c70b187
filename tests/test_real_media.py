"""Recipes over real sounds and videos, from the files to what is published."""

import json
from pathlib import Path

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
import soundfile

import datastork as ds
from datastork.dataset import Dataset
from datastork.media.audio import Audio
from datastork.media.modality import modality

pytestmark = pytest.mark.real

RECIPE = """
[dataset]
name           = "real"
task           = "{task}"
license        = "CC-BY-4.0"
max_quarantine = 0.5

[[step]]
use   = "collect.files"
path  = {path}
{more}

[[step]]
use = "clean.exact_dup"

[[step]]
use = "clean.near_dup"

[[step]]
use = "label.resolve"

[[step]]
use = "split.grouped"

[[step]]
use = "measure.summary"

[[step]]
use = "measure.overlap"

[[publish]]
use = "publish.huggingface"
to  = "published"

[[publish]]
use = "publish.folder"
to  = "folder"
"""
FOLDERS = "label = 'folder'\nlabel_pattern = '^\\d+ - (?P<label>.+)$'"
DIGITS = "label_pattern = '^(?P<label>\\d)_'\ngroup_pattern = '_(?P<group>[a-z]+)_'"


def built(root: Path, task: str, paths: list[str], more: str) -> Dataset:
    (root / "stork.toml").write_text(RECIPE.format(task=task, path=json.dumps(paths), more=more))
    dataset = ds.open(root)
    dataset.build()
    dataset.report()
    dataset.publish()
    return dataset


def test_sounds_are_kept_labelled_and_published(real_data: Path, tmp_path: Path) -> None:
    dataset = built(tmp_path, "audio-classification", [f"{real_data}/audio/esc10/**/*.ogg"], FOLDERS)

    samples = dataset.samples()
    assert pc.unique(samples["state"]).to_pylist() == ["kept"]
    assert samples.num_rows == 120
    rows = dataset.frame().to_pydict()
    assert sorted(pc.unique(samples["label"]).to_pylist())[:3] == ["Baby cry", "Chainsaw", "Clock tick"]
    assert min(rows["seconds"]) == pytest.approx(5, abs=0.1)
    assert set(rows["rate"]) == {44_100}

    shards = [pq.read_table(path) for path in sorted((tmp_path / "published" / "data").glob("*.parquet"))]
    assert sum(table.num_rows for table in shards) == 120
    features = json.loads(shards[0].schema.metadata[b"huggingface"])["info"]["features"]
    assert features["audio"] == {"_type": "Audio"}
    assert features["label"]["_type"] == "ClassLabel"
    found = shards[0]["audio"][0].as_py()
    assert found["path"].endswith(".ogg")
    assert modality("audio").decode(found["bytes"]).frames > 0
    files = sorted((tmp_path / "folder").glob("*/*/*.ogg"))
    assert len(files) == 120
    assert soundfile.info(str(files[0])).samplerate == 44_100
    assert 'dtype: "audio"' in (tmp_path / "published" / "README.md").read_text()
    assert (tmp_path / "report.html").read_text().count("data:image/png") > 50


def test_copies_of_real_sounds_are_found(real_data: Path, tmp_path: Path) -> None:
    sounds = modality("audio")
    for path in sorted((real_data / "audio" / "esc10").glob("*/*.ogg"))[::10]:
        whole = sounds.decode(path.read_bytes())
        softer = (whole.samples[whole.rate // 3 :] / 3).astype(np.float32)
        (tmp_path / f"{path.stem} softer.flac").write_bytes(sounds.encode(Audio(softer, whole.rate)).data)
    paths = [f"{real_data}/audio/esc10/**/*.ogg", f"{tmp_path}/*.flac"]

    dataset = built(tmp_path, "audio-classification", paths, "label = 'folder'")

    dropped = [row for row in dataset.samples().to_pylist() if row["state"] == "dropped"]
    assert all(row["source"]["uri"].endswith(".flac") for row in dropped)
    assert len(dropped) >= 11  # of 12


def test_spoken_digits_take_label_and_speaker_from_their_names(real_data: Path, tmp_path: Path) -> None:
    dataset = built(tmp_path, "audio-classification", [f"{real_data}/audio/fsdd/recordings/*.wav"], DIGITS)

    rows = dataset.frame().to_pydict()
    assert len(rows["id"]) == 120
    assert set(rows["label"]) == set("0123456789")
    assert len(set(zip(rows["group"], rows["split"], strict=True))) == len(set(rows["group"])) == 6
    assert set(rows["rate"]) == {8000}


def test_videos_are_kept_and_what_is_none_is_told(real_data: Path, tmp_path: Path) -> None:
    dataset = built(tmp_path, "video-classification", [f"{real_data}/video/**/*"], "label = 'folder'")

    rows = dataset.samples().to_pylist()
    state = {row["source"]["uri"].rsplit("/", 1)[-1]: row["state"] for row in rows}
    assert state.pop("newtonscradle.gif") == "quarantined"
    copies = {name: state.pop(name) for name in ("carphone_distorted.mp4", "carphone_pristine.mp4")}
    assert sorted(copies.values()) == ["dropped", "kept"]
    assert set(state.values()) == {"kept"}
    assert len(state) == 4
    known = dataset.frame().to_pydict()
    assert {280, 36, 132, 250, 120} == set(known["frames"])
    assert len(list((tmp_path / "folder").glob("*/*/*.mp4"))) == 5
    assert 'dtype: "video"' in (tmp_path / "published" / "README.md").read_text()
