"""From the recipe to votes to labels to what is published, on real sounds and real boxes, on both databases."""

import json
import random
import re
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pyarrow.parquet as pq
import pytest
from tests.app.conftest import Served
from tests.app.desk import new_uuid
from tests.store.votes.conftest import postgres  # noqa: F401  (a fixture)

import datastork as ds
from datastork.engine.voting.exporting import export_votes
from datastork.engine.voting.importing import import_votes

pytestmark = pytest.mark.real

SOUNDS = """
[dataset]
name    = "esc"
task    = "audio-classification"
license = "CC-BY-4.0"
labels  = ["Dog bark", "Rain", "Rooster"]

[label]
overlap = 3
gold    = 0.0
repeat  = 0.0
[[label.question]]
ask = "What do you hear?"

[[step]]
use  = "collect.files"
path = "raw/*"

[[step]]
use = "label.resolve"

[[step]]
use = "measure.agreement"

[[publish]]
use = "publish.folder"
to  = "out"
"""
BOXES = """
[dataset]
name    = "street"
task    = "object-detection"
license = "CC-BY-4.0"

[label]
overlap = 3
gold    = 0.0
repeat  = 0.0
[[label.question]]
classes = "classes.txt"

[[step]]
use  = "collect.files"
path = "images/*"

[[step]]
use = "label.resolve"

[[step]]
use = "measure.agreement"

[[publish]]
use = "publish.huggingface"
to  = "out"
"""
Serve = Callable[..., Served]


def tasks_of(client: httpx.Client, path: str = "/api/next") -> Iterator[dict[str, Any]]:
    """Yield tasks until there are none; waits while the samples are made ready."""
    deadline = time.monotonic() + 600
    while time.monotonic() < deadline:
        asked = client.get(path, params={"count": 5}) if "adjudicate" in path else client.post(path, json={"count": 5})
        assert asked.status_code == 200, asked.text
        told = asked.json()
        if told["tasks"]:
            yield from told["tasks"]
        elif told.get("why") == "preparing":
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"tasks without an end at {path}")


def vote(client: httpx.Client, task: dict[str, Any], value: Any, **more: Any) -> None:
    given = {"uuid": new_uuid(), "item": task["item"], "answers": {"label": {"value": value}}, "seconds": 2.0}
    given |= {"created_at": "2026-01-31T08:00:00Z", "schema_version": 1, "device": "desktop", "repeat": task["repeat"]}
    answer = client.post("/api/votes", json={"submissions": [given | more]}).json()
    assert answer["saved"] == [given["uuid"]], answer


def address(where: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have votes kept in SQLite, or in a PostgreSQL of this test."""
    if where == "postgresql":
        monkeypatch.setenv("DATASTORK_VOTES", request.getfixturevalue("postgres") + f"?schema=real_{new_uuid()[:8]}")


@pytest.mark.parametrize("where", ["sqlite", "postgresql"])
def test_sounds_from_the_recipe_to_the_published_folder(
    tmp_path: Path, real_data: Path, serve: Serve, where: str, request: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    address(where, request, monkeypatch)
    truth = {}
    (tmp_path / "raw").mkdir()
    for folder in ("001 - Dog bark", "002 - Rain", "009 - Rooster"):
        for clip in sorted((real_data / "audio" / "esc10" / folder).glob("*.ogg"))[:6]:
            shutil.copy(clip, tmp_path / "raw")
            truth[clip.name] = folder.split(" - ")[1]
    (tmp_path / "stork.toml").write_text(SOUNDS, encoding="utf-8")
    dataset = ds.open(tmp_path)
    dataset.build()
    names = {row["id"]: truth[row["source"]["uri"].rpartition("/")[2]] for row in dataset.samples().to_pylist()}

    served = serve(tmp_path)
    owner = served.owner()
    ann, bob = served.person(owner, "Ann Zebedee"), served.person(owner, "Bob Zebedee")
    rev = served.person(owner, "Rev Zebedee", "reviewer")
    wrong = set(sorted(names)[:4])
    for client, errs in ((ann, set()), (bob, wrong)):
        for task in tasks_of(client):
            if task is not None:
                played = client.get(task["media"]["url"])
                assert played.status_code == 200
                assert played.content[:4] == b"OggS"
            vote(client, task, "Rain" if task["item"] in errs else names[task["item"]])
    split = {one for one in wrong if names[one] != "Rain"}
    for task in tasks_of(rev, "/api/adjudicate"):
        if task["item"] not in split:
            continue
        vote(rev, task, names[task["item"]], decides=True)
        split.discard(task["item"])
        if not split:
            break
    assert not split
    for client in (owner, ann, bob, rev):
        client.close()
    assert served.stop() == 0

    outcome = dataset.build()
    rows = dataset.samples().to_pylist()
    assert {row["id"]: row["label"] for row in rows} == names
    agreement = outcome.record["findings"]["measure.agreement"]["numbers"]
    assert agreement["agreement"] == pytest.approx(
        1 - len([one for one in wrong if names[one] != "Rain"]) / len(names), abs=1e-4
    )
    dataset.publish()
    out = tmp_path / "out"
    published = [row for path in out.rglob("metadata.parquet") for row in pq.read_table(path).to_pylist()]
    classes = ("Dog bark", "Rain", "Rooster")
    assert {row["id"]: classes[row["label"]] for row in published} == names
    assert not any(b"Zebedee" in path.read_bytes() for path in out.rglob("*") if path.is_file())


def test_boxes_of_two_annotators_become_one_and_travel_by_the_formats(
    tmp_path: Path, real_data: Path, serve: Serve
) -> None:
    coco = real_data / "detection" / "coco"
    (tmp_path / "images").mkdir()
    chosen = [path for path in sorted((coco / "images").iterdir()) if (coco / "boxes" / f"{path.stem}.txt").exists()][
        :8
    ]
    for path in chosen:
        shutil.copy(path, tmp_path / "images")
    names = re.findall(r"^  \d+: (.+)$", (coco / "classes.yaml").read_text(), re.MULTILINE)
    (tmp_path / "classes.txt").write_text("\n".join(names) + "\n", encoding="utf-8")
    (tmp_path / "stork.toml").write_text(BOXES, encoding="utf-8")
    dataset = ds.open(tmp_path)
    dataset.build()
    samples = {row["id"]: row for row in dataset.samples().to_pylist()}
    truth = {}
    for sample, row in samples.items():
        lines = (coco / "boxes" / f"{Path(row['source']['uri']).stem}.txt").read_text().split("\n")
        truth[sample] = [box(line, row["width"], row["height"], names) for line in lines if line.strip()]

    served = serve(tmp_path)
    owner = served.owner()
    chance = random.Random(5)
    for name in ("ann", "bob", "cy"):
        client = served.person(owner, name)
        for task in tasks_of(client):
            media = task["media"]
            marked = [jittered(one, chance, media["width"], media["height"]) for one in truth[task["item"]]]
            vote(client, task, marked)
        client.close()
    owner.close()
    assert served.stop() == 0

    dataset.build()
    found = {row["id"]: row["boxes"] for row in dataset.samples().to_pylist()}
    large = [
        (sample, one) for sample, boxes in truth.items() for one in boxes if min(one["width"], one["height"]) >= 24
    ]
    hit = sum(any(iou(one, other) > 0.8 and one["label"] == other["label"] for other in found[at]) for at, one in large)
    assert hit >= 0.9 * len(large)
    dataset.publish()
    [parquet] = (tmp_path / "out" / "data").glob("*.parquet")
    assert {row["id"]: len(row["boxes"]) for row in pq.read_table(parquet).to_pylist()} == {
        sample: len(boxes) for sample, boxes in found.items()
    }
    for form, name in (
        ("label-studio", "tasks.json"),
        ("coco", "coco.json"),
        ("cvat", "cvat.xml"),
        ("jsonl", "v.jsonl"),
    ):
        written = export_votes(dataset.home, tmp_path / name, format=form)
        assert written.count == len(samples), form
        done = import_votes(dataset.home, tmp_path / name, format=form)
        assert not done.refused, (form, done.told)
    assert len(json.loads((tmp_path / "coco.json").read_text())["images"]) == len(samples)


def box(line: str, width: int, height: int, names: list[str]) -> dict[str, Any]:
    """Return a line of YOLO as a box in pixels."""
    number, *rest = line.split()
    cx, cy, w, h = (float(one) for one in rest)
    left, top = max(0.0, (cx - w / 2) * width), max(0.0, (cy - h / 2) * height)
    right, bottom = min(width, (cx + w / 2) * width), min(height, (cy + h / 2) * height)
    return {"label": names[int(number)], "x": left, "y": top, "width": right - left, "height": bottom - top}


def jittered(one: dict[str, Any], chance: random.Random, width: int, height: int) -> dict[str, Any]:
    """Return a box as a careful person draws it: edges a pixel or two off."""
    left, top = (
        min(max(0.0, one[name] + chance.uniform(-1.5, 1.5)), size) for name, size in (("x", width), ("y", height))
    )
    right = min(float(width), max(left + 1, one["x"] + one["width"] + chance.uniform(-1.5, 1.5)))
    bottom = min(float(height), max(top + 1, one["y"] + one["height"] + chance.uniform(-1.5, 1.5)))
    left, top = min(left, right - 0.5), min(top, bottom - 0.5)
    return {"label": one["label"], "x": left, "y": top, "width": right - left, "height": bottom - top}


def iou(a: dict[str, Any], b: dict[str, Any]) -> float:
    """Return intersection over union of two upright boxes."""
    wide = min(a["x"] + a["width"], b["x"] + b["width"]) - max(a["x"], b["x"])
    high = min(a["y"] + a["height"], b["y"] + b["height"]) - max(a["y"], b["y"])
    common = max(0.0, wide) * max(0.0, high)
    return common / (a["width"] * a["height"] + b["width"] * b["height"] - common)
