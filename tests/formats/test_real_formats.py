"""Formats on files that real tools wrote."""

import re
from pathlib import Path

import numpy as np
import pytest
from tests.formats.made import back, question, read

from datastork.consensus.structured import outlines, runs
from datastork.core.answers import problems_of
from datastork.core.questions import Question
from datastork.formats import catalog
from datastork.formats.format import Options
from datastork.formats.record import Annotated

pytestmark = pytest.mark.real


def media(sample: Annotated) -> dict[str, int | None]:
    return {"width": sample.width, "height": sample.height}


@pytest.mark.parametrize(("folder", "kind"), [("boxes", "boxes"), ("polygons", "polygons")])
def test_yolo_of_coco(real_data: Path, folder: str, kind: str) -> None:
    place = real_data / "detection/coco" / folder
    found, refused = read("yolo", place, [Question("q", kind)])  # type: ignore[arg-type]
    lines = sum(len(file.read_text().splitlines()) for file in place.glob("*.txt"))

    assert catalog.guess(place) == "yolo"
    # the polygons are numbered by COCO's own 90 categories, beside a list of 80 classes: what lies beyond is refused
    assert all(re.match(r"class (8\d|90) is not among the classes \(0 to 79\)", one.why) for one in refused)
    assert len(refused) == (0 if kind == "boxes" else 30)
    assert len(found) == 48
    assert all(re.fullmatch(r"\d+\.jpg", one.name) and one.width and one.height for one in found)
    assert sum(len(vote.value) for one in found for vote in one.votes) == lines - len(refused)
    assert not [p for one in found for v in one.votes for p in problems_of(Question("q", kind), v.value, media(one))]  # type: ignore[arg-type]
    assert [one.id for one in catalog.find("yolo").classes(place)][:3] == ["person", "bicycle", "car"]


def test_polygons_of_coco_lie_in_their_boxes(real_data: Path) -> None:
    boxes, _ = read("yolo", real_data / "detection/coco/boxes", [Question("q", "boxes")])
    polygons, _ = read("yolo", real_data / "detection/coco/polygons", [Question("q", "polygons")])
    same = within = 0
    for one, other in zip(boxes, polygons, strict=True):
        places = [(b["x"], b["y"], b["x"] + b["width"], b["y"] + b["height"]) for b in one.votes[0].value]
        for polygon in other.votes[0].value:
            xs, ys = zip(*polygon["points"], strict=True)
            around = (min(xs), min(ys), max(xs), max(ys))
            apart = [np.array(place) - around for place in places]
            same += any(np.abs(one).max() < 2 for one in apart)
            within += any(one[:2].max() < 2 and one[2:].min() > -2 for one in apart)

    count = sum(len(one.votes[0].value) for one in polygons)  # parts of an object are smaller than its box
    assert same >= 0.8 * count
    assert within >= 0.97 * count


def test_masks_of_coco_go_through_coco_and_label_studio(real_data: Path, tmp_path: Path) -> None:
    polygons, _ = read("yolo", real_data / "detection/coco/polygons", [Question("q", "polygons")])
    masks = []
    for one in polygons[:12]:
        value = [
            {"label": p["label"], **outlines.from_polygon(p["points"], one.height or 1, one.width or 1)}
            for p in one.votes[0].value
        ]
        cast = type(one.votes[0])(
            sample=one.name, question="q", annotator="x", value=value, uuid=one.name, created_at="2026-01-01T00:00:00Z"
        )
        masks.append(Annotated(one.name, (cast,), width=one.width, height=one.height))
    asked = [Question("q", "masks")]
    through, _ = back("coco", tmp_path / "a.json", masks, asked)
    again, written = back("label-studio", tmp_path / "b.json", through, asked)

    assert written.lost == {}
    for one, other in zip(masks, again, strict=True):
        key = lambda m: (m["label"], m["counts"])  # noqa: E731
        assert sorted(map(key, one.votes[0].value)) == sorted(map(key, other.votes[0].value))
        assert all(runs.area(m) >= 0 for m in other.votes[0].value)


@pytest.mark.parametrize(("folder", "count", "base"), [("bccd/BCCD", 364, 1), ("raccoon/annotations", 11, 1)])
def test_pascal_voc(real_data: Path, tmp_path: Path, folder: str, count: int, base: int) -> None:
    place = real_data / "detection" / folder
    found, refused = read("voc", place)
    annotated = [one for one in found if one.votes]
    files = list(place.rglob("*.xml"))

    assert catalog.guess(place) == "voc"
    assert refused == []
    assert len(annotated) == len(files)
    objects = sum(file.read_text().count("<object>") for file in files)
    assert sum(len(one.votes[0].value) for one in annotated) == objects
    assert {one.data.get("voc_base") for one in annotated} <= {0, 1}
    again, _ = back("voc", tmp_path / "set", annotated, [question("boxes")], Options(base=base))
    assert [one.votes[0].value for one in again] == [
        one.votes[0].value for one in sorted(annotated, key=lambda s: s.name)
    ]
    assert {one.split for one in found if not one.votes} <= {"train", "val", "trainval", "test"}


def test_every_way_between_the_formats_of_boxes_is_the_same(real_data: Path, tmp_path: Path) -> None:
    found, _ = read("voc", real_data / "detection/bccd/BCCD")
    given = [one for one in found if one.votes]
    sizes = {one.name: (one.width or 1, one.height or 1) for one in given}
    asked = [question("boxes")]
    plain = [[{k: v for k, v in b.items() if k != "attributes"} for b in one.votes[0].value] for one in given]
    for form in ("coco", "yolo", "voc", "cvat", "label-studio", "jsonl", "csv", "tsv", "doccano"):
        again, _ = back(form, tmp_path / form, given, asked, Options(sizes=sizes))
        by_name = {one.name: one for one in again}
        values = [by_name[one.name].votes[0].value for one in given]
        assert [[{k: v for k, v in b.items() if k != "attributes"} for b in one] for one in values] == plain, form


@pytest.mark.parametrize("name", ["TUD-Campus", "TUD-Stadtmitte"])
def test_motmetrics(real_data: Path, tmp_path: Path, name: str) -> None:
    file = real_data / "tracking/motmetrics/motmetrics/data" / name / "gt.txt"
    [sample], refused = read("mot", file, fps=25.0)
    rows = [line.split(",") for line in file.read_text().splitlines()]

    assert catalog.guess(file) == "mot"
    assert refused == []
    assert sample.name == name
    assert len(sample.votes[0].value) == len({row[1] for row in rows})
    seen = sum(not key["outside"] for one in sample.votes[0].value for key in one["keyframes"])
    assert seen == len(rows)
    again, written = back("mot", tmp_path / "set", [sample], [question("tracks")], Options(fps=25.0))
    assert again[0].votes[0].value == sample.votes[0].value
    assert written.lost == {}


def test_motmetrics_of_another_order(real_data: Path) -> None:
    [sample], refused = read("mot", real_data / "tracking/motmetrics/motmetrics/data/iotest/motchallenge.txt")

    assert refused == []
    assert sample.name == "motchallenge"
    assert sum(not key["outside"] for one in sample.votes[0].value for key in one["keyframes"]) == 5


def test_audacity_of_songs_and_nights(real_data: Path, tmp_path: Path) -> None:
    place = real_data / "audio/audacity_labels/tests/data_for_tests"
    songs, refused = read("audacity", place / "aud-seq/giraudon-et-al-2022/audacity-annotations")
    nights, refused_too = read("audacity", place / "aud-bbox")

    assert refused == refused_too == []
    assert len(songs) == len(list((place / "aud-seq").rglob("*.audacity.txt")))
    assert {"call", "SIL"} <= {event["label"] for one in songs for event in one.votes[0].value}
    assert all("low" in event and event["high"] > event["low"] for one in nights for event in one.votes[0].value)
    assert catalog.guess(place / "aud-bbox") == "audacity"
    for form in ("audacity", "textgrid", "label-studio"):
        known = [Annotated(one.name, one.votes, seconds=1000.0) for one in nights]
        again, _ = back(form, tmp_path / form, known, [question("events")])
        times = [[(e["label"], e["onset"], e["offset"]) for e in one.votes[0].value] for one in again]
        assert times == [[(e["label"], e["onset"], e["offset"]) for e in one.votes[0].value] for one in nights], form


def test_tables_of_raccoons(real_data: Path) -> None:
    found, refused = read("csv", real_data / "detection/raccoon/data/raccoon_labels.csv")

    assert refused == []
    assert {vote.value for one in found for vote in one.votes} == {"raccoon"}
    assert found[0].name == "raccoon-1.jpg" or found[0].name.startswith("raccoon-")
    assert found[0].width
