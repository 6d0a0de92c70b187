"""Shapes that people really drew, with the errors of several annotators planted on them."""

import json

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from datastork.consensus.structured.kinds import alike, fuse_kind
from datastork.consensus.structured.matching.answer import Answer
from datastork.consensus.structured.outlines import from_polygon, to_polygons
from datastork.consensus.structured.runs import encode, iou, merge

pytestmark = pytest.mark.real
PEOPLE = 5


def f1(kind, given, truth, least=0.5):
    """Return F1 at an overlap, and the mean overlap of what is matched."""
    hits, total, overlaps = 0, 0, []
    for drawn, real in zip(given, truth, strict=True):
        total += len(drawn) + len(real)
        if drawn and real:
            table = alike(kind, drawn, real)
            matched = table[linear_sum_assignment(-table)]
            hits += (matched >= least).sum()
            overlaps += matched[matched >= least].tolist()
    return 2 * hits / total, float(np.mean(overlaps))


def compare(kind, answers, truth, least=0.5):
    """Return (F1, overlap) of what was fused, and the best of any annotator."""
    fused = [[one.region for one in here if one.probability > 0.5] for here in fuse_kind(kind, answers).samples]
    each = [f1(kind, [here[at].regions for here in answers], truth, least) for at in range(PEOPLE)]
    return f1(kind, fused, truth, least), tuple(np.max(each, axis=0))


def crowd(truth, jitter, chance):
    """Return answers about each sample: each annotator misses a fifth, invents by jittering far, errs in the rest."""
    answers = []
    for real in truth:
        here = []
        for at in range(PEOPLE):
            drawn = [jitter(one, chance) for one in real if chance.random() < 0.8]
            here.append(Answer(f"p{at}", drawn))
        answers.append(here)
    return answers


@pytest.fixture(scope="module")
def polygons(real_data):
    """Return the polygons of the first images, in a picture of 640 × 480, those of 16 pixels and more."""
    truth = []
    for path in sorted((real_data / "detection" / "coco" / "polygons").glob("*.txt"))[:12]:
        here = []
        for line in path.read_text(encoding="utf-8").splitlines():
            label, *numbers = line.split()
            points = np.array(numbers, float).reshape(-1, 2) * [640, 480]
            if np.ptp(points, axis=0).min() >= 16 and len(points) > 3:
                here.append({"label": label, "points": points.tolist()})
        truth.append(here[:12])
    return truth


def test_polygons(polygons):
    def jitter(one, chance):
        points = np.array(one["points"])
        size = np.ptp(points, axis=0)
        points = points + chance.normal(0, 0.03, 2) * size + chance.normal(0, 0.02, points.shape) * size
        return {"label": one["label"], "points": np.clip(points, 0, [640, 480]).tolist()}

    answers = crowd(polygons, jitter, np.random.default_rng(0))
    (score, overlap), (best, nearest) = compare("polygons", answers, polygons)
    assert score > best
    assert score > 0.9
    assert overlap > nearest + 0.01


def test_masks_of_polygons_go_there_and_back(polygons):
    for here in polygons:
        for one in here:
            rle = from_polygon(one["points"], 480, 640)
            again = merge([from_polygon(ring, 480, 640) for ring in to_polygons(rle)])
            assert again == rle


def test_class_masks_go_there_and_back(real_data):
    from PIL import Image

    for path in sorted((real_data / "detection" / "coco" / "masks").glob("*.png"))[:4]:
        pixels = np.array(Image.open(path).convert("L"))
        for value in np.unique(pixels)[:5]:
            rle = encode(pixels == value)
            assert iou(merge([from_polygon(ring, *pixels.shape) for ring in to_polygons(rle)]), rle) == 1.0


def test_tracks(real_data):
    rows = np.loadtxt(real_data / "tracking/motmetrics/motmetrics/data/TUD-Stadtmitte/gt.txt", delimiter=",")
    truth = []
    for number in np.unique(rows[:, 1])[:8]:
        own = rows[rows[:, 1] == number][::10]
        keys = [
            {"frame": int(row[0]), "x": row[2], "y": row[3], "width": row[4], "height": row[5], "outside": False}
            for row in own
        ]
        truth.append({"label": "person", "track": int(number), "keyframes": keys})

    def jitter(one, chance):
        keys = []
        for key in one["keyframes"][:: int(chance.integers(1, 3))]:
            shift = chance.normal(0, 0.08, 4) * [key["width"], key["height"], key["width"], key["height"]]
            moved = dict(
                zip(
                    ("x", "y", "width", "height"),
                    np.array([key["x"], key["y"], key["width"], key["height"]]) + shift,
                    strict=True,
                )
            )
            keys.append({**key, **{name: float(value) for name, value in moved.items()}})
        return {**one, "keyframes": keys}

    answers = crowd([truth] * 3, jitter, np.random.default_rng(0))
    (score, overlap), (best, nearest) = compare("tracks", answers, [truth] * 3)
    assert score >= best
    assert score > 0.95
    assert overlap > nearest + 0.02


def test_spans(real_data):
    texts = json.loads((real_data / "text/pii/data/synth_dataset_v2.json").read_text(encoding="utf-8"))[:200]
    truth = [
        [
            {"start": one["start_position"], "end": one["end_position"], "label": one["entity_type"]}
            for one in text["spans"]
            if one["end_position"] - one["start_position"] > 3
        ]
        for text in texts
    ]

    def jitter(one, chance):
        start, end = one["start"] + (chance.random() < 0.15), one["end"] - (chance.random() < 0.25)
        label = one["label"] if chance.random() < 0.85 else "PERSON"
        return {"start": int(start), "end": int(end), "label": label}

    answers = crowd(truth, jitter, np.random.default_rng(0))
    (score, _), (best, _) = compare("spans", answers, truth, least=1.0)  # offsets must be exact
    assert score > best + 0.15
